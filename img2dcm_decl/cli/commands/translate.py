"""`translate`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from img2dcm_decl.cli.options import Action, ReplaceOption, examples, named

EXAMPLES = examples(
    "img2dcm-decl translate -- -i BMP scan.bmp scan.dcm -k PatientID=4711",
    "img2dcm-decl translate -o scan.yaml -- -i BMP scan.bmp scan.dcm",
)


#: A command line of img2dcm may have any options.
SETTINGS = {"allow_interspersed_args": False}


def translate(
    arguments: Annotated[
        list[str], typer.Argument(metavar="ARGS", help="What stands behind img2dcm, after --.", show_default=False)
    ],
    file: Annotated[
        str | None, typer.Option("-o", "--save", metavar="RECIPE", help="Write it here instead of showing it.")
    ] = None,
    replace: ReplaceOption = False,
) -> Action:
    """Turn an img2dcm command line into a recipe.

    Comments say where results differ from img2dcm's.
    """
    return partial(_translate, tuple(arguments), named(file), replace)


def _translate(arguments: tuple[str, ...], file: str | None, replace: bool) -> int:
    import os

    from img2dcm_decl.cli.translating import translate

    return translate(arguments, file, os.environ, replace=replace)
