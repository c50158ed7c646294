"""`plan`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from img2dcm_decl.cli.options import (
    Action,
    ExistingOption,
    ImageOption,
    OutputOption,
    ParametersOption,
    ReplaceOption,
    SetOption,
    examples,
    named,
)
from img2dcm_decl.cli.request import RunRequest
from img2dcm_decl.plan.locations import STDIO

EXAMPLES = examples(
    "img2dcm-decl plan recipe.yaml",
    "img2dcm-decl plan recipe.yaml -o plan.json",
    "img2dcm-decl plan recipe.yaml --json > plan.json",
)


def plan(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A recipe, or a saved plan (FILE.json).")],
    output: OutputOption = None,
    image: ImageOption = None,
    existing: ExistingOption = None,
    set_: SetOption = None,
    parameters: ParametersOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", metavar="", help="Show the plan in the form in which it is saved.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--save",
            metavar="PLAN",
            help="Save the plan, readable by its owner only: it holds what it puts into the objects.",
        ),
    ] = None,
    replace: ReplaceOption = False,
) -> Action:
    """Show or save what a recipe would write.

    From which images, with which attributes, and where each attribute comes from. No object is written.
    """
    run = RunRequest((file,), output, tuple(image or ()), existing, tuple(set_ or ()), parameters)
    return partial(_plan, run, as_json or save == STDIO, named(save), replace)


def _plan(run: RunRequest, as_json: bool, save: str | None, replace: bool) -> int:
    from img2dcm_decl.cli.planning import PlanRequest, show_plan

    return show_plan(PlanRequest(run, as_json, save, replace))
