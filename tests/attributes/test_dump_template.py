"""Dumps as templates: each form of line, sequences, and every mistake at its line and column."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import corpus_files

from img2dcm_decl.attributes import dump_template
from img2dcm_decl.attributes.cleanup import clean_template
from img2dcm_decl.attributes.dataset import Attribute
from img2dcm_decl.attributes.dicom_template import read_dicom
from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.dump_template import read_dump
from img2dcm_decl.attributes.limits import MAX_DEPTH
from img2dcm_decl.attributes.template import Template
from img2dcm_decl.diagnostics import headline
from img2dcm_decl.encode.elements import pad
from img2dcm_decl.errors import RecipeError

STANDARD = Dictionary()
FILES = corpus_files("dumps")
SEQUENCE = "(0040,0275) SQ (Sequence with explicit length #=1)\n(fffe,e000) na (Item)\n"
END = "(fffe,e00d) na (end)\n(fffe,e0dd) na (end)\n"


def read(text: str | bytes, folder: Path | str = ".") -> Template:
    data = text.encode() if isinstance(text, str) else text
    return read_dump(io.BytesIO(data), "t.dump", STANDARD, folder=str(folder))


def refused(text: str | bytes, folder: Path | str = ".") -> list[str]:
    with pytest.raises(RecipeError) as caught:
        read(text, folder)
    return [headline(diagnostic) for diagnostic in caught.value.diagnostics]


def only(text: str | bytes) -> Attribute:
    (attribute,) = read(text).dataset
    return attribute


def padded(attribute: Attribute) -> object:
    return pad(attribute.vr, attribute.content) if isinstance(attribute.content, bytes) else attribute.content


@pytest.mark.parametrize(
    ("line", "vr", "content"),
    [
        ("(0010,0010) PN [A^B]", "PN", b"A^B"),
        ("( 10 , 00010)PN[A^B]", "PN", b"A^B"),
        ("  (0010,0010) [A^B]   # 4, 1 PatientName\r", "PN", b"A^B"),
        ("(0010,0010) A^B C # comment", "PN", b"A^B C"),
        ("(0010,0010) pn [x]", "PN", b"pn [x]"),
        ("(0010,0010) XX [x]", "PN", b"x"),
        ("(0010,0010) ?? [x]", "PN", b"x"),
        ("(0010,0030) LO [x]", "LO", b"x"),
        ("(0010,0010) PN [a]b] trailing ] # x ]", "PN", b"a]b] trailing ] # x"),
        ("(0010,0010) PN []", "PN", b""),
        ("(0010,0010) PN", "PN", b""),
        ("(0010,0010) PN # nothing", "PN", b""),
        ("(0010,0010) PN (no value available)", "PN", b""),
        ("(0010,0010) =CTImageStorage", "PN", b"=CTImageStorage"),
        ("(0032,4000) LT [one\\ntwo  ]", "LT", b"one\r\ntwo"),
        ("(0008,1150) UI =CTImageStorage   # 26, 1", "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        ("(0028,6022) US 1\\2 # 4, 2", "US", b"\x01\x00\x02\x00"),
        ("(0028,6010) US [512]", "US", b"\x00\x02"),
        ("(0018,9073) FD 1.5", "FD", b"\0\0\0\0\0\0\xf8?"),
        ("(0042,0011) OB 00\\ff\\1a", "OB", b"\x00\xff\x1a"),
        ("(6000,3000) ox 0102\\ff00", "OW", b"\x02\x01\x00\xff"),
        ("(0020,9165) AT (0018,1063)", "AT", b"\x18\x00\x63\x10"),
        ("(0020,9165) (0018,1063)\\(0018,1065) # x", "AT", b"\x18\x00\x63\x10\x18\x00\x65\x10"),
        ("(0020,9165) AT (no value available)", "AT", b""),
        ("(0011,1001) [41]", "UN", b"A"),
    ],
)
def test_lines_are_read_in_every_permitted_form(line: str, vr: str, content: bytes) -> None:
    attribute = only(f"# a comment\n\n   # another\n{line}\n")
    assert (attribute.vr, attribute.content, attribute.origin) == (vr, content, "template")


def test_text_is_taken_byte_for_byte() -> None:
    latin1 = read(b"(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [M\xfcller]\n(0008,0060) CS [\xc4]").dataset
    assert [a.content for a in latin1] == [b"ISO_IR 100", b"\xc4", b"M\xfcller"]
    assert only(b"\xef\xbb\xbf(0010,0010) PN [\x1b$)C\xb1\xe8\x1b(B]").content == b"\x1b$)C\xb1\xe8\x1b(B"


def test_of_two_lines_with_one_tag_the_first_counts() -> None:
    template = read("(0010,0010) PN [first]\n(0010,0010) PN [second]")
    assert [a.content for a in template.dataset] == [b"first"]
    assert template.notes == ("(0010,0010) stands twice; the first is taken",)


def test_file_meta_information_is_passed_over() -> None:
    template = read("(0002,0010) UI =NoSuchName\n(0002,0001) OB nonsense\n(0000,0002) UI [1]\n(0010,0010) PN [x]")
    assert [a.tag for a in template.dataset] == [0x00100010]
    assert template.notes == ("(0000,0002) does not belong into a dataset and is left out",)


def test_sequences_hold_items() -> None:
    nested = SEQUENCE.replace("0040,0275", "0040,0008")
    attribute = only(f"{SEQUENCE}(0008,0100) SH [X]\n{nested}{END}(fffe,e00d)\n(fffe,e000)\n(fffe,e00d)\n(fffe,e0dd)")
    assert [[a.tag for a in item] for item in attribute.items] == [[0x00080100, 0x00400008], []]
    assert only("(0040,0275) SQ\n(fffe,e0dd) na").content == ()
    assert only("(0040,0275)\n(fffe,e0dd)").vr == "SQ"


@pytest.mark.parametrize(
    "text",
    [
        "(7fe0,0010) OW (not loaded)",
        "(7fe0,0010) OW 0000\\0000...",
        "(7fe0,0010) OB (PixelSequence #=2)\n(fffe,e000) pi (no value available)\n(fffe,e000) pi ff\\d8\n(fffe,e0dd)",
        "(7fe0,0010) OW =missing.raw",
        "(0028,0010) US x",
        "(0008,0016) UI =NoSuchName",
    ],
)
def test_values_that_are_left_out_anyway_may_be_missing(text: str) -> None:
    dataset = read(text).dataset
    assert len(clean_template(dataset).removals) == 1
    assert len(dataset) == 0


def test_compressed_pixel_data_in_an_item_is_left_out() -> None:
    template = read(f"{SEQUENCE}(7fe0,0010) OB (PixelSequence #=1)\n(fffe,e000) pi\n(fffe,e0dd)\n{END}")
    assert [len(item) for attribute in template.dataset for item in attribute.items] == [0]
    assert "compressed pixel data inside a sequence" in template.notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x (0010,0010) PN [x]", "t.dump:1:1: a line begins with a tag"),
        ("\n  PatientName  [x]", "t.dump:2:3: a line begins with a tag"),
        ("(10010,0010) PN [x]", "a line begins with a tag"),
        ("(0010,0010) PN [x", "t.dump:1:16: the value has no closing bracket"),
        ("(0010,0010) PN <x>", "t.dump:1:16: '<x>' is not a value"),
        ("(0028,6010) US x", "t.dump:1:16: RepresentativeFrameNumber: 'x' is not a whole number"),
        ("(0028,6010) US 8 9", "'8 9' is not a whole number"),
        ("(0042,0011) OB 00\\0...", "not one to two hexadecimal digits"),
        ("(0042,0011) OB (not loaded)", "the dump does not have the value"),
        ("(0008,1150) UI =NoSuchName", "the keyword of no UID"),
        ("(0042,0011) OB =../x", "lies outside of the template's folder"),
        ("(0042,0011) OB =missing", "there is no file 'missing'"),
        ("(0040,0275) SQ", "t.dump:1:1: the sequence (0040,0275) that begins here does not end"),
        (SEQUENCE, "t.dump:2:1: the item that begins here does not end: (fffe,e00d) is missing"),
        ("(0040,0275) SQ\n(0010,0010) PN [x]", "t.dump:2:1: an item of (0040,0275) is expected here"),
        (SEQUENCE + "(fffe,e0dd)", "t.dump:3:1: (fffe,e0dd) has nothing here"),
        ("(fffe,e000)", "(fffe,e000) has nothing here"),
        ("(fffe,e00d)", "(fffe,e00d) has nothing here"),
        ("(7fe0,0010) OB (PixelSequence #=1)\n(0010,0010) PN", "an item of (7fe0,0010) is expected"),
        (SEQUENCE * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} sequences inside one another"),
        ("(0010,0010) PN [" + "x" * 70_000 + "]", "longer than the 65534 bytes"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, message: str, tmp_path: Path) -> None:
    assert message in refused(text, tmp_path)[0]


def test_every_wrong_line_is_said_up_to_a_limit() -> None:
    assert refused("(0028,6010) US x\n(0010,0010) PN [x]\nnonsense\n") == [
        "t.dump:1:16: RepresentativeFrameNumber: 'x' is not a whole number from 0 to 65535 (US)",
        "t.dump:3:1: a line begins with a tag (gggg,eeee)",
    ]
    assert len(refused("nonsense\n" * 1000)) == dump_template.MAX_PROBLEMS


def test_files_are_taken_from_the_folder_of_the_dump(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x01\x02\x03")
    (attribute,) = read("(0042,0011) OB =a.bin   # 3 bytes", tmp_path).dataset
    assert attribute.content == b"\x01\x02\x03"


def test_dumps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump_template, "MAX_TEMPLATE_LINES", 10)
    assert "more than" in refused("\n" * 11)[0]
    monkeypatch.setattr(dump_template, "MAX_TEXT_TEMPLATE_BYTES", 10)
    assert "more than" in refused(" " * 11)[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_dumps_give_what_their_dicom_file_has(path: Path) -> None:
    name = path.name.split(".default")[0].split(".loadall")[0].split(".longvals")[0].removesuffix(".dump")
    source = next(iter(path.parent.parent.glob(f"dicom-templates/{name}.dcm")), None)
    try:
        with path.open("rb") as file:
            dataset = read_dump(file, path.name, STANDARD).dataset
    except RecipeError as error:
        assert ".tree." in path.name or "dcmdump" in str(error) or "rtplan" in path.name  # noqa: PT017 - many are whole
        return
    assert len(dataset) > 0
    if source is None:
        return
    expected = read_dicom(str(source), source.name, STANDARD).dataset
    for found in (dataset, expected):
        clean_template(found)
    assert {a.tag for a in dataset} <= {a.tag for a in expected}
    same = [a.tag for a in dataset if (b := expected.get(a.tag)) and padded(a) == padded(b)]
    assert len(same) >= 0.8 * len(dataset)


PIECES = ["(0010,0010)", "(0040,0275)", "(fffe,e000)", "(fffe,e00d)", "(fffe,e0dd)", "(7fe0,0010)", "PN", "SQ", "OB"]
PIECES += ["[x]", "[", "]", "=x", "(PixelSequence", "#", "\n", "\n", " ", "US", "AT", "(", "12", "\\", "\xff"]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30))
def test_any_text_gives_attributes_or_a_refusal(pieces: list[str]) -> None:
    try:
        assert isinstance(read("".join(pieces), "/nonexistent"), Template)
    except RecipeError as error:
        assert str(error).startswith("t.dump:")  # noqa: PT017 - any outcome is fine, as long as it is one of these
