"""The log of a recipe: its file is none of those that the recipe is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.compile.recipe_files import files_of, record_of, sources_of
from img2dcm_decl.plan.locations import STDIO, is_url
from img2dcm_decl.plan.model import LogRules
from img2dcm_decl.plan.same_file import same_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe


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
            paths = (os.path.join(recipe.folder, name) for name in names if name != STDIO)
            if same_file(os.path.join(recipe.folder, rules.file), paths):
                problems.add(
                    f"the log file '{rules.file}' is {what}", "logging", "file", help="choose another name for the log"
                )
                break
        if rules.file == STDIO:
            problems.add(
                "the log file cannot be standard output", "logging", "file", help="leave file out for standard error"
            )
        elif is_url(rules.file):
            problems.add("the log file cannot be a URL", "logging", "file", help="name a file of this machine")
        elif "\0" in rules.file:
            problems.add("the log file's name holds a null character", "logging", "file", help="remove it")
    return LogRules(rules.level, rules.file or "", rules.format)


def _files(recipe: Recipe, images: Iterable[str], outputs: Iterable[str]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the files that a recipe is about, relative to its folder, and what they are."""
    yield "one of the images", images
    yield "one of the outputs", outputs
    yield "the run record", filter(None, (record_of(recipe),))
    yield "a source of attributes", sources_of(recipe)
    yield from files_of(recipe)
