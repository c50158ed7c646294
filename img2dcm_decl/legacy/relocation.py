"""A recipe for another folder than the one its relative paths are relative to."""

from __future__ import annotations

import glob
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from img2dcm_decl.plan.locations import is_url
from img2dcm_decl.recipe.placeholders import escape

if TYPE_CHECKING:
    from img2dcm_decl.recipe.model import ImageEntry, Recipe

STANDARD_STREAM = "-"


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
    way = _way(folder, recipe.folder)
    if way == os.curdir:
        return replace(recipe, folder=folder)
    text = escape(way)  # where placeholders are possible
    sources, template, inputs = recipe.sources, recipe.sources.template, recipe.inputs
    return replace(
        recipe,
        inputs=replace(
            inputs,
            images=tuple(_image(text, entry) for entry in inputs.images),
            exclude=tuple(_moved(glob.escape(text), pattern) for pattern in inputs.exclude),
        ),
        table=replace(recipe.table, file=_moved(text, recipe.table.file)) if recipe.table else None,
        output=replace(
            recipe.output, file=_moved(text, recipe.output.file), record=_optional(text, recipe.output.record)
        ),
        sources=replace(
            sources,
            template=replace(template, file=_moved(text, template.file)) if template else None,
            study=_optional(text, sources.study),
            series=_optional(text, sources.series),
        ),
        sop_class=_moved(way, recipe.sop_class) if _is_path(recipe.sop_class) else recipe.sop_class,
        dictionaries=tuple(_moved(way, name) for name in recipe.dictionaries),
        logging=replace(recipe.logging, file=_optional(way, recipe.logging.file)),
        folder=folder,
    )


def _way(start: str, target: str) -> str:
    """Return the path that leads from one folder to another, links resolved, with slashes.

    Links have to be resolved: the system follows them before it goes to a parent folder.
    """
    resolved = Path(target).resolve()
    try:
        return Path(os.path.relpath(resolved, Path(start).resolve())).as_posix()
    except ValueError:
        return resolved.as_posix()


def _image(way: str, entry: ImageEntry) -> ImageEntry:
    named = entry.exact or entry.index
    return replace(entry, pattern=_moved(way if named else glob.escape(way), entry.pattern))


def _optional(way: str, name: str | None) -> str | None:
    return None if name is None else _moved(way, name)


def _moved(way: str, name: str) -> str:
    if name == STANDARD_STREAM or is_url(name) or Path(name).anchor:
        return name
    return f"{way}/{name.removeprefix('./')}"


def _is_path(sop_class: str) -> bool:
    """Tell whether a SOP class is given by the path of its IOD profile: names have neither slashes nor dots."""
    return not sop_class.replace("-", "").isalnum()
