"""The grammar of paths: what they mean, in recipes and as arguments, and what is said of the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.paths import EVERY_ITEM, KeyPath, parse_path
from img2dcm_decl.attributes.problems import KeyPathError

STANDARD = Dictionary()
RAS = 0x00400275


def places(path: KeyPath) -> list[tuple[int, int | None]]:
    return [(step.tag, step.item) for step in path.steps]


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PatientName", [(0x00100010, None)]),
        ("(PatientName)", [(0x00100010, None)]),
        ("0010,0010", [(0x00100010, None)]),
        ("(0010,0010)", [(0x00100010, None)]),
        ("RequestAttributesSequence", [(RAS, None)]),
        ("RequestAttributesSequence[1]", [(RAS, 1)]),
        ("RequestAttributesSequence[*].CodeValue", [(RAS, EVERY_ITEM), (0x00080100, None)]),
        ("0040,0275[0].(0040,0008)[2].0008,0100", [(RAS, 0), (0x00400008, 2), (0x00080100, None)]),
        ("OverlayRows", [(0x60000010, None)]),
        ("6002,0010", [(0x60020010, None)]),
        ("RETIRED_OtherPatientIDs", [(0x00101000, None)]),
        ("PrivateCreator", [(0x00090010, None)]),
        ("0009,1001", [(0x00091001, None)]),
        ("4320,0010", [(0x43200010, None)]),
        ("ABCD,ef01[0].PatientID", [(0xABCDEF01, 0), (0x00100020, None)]),
    ],
)
def test_paths_name_attributes(text: str, expected: list[tuple[int, int | None]], lenient: bool) -> None:
    assert places(parse_path(text, STANDARD, lenient=lenient)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10,10", [(0x00100010, None)]),
        ("0x10,0x20", [(0x00100020, None)]),
        (" 0010,0010", [(0x00100010, None)]),
        ("0010,0010 ", [(0x00100010, None)]),
        ("(10, 10)", [(0x00100010, None)]),
        ("00008,0005", [(0x00080005, None)]),
        ("RequestAttributesSequence[0].", [(RAS, 0)]),
        ("RequestAttributesSequence[0]xCodeValue", [(RAS, 0), (0x00080100, None)]),
        ("RequestAttributesSequence[ 1 ]", [(RAS, 1)]),
        ("RequestAttributesSequence[+1]", [(RAS, 1)]),
        ("RequestAttributesSequence[1x]", [(RAS, 1)]),
        ("RequestAttributesSequence[*x]", [(RAS, EVERY_ITEM)]),
        ("RequestAttributesSequence[000000000000001]", [(RAS, 1)]),
    ],
)
def test_arguments_are_read_as_img2dcm_reads_them_and_recipes_are_not(
    text: str, expected: list[tuple[int, int | None]]
) -> None:
    assert places(parse_path(text, STANDARD, lenient=True)) == expected
    if "000001" not in text:
        with pytest.raises(KeyPathError):
            parse_path(text, STANDARD)


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("text", "said", "offset"),
    [
        ("", "the path is empty", 0),
        ("PatientName ", "'PatientName ' is no keyword", 0),
        ("patientname", "did you mean PatientName?", 0),
        ("Patient's Name", "did you mean PatientName?", 0),
        ("00100010", "did you mean 0010,0010?", 0),
        ("{0010,0010}", "is not a tag", 0),
        ("60xx,3000", "is not a tag", 0),
        ("(0010,0010", "the parenthesis is not closed", 0),
        ("(0010", 'a tag needs quotes: "(0010,0010)"', 0),
        ("(0010,0010)x", "'x' was not expected here", 11),
        ("[0].CodeValue", "a keyword or tag is missing", 0),
        ("RequestAttributesSequence.CodeValue", "RequestAttributesSequence[0].", 0),
        ("PatientName.CodeValue", "PatientName is not a sequence", 0),
        ("RequestAttributesSequence[0", "the bracket is not closed", 25),
        ("RequestAttributesSequence[-1].CodeValue", "item numbers begin at 0", 26),
        ("RequestAttributesSequence[x]", "'x' is not an item", 26),
        ("RequestAttributesSequence[]", "'' is not an item", 26),
        ("RequestAttributesSequence[100001]", "item numbers go up to 100000", 26),
        ("RequestAttributesSequence[4294967296]", "item numbers go up to 100000", 26),
        ("RequestAttributesSequence[0]..CodeValue", "is no keyword", 29),
        ("RequestAttributesSequence[0].Codevalue", "did you mean CodeValue?", 29),
        ("0002,0010", "file meta information", 0),
        ("0000,0900", "command set", 0),
        ("GenericGroupLength", "command set", 0),
        ("fffe,e000", "delimits items", 0),
        ("0008,0000", "group length", 0),
        ("RequestAttributesSequence[0].0008,0000", "group length", 29),
        ("0009,0000", "group length", 0),
        ("0009,0005", "cannot exist", 0),
        ("0009,0100", "cannot exist", 0),
        ("RequestAttributesSequence[0]." * 65 + "CodeValue", "more than 64", 29 * 64),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str, offset: int, lenient: bool) -> None:
    with pytest.raises(KeyPathError) as caught:
        parse_path(text, STANDARD, lenient=lenient)
    assert said in str(caught.value)
    assert caught.value.offset == offset
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["RequestAttributesSequence[0]xCodeValue", "RequestAttributesSequence[0]."])
def test_recipes_know_one_separator_only(text: str) -> None:
    with pytest.raises(KeyPathError) as caught:
        parse_path(text, STANDARD)
    assert caught.value.offset == 28


def test_arguments_name_retired_attributes_by_their_prefix() -> None:
    assert parse_path("OtherPatientIDs", STANDARD).leaf.tag == 0x00101000
    with pytest.raises(KeyPathError, match="write RETIRED_OtherPatientIDs"):
        parse_path("OtherPatientIDs", STANDARD, lenient=True)


@pytest.mark.parametrize(
    "text", ["10,10", "(0040,0275)[ 3 ]:8,0100", "RETIRED_OtherPatientIDs", "6002,10", "0009,1001"]
)
def test_a_path_written_out_means_the_same_in_a_recipe(text: str) -> None:
    path = parse_path(text, STANDARD, lenient=True)
    assert places(parse_path(str(path), STANDARD)) == places(path)


GRAMMAR = st.lists(
    st.sampled_from(
        [
            "PatientName",
            "RequestAttributesSequence",
            "0010,0010",
            "(",
            ")",
            "[",
            "]",
            "0",
            "7",
            "*",
            ".",
            ",",
            "-",
            "x",
            " ",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(GRAMMAR | st.text(max_size=30), st.booleans())
def test_any_text_is_a_path_or_an_error(text: str, lenient: bool) -> None:
    try:
        path = parse_path(text, STANDARD, lenient=lenient)
    except KeyPathError:
        return
    assert places(parse_path(str(path), STANDARD)) == places(path)
