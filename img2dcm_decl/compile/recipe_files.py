"""The files that a recipe is about besides its images and outputs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.compile.source_names import source_texts, sources_vary
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import parse
from img2dcm_decl.recipe.profile_name import is_profile_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from img2dcm_decl.recipe.model import Recipe


def sources_of(recipe: Recipe) -> list[str]:
    """Return the names of a recipe's sources, relative to its folder; none where objects have sources of their own."""
    return [] if sources_vary(recipe) else [expand(parse(text), {}) for text in source_texts(recipe).values()]


def record_of(recipe: Recipe) -> str:
    """Return the file of the run record, relative to the recipe's folder; empty where none is asked for."""
    return expand(parse(recipe.output.record), {}) if recipe.output.record else ""


def files_of(recipe: Recipe) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the files that a recipe consists of, relative to its folder, and what they are."""
    if recipe.table is not None:
        yield "the table", (expand(parse(recipe.table.file), {}),)
    yield "an index of images", [expand(parse(entry.pattern), {}) for entry in recipe.inputs.images if entry.index]
    yield "a data dictionary", recipe.dictionaries
    if is_profile_path(recipe.sop_class):
        yield "the IOD profile", (recipe.sop_class,)
    place = recipe.place()
    if place is not None:
        yield "the recipe itself", (os.path.abspath(place.file),)
    bases = (at.file for path, at in recipe.places.items() if path[:1] == ("extends",) and isinstance(path[-1], int))
    yield "a recipe that this one is built on", map(os.path.abspath, bases)
