"""Reads the table whose rows are joined to images: a format is one row here and a module of its own."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO

from img2dcm_decl.attributes.table_excel import read_excel
from img2dcm_decl.attributes.table_jsonl import read_jsonl
from img2dcm_decl.attributes.table_reader import Row, TableError, TableReader
from img2dcm_decl.attributes.table_text import read_text

if TYPE_CHECKING:
    from img2dcm_decl.recipe.model import Table

__all__ = ["Row", "TableError", "TableReader", "open_table"]

_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "excel",
    ".xlsm": "excel",
}
"""What the extension of a file's name says about its format."""
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_BLOCK = 1 << 16


def open_table(file: BinaryIO, name: str, table: Table) -> TableReader:
    """Open a table: read the names of its columns, and be ready for its rows.

    Parameters
    ----------
    file : binary file
        The table, at its beginning; it can seek. It is read while rows are asked for, and is not closed.
    name : str
        Its name, for messages, and for its extension where the recipe does not state the format.
    table : Table
        What the recipe says of it.

    Raises
    ------
    TableError
        It is not in the format, has no such column or sheet, or is damaged at its beginning. Reading its rows raises
        it for what is wrong with them.
    """
    buffered = io.BufferedReader(_Borrowed(file), _BLOCK)
    format_ = _format_of(name) if table.format == "auto" else table.format
    if format_ == "excel":
        reader = read_excel(buffered, name, table.sheet)
    elif format_ == "jsonl":
        reader = read_jsonl(buffered, name)
    else:
        delimiter = _DELIMITERS[format_] if table.delimiter is None else table.delimiter
        reader = read_text(buffered, name, encoding=table.encoding, delimiter=delimiter)
    reader.position(table.column)
    return reader


def _format_of(name: str) -> str:
    extension = os.path.splitext(name)[1].lower()  # noqa: PTH122 - the name may be a URL
    if extension not in _FORMATS:
        known = "CSV (.csv), TSV (.tsv), JSON Lines (.jsonl) and Excel (.xlsx)"
        advice = f"tables are {known}; write 'format: csv', for example, where the name does not tell"
        raise TableError("the name does not tell the format of the table", name, help=advice)
    return _FORMATS[extension]


class _Borrowed(io.RawIOBase):
    """A file that someone else will close; closing this leaves it open.

    What reads text, or lines, closes what it reads from when it is no longer needed itself.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)
