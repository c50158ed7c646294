"""The time of a run, where a recipe states it once for all runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from img2dcm_decl.plan.model import Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.plan.model import Element, Variant
    from img2dcm_decl.recipe.model import Recipe

#: Rules of slots that ask for the time.
_TIME_RULES = frozenset({"date", "time", "date_time"})


def plan_time(recipe: Recipe, variants: Iterable[Variant], dictionary: Dictionary, problems: Problems) -> str:
    """Return what is taken for the time of every run, `YYYYMMDDHHMMSS`; empty for the clock's.

    Parameters
    ----------
    recipe : Recipe
        Says whether it is reproducible.
    variants : iterable of Variant
        The datasets. Where the recipe is reproducible and states no time, none of them may ask for it.
    dictionary : Dictionary
        Gives the keywords of attributes that do.
    problems : Problems
        Gets a time that is none, or that is missing.
    """
    if recipe.reproducible is None:
        return ""
    stated = recipe.reproducible.time
    if stated is not None:
        return _digits(stated, problems)
    timed = {element.tag for variant in variants for element in _timed(variant.elements)}
    if timed:
        names = [dictionary.keyword_of(tag) or f"{tag:08x}" for tag in sorted(timed)]
        problems.add(
            f"the time of the run would be in {', '.join(names)}, so that no two runs are alike",
            "reproducible",
            help='state a time, as in reproducible: {time: "2026-01-31T10:15:00"}, '
            f"or give {'it' if len(names) == 1 else 'each of them'} a value under keys",
        )
    return ""


def _digits(stated: str, problems: Problems) -> str:
    try:
        time = datetime.strptime(stated, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        problems.add(
            f"'{stated}' is not a date and time", "reproducible", "time", help="write it as in 2026-01-31T10:15:00"
        )
        return ""
    return f"{time.year:04}{time:%m%d%H%M%S}"


def _timed(elements: Iterable[Element]) -> Iterator[Element]:
    for element in elements:
        content = element.content
        if isinstance(content, Slot):
            if content.rule in _TIME_RULES:
                yield element
        elif isinstance(content, tuple):
            for item in content:
                yield from _timed(item.elements)
