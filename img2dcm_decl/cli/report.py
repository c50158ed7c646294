"""Errors as people see them: plain, or in colour on a terminal."""

from __future__ import annotations

from img2dcm_decl.cli.streams import in_colour, printable, say
from img2dcm_decl.errors import RecipeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.text import Text

    from img2dcm_decl.diagnostics import Diagnostic
    from img2dcm_decl.errors import Img2dcmError


def report(error: Img2dcmError) -> None:
    """Say what went wrong: one line, or every diagnostic of a recipe with its source line."""
    if not isinstance(error, RecipeError):
        say(f"error: {error}")
        return
    if in_colour():
        _report_in_colour(error.diagnostics)
        return
    for diagnostic in error.diagnostics:
        say(_plain(diagnostic))


def _plain(diagnostic: Diagnostic) -> str:
    from img2dcm_decl.diagnostics import render

    label = "error: " if diagnostic.place is None and diagnostic.severity == "error" else ""
    return label + render(diagnostic)


def _report_in_colour(diagnostics: tuple[Diagnostic, ...]) -> None:
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for diagnostic in diagnostics:
        console.print(_coloured(diagnostic))


def _coloured(diagnostic: Diagnostic) -> Text:
    from rich.text import Text

    from img2dcm_decl.diagnostics import excerpt

    first, *others = printable(_plain(diagnostic)).split("\n")
    where = len(first) - len(printable(diagnostic.message))
    colour = "bold yellow" if diagnostic.severity == "warning" else "bold red"
    lines = [Text.assemble((first[:where], "bold"), (first[where:], colour))]
    styles = ["", colour][: len(excerpt(diagnostic))] + ["cyan"] * bool(diagnostic.help)
    for line, style in zip(others, styles, strict=True):
        margin = 8 if style != "cyan" else 0
        lines.append(Text.assemble((line[:margin], "blue"), (line[margin:], style)))
    return Text("\n").join(lines)
