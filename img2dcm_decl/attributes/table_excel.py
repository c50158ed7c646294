"""Reads a sheet of an Excel workbook (Office Open XML) with openpyxl, which is an optional extra."""

from __future__ import annotations

import datetime
import math
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, BinaryIO

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.attributes.table_excel_part import unreadable_cells
from img2dcm_decl.attributes.table_reader import Row, TableError, TableReader, check_cell, listing
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNPACKED = 256 << 20
"""Most bytes of all parts of a workbook together, unpacked."""
MAX_PARTS = 10_000
"""Most parts of a workbook."""
MAX_SHEET_ROWS = 1 << 20
"""Most rows of a sheet, as in Excel."""
EXACT = 10**15
"""Excel keeps 15 digits of a number, and rounds what has more."""

_ZEROS = re.compile(r"0{2,32}")
_UNSEEN = re.compile(r"\[[^\]]{0,40}\]|_.")
"""Colours, languages and blanks in the format of a number (ISO/IEC 29500-1 section 18.8.31)."""
_LITERAL = re.compile(r'"[^"]{0,99}"|\\.')
_DIVIDED_ZEROS = re.compile(r"[-0 ():+]{2,32}")
_DAMAGED = "open it in a spreadsheet program and save it again, or as CSV"


def read_excel(file: BinaryIO, name: str, sheet: str | None = None) -> TableReader:
    """Read a sheet whose first row names the columns.

    Cells become text: whole numbers without a decimal point (with leading zeros where the cell's format consists of
    zeros alone), dates and times in the forms of ISO 8601, `TRUE` and `FALSE` as `true` and `false`, formulas as the
    result that is stored with them. Rows without anything at the end are passed over.

    Parameters
    ----------
    file : binary file
        The workbook; it can seek. It stays open as long as rows are read.
    name : str
        What messages call it.
    sheet : str or None
        The name of the sheet; None for the first one.

    Raises
    ------
    TableError
        openpyxl is missing, this is no workbook, it is too large, has no such sheet, or the sheet has merged cells, or
        formulas without a result; or none is named and the first one is hidden. Reading raises it for cells
        that hold an error, a number that Excel has rounded, or one that it shows with leading zeros between other
        characters, and for rows with more cells than there are columns.
    """
    try:
        import openpyxl
    except ImportError:
        advice = "pip install 'img2dcm-decl[excel]', or save the table as CSV"
        raise TableError("reading an Excel workbook needs openpyxl", name, help=advice) from None
    _check_size(file, name)
    with warnings.catch_warnings(action="ignore"):
        try:
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception as error:
            raise _damaged(error, name) from None
    chosen = _sheet(workbook, name, sheet)
    _check_cells(file, chosen, name)
    rows = _sheet_rows(chosen, name)
    line, columns = next(rows, (1, ()))
    return TableReader(name, columns, _full(rows, len(columns), name), line)


