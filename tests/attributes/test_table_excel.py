"""Excel workbooks as they come: what a cell becomes, and every mistake with its cell."""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.attributes import table_excel
from img2dcm_decl.attributes.table import Row, TableError, TableReader, open_table
from img2dcm_decl.recipe.model import Table

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: list[Any], formats: dict[str, str] | None = None, more: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    for name in more:
        book.create_sheet(name).append(["id", name])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one part rewritten."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return stream.getvalue()


def opened(data: bytes, sheet: str | None = None) -> TableReader:
    return open_table(io.BytesIO(data), "t.xlsx", Table("t.xlsx", "id", sheet=sheet))


def rows(data: bytes, sheet: str | None = None) -> list[Row]:
    return list(opened(data, sheet))


def refusal(data: bytes, sheet: str | None = None) -> str:
    with pytest.raises(TableError) as caught:
        rows(data, sheet)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("007", "General", "007"),
        (" a ", "General", " a "),
        (4711, "General", "4711"),
        (4711.0, "0.00", "4711"),
        (4711, "00000000", "00004711"),
        (4711, "[$-407]00000000;-0;@", "00004711"),
        (4711, "[Red]00000000_)", "00004711"),
        (123456789, r"000\-00\-0000", "123456789"),
        (7, '0" kg"', "7"),
        (7, "00.0", "7"),
        (-3, "General", "-3"),
        (1.5, "General", "1.5"),
        (0.1 + 0.2, "General", "0.3"),
        (999_999_999_999_999, "General", "999999999999999"),
        (True, "General", "true"),
        (False, "General", "false"),
        (datetime.date(2020, 1, 31), "dd.mm.yyyy", "2020-01-31"),
        (datetime.datetime(2020, 1, 31, 10, 15, 30), "yyyy-mm-dd hh:mm:ss", "2020-01-31T10:15:30"),
        (datetime.datetime(2020, 1, 31), "yyyy-mm-dd hh:mm:ss", "2020-01-31T00:00:00"),
        (datetime.time(10, 15), "hh:mm", "10:15:00"),
        (datetime.timedelta(hours=26, minutes=30, seconds=5), "[h]:mm:ss", "26:30:05"),
        (None, "General", ""),
    ],
)
def test_cells_become_text(value: object, number_format: str, text: str) -> None:
    data = workbook(["id", "b"], ["x", value], formats={"B2": number_format})
    assert rows(data) == [(2, ("x", text))]


def test_formulas_are_the_result_that_is_stored() -> None:
    data = workbook(["id", "b"], ["x", "=1+1"])
    data = changed(data, SHEET, lambda xml: re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", xml))
    assert rows(data) == [(2, ("x", "2"))]


@pytest.mark.parametrize("value", [b"<v></v>", b"<v/>", b"<v />", b""])
def test_formulas_without_a_result_are_refused(value: bytes) -> None:
    data = changed(workbook(["id", "b"], ["x", "=1+1"]), SHEET, lambda xml: re.sub(rb"<v ?/>|<v></v>", value, xml))
    assert "t.xlsx:2: the cell B2 holds a formula that no program has calculated yet (open the" in refusal(data)
    data = changed(data, SHEET, lambda xml: xml.replace(b'<c r="B2">', b'<c r="B2" t="str">'))
    assert rows(data) == [(2, ("x", ""))]


def test_merged_cells_are_refused() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id", "b"])
    for number in range(5000):
        book.worksheets[0].append([str(number), None])
    book.worksheets[0]["B4000"] = "P1"
    book.worksheets[0].merge_cells("B4000:B4002")
    stream = io.BytesIO()
    book.save(stream)
    assert "t.xlsx:4000: the cell B4000 is merged with others" in refusal(stream.getvalue())


def test_a_hidden_sheet_is_taken_only_where_it_is_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["id"], ["old"], more=("New",))))
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    stream = io.BytesIO()
    book.save(stream)
    message = "t.xlsx: the first sheet, 'Sheet', is hidden (state which sheet is meant: 'sheet: New', for example)"
    assert message in refusal(stream.getvalue())
    assert rows(stream.getvalue(), "Sheet") == [(2, ("old",))]


def test_rows_that_are_short_or_missing_are_empty_and_those_at_the_end_are_no_rows() -> None:
    data = workbook(["id", "b"], ["1", None], [None, None], ["3", "c"], [None, None], ["", None])
    assert rows(data) == [(2, ("1", "")), (3, ("", "")), (4, ("3", "c"))]


