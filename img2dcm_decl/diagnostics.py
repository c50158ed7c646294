"""A message about a place in a file: `file:line:column: message`, with the source line and a caret under it."""

from __future__ import annotations

import unicodedata

from img2dcm_decl.lean_typing import NamedTuple


class Place(NamedTuple):
    """Where something stands in a text.

    Attributes
    ----------
    file : str
        Name of the file, as the user gave it.
    line, column : int
        Counted from 1; the column counts characters.
    width : int
        Number of characters on this line that the message is about.
    text : str
        The whole source line, without its line break.
    """

    file: str
    line: int
    column: int
    width: int = 1
    text: str = ""


class Diagnostic(NamedTuple):
    """One thing to say about one place.

    Attributes
    ----------
    message : str
        What is wrong, in one line.
    place : Place or None
        Where. None where there is no text to point into.
    help : str
        What to do about it, in one line; empty where the message says it all.
    severity : str
        `error` or `warning`.
    """

    message: str
    place: Place | None = None
    help: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        return render(self)


def headline(diagnostic: Diagnostic) -> str:
    """Return the first line of a diagnostic, `file:line:column: message`."""
    label = "" if diagnostic.severity == "error" else f"{diagnostic.severity}: "
    place = diagnostic.place
    where = f"{place.file}:{place.line}:{place.column}: " if place else ""
    # Names of files and of keys may hold line breaks.
    return " ".join(f"{where}{label}{diagnostic.message}".splitlines())


def render(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as plain text: the headline, the source line with a caret, and the help."""
    lines = [headline(diagnostic), *excerpt(diagnostic)]
    if diagnostic.help:
        lines.append(f"{'':>6}= help: {diagnostic.help}" if len(lines) > 1 else f"  help: {diagnostic.help}")
    return "\n".join(lines)


def excerpt(diagnostic: Diagnostic) -> list[str]:
    """Return the source line and the line of carets under it; nothing where the line is unknown or empty."""
    place = diagnostic.place
    if place is None or not place.text.strip():
        return []
    text, start = _window(place.text, place.column - 1)
    before = _width(text[:start])
    under = _width(text[start : start + place.width]) or 1
    return [f"{place.line:>5} | {text}", f"{'':>5} | {'':>{before}}{'^' * under}"]


def _window(line: str, start: int, most: int = 110) -> tuple[str, int]:
    """Return what of a long line is shown, and where `start` stands in it; control characters become blanks."""
    if len(line) <= most:
        return _plain(line), start
    first = max(0, min(start - 30, len(line) - most))
    return ("..." if first else "") + _plain(line[first : first + most]) + "...", start - first + (3 if first else 0)


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _width(text: str) -> int:
    """Return the number of terminal columns that a text takes."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)
