"""JSON Lines as they come: numbers as written, and every mistake with its line."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.attributes import table_jsonl
from img2dcm_decl.attributes.table import Row, TableError, open_table
from img2dcm_decl.recipe.model import Table


def rows(data: str | bytes, name: str = "t.jsonl") -> list[Row]:
    raw = data.encode() if isinstance(data, str) else data
    return list(open_table(io.BytesIO(raw), name, Table(name, "id")))


def refusal(data: str | bytes) -> str:
    with pytest.raises(TableError) as caught:
        rows(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ('"007"', "007"),
        ('" a "', " a "),
        (r'"\u00fc\n"', "ü\n"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        ("12345678901234567890", "12345678901234567890"),
        ("1.50", "1.50"),
        ("1e3", "1e3"),
        ("-0", "-0"),
        ("9" * 5000, "9" * 5000),
        ("true", "true"),
        ("false", "false"),
        ("null", ""),
    ],
)
def test_values_become_the_text_that_was_written(written: str, cell: str) -> None:
    assert rows(f'{{"id": {written}, "b": "x"}}\n') == [(1, (cell, "x"))]


def test_later_objects_may_leave_columns_out_and_have_an_order_of_their_own() -> None:
    data = '\ufeff{"id": 1, "b": 2}\r\n{"b": 3, "id": 4}\n{"id": 5}\n{}\n{"b": 6}\n\n \n'
    expected = [(1, ("1", "2")), (2, ("4", "3")), (3, ("5", "")), (4, ("", "")), (5, ("", "6"))]
    assert rows(data, "t.ndjson") == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "t.jsonl:1: the first line holds no object"),
        ("{}\n", "t.jsonl:1: the first line holds no object"),
        ('{"id": 1}\n{"id": 1, "name": 2}', "t.jsonl:2: 'name' is not a column of the first line"),
        ('{"id": 1, "Name": 2}\n{"name": 2}', "(did you mean 'Name'?)"),
        ('{"id": 1}\n[1]', "t.jsonl:2: this is not a JSON object"),
        ('{"id": 1}\n7', "t.jsonl:2: this is not a JSON object"),
        ('{"id": 1}\n\n{"id": 2}', "t.jsonl:2: an empty line stands between rows"),
        ('{"id": 1}\n{"id": [1]}', "t.jsonl:2: the value of 'id' is a list"),
        ('{"id": 1}\n{"id": {"a": 1}}', "t.jsonl:2: the value of 'id' is an object"),
        ('{"id": {}}', "t.jsonl:1: the value of 'id' is an object"),
        ('{"id": 1, "id": 2}', "t.jsonl:1: the name 'id' is given twice"),
        ('{"": 1}', "t.jsonl:1: column 1 has no name"),
        ('{"id": NaN}', "t.jsonl:1: NaN is not a JSON number"),
        ('{"id": 1', "t.jsonl:1: this is not JSON"),
        ('{"id": "a\tb"}', "t.jsonl:1: this is not JSON"),
        ('{"id": "\\u0000"}', "t.jsonl:1: there is a null character"),
        ('{"id": "\\ud800"}', "t.jsonl:1: there is half a surrogate pair"),
        ('{"a": 1}', "there is no column 'id' (the columns are 'a')"),
        (b'{"id": 1}\n{"id": "\xfc"}', "t.jsonl:2: the byte FC is not UTF-8"),
        ('{"id": ' + "[" * 100_000, "t.jsonl:1: lists or objects are nested too deep"),
        ('{"id": "' + "x" * 200_000 + '"}', "t.jsonl:1: a cell has at most"),
        ('{"id": "' + "x" * table_jsonl.MAX_LINE + '"}', "t.jsonl:1: a line has at most 4 MiB"),
        ("{" + ",".join(f'"c{n}":1' for n in range(20_000)) + "}", "at most 16,384 columns"),
    ],
)
def test_mistakes_are_told_with_their_line(data: str | bytes, message: str) -> None:
    assert message in refusal(data)


VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0")) | st.integers() | st.booleans() | st.none()


@given(st.lists(st.dictionaries(st.sampled_from(["id", "b", "c"]), VALUES), max_size=5), st.booleans())
def test_what_json_writes_is_read_back(objects: list[dict[str, object]], ascii_only: bool) -> None:
    objects = [{"id": "x", "b": 1, "c": None}, *objects, {"id": "end"}]
    data = "\n".join(json.dumps(value, ensure_ascii=ascii_only) for value in objects)
    words = {None: "", True: "true", False: "false"}

    def text(value: object) -> str:
        return words[value] if value is None or isinstance(value, bool) else str(value)

    expected = [tuple(text(value.get(name)) for name in ("id", "b", "c")) for value in objects]
    assert [cells for _, cells in rows(data)] == expected


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = rows(b'{"id": 1}\n' + data)
    except TableError:
        return
    assert all(len(cells) == 1 for _, cells in found)
