"""The options of `run` for typer, made from their table, and the types that commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import typer

from img2dcm_decl.cli.request import (
    EXECUTOR,
    EXISTING,
    FAIL_FAST,
    IMAGE,
    JOBS,
    LOG_FORMAT,
    OUTPUT,
    PARAMETERS,
    QUIET,
    RECORD,
    RESUME,
    SET,
    VERBOSE,
    RunOption,
)
from img2dcm_decl.plan.locations import STDIO

#: What a command is read into: does it, and returns the exit code.
Action: TypeAlias = Callable[[], int]


def _option(row: RunOption) -> Any:
    return typer.Option(
        *row.names,
        help=row.help,
        metavar=row.metavar,
        callback=_chosen(row.choices) if row.choices else None,
        autocompletion=(lambda: list(row.choices)) if row.choices else None,
        show_default=False,
    )


def _chosen(choices: tuple[str, ...]) -> Callable[[str | None], str | None]:
    def check(value: str | None) -> str | None:
        if value is not None and value not in choices:
            raise typer.BadParameter(f"'{value}' is not one of {', '.join(choices)}.")
        return value

    return check


OutputOption: TypeAlias = Annotated[str | None, _option(OUTPUT)]
ImageOption: TypeAlias = Annotated[list[str] | None, _option(IMAGE)]
ExistingOption: TypeAlias = Annotated[str | None, _option(EXISTING)]
SetOption: TypeAlias = Annotated[list[str] | None, _option(SET)]
ParametersOption: TypeAlias = Annotated[str | None, _option(PARAMETERS)]
JobsOption: TypeAlias = Annotated[str | None, _option(JOBS)]
ExecutorOption: TypeAlias = Annotated[str | None, _option(EXECUTOR)]
FailFastOption: TypeAlias = Annotated[bool, _option(FAIL_FAST)]
RecordOption: TypeAlias = Annotated[str | None, _option(RECORD)]
ResumeOption: TypeAlias = Annotated[bool, _option(RESUME)]
LogFormatOption: TypeAlias = Annotated[str | None, _option(LOG_FORMAT)]
QuietOption: TypeAlias = Annotated[bool, _option(QUIET)]
VerboseOption: TypeAlias = Annotated[bool, _option(VERBOSE)]
ReplaceOption: TypeAlias = Annotated[
    bool, typer.Option("--replace", metavar="", help="Replace the file where it exists already.")
]


def named(file: str | None) -> str | None:
    """Return the file that a result is to be written to; None where `-` stands for standard output."""
    return None if file == STDIO else file


def examples(*lines: str) -> str:
    """Return example lines as the epilog of a command, whose lines are to stay as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])