def test_sheets_by_name() -> None:
    data = workbook(["id", "first"], more=("Patients", "Other"))
    assert opened(data).columns == ("id", "first")
    assert opened(data, "Patients").columns == ("id", "Patients")
    assert "there is no sheet 'patient' (did you mean 'Patients'?)" in refusal(data, "patient")
    assert "the sheets are 'Sheet', 'Patients' and 'Other'" in refusal(data, "xyz")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_cells_with_errors_are_named(error: str) -> None:
    message = refusal(workbook(["id", "b"], ["1", "x"], ["2", error]))
    assert f"t.xlsx:3: the cell B3 holds the error {error}" in message


def test_numbers_that_excel_has_rounded_are_refused() -> None:
    assert "t.xlsx:2: the cell A2 holds a number of more than 15 digits" in refusal(workbook(["id"], [10**15]))


@pytest.mark.parametrize("number_format", ["000-00-0000", r"000\-00\-0000", '"P"0000', "0000 0000"])
def test_numbers_of_which_excel_shows_zeros_among_other_characters_are_refused(number_format: str) -> None:
    data = workbook(["id"], [12], formats={"A2": number_format})
    assert "t.xlsx:2: the cell A2 holds 12, which Excel shows with leading zeros by " in refusal(data)


def test_dates_that_are_none_are_errors_and_no_warnings() -> None:
    data = workbook(["id"], [-1e9], formats={"A2": "dd.mm.yyyy"})
    assert "t.xlsx:2: the cell A2 holds the error #VALUE!" in refusal(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (workbook(), "t.xlsx:1: there are no columns"),
        (workbook(["id", None, "c"]), "t.xlsx:1: column 2 has no name"),
        (workbook(["id", "id"]), "t.xlsx:1: two columns are named 'id'"),
        (workbook(["id"], ["1", "2"]), "t.xlsx:2: there are 1 columns with names"),
        (workbook(["a"]), "t.xlsx: there is no column 'id'"),
        (b"id,b\n1,2\n", "t.xlsx: this is not an Excel workbook"),
        (b"", "t.xlsx: this is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "t.xlsx: this is not an Excel workbook"),
        (changed(workbook(["id"]), "xl/workbook.xml", lambda _: b"<x"), "t.xlsx: the workbook cannot be read"),
        (changed(workbook(["id"], [1]), SHEET, lambda x: x.replace(b"</row>", b"")), "the workbook cannot be read"),
        (changed(workbook(["id"], [7]), SHEET, lambda x: x.replace(b"7<", b"seven<")), "the workbook cannot be read"),
        (changed(workbook(["id"], [7]), SHEET, lambda x: x.replace(b"7<", b"1e999<")), "holds no finite number"),
        (changed(workbook(["id"], [7]), SHEET, lambda x: x.replace(b'"2"', b'"99999999"')), "at most 1,048,576 rows"),
    ],
    ids=range(13),
)
def test_mistakes_are_told(data: bytes, message: str) -> None:
    assert message in refusal(data)


def test_a_sheet_that_states_a_wrong_size_is_read_in_full() -> None:
    data = changed(workbook(["id", "b"], [1, 2]), SHEET, lambda xml: xml.replace(b"A1:B2", b"A1:A1"))
    assert rows(data) == [(2, ("1", "2"))]


def test_workbooks_that_grow_when_unpacked_are_refused() -> None:
    stream = io.BytesIO(workbook(["id"]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/more.xml", "w") as part:
        for _ in range(table_excel.MAX_UNPACKED >> 20):
            part.write(bytes(1 << 20))
    assert len(stream.getvalue()) < 1 << 20
    assert "unpacked, a workbook has at most 256 MiB" in refusal(stream.getvalue())


def test_without_openpyxl_the_extra_is_named() -> None:
    code = (
        "import sys, io; sys.modules['openpyxl'] = None\n"
        "from img2dcm_decl.attributes.table import open_table\n"
        "from img2dcm_decl.recipe.model import Table\n"
        "open_table(io.BytesIO(), 't.xlsx', Table('t.xlsx', 'id'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "pip install 'img2dcm-decl[excel]'" in done.stderr


TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_characters="\x7f_"), max_size=10).filter(
    lambda text: not text.startswith(("=", "#"))
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(-(10**14), 10**14), st.booleans()), max_size=5))
def test_what_openpyxl_writes_is_read_back(values: list[tuple[str, int, bool]]) -> None:
    data = workbook(["id", "b", "c"], *(list(row) for row in values))
    expected = [(text, str(number), "true" if flag else "false") for text, number, flag in values]
    assert [cells for _, cells in rows(data)] == expected


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_workbooks_are_read_or_refused(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]))
    good = workbook(["id", "b"], ["x", 7], [datetime.date(2020, 1, 1), True])

    def damage(xml: bytes) -> bytes:
        at = data.draw(st.integers(0, len(xml) - 1))
        return xml[:at] + data.draw(st.binary(max_size=4)) + xml[at + data.draw(st.integers(0, 8)) :]

    with contextlib.suppress(TableError):
        rows(changed(good, part, damage))
