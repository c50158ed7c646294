"""CSV and TSV as they come: encodings, delimiters, quotes, and every mistake with its line."""

from __future__ import annotations

import csv
import io
import pickle
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.attributes import table_text
from img2dcm_decl.attributes.table import Row, TableError, TableReader, open_table
from img2dcm_decl.attributes.table_reader import MAX_CELL, MAX_COLUMNS
from img2dcm_decl.recipe.model import Table


def opened(data: str | bytes, name: str = "t.csv", **settings: str) -> TableReader:
    raw = data.encode() if isinstance(data, str) else data
    table = Table(**{"file": name, "column": "id", **settings})  # type: ignore[arg-type]
    return open_table(io.BytesIO(raw), name, table)


def rows(data: str | bytes, name: str = "t.csv", **settings: str) -> list[Row]:
    return list(opened(data, name, **settings))


def refusal(data: str | bytes, name: str = "t.csv", **settings: str) -> str:
    with pytest.raises(TableError) as caught:
        rows(data, name, **settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "cells"),
    [
        ("id,name\n007,Bond\n", ("007", "Bond")),
        ("id,name\r\n007,Bond\r\n", ("007", "Bond")),
        ("id,name\r007,Bond", ("007", "Bond")),
        ("id,name\n 7 ,\t\n", (" 7 ", "\t")),
        ('id,name\n7,"Bond, ""James"""\n', ("7", 'Bond, "James"')),
        ('id,name\n7,"a\r\nb"\n', ("7", "a\r\nb")),
        ('id,name\n7,5" wide\n', ("7", '5" wide')),
        ("id,name\n7,\n", ("7", "")),
        ("id,name\n7,Bond\n\n\r\n\n", ("7", "Bond")),
        ("id,name\n7,Bond\n,\n,\n\n", ("7", "Bond")),
    ],
)
def test_cells_keep_their_text(data: str, cells: tuple[str, ...]) -> None:
    assert rows(data) == [(2, cells)]


@pytest.mark.parametrize(
    ("name", "delimiter", "settings"),
    [
        ("t.csv", ",", {}),
        ("T.CSV", ",", {}),
        ("t.tsv", "\t", {}),
        ("t.tab", "\t", {}),
        ("t.csv", ";", {"delimiter": ";"}),
        ("t.txt", "|", {"delimiter": "|", "format": "csv"}),
        ("t.csv", "\t", {"format": "tsv"}),
        ("s3://bucket/t.csv", ",", {}),
    ],
)
def test_the_name_or_the_recipe_tells_the_delimiter(name: str, delimiter: str, settings: dict[str, str]) -> None:
    assert rows(f"id{delimiter}b\n1{delimiter}2\n", name, **settings) == [(2, ("1", "2"))]


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", "UTF8"),
        ("utf-16", "utf-16"),
        ("utf-16-be", "utf-16-be"),
        ("latin-1", "latin-1"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encodings_as_stated_and_byte_order_marks_are_no_text(written: str, stated: str) -> None:
    data = "id,name\n1,Müller\n".encode(written)
    reader = opened(data, encoding=stated)
    assert (reader.columns, list(reader)) == (("id", "name"), [(2, ("1", "Müller"))])


def test_rows_tell_the_line_that_they_begin_on() -> None:
    data = 'id,"a\nb"\n1,"x\n\ny"\n2,z\n,\n,\n3,w\n'
    assert [line for line, _ in rows(data)] == [3, 6, 7, 8, 9]


def test_a_table_without_rows_is_a_table() -> None:
    assert rows("id,name\n\n") == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "t.csv:1: the first line is empty"),
        ("\nid\n1\n", "t.csv:1: the first line is empty"),
        ("id,,c\n", "t.csv:1: column 2 has no name"),
        ("id, \n", "t.csv:1: column 2 has no name"),
        ("id,a,id\n", "t.csv:1: two columns are named 'id'"),
        ("ID,a\n", "t.csv: there is no column 'id' ('ID' differs only in case)"),
        ("x,y,z\n", "t.csv: there is no column 'id' (the columns are 'x', 'y' and 'z')"),
        ("id;b\n1;2\n", "(the first line is one column; 'delimiter: \";\"' would divide it)"),
        ("id\tb\n1\t2\n", r"(the first line is one column; 'delimiter: \t' would divide it)"),
        ("id,b\n1,2\n1\n", "t.csv:3: there are 2 columns, and this row has 1 cells"),
        ("id,b\n1,2,3\n", "t.csv:2: there are 2 columns, and this row has 3 cells"),
        ("id,b\n1,2\n\n3,4\n", "t.csv:3: an empty line stands between rows"),
        ('id,b\n1,2\n3,"4\n5,6\n', "t.csv:3: a quote that is opened here is not closed"),
        ('id,b\n1,"2"3\n', "t.csv:2: text follows the closing quote of a cell"),
        ("id,b\n1,2\n3,\0\n", "t.csv:3: there is a null character"),
        (b"id,b\n1,2\n3,M\xfcller\n", "t.csv:3: the byte FC is not utf-8"),
        (b"id,b\n" + b"1,2\n" * 50_000 + b"3,\xfc\n", "t.csv:50002: the byte FC is not utf-8"),
        ("id,b\n1,2\n".encode("utf-16"), "t.csv:1: the table begins with the byte order mark of utf-16"),
        ("id,b\n1,2\n".encode("utf-16-le"), "null character"),
        ("id\n" + "x" * (MAX_CELL + 1), f"t.csv:2: a cell has at most {MAX_CELL:,} characters"),
        ("id," + ",".join(f"c{n}" for n in range(MAX_COLUMNS)), "at most 16,384 columns"),
        ("x" * (table_text.MAX_LINE + 1), "t.csv:1: a line has at most"),
        ("id\n" + '"x",' * 3 + '"x\n","' * 2_000_000, "t.csv:"),
    ],
)
def test_mistakes_are_told_with_their_line(data: str | bytes, message: str) -> None:
    assert message in refusal(data)


