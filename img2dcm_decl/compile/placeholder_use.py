"""Which placeholders a recipe uses for its objects, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.compile.numbering import CONTENT, plan_uid_rules, stated_texts
from img2dcm_decl.compile.source_names import source_texts
from img2dcm_decl.recipe.placeholders import names_in, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.recipe.model import Path, Recipe
    from img2dcm_decl.recipe.placeholders import Parts

ROW = "row."
"""What names of columns begin with in placeholders."""

IMAGE, ALL = "image", "all"
"""What `inputs.group_by` says where it is no text with placeholders."""


def texts_of_objects(recipe: Recipe) -> Iterator[tuple[Path, Parts]]:
    """Yield the texts of a recipe that are filled in per object, with where they stand."""
    yield ("output", "file"), parse(recipe.output.file)
    for position, key in enumerate(recipe.keys):
        yield ("keys", position), parse(key.value)
    for setting, parts in stated_texts(recipe).items():
        yield ("uids", setting), parts
    derived = plan_uid_rules(recipe).method == "derived"
    for position, fact in enumerate(recipe.uids.facts if derived else ()):
        if fact != CONTENT:
            yield ("uids", "facts", position), parse(fact)
    for setting, name in source_texts(recipe).items():
        yield ("sources", setting), parse(name)


def grouping(recipe: Recipe) -> Parts:
    """Return the text that images are grouped by; nothing where `group_by` is a word."""
    group_by = recipe.inputs.group_by
    return () if group_by in (IMAGE, ALL) else parse(group_by)


def names_of_objects(recipe: Recipe) -> frozenset[str]:
    """Return the names of the placeholders that are filled in per object."""
    return frozenset(name for _, parts in texts_of_objects(recipe) for name in names_in(parts))


def columns_used(recipe: Recipe) -> dict[str, Path]:
    """Return the columns that placeholders name, each with the first place that does."""
    texts = [(("inputs", "group_by"), grouping(recipe)), *texts_of_objects(recipe)]
    found: dict[str, Path] = {}
    for path, parts in texts:
        for name in names_in(parts):
            if name.startswith(ROW):
                found.setdefault(name.removeprefix(ROW), path)
    return found
