"""Recipes as they can be checked where their images are not."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.table import TableError, open_table
from img2dcm_decl.plan.locations import join, open_input
from img2dcm_decl.recipe.model import ImageEntry
from img2dcm_decl.recipe.parameters import leave_out
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import escape, parse

if TYPE_CHECKING:
    from img2dcm_decl.recipe.model import Recipe, Table
    from img2dcm_decl.recipe.placeholders import Placeholder
    from img2dcm_decl.recipe.settings import Setting


def without_images(recipe: Recipe, file: str) -> Recipe:
    """Return a recipe for one image that is there: compiling opens none, so that the recipe itself can stand in.

    It has the table's first row. What depends on the names of images in other ways than as a part of texts is left
    out, as the stand-in's name says nothing about theirs.

    Parameters
    ----------
    recipe : Recipe
        The recipe; it has no parameters.
    file : str
        The recipe's file.
    """
    stand_in = ImageEntry(escape(os.path.basename(file)), exact=True)
    left = leave_out(recipe, _is_about_an_image)
    uids = replace(left.uids, instance_number="order") if left.uids.instance_number == "name" else left.uids
    inputs = replace(left.inputs, images=(stand_in,), exclude=())
    table = _with_first_row(left.table, left.folder) if left.table else None
    return replace(left, inputs=inputs, table=table, uids=uids)


def _is_about_an_image(part: Placeholder, setting: Setting) -> bool:
    """Tell whether a placeholder needs the image itself: to find a file, or to read something from its name."""
    formatted = part.format is not None or part.name == "image.number"
    return part.family == "image" and (setting.kind == "path" or formatted)


def _with_first_row(table: Table, folder: str) -> Table:
    """Return a table whose first row with a key is joined to all images."""
    try:
        name = join(folder, expand(parse(table.file), {}))
        with open_input(name) as file:
            reader = open_table(file, name, table)
            column = reader.position(table.column)
            key = next((cells[column] for _, cells in reader if cells[column]), None)
    except (OSError, TableError):
        # Compiling says it at its place.
        return table
    return table if key is None else replace(table, key=escape(key), unmatched_rows="ignore")
