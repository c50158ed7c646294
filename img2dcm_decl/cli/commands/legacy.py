"""`legacy`, as the list of commands and shell completion know it; its arguments are never read here."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from img2dcm_decl.cli.options import Action, examples

EXAMPLES = examples("img2dcm-decl legacy -i BMP scan.bmp scan.dcm -k PatientID=4711", "img2dcm-decl legacy --help")
SETTINGS = {"ignore_unknown_options": True, "allow_interspersed_args": False}


def legacy(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="ARGS", show_default=False)] = None,
) -> Action:
    """Convert as an img2dcm command line says."""
    return partial(_legacy, tuple(arguments or ()))


def _legacy(arguments: tuple[str, ...]) -> int:
    from img2dcm_decl.cli.legacy import convert

    return convert(arguments)
