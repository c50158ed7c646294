from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expand, expander
from img2dcm_decl.recipe.placeholders import ALL, NAMES, Placeholder, PlaceholderError, escape, literal, names_in, parse
from img2dcm_decl.recipe.value_formats import Width

VALUES: dict[str, str | int] = {
    "image.stem": "a",
    "image.name": "a.jpg",
    "image.parent": "left",
    "image.folder": ".",
    "image.number": "0012",
    "index": 7,
    "row.Sex": "",
    "row.Patient name": "Doe, John",
    "row.Born": "31.1.2020",
    "row.No": "42",
    "row.blank": "  ",
    "parameter.site": "north",
}


@pytest.mark.parametrize(
    ("text", "parts", "expanded"),
    [
        ("", (), ""),
        ("plain", ("plain",), "plain"),
        ("${image.stem}", (Placeholder("image.stem"),), "a"),
        (
            "x/${image.parent}-${image.name}",
            ("x/", Placeholder("image.parent"), "-", Placeholder("image.name")),
            "x/left-a.jpg",
        ),
        ("${index:04}.dcm", (Placeholder("index", Width("04")), ".dcm"), "0007.dcm"),
        ("${index:3}", (Placeholder("index", Width("3")),), "  7"),
        ("${row.Sex|O}", (Placeholder("row.Sex", None, "O"),), "O"),
        ("${row.Sex|a:b (c)}", (Placeholder("row.Sex", None, "a:b (c)"),), "a:b (c)"),
        ("${row.Sex|}", (Placeholder("row.Sex", None, ""),), ""),
        ("$${index}", ("${index}",), "${index}"),
        ("$$${index}", ("$", Placeholder("index")), "$7"),
        ("$5 $", ("$5 $",), "$5 $"),
    ],
)
def test_texts_are_split_and_filled_in(text: str, parts: tuple[str | Placeholder, ...], expanded: str) -> None:
    assert parse(text) == parts
    assert expand(parts, VALUES) == expander(parts)(VALUES) == expanded


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("${image.folder}/${image.number}", "./0012"),
        ("${image.number:3}", " 12"),
        ("${row.No:05}", "00042"),
        ("${row.Patient name:name(family, given)}", "Doe^John"),
        ("${row.Born:date(%d.%m.%Y)}", "20200131"),
        ("${row.Sex:date(%Y)(|19000101}", None),
        ("${row.Sex:date(%d.%m.%Y)|19000101}", "19000101"),
        ("${row.Sex:date(%d.%m.%Y)}", ""),
        ("${row.blank}|${row.blank:04}|${row.blank|x}", "  ||x"),
        ("${parameter.site|south}", "north"),
    ],
)
def test_formats_and_defaults_are_applied(text: str, expanded: str | None) -> None:
    if expanded is None:
        with pytest.raises(PlaceholderError):
            parse(text)
    else:
        assert expand(parse(text), VALUES) == expander(parse(text))(VALUES) == expanded


