"""Text between character sets: every code extension is read, and each mode does what its name says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import charset
from support import corpus_files

from img2dcm_decl.attributes.character_decoding import decode_value
from img2dcm_decl.attributes.character_sets import SETS, encode_value
from img2dcm_decl.attributes.characters import Mode, convert_text
from img2dcm_decl.attributes.problems import CharacterSetError

LATIN1, LATIN2, GREEK = ("ISO_IR 100",), ("ISO_IR 101",), ("ISO_IR 126",)
UTF8, GB18030, KATAKANA = ("ISO_IR 192",), ("GB18030",), ("ISO_IR 13",)
JAPANESE = ("", "ISO 2022 IR 87")
KOREAN = ("", "ISO 2022 IR 149")
MANY = ("ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 58", "ISO 2022 IR 126")
ESCAPED = [
    path
    for path in corpus_files("dicom-templates")
    if path.name.startswith(("pydicom--chrH", "pydicom--chrK", "pydicom--chrI")) and b"\x1b" in path.read_bytes()
]
BLOCKS = ((0x20, 0x600), (0x3040, 0x3100), (0x4E00, 0x5100), (0xAC00, 0xAE00), (0xFF60, 0xFFA0))


def encodable(terms: tuple[str, ...]) -> list[str]:
    found = []
    for first, last in BLOCKS:
        for code in range(first, last):
            try:
                encode_value(chr(code), "PN", terms)
            except CharacterSetError:
                continue
            found.append(chr(code))
    return found


@pytest.mark.parametrize(
    "terms",
    [
        LATIN1,
        JAPANESE,
        ("ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"),
        KOREAN,
        MANY,
        GB18030,
        UTF8,
    ],
    ids="\\".join,
)
def test_what_is_encoded_is_read_back(terms: tuple[str, ...]) -> None:
    characters = st.sampled_from(encodable(terms) + list("^=\\\n\r\t "))

    @settings(max_examples=150, deadline=None)
    @given(st.text(characters, max_size=30), st.sampled_from(["PN", "LO", "UT"]))
    def check(text: str, vr: str) -> None:
        assert decode_value(encode_value(text, vr, terms), vr, terms) == text

    check()


@pytest.mark.parametrize("path", ESCAPED, ids=lambda path: path.name)
def test_names_in_real_files_are_read_as_pydicom_reads_them(path: Path) -> None:
    dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    terms = [term or "" for term in dataset["SpecificCharacterSet"].value]
    name: Any = dataset.get_item("PatientName")
    value = (name.value or b"").rstrip()
    codecs = charset.convert_encodings([term or "ISO_IR 6" for term in terms])
    expected = "=".join(charset.decode_bytes(part, codecs, {0x5E}) for part in value.split(b"="))
    assert decode_value(value, "PN", tuple(terms)) == expected


@pytest.mark.parametrize(
    ("data", "terms"),
    [
        (b"M\xfcller", UTF8),
        (b"\xff\xfe", GB18030),
        (b"M\xfcller", ("",)),
        (b"\x1b$BX", JAPANESE),
        (b"\x1b$B\xc8\xd3", JAPANESE),
        (b"\x1b$)C\xb1", KOREAN),
        (b"\x1b$)C\xb1x", KOREAN),
        (b"\x1bZ", JAPANESE),
        (b"\x1b", LATIN1),
        (b"\xa1", ("ISO_IR 127",)),
        (b"M\xfcller", ("ISO_IR 999",)),
        (b"M\xfcller", ("ISO 2022 IR 87",)),
        (b"M\xfcller", ("ISO_IR 192", "ISO 2022 IR 87")),
    ],
)
def test_bytes_that_are_no_text_of_the_set_are_refused(data: bytes, terms: tuple[str, ...]) -> None:
    with pytest.raises(CharacterSetError, match=r"no text of|does not define|can only follow|stands alone"):
        decode_value(data, "LO", terms)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=60), st.lists(st.sampled_from([s.escape for s in SETS.values() if s])).map(b"".join)),
    st.sampled_from([LATIN1, UTF8, GB18030, KATAKANA, JAPANESE, KOREAN, MANY, ("ISO_IR 999",)]),
    st.sampled_from([LATIN1, UTF8, JAPANESE, ("",)]),
    st.sampled_from(["strict", "transliterate", "discard"]),
)
def test_any_bytes_are_converted_or_refused(
    data: bytes, source: tuple[str, ...], target: tuple[str, ...], mode: Mode
) -> None:
    try:
        converted = convert_text(data, "PN", source, target, mode)
    except CharacterSetError:
        return
    decode_value(converted, "PN", target)


@pytest.mark.parametrize(
    ("text", "target", "transliterated", "discarded"),
    [
        ("Wałęsa", LATIN1, "Walesa", "Wasa"),
        ("Wałęsa", LATIN2, "Wałęsa", "Wałęsa"),
        ("5 €", LATIN1, "5 EUR", "5 "),
        ("“x” – …", LATIN1, '"x" - ...', "x  "),
        ("ﬁn Ω", LATIN1, "fin O", "n "),
        ("Müller^Δ", GREEK, "Muller^Δ", "Mller^Δ"),
        ("王^小東=王", JAPANESE, "王^小東=王", "王^小東=王"),
        ("e\u0301 a\u0308", LATIN1, "é ä", "é ä"),
        ("x\u0325", LATIN1, "x", "x"),
        ("a＾b＝c＼d", LATIN1, "a?b?c?d", "abcd"),
        ("\ue000", LATIN1, "?", ""),
        ("Plain^Name", ("ISO_IR 999",), "Plain^Name", "Plain^Name"),
    ],
)
def test_what_a_set_lacks_is_spelled_alike_or_left_out(
    text: str, target: tuple[str, ...], transliterated: str, discarded: str
) -> None:
    data = text.encode()
    for mode, expected in (("transliterate", transliterated), ("discard", discarded)):
        converted = convert_text(data, "PN", UTF8, target, "discard" if mode == "discard" else "transliterate")
        assert converted == encode_value(expected, "PN", target)


@pytest.mark.parametrize("mode", ["strict", "transliterate", "discard"])
def test_no_mode_makes_up_for_an_undefined_set_or_damaged_text(mode: Mode) -> None:
    with pytest.raises(CharacterSetError, match="does not define"):
        convert_text("é".encode(), "LO", UTF8, ("ISO_IR 999",), mode)
    with pytest.raises(CharacterSetError, match="no text of"):
        convert_text(b"\xe9", "LO", UTF8, LATIN1, mode)


def test_strict_names_what_the_set_lacks() -> None:
    with pytest.raises(CharacterSetError, match="ISO_IR 100 has no 'Δι'"):
        convert_text("Διι".encode(), "LO", UTF8, LATIN1)
