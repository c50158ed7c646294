"""The rows of a table that images have, as far as the recipe uses them, in few bytes."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SEPARATOR = "\0"
"""No cell of a table holds it."""
NO_ROW = -1


class Rows:
    """The cells of some columns, for rows that are added one after the other, and the row that each image has.

    Parameters
    ----------
    table : str
        Name of the table, for messages.
    columns : sequence of str
        The columns that are kept.

    Attributes
    ----------
    of_images : array of int
        The row of each image, in the order of the images; `NO_ROW` where it has none.
    """

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table = table
        self.columns = tuple(columns)
        self.of_images = array("q")
        self._data = bytearray()
        self._ends = array("Q", [0])
        self._lines = array("Q")

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: int, cells: Iterable[str]) -> int:
        """Add a row that begins on a line of the table, and return its number."""
        self._data += _SEPARATOR.join(cells).encode()
        self._ends.append(len(self._data))
        self._lines.append(line)
        return len(self._lines) - 1

    def cells(self, image: int) -> list[str]:
        """Return what the row of an image holds in each of the columns."""
        return self._packed(self.of_images[image]).decode().split(_SEPARATOR)

    def line(self, row: int) -> str:
        """Return where a row stands: `patients.csv:7`."""
        return f"{self.table}:{self._lines[row]}"

    def where(self, image: int) -> str:
        """Return where the row of an image stands."""
        return self.line(self.of_images[image])

    def differing(self, one: int, other: int, columns: Iterable[str]) -> str | None:
        """Return the first of some columns in which the rows of two images differ, or None."""
        rows = self.of_images
        if rows[one] == rows[other] or self._packed(rows[one]) == self._packed(rows[other]):
            return None
        pairs = zip(self.columns, self.cells(one), self.cells(other), strict=True)
        unlike = {column for column, mine, theirs in pairs if mine != theirs}
        return next((column for column in columns if column in unlike), None)

    def _packed(self, row: int) -> bytearray:
        return self._data[self._ends[row] : self._ends[row + 1]]
