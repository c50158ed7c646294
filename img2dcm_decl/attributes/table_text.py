"""Reads tables that are text with a delimiter between the cells: CSV (RFC 4180) and TSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING, BinaryIO

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.attributes.table_reader import MAX_CELL, Row, TableError, TableReader, check_characters

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 1 << 20
"""Most characters of a line of the file."""
MAX_ROW = 1 << 22
"""Most characters of a row, which quoted line breaks may spread over several lines."""

_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTES = 'write a cell that holds the delimiter, a quote or a line break in "quotes", and doubled quotes inside'
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a file may begin with, and the encoding that it shows; the longer of two that begin alike comes first."""
_WORKBOOKS = (
    (b"PK\x03\x04", "a ZIP archive, as Excel workbooks are", "name a workbook .xlsx, or write 'format: excel'"),
    (b"\xd0\xcf\x11\xe0", "a workbook of Excel's old format", "save it as .xlsx or CSV in a spreadsheet program"),
)
"""What workbooks begin with that are called CSV, what they are, and what to do about it."""
_DELIMITERS = {";": '";"', "\t": r"\t", "|": '"|"', ",": '","'}
"""What tables are often divided by, and how a recipe states it."""
_PROBLEMS = (
    ("unexpected end of data", "a quote that is opened here is not closed"),
    ("expected after", "text follows the closing quote of a cell"),
    ("field larger", f"a cell has at most {MAX_CELL:,} characters"),
)
"""Parts of the csv module's messages, and what they mean."""


def read_text(file: BinaryIO, name: str, *, encoding: str = "utf-8", delimiter: str = ",") -> TableReader:
    r"""Read a table whose first line names the columns.

    A line ends with LF, CR LF or CR, which is no part of the last cell; line breaks inside quotes are part of theirs.
    Nothing else is stripped or changed. Lines without anything at the end are passed over.

    Parameters
    ----------
    file : binary file
        The table, at its beginning; it can seek. What reads it closes it.
    name : str
        What messages call it.
    encoding : str
        Character encoding, as Python names it. A byte order mark is no part of the text.
    delimiter : str
        The character between two cells.

    Raises
    ------
    TableError
        The encoding or delimiter cannot be used, or the first line is wrong. Reading raises it for a row that has
        more or fewer cells than there are columns, is too long, or holds bytes that the encoding does not have.
    """
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        message = f"{shown(delimiter)} cannot be a delimiter"
        raise TableError(message, name, help=r'it is one character, such as ";" or "\t"')
    lines = _Lines(file, name, encoding)
    rows = _rows(lines, delimiter)
    line, columns = next(rows, (1, ()))
    if not columns:
        raise TableError("the first line is empty, and it names the columns", name, line)
    return TableReader(name, columns, _full(rows, len(columns), name), line, _hint(columns))


def _hint(columns: tuple[str, ...]) -> str:
    """Return what is probably wrong where the first line names a single column: it holds another delimiter."""
    other = next((sign for sign in _DELIMITERS if sign in columns[0]), None) if len(columns) == 1 else None
    return f"the first line is one column; 'delimiter: {_DELIMITERS[other]}' would divide it" if other else ""


def _rows(lines: _Lines, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    while True:
        lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _explained(error, lines.name, line) from None
        if cells is None:
            return
        yield line, tuple(cells)
        line = lines.number + 1


def _full(rows: Iterator[Row], width: int, name: str) -> Iterator[Row]:
    """Yield rows that have a cell for each column; empty lines may only be followed by empty lines."""
    empty = 0
    for line, cells in rows:
        if not cells:
            empty = empty or line
            continue
        if empty:
            advice = 'remove it; in a table of one column, an empty cell is written ""'
            raise TableError("an empty line stands between rows", name, empty, advice)
        if len(cells) != width:
            raise TableError(f"there are {width} columns, and this row has {len(cells)} cells", name, line, _QUOTES)
        yield line, cells


def _explained(error: csv.Error, name: str, line: int) -> TableError:
    message = next((words for part, words in _PROBLEMS if part in str(error)), f"the row cannot be read: {error}")
    return TableError(message, name, line, _QUOTES)


class _Lines:
    """The lines of a text file, each checked, without more of them in memory than the one that is read.

    Attributes
    ----------
    number : int
        How many have been read.
    """

    def __init__(self, file: BinaryIO, name: str, encoding: str) -> None:
        self.name = name
        self.number = 0
        self._room = MAX_ROW
        self._encoding = encoding
        try:
            codec = codecs.lookup(encoding).name
            _check_beginning(file, name, codec)
            self._text = io.TextIOWrapper(file, codec, newline="")
        except (LookupError, ValueError):
            advice = "utf-8, utf-16, latin-1 and cp1252 are some that are"
            raise TableError(f"{shown(encoding)} is no known encoding of text", name, help=advice) from None

    def begin_row(self) -> None:
        """Say that the next line begins a row."""
        self._room = MAX_ROW

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(MAX_LINE)
        except UnicodeDecodeError as error:
            raise self._undecodable(error) from None
        except UnicodeError as error:
            raise self._error(f"this is not {self._encoding}: {error}", "state the encoding of the table") from None
        except OSError as error:
            raise self._error(f"the table cannot be read: {error.strerror or error}") from None
        if not line:
            raise StopIteration
        if self.number == 0:
            line = line.removeprefix("\ufeff")
        self.number += 1
        self._room -= len(line)
        if len(line) >= MAX_LINE or self._room < 0:
            raise TableError(
                f"a line has at most {MAX_LINE:,} characters, and a row {MAX_ROW:,}",
                *(self.name, self.number),
                "check the quotes and the delimiter",
            )
        check_characters(line, self.name, self.number)
        return line

    def _undecodable(self, error: UnicodeDecodeError) -> TableError:
        """Return what is wrong; the decoder is given blocks of bytes, which begin on the line that comes next."""
        before = error.object[: error.start].decode(error.encoding, "replace")
        line = self.number + 1 + len(_BREAK.findall(before))
        wrong = error.object[error.start : error.start + 1].hex().upper() or "at the end"
        advice = "state the encoding of the table: 'encoding: cp1252', for example"
        return TableError(f"the byte {wrong} is not {self._encoding}", self.name, line, advice)

    def _error(self, message: str, advice: str = "") -> TableError:
        return TableError(message, self.name, self.number + 1, advice)


def _check_beginning(file: BinaryIO, name: str, codec: str) -> None:
    """Check that a file is no workbook, and that one which shows its encoding by a byte order mark is read with it."""
    head = file.read(4)
    file.seek(-len(head), io.SEEK_CUR)
    for beginning, what, advice in _WORKBOOKS:
        if head == beginning:
            raise TableError(f"this is {what}, and no text", name, help=advice)
    marked = next((shows for mark, shows in _MARKS if head.startswith(mark)), codec)
    if not codec.startswith(marked):
        message = f"the table begins with the byte order mark of {marked}, and its encoding is said to be {codec}"
        raise TableError(message, name, 1, f"write 'encoding: {marked}'")
