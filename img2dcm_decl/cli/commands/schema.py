"""`schema`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from img2dcm_decl.cli.options import Action, ReplaceOption, examples, named
from img2dcm_decl.resources import SCHEMAS

EXAMPLES = examples("img2dcm-decl schema", "img2dcm-decl schema plan -o plan-v1.schema.json")
NAMES = tuple(SCHEMAS)


def _known(name: str) -> str:
    if name not in NAMES:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(NAMES)}.")
    return name


def schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="|".join(NAMES),
            help="Of recipes, of saved plans, or of IOD profiles.",
            callback=_known,
            autocompletion=lambda: list(NAMES),
        ),
    ] = "recipe",
    file: Annotated[
        str | None, typer.Option("-o", "--save", metavar="FILE", help="Write it here instead of showing it.")
    ] = None,
    replace: ReplaceOption = False,
) -> Action:
    """Show the JSON Schema of recipes, plans or profiles.

    It is what editors need to complete, explain and check them.
    """
    return partial(_schema, name, named(file), replace)


def _schema(name: str, file: str | None, replace: bool) -> int:
    from img2dcm_decl.cli.results import put, save
    from img2dcm_decl.resources import schema_path

    text = schema_path(name).read_text(encoding="utf-8")
    if file is None:
        put(text)
    else:
        save(text, file, replace=replace)
    return 0
