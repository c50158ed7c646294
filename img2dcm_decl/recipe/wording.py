"""How messages speak of things: what the user wrote, lists of alternatives, kinds of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 40


def quoted(text: str) -> str:
    """Return a text of the user's in quotes, on one line and short enough for a message."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
    return "'" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short) + "'"


def alternatives(words: Sequence[str]) -> str:
    """Return `a`, `a or b`, or `a, b or c`."""
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def dotted(path: Sequence[str | int]) -> str:
    """Return the name of a setting as people write it: `inputs.images[0].path`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            shown = quoted(part)[1:-1]
            name += f".{shown}" if name else shown
    return name
