from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.recipe.placeholders import Placeholder, PlaceholderError, escape, expand, literal, parse

VALUES: dict[str, str | int] = {"image.stem": "a", "image.name": "a.jpg", "image.parent": "left", "index": 7}


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
        ("${index:04}.dcm", (Placeholder("index", "04"), ".dcm"), "0007.dcm"),
        ("${index:3}", (Placeholder("index", "3"),), "  7"),
        ("$${index}", ("${index}",), "${index}"),
        ("$$${index}", ("$", Placeholder("index")), "$7"),
        ("$5 $", ("$5 $",), "$5 $"),
    ],
)
def test_texts_are_split_and_filled_in(text: str, parts: tuple[str | Placeholder, ...], expanded: str) -> None:
    assert parse(text) == parts
    assert expand(parts, VALUES) == expanded


@pytest.mark.parametrize(
    ("text", "offset", "length", "message", "advice"),
    [
        ("ab${index", 2, 2, "not closed", "add }"),
        ("${}", 0, 3, "has no name", "image.stem, image.name, image.parent or index"),
        ("a${image.${index}}", 1, 10, "another brace", "close"),
        ("${indx}", 0, 7, "no placeholder named 'indx'", "did you mean '${index}'?"),
        ("${ index}", 0, 9, "no placeholder named ' index'", "did you mean '${index}'?"),
        ("${index:}", 0, 9, "':' is not a format", "${index:04}"),
        ("${index:004}", 0, 12, "':004' is not a format", "${index:04}"),
        ("${image.stem:4}", 0, 15, "':4' is not a format", "write ${image.stem}"),
    ],
)
def test_wrong_placeholders_are_named_at_their_offset(
    text: str, offset: int, length: int, message: str, advice: str
) -> None:
    with pytest.raises(PlaceholderError, match=message.replace("$", r"\$")) as caught:
        parse(text)
    assert (caught.value.offset, caught.value.length) == (offset, length)
    assert advice in caught.value.help


@given(st.text())
def test_escaped_text_stands_for_itself(text: str) -> None:
    assert expand(parse(escape(text)), {}) == literal(escape(text)) == text


@given(st.text(alphabet="${}:.index04"))
def test_any_text_is_split_or_refused(text: str) -> None:
    start, length = 0, 0
    try:
        assert isinstance(expand(parse(text), VALUES), str)
    except PlaceholderError as error:
        start, length = error.offset, error.length
    assert 0 <= start <= start + length <= len(text)
