"""`init`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from img2dcm_decl.cli.options import Action, examples, named

EXAMPLES = examples("img2dcm-decl init photos -o photos.yaml", "img2dcm-decl init > recipe.yaml")


def init(
    images: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="IMAGE",
            help="Images, or folders of images; by default, what lies beside the recipe.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "-o", "--save", metavar="RECIPE", help="Write it here, where no file is yet, instead of showing it."
        ),
    ] = None,
) -> Action:
    """Write a first recipe for some images.

    It has comments, and runs as it is.
    """
    return partial(_init, tuple(images or ()), named(file))


def _init(images: tuple[str, ...], file: str | None) -> int:
    from img2dcm_decl.cli.starting import start

    return start(images, file)
