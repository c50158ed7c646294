"""Messages: lines on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from img2dcm_decl.errors import one_line


def say(text: str) -> None:
    """Write a message to standard error; control characters in it do not reach the terminal.

    Where it takes no messages, or no more, the work goes on without them.
    """
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(printable(text) + "\n")
    except OSError:
        sys.stderr = None


def printable(text: str) -> str:
    """Return a text without anything that would move the cursor or change colours; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def on_terminal() -> bool:
    """Tell whether standard error is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def in_colour() -> bool:
    """Tell whether messages may be coloured: on a terminal that can, unless NO_COLOR is set."""
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def shown(path: str) -> str:
    """Return the name of a file as messages give it: in one line and, below the current folder, relative to it."""
    name = path
    if os.path.isabs(path):
        # The current folder may have been removed.
        with suppress(OSError):
            here = os.path.join(os.getcwd(), "")
            name = path[len(here) :] if path.startswith(here) and path != here else path
    return one_line(name)
