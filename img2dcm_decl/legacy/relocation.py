"""A recipe for another folder than the one its relative paths are relative to."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.placeholders import escape
from img2dcm_decl.recipe.rebase import moved, moved_pattern, moved_profile, way_to

if TYPE_CHECKING:
    from img2dcm_decl.recipe.model import ImageEntry, Recipe


def relocate(recipe: Recipe, folder: str) -> Recipe:
    """Return a recipe that means the same when it is saved in another folder.

    Relative paths are rewritten; absolute ones and URLs stay, and `-` (standard input or output).

    Parameters
    ----------
    recipe : Recipe
        Its paths are relative to `recipe.folder`.
    folder : str
        The folder that the new recipe's paths are relative to.
    """
    way = way_to(recipe.folder, folder)
    if way == os.curdir:
        return replace(recipe, folder=folder)
    text = escape(way)  # where placeholders are possible
    sources, template, inputs = recipe.sources, recipe.sources.template, recipe.inputs
    return replace(
        recipe,
        inputs=replace(
            inputs,
            images=tuple(_image(text, entry) for entry in inputs.images),
            exclude=tuple(moved_pattern(text, pattern) for pattern in inputs.exclude),
        ),
        table=replace(recipe.table, file=moved(text, recipe.table.file)) if recipe.table else None,
        output=replace(
            recipe.output, file=moved(text, recipe.output.file), record=_optional(text, recipe.output.record)
        ),
        sources=replace(
            sources,
            template=replace(template, file=moved(text, template.file)) if template else None,
            study=_optional(text, sources.study),
            series=_optional(text, sources.series),
        ),
        sop_class=moved_profile(way, recipe.sop_class),
        dictionaries=tuple(moved(way, name) for name in recipe.dictionaries),
        logging=replace(recipe.logging, file=_optional(way, recipe.logging.file)),
        folder=folder,
    )


def _image(way: str, entry: ImageEntry) -> ImageEntry:
    move = moved if entry.exact or entry.index else moved_pattern
    return replace(entry, pattern=move(way, entry.pattern))


def _optional(way: str, name: str | None) -> str | None:
    return None if name is None else moved(way, name)