def _check_size(file: BinaryIO, name: str) -> None:
    """Check what a workbook says of its size before anything of it is unpacked; no part yields more than it says."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except Exception:  # zipfile raises errors of many kinds for damaged archives, which it does not list
        message = "this is not an Excel workbook of the kind .xlsx, or it is damaged or encrypted"
        raise TableError(message, name, help=_DAMAGED) from None
    size = sum(part.file_size for part in parts)
    if size > MAX_UNPACKED or len(parts) > MAX_PARTS:
        message = f"unpacked, a workbook has at most {MAX_UNPACKED >> 20} MiB, and this one has {size >> 20}"
        raise TableError(message, name, help="save the sheet as CSV")


def _sheet(workbook: Any, name: str, sheet: str | None) -> Any:
    sheets = {found.title: found for found in workbook.worksheets}
    if not sheets:
        raise TableError("the workbook has no sheet with cells", name)
    if sheet is None:
        first = workbook.worksheets[0]
        if first.sheet_state != "visible":
            seen = next((found.title for found in workbook.worksheets if found.sheet_state == "visible"), first.title)
            advice = f"state which sheet is meant: 'sheet: {seen}', for example"
            raise TableError(f"the first sheet, {shown(first.title)}, is hidden", name, help=advice)
        return first
    if sheet not in sheets:
        meant = suggest(sheet, sheets)
        advice = f"did you mean {shown(meant)}?" if meant else listing("the sheets are", sheets)
        raise TableError(f"there is no sheet {shown(sheet)}", name, help=advice)
    return sheets[sheet]


def _check_cells(file: BinaryIO, sheet: Any, name: str) -> None:
    """Check that no cell only seems to be empty."""
    try:
        found = next(unreadable_cells(file, sheet._worksheet_path), None)
    except Exception as error:
        raise _damaged(error, name) from None
    if found is not None:
        cell, row, why = found
        advice = "fill in each cell" if "merged" in why else "open the workbook in a spreadsheet program and save it"
        raise TableError(f"the cell {cell} {why}", name, row, f"{advice}, or save the sheet as CSV")


def _sheet_rows(sheet: Any, name: str) -> Iterator[Row]:
    """Yield the rows of a sheet, each as long as its last cell."""
    sheet.reset_dimensions()  # a sheet's own statement of its size may be wrong
    rows = sheet.iter_rows(max_row=MAX_SHEET_ROWS + 1)
    for number in range(1, MAX_SHEET_ROWS + 1):
        try:
            with warnings.catch_warnings(action="ignore"):
                cells = next(rows, None)
                texts = None if cells is None else tuple([_text(cell, name, number) for cell in cells])
        except TableError:
            raise
        except Exception as error:
            raise _damaged(error, name, number) from None
        if texts is None:
            return
        yield number, texts
    if next(rows, None) is not None:
        raise TableError(f"a sheet has at most {MAX_SHEET_ROWS:,} rows", name, MAX_SHEET_ROWS)


def _full(rows: Iterator[Row], width: int, name: str) -> Iterator[Row]:
    """Yield rows that have a cell for each column: where those at the end are empty, a sheet leaves them out."""
    for number, cells in rows:
        if any(cells[width:]):
            message = f"there are {width} columns with names, and this row has a cell behind them"
            raise TableError(message, name, number, "name its column in the first row, or remove it")
        yield number, (cells + ("",) * (width - len(cells)))[:width]


def _text(cell: Any, name: str, row: int) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        raise TableError(f"the cell {cell.coordinate} holds the error {value}", name, row, "correct or empty the cell")
    if isinstance(value, str):
        check_cell(value, name, row)
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(cell, value, name, row)
    return _moment(cell, value)


def _number(cell: Any, value: float, name: str, row: int) -> str:
    if not math.isfinite(value):
        raise TableError(f"the cell {cell.coordinate} holds no finite number", name, row, "correct or empty the cell")
    if value != int(value):
        return format(value, ".15g")
    if abs(value) >= EXACT:
        message = f"the cell {cell.coordinate} holds a number of more than 15 digits, which Excel has rounded"
        raise TableError(message, name, row, "enter it as text")
    digits = str(int(value))
    form = _UNSEEN.sub("", cell.number_format.partition(";")[0])
    if _ZEROS.fullmatch(form):
        return digits.zfill(len(form))
    zeros = _LITERAL.sub("", form)
    if _DIVIDED_ZEROS.fullmatch(zeros) and len(digits) < zeros.count("0"):
        # An identifier, such as 012-34-5678, that would be another one without its zeros.
        message = f"the cell {cell.coordinate} holds {digits}, which Excel shows with leading zeros by {shown(form)}"
        raise TableError(message, name, row, "enter it as text")
    return digits


def _moment(cell: Any, value: Any) -> str:
    """Return a date, a time, or both (ISO 8601); hours, minutes and seconds of a duration."""
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time() and not _shows_time(cell):
        return value.date().isoformat()
    return str(value.isoformat())


def _shows_time(cell: Any) -> bool:
    from openpyxl.styles.numbers import is_datetime

    return bool(is_datetime(cell.number_format) != "date")


def _damaged(error: Exception, name: str, row: int = 0) -> TableError:
    reason = str(error).partition("\n")[0] or type(error).__name__
    return TableError(f"the workbook cannot be read: {reason[:200]}", name, row, _DAMAGED)
