"""`check`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from img2dcm_decl.cli.options import Action, ParametersOption, QuietOption, SetOption, examples

EXAMPLES = examples(
    "img2dcm-decl check recipe.yaml",
    "img2dcm-decl check recipe.yaml --set site=north",
    "img2dcm-decl check --no-images recipes/*.yaml",
)


def check(
    recipes: Annotated[list[str], typer.Argument(metavar="RECIPE", help="Recipes.", show_default=False)],
    no_images: Annotated[
        bool,
        typer.Option(
            "--no-images",
            metavar="",
            help="Check everything but whether the images are there and required parameters are given.",
        ),
    ] = False,
    set_: SetOption = None,
    parameters: ParametersOption = None,
    quiet: QuietOption = False,
) -> Action:
    """Say everything that is wrong with recipes.

    Each mistake at its place. Exit code 2: there are some.
    """
    return partial(_check, tuple(recipes), not no_images, quiet, tuple(set_ or ()), parameters)


def _check(files: tuple[str, ...], images: bool, quiet: bool, settings: tuple[str, ...], parameters: str | None) -> int:
    from img2dcm_decl.cli.checking import CheckRequest, check

    return check(CheckRequest(files, images, quiet, settings, parameters))