def test_what_does_not_decode_says_what_to_do() -> None:
    assert "(state the encoding of the table: 'encoding: cp1252', for example)" in refusal(b"id\n\xfc\n")
    assert "write 'encoding: utf-16'" in refusal("id\n1".encode("utf-16"))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (
            b"PK\x03\x04\x14\0",
            "t.csv: this is a ZIP archive, as Excel workbooks are, and no text (name a workbook .xlsx",
        ),
        (b"\xd0\xcf\x11\xe0\xa1", "t.csv: this is a workbook of Excel's old format, and no text (save it as .xlsx"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_workbook_that_is_called_text_is_told_as_what_it_is(head: bytes, message: str, encoding: str) -> None:
    assert message in refusal(head, encoding=encoding)


def test_bytes_that_end_within_a_character_are_told() -> None:
    assert "t.csv:2: the byte" in refusal("id\nü".encode("utf-16")[:-1], encoding="utf-16")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"delimiter": ""}, "cannot be a delimiter"),
        ({"delimiter": ";;"}, "cannot be a delimiter"),
        ({"delimiter": '"'}, "cannot be a delimiter"),
        ({"delimiter": "\n"}, "cannot be a delimiter"),
        ({"delimiter": "\0"}, "cannot be a delimiter"),
        ({"encoding": "no-such"}, "'no-such' is no known encoding of text"),
        ({"encoding": ""}, "is no known encoding of text"),
        ({"encoding": "rot13"}, "is no known encoding of text"),
        ({"encoding": "base64"}, "is no known encoding of text"),
        ({"encoding": "a\0b"}, "is no known encoding of text"),
        ({"encoding": "undefined"}, "undefined"),
    ],
)
def test_what_the_recipe_says_may_be_wrong(settings: dict[str, str], message: str) -> None:
    assert message in refusal("id\n1\n", **settings)


def test_names_without_a_known_extension_are_told_the_formats() -> None:
    message = refusal("id\n", "people.txt")
    assert "people.txt: the name does not tell the format" in message
    assert all(words in message for words in ("CSV (.csv)", "TSV (.tsv)", "JSON Lines (.jsonl)", "Excel (.xlsx)"))


def test_positions_of_columns() -> None:
    reader = opened("id,Patient Name\n")
    assert reader.position("Patient Name") == 1
    with pytest.raises(TableError, match="did you mean 'Patient Name'"):
        reader.position("patient_name")


def test_an_error_survives_being_sent_to_another_process() -> None:
    error = TableError("m", "t.csv", 3, help="h")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.line, copy.help, copy.exit_code) == ("t.csv:3: m (h)", 3, "h", 2)


def test_an_unbuffered_file_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n2\n", encoding="utf-8")
    with open(tmp_path / "t.csv", "rb", buffering=0) as file:
        assert list(open_table(file, "t.csv", Table("t.csv", "id"))) == [(2, ("1",)), (3, ("2",))]


def test_a_file_is_not_closed_and_failures_to_read_it_are_told() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 100_000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    for name, line in (("t.csv", b"7\n"), ("t.jsonl", b'{"id": 7}\n')):
        file = Failing(b"id\n" * (name == "t.csv") + line * 100_000)
        with pytest.raises(TableError, match="the table cannot be read: Input/output error"):
            list(open_table(file, name, Table(name, "id")))
        assert not file.closed


def test_memory_is_that_of_a_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,b\n" + "".join(f"{n:08},some text\n" for n in range(100_000)), encoding="utf-8")
    with open(path, "rb") as file:
        tracemalloc.start()
        count = sum(1 for _ in open_table(file, "t.csv", Table("t.csv", "id")))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 500_000


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(
    cells=st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1)),
    delimiter=st.sampled_from([",", ";", "\t", "|", " ", "ü"]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
)
def test_what_csv_writes_is_read_back(
    cells: list[list[str]], delimiter: str, ending: str, quoting: int, encoding: str
) -> None:
    if quoting == csv.QUOTE_MINIMAL and ending != "\r\n":  # which leaves other line breaks without quotes
        cells = [[cell.replace("\r", " ").replace("\n", " ") for cell in row] for row in cells]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
    header = ["id", "b", "c", "d"][: len(cells[0])]
    writer.writerows([header, *cells])
    read = opened(text.getvalue().encode(encoding), delimiter=delimiter, encoding=encoding)
    while cells and not any(cells[-1]):
        cells.pop()
    assert read.columns == tuple(header)
    assert [list(row) for _, row in read] == cells


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "utf-7", "shift-jis", "iso2022_jp"]))
def test_any_bytes_are_read_or_refused(data: bytes, encoding: str) -> None:
    try:
        found = rows(b"id,b\n" + data if encoding == "utf-8" else data, encoding=encoding)
    except TableError:
        return
    assert all(len(cells) == len(found[0][1]) for _, cells in found)
