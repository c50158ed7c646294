"""Reads tables in JSON Lines: an object (RFC 8259) on each line, whose names are those of the columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.attributes.table_reader import MAX_COLUMNS, Row, TableError, TableReader, check_cell, listing
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 1 << 22
"""Most bytes of a line."""

_WORDS = {None: "", True: "true", False: "false"}


def read_jsonl(file: BinaryIO, name: str) -> TableReader:
    """Read a table of JSON objects.

    The first object names the columns; later ones may leave some of them out, which are empty then. Numbers keep the
    form that they are written in, `1.50` or `12345678901234567890`; `true` and `false` become these words, and `null`
    an empty cell. Lines without anything at the end are passed over.

    Parameters
    ----------
    file : binary file
        The table in UTF-8, with or without byte order mark, at its beginning.
    name : str
        What messages call it.

    Raises
    ------
    TableError
        The first line is wrong. Reading raises it for a line that is too long, is not a JSON object, gives a name
        twice or one that the first line has not, or has a list or an object as a value.
    """
    objects = _objects(file, name)
    line, first = next(objects, (1, {}))
    if not first:
        raise TableError("the first line holds no object, and it names the columns", name, line)
    columns = tuple(first)
    return TableReader(name, columns, _rows((line, first), objects, columns, name), line)


def _rows(
    first: tuple[int, dict[str, str]],
    objects: Iterator[tuple[int, dict[str, str]]],
    columns: tuple[str, ...],
    name: str,
) -> Iterator[Row]:
    yield first[0], tuple(first[1].values())
    known = frozenset(columns)
    for line, cells in objects:
        if not known.issuperset(cells):
            unknown = next(column for column in cells if column not in known)
            meant = suggest(unknown, columns)
            advice = f"did you mean {shown(meant)}?" if meant else listing("the first line has", columns)
            raise TableError(f"{shown(unknown)} is not a column of the first line", name, line, advice)
        yield line, tuple([cells.get(column, "") for column in columns])


def _objects(file: BinaryIO, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the objects of the lines; empty lines may only be followed by empty lines."""
    decoder = json.JSONDecoder(
        object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=_no_constant, strict=True
    )
    empty = 0
    for line, text in _lines(file, name):
        if not text:
            empty = empty or line
            continue
        if empty:
            raise TableError("an empty line stands between rows", name, empty, "remove it")
        yield line, _cells(decoder, text, name, line)


def _lines(file: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    number = 0
    while True:
        number += 1
        try:
            data = file.readline(MAX_LINE + 1)
        except OSError as error:
            raise TableError(f"the table cannot be read: {error.strerror or error}", name, number) from None
        if not data:
            return
        if len(data) > MAX_LINE:
            raise TableError(f"a line has at most {MAX_LINE >> 20} MiB", name, number, "check that this is JSON Lines")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            message = f"the byte {data[error.start]:02X} is not UTF-8, and JSON Lines are in UTF-8"
            raise TableError(message, name, number, "save the table as UTF-8") from None
        yield number, (text.removeprefix("\ufeff") if number == 1 else text).strip(" \t\r\n")


def _cells(decoder: json.JSONDecoder, text: str, name: str, line: int) -> dict[str, str]:
    try:
        pairs: Any = decoder.decode(text)
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg}, at character {error.pos + 1}"
        raise TableError(message, name, line, "write one object on each line") from None
    except (ValueError, RecursionError) as error:
        message = str(error) if isinstance(error, ValueError) else "lists or objects are nested too deep"
        raise TableError(message, name, line) from None
    if not isinstance(pairs, tuple):
        raise TableError("this is not a JSON object", name, line, 'write {"column": "value", ...}')
    if len(pairs) > MAX_COLUMNS:
        raise TableError(f"a table has at most {MAX_COLUMNS:,} columns", name, line)
    cells = {column: _cell(column, value, name, line) for column, value in pairs}
    if len(cells) != len(pairs):
        names = [column for column, _ in pairs]
        twice = next(column for column in names if names.count(column) > 1)
        raise TableError(f"the name {shown(twice)} is given twice in this object", name, line, "remove one of them")
    return cells


def _cell(column: str, value: Any, name: str, line: int) -> str:
    if isinstance(value, (list, tuple)):
        kind = "a list" if isinstance(value, list) else "an object"
        message = f"the value of {shown(column)} is {kind}, and a cell is a text or a number"
        raise TableError(message, name, line, "give each value a column of its own")
    text = value if isinstance(value, str) else _WORDS[value]
    check_cell(text, name, line)
    return text


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")
