"""`check`: says everything that is wrong with recipes."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from img2dcm_decl.cli.compiling import to_plan
from img2dcm_decl.cli.report import report
from img2dcm_decl.cli.results import put
from img2dcm_decl.cli.streams import printable
from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.recipe.model import ImageEntry
from img2dcm_decl.recipe.read import load_recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.recipe.model import Recipe


def check(files: Sequence[str], *, images: bool = True, quiet: bool = False) -> int:
    """Compile recipes without using the plans.

    Parameters
    ----------
    files : sequence of str
        The recipes.
    images : bool
        Whether the images have to be there.
    quiet : bool
        Whether nothing is said about recipes that are right.

    Returns
    -------
    int
        The exit code: 2 where any recipe is wrong.
    """
    code = 0
    for file in files:
        try:
            recipe = load_recipe(file)
            plan = to_plan(recipe if images else _without_images(recipe, file))
        except Img2dcmError as error:
            report(error)
            code = max(code, error.exit_code)
            continue
        if not quiet:
            number = len(plan.objects)
            found = f"{number} object{'s' * (number != 1)}" if images else "images not looked for"
            put(printable(f"{file}: ok, {found}\n"))
    return code


def _without_images(recipe: Recipe, file: str) -> Recipe:
    """Return a recipe for one image that is there: compiling opens none, so that the recipe itself can stand in."""
    stand_in = ImageEntry(os.path.basename(file), exact=True)
    return replace(recipe, inputs=replace(recipe.inputs, images=(stand_in,)))
