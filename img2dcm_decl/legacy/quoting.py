"""A command line as one line of text, so that messages can point into it."""

from __future__ import annotations

import shlex
from itertools import accumulate
from typing import TYPE_CHECKING

from img2dcm_decl.diagnostics import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "command line"


class QuotedLine:
    """The arguments as one would type them into a POSIX shell.

    Parameters
    ----------
    arguments : sequence of str
        The arguments, without the name of the program.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = tuple(arguments)
        self._quoted = [shlex.quote(argument) for argument in arguments]
        self._starts = [0, *accumulate(len(quoted) + 1 for quoted in self._quoted)]
        self.text = " ".join(self._quoted)

    def place(self, position: int, start: int = 0, end: int | None = None) -> Place:
        """Return where an argument, or the part of it from character `start` to `end`, stands in the line."""
        if start == 0 and end is None:
            first, last = 0, len(self._quoted[position])
        else:
            end = len(self._arguments[position]) if end is None else end
            first, last = self._inside(position, start), self._inside(position, end)
        return Place(FILE, 1, self._starts[position] + first + 1, max(last - first, 1), self.text)

    def whole(self) -> Place:
        """Return the place of the whole line."""
        return Place(FILE, 1, 1, max(len(self.text), 1), self.text)

    def _inside(self, position: int, offset: int) -> int:
        """Return where a character of an argument stands in its quoted form."""
        argument, quoted = self._arguments[position], self._quoted[position]
        if quoted == argument:
            return offset
        return 1 + offset + argument.count("'", 0, offset) * (len("'\"'\"'") - 1)
