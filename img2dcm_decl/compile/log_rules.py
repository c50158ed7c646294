"""The log of a recipe: its file is none of those that the recipe is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.plan.log_file import same_file
from img2dcm_decl.plan.model import LogRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe

_STANDARD_STREAM = "-"


def log_rules(recipe: Recipe, images: Iterable[str], outputs: Iterable[str], problems: Problems) -> LogRules:
    """Return what a run says, and where.

    A log file that is an input or an output is an error of the recipe.

    Parameters
    ----------
    recipe : Recipe
        Its logging settings are taken.
    images : iterable of str
        All images, relative to the recipe's folder.
    outputs : iterable of str
        The output of each object, relative to the recipe's folder.
    problems : Problems
        Where errors are added.
    """
    rules = recipe.logging
    if rules.file is not None:
        for what, names in _files(recipe, images, outputs):
            paths = (os.path.join(recipe.folder, name) for name in names if name != _STANDARD_STREAM)
            if same_file(os.path.join(recipe.folder, rules.file), paths):
                problems.add(
                    f"the log file '{rules.file}' is {what}", "logging", "file", help="choose another name for the log"
                )
                break
        if rules.file == _STANDARD_STREAM:
            problems.add(
                "the log file cannot be standard output", "logging", "file", help="leave file out for standard error"
            )
        elif "\0" in rules.file:
            problems.add("the log file's name holds a null character", "logging", "file", help="remove it")
    return LogRules(rules.level, rules.file or "", rules.format)


def _files(recipe: Recipe, images: Iterable[str], outputs: Iterable[str]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the files that a recipe is about, relative to its folder, and what they are."""
    yield "one of the images", images
    yield "one of the outputs", outputs
    sources = recipe.sources
    template = sources.template.file if sources.template else None
    yield "a source of attributes", filter(None, (template, sources.study, sources.series))
    yield "a data dictionary", recipe.dictionaries
    if not recipe.sop_class.replace("-", "").isalnum():  # the path of a profile, not a name
        yield "the IOD profile", (recipe.sop_class,)
    place = recipe.place()
    if place is not None:
        yield "the recipe itself", (os.path.abspath(place.file),)
    bases = (at.file for path, at in recipe.places.items() if path[:1] == ("extends",) and isinstance(path[-1], int))
    yield "a recipe that this one is built on", map(os.path.abspath, bases)