@pytest.mark.parametrize(
    ("text", "offset", "length", "message", "advice"),
    [
        ("ab${index", 2, 2, "not closed", "add }"),
        ("${}", 0, 3, "has no name", "index, row.COLUMN or parameter.NAME"),
        ("${:04}", 0, 6, "has no name", "image.stem, image.name, image.parent"),
        ("a${image.${index}}", 1, 10, "another brace", "close"),
        ("${indx}", 0, 7, "no placeholder named 'indx'", "did you mean '${index}'?"),
        ("${ index}", 0, 9, "no placeholder named ' index'", "did you mean '${index}'?"),
        ("${rows.Sex}", 0, 11, "no placeholder named 'rows.Sex'", "did you mean '${row.Sex}'?"),
        ("${Sex}", 0, 6, "no placeholder named 'Sex'", "the names are"),
        ("${row}", 0, 6, "row needs a name behind a dot", "write ${row.COLUMN}"),
        ("${parameter.|x}", 0, 15, "parameter needs a name", "write ${parameter.NAME}"),
        ("${index:}", 0, 9, "':' is not a format of index", "${index:04}"),
        ("${index:004}", 0, 12, "':004' is not a format", "${index:04}"),
        ("${image.stem:4}", 0, 15, "':4' is not a format", "date(%d.%m.%Y)"),
        ("${image.folder:name(family)}", 0, 28, "not a format of image.folder", "write ${image.folder}"),
        ("${index:date(%Y%m%d)}", 0, 21, "not a format of index", "${index:04}"),
        ("${row.A:dat(%Y%m%d)}", 0, 20, "':dat(%Y%m%d)' is not a format", "did you mean 'date(%d.%m.%Y)'?"),
        ("${row.A:upper}", 0, 14, "':upper' is not a format", "04, date("),
        ("-${row.A:date(%Y%m%d}", 13, 1, "parenthesis is not closed", "add )"),
        ("${row.A:name(given)x|y}", 19, 3, "nothing but a default", "|"),
        ("${row.A:date(%Y-%q-%d)}", 16, 2, "'%q' says nothing about a date", "%Y, %y, %m"),
        ("${row.A:date(%Y-%m)}", 13, 5, "does not tell the day", "%d"),
        ("${row.A:date()}", 13, 1, "does not tell the year", "%Y"),
        ("${row.A:name(famly, given)}", 13, 5, "no component 'famly'", "did you mean 'family'?"),
    ],
)
def test_wrong_placeholders_are_named_at_their_offset(
    text: str, offset: int, length: int, message: str, advice: str
) -> None:
    with pytest.raises(PlaceholderError) as caught:
        parse(text)
    assert message in caught.value.message
    assert (caught.value.offset, caught.value.length) == (offset, length)
    assert advice in caught.value.help


@pytest.mark.parametrize(
    ("text", "families", "message", "advice"),
    [
        ("${row.A}", {"image", "index"}, "row. placeholders are not possible here", "image.number or index"),
        ("${index}", {"parameter"}, "index placeholders are not possible here", "the names are parameter.NAME"),
        ("${image.stem}", set(), "placeholders are not possible here", "write $${"),
    ],
)
def test_families_are_refused_where_they_are_not_possible(
    text: str, families: set[str], message: str, advice: str
) -> None:
    with pytest.raises(PlaceholderError) as caught:
        parse(text, families)
    assert caught.value.message == message
    assert advice in caught.value.help


@pytest.mark.parametrize("text", ["", "100 %", "%s", "%${index}%%s", "%d${image.stem}%(x)s${index}%", "${index}"])
def test_percent_signs_stand_for_themselves(text: str) -> None:
    values: dict[str, str | int] = {"index": 7, "image.stem": "a%sb"}
    assert expander(parse(text))(values) == expand(parse(text), values)


def test_a_value_that_does_not_fit_is_said_with_its_placeholder() -> None:
    with pytest.raises(ValueProblem) as caught:
        expand(parse("x${row.Born:date(%d.%m.%Y)}"), {"row.Born": "31.02.2020"})
    assert caught.value.message == (
        "'31.02.2020' is not a date of the form %d.%m.%Y, which ${row.Born:date(%d.%m.%Y)} asks for"
    )
    assert caught.value.exit_code == 2


def test_names_are_listed_once_in_their_order() -> None:
    assert names_in(parse("${index}a${row.A}${index:02}$$")) == ("index", "row.A")


@pytest.mark.parametrize("text", ["${index:04}", "${row.A:date(%d.%m.%Y)|x}", "${row.A:name(family, given)}"])
def test_parts_can_be_sent_to_other_processes(text: str) -> None:
    parts = parse(text)
    assert pickle.loads(pickle.dumps(parts)) == parts


@given(st.text())
def test_escaped_text_stands_for_itself(text: str) -> None:
    assert expand(parse(escape(text)), {}) == literal(escape(text)) == text


@given(
    st.lists(st.sampled_from(["${", "}", "$", "row.", "index", ":", "|", "date(", "%Y", "%m%d", "name(given)", ")"]))
)
def test_any_text_is_split_or_refused(pieces: list[str]) -> None:
    text = "".join(pieces)
    start, length = 0, 0
    try:
        parts = parse(text)
    except PlaceholderError as error:
        start, length = error.offset, error.length
    else:
        written = "".join(escape(part) if isinstance(part, str) else part.written for part in parts)
        assert parse(written) == parts
    assert 0 <= start <= start + length <= len(text)


def test_fixed_names_belong_to_families() -> None:
    assert {name.partition(".")[0] for name in NAMES} < ALL
