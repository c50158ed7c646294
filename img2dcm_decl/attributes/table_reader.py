"""What tables of all formats have in common: columns with names of their own, rows with a cell for each, bounds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from img2dcm_decl.attributes.likeness import Likeness
from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row: TypeAlias = tuple[int, tuple[str, ...]]
"""The line that a row begins on, counted from 1 (in a workbook: its number), and its cells."""

MAX_COLUMNS = 16_384
"""Most columns, as in Excel."""
MAX_ROWS = 10_000_000
"""Highest number of a line, or of a workbook's row."""
MAX_CELL = 131_072
"""Most characters of a cell: the limit that Python's csv module has too."""
MAX_SUGGESTED = 200
"""Most columns among which a misspelt one is looked for."""
MAX_LISTED = 20
"""Most columns that a message lists."""

_UNUSABLE = re.compile("[\0\ud800-\udfff]")


class TableError(Img2dcmError):
    """A table cannot be read, or is not what the recipe says of it.

    Parameters
    ----------
    message : str
        What is wrong, in one line.
    name : str
        What messages call the table.
    line : int
        Where, counted from 1; 0 where it is about the whole table.
    help : str
        What to do about it; empty where the message says it all.
    """

    exit_code = 2

    def __init__(self, message: str, name: str, line: int = 0, help: str = "") -> None:  # noqa: A002
        where = f"{name}:{line}" if line else name
        super().__init__(f"{where}: {message} ({help})" if help else f"{where}: {message}")
        self.message = message
        self.name = name
        self.line = line
        self.help = help

    def __reduce__(self) -> tuple[type[TableError], tuple[str, str, int, str]]:
        return type(self), (self.message, self.name, self.line, self.help)


class TableReader:
    """The columns of a table, and its rows, which are read while they are asked for, and once.

    Each row has a cell for each column. Cells hold their text exactly, blanks and leading zeros included.

    Parameters
    ----------
    name : str
        What messages call the table.
    columns : iterable of str
        Names of its columns.
    rows : iterable of Row
        What comes behind them; reading may raise `TableError`.
    line : int
        The line that names the columns.
    hint : str
        What is probably wrong where a column is not found.

    Raises
    ------
    TableError
        There is no column, a column has no name, two have the same one, or there are too many.
    """

    def __init__(self, name: str, columns: Iterable[str], rows: Iterable[Row], line: int = 1, hint: str = "") -> None:
        self.name = name
        self.columns = tuple(columns)
        self._rows = rows
        self._hint = hint
        self._check(line)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; those at the end that hold nothing are left out.

        Raises
        ------
        TableError
            A row is wrong, or there are too many.
        """
        width = len(self.columns)
        blank = 0
        for line, cells in self._rows:
            if line > MAX_ROWS:
                raise TableError(f"a table has at most {MAX_ROWS:,} lines", self.name, line, "split it")
            if not any(cells):
                blank += 1
                continue
            for before in range(line - blank, line):
                yield before, ("",) * width
            blank = 0
            yield line, cells

    def position(self, column: str) -> int:
        """Return the position of a column among the cells of a row.

        Raises
        ------
        TableError
            There is none of this name.
        """
        if column not in self.columns:
            raise TableError(f"there is no column {shown(column)}", self.name, help=self.advice(column))
        return self.columns.index(column)

    def advice(self, column: str) -> str:
        """Return what to do where there is no column of a name: which one was probably meant, or which there are."""
        if self._hint:
            return self._hint
        alike = Likeness(self.columns).find(column)
        if alike:
            return f"{shown(alike[0])} differs only {alike[1]}"
        meant = suggest(column, self.columns[:MAX_SUGGESTED])
        return f"did you mean {shown(meant)}?" if meant else listing("the columns are", self.columns)

    def _check(self, line: int) -> None:
        if not self.columns:
            raise TableError("there are no columns", self.name, line, "name them in the first line")
        if len(self.columns) > MAX_COLUMNS:
            raise TableError(f"a table has at most {MAX_COLUMNS:,} columns", self.name, line)
        seen: set[str] = set()
        for number, column in enumerate(self.columns, 1):
            check_cell(column, self.name, line)
            if not column.strip():
                advice = "give each column a name, or remove the column"
                raise TableError(f"column {number} has no name", self.name, line, advice)
            if column in seen:
                raise TableError(f"two columns are named {shown(column)}", self.name, line, "rename one of them")
            seen.add(column)


def check_cell(text: str, name: str, line: int) -> None:
    """Check a cell that no csv reader has checked.

    Raises
    ------
    TableError
        It is too long, or holds a null character or half a surrogate pair.
    """
    if len(text) > MAX_CELL:
        raise TableError(f"a cell has at most {MAX_CELL:,} characters, and one here has {len(text):,}", name, line)
    check_characters(text, name, line)


def check_characters(text: str, name: str, line: int) -> None:
    """Check that a text of a table can be text of a dataset.

    Raises
    ------
    TableError
        It holds a null character or half a surrogate pair.
    """
    found = None if text.isascii() and "\0" not in text else _UNUSABLE.search(text)
    if found:
        what = "a null character" if found[0] == "\0" else "half a surrogate pair"
        raise TableError(f"there is {what} in this line", name, line, "check the encoding of the table")


def listing(what: str, words: Iterable[str]) -> str:
    """Return a sentence that lists words, and of many the first ones."""
    found = [shown(word) for word in words]
    if len(found) > MAX_LISTED:
        return f"{what} {', '.join(found[:MAX_LISTED])} and {len(found) - MAX_LISTED} more"
    return f"{what} {' and '.join(part for part in (', '.join(found[:-1]), found[-1]) if part)}"
