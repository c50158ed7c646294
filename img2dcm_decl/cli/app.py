"""Reads command lines with typer. What they ask for is done by the caller, outside of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.main import get_command

from img2dcm_decl.cli.options import Action, examples
from img2dcm_decl.cli.results import put, version_line
from img2dcm_decl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The commands in the order of the help; each is the function of the same name in the module of the same name.
COMMANDS: Final = ("run", "plan", "check", "init", "schema", "translate", "legacy")
RUN_PROGRAM: Final = "img2dcm-run"

#: What all errors of a command line are; typer has no public name for it.
_CommandLineError: Final[Any] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
_HELP = {"help_option_names": ["-h", "--help"]}


def read_command(program: str, arguments: Sequence[str]) -> Action:
    """Return what a command line asks for; help and completion are given at once.

    Parameters
    ----------
    program : str
        `img2dcm-decl`, or `img2dcm-run`, which has but one command.
    arguments : sequence of str
        What stands behind the name of the program.

    Raises
    ------
    UsageError
        The command line is wrong.
    """
    names: Sequence[str] = COMMANDS
    if program == RUN_PROGRAM:
        names = ("run",)
    elif arguments and arguments[0] in COMMANDS:
        # One command alone is read in half the time that all of them take.
        names, program, arguments = arguments[:1], f"{program} {arguments[0]}", arguments[1:]
    command = get_command(_app(names))
    try:
        done = command.main(args=list(arguments), prog_name=program, standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except _CommandLineError as error:
        raise UsageError(_explained(error, program)) from None
    return done if callable(done) else lambda: int(done or 0)


def _explained(error: Any, program: str) -> str:
    return f"{str(error.format_message()).rstrip('.')} ({program} --help explains)"


def _app(names: Sequence[str]) -> typer.Typer:
    app = typer.Typer(
        help="Turn pictures into DICOM objects from recipes: YAML that is validated, reviewed and repeatable.",
        epilog=examples("img2dcm-decl init photos/*.jpg -o recipe.yaml", "img2dcm-decl run recipe.yaml"),
        context_settings=_HELP,
        add_completion=len(names) > 1,
        # With the rich library's boxes, help would take twice the time.
        rich_markup_mode=None,
    )
    if len(names) > 1:
        app.callback()(_top)
    for name in names:
        module = import_module(f"img2dcm_decl.cli.commands.{name}")
        app.command(name, epilog=module.EXAMPLES, context_settings=_HELP | getattr(module, "SETTINGS", {}))(
            getattr(module, name)
        )
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        put(version_line())
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass
