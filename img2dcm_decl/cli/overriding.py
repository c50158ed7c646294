"""A recipe, pointed at other files by the command line."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from img2dcm_decl.cli.request import IMAGE, OUTPUT
from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.quoting import QuotedLine
from img2dcm_decl.plan.locations import STDIO, is_url
from img2dcm_decl.recipe.model import ImageEntry, Path, Recipe
from img2dcm_decl.recipe.placeholders import PlaceholderError, escape, parse
from img2dcm_decl.recipe.references import Referable

if TYPE_CHECKING:
    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.diagnostics import Place


def point_elsewhere(recipe: Recipe, request: RunRequest) -> Recipe:
    """Return a recipe with the images and the output that a request names.

    They are relative to the current folder, and messages about them point into the command line.

    Raises
    ------
    UsageError
        There is no such image, or a placeholder in the output is wrong.
    """
    if request.images:
        recipe = _with_images(recipe, request.images)
    if request.output is not None:
        recipe = _with_output(recipe, request.output)
    return recipe


def _with_images(recipe: Recipe, images: tuple[str, ...]) -> Recipe:
    for image in images:
        if not is_url(image):
            _check_is_file(image)
    line = QuotedLine([argument for image in images for argument in (IMAGE.names[0], image)])
    names = [image if is_url(image) else os.path.abspath(image) for image in images]
    entries = tuple(ImageEntry(escape(name), exact=True) for name in names)
    places: dict[Path, Place] = {
        ("inputs", "images", number): line.place(2 * number + 1) for number in range(len(images))
    }
    # The other rows of a table are about the images that are not asked for.
    table = None if recipe.table is None else replace(recipe.table, unmatched_rows="ignore")
    inputs = replace(recipe.inputs, images=entries)
    return replace(recipe, inputs=inputs, table=table, places={**recipe.places, **places})


def _check_is_file(image: str) -> None:
    option = IMAGE.names[0]
    if os.path.isdir(image):
        advice = f"name the images in it, each behind an {option} of its own, or write them into the recipe"
        raise UsageError(f"{option}: '{image}' is a folder ({advice}: {image.rstrip('/')}/*)")
    if not os.path.isfile(image):
        raise UsageError(f"{option}: there is no file '{image}'")


def _with_output(recipe: Recipe, output: str) -> Recipe:
    name = OUTPUT.names[0]
    try:
        parse(output)
        Referable(recipe.table is not None, [parameter.name for parameter in recipe.parameters]).check(output)
    except PlaceholderError as error:
        raise UsageError(f"{name}: {error}" + (f" ({error.help})" if error.help else "")) from None
    place = QuotedLine([name, output]).place(1)
    return replace(
        recipe,
        output=replace(recipe.output, file=output if output == STDIO else _absolute(output)),
        places={**recipe.places, ("output", "file"): place},
    )


def _absolute(output: str) -> str:
    """Return the absolute name of an output; what is not its own text holds no placeholders."""
    if os.path.isabs(output) or is_url(output):
        return output
    return os.path.join(escape(os.getcwd()), output)
