"""DICOM files as templates: every attribute as it stands in the file, and one clear error for damaged ones."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import corpus_dir, corpus_files

from img2dcm_decl.attributes import byte_source, dicom_stream
from img2dcm_decl.attributes.cleanup import clean_template
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dicom_template import read_dicom
from img2dcm_decl.attributes.limits import MAX_DEPTH
from img2dcm_decl.attributes.problems import TemplateError
from img2dcm_decl.attributes.template import Template

TEMPLATES = corpus_files("dicom-templates")
PIXELS = {0x7FE00008, 0x7FE00009, 0x7FE00010}
DAMAGED = {"pydicom-data--emri_small_jpeg_2k_lossless_too_short.dcm"}
UNDEFINED = 0xFFFFFFFF

EXPLICIT_LITTLE, IMPLICIT_LITTLE = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
EXPLICIT_BIG, DEFLATED = "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"


def explicit(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    size = len(value) if length is None else length
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    return (
        head + (struct.pack("<2xI", size) if vr in {"SQ", "UN", "OB", "OW", "ZZ"} else struct.pack("<H", size)) + value
    )


def item(content: bytes, length: int | None = None) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content) if length is None else length) + content


def end(element: int) -> bytes:
    return struct.pack("<HHI", 0xFFFE, element, 0)


def part10(dataset: bytes, transfer_syntax: str = EXPLICIT_LITTLE) -> bytes:
    return bytes(128) + b"DICM" + explicit(0x00020010, "UI", transfer_syntax.encode()) + dataset


def read(data: bytes) -> Template:
    return read_dicom(BytesIO(data), "x.dcm")


NAME = explicit(0x00100010, "PN", b"A^B ")


def differences(dataset: Dataset, judge: pydicom.Dataset, where: str = "") -> Iterator[str]:
    """Yield in what a dataset differs from pydicom's reading of it."""
    expected = {int(tag) for tag in judge.keys() if tag.group not in {0, 2}}  # noqa: SIM118 - iteration decodes
    found = {attribute.tag for attribute in dataset}
    yield from (f"{where}{tag:08x} is in one only" for tag in expected ^ found)
    for attribute in dataset:
        if attribute.tag not in expected or attribute.tag in PIXELS or attribute.tag == 0x00080005:
            continue
        raw = judge.get_item(attribute.tag)
        if attribute.vr == "SQ":
            items = judge[attribute.tag].value
            if len(items) != len(attribute.items):
                yield f"{where}{attribute.tag:08x} has {len(attribute.items)} items, not {len(items)}"
            for ours, theirs in zip(attribute.items, items, strict=False):
                yield from differences(ours, theirs, f"{where}{attribute.tag:08x}.")
        elif getattr(raw, "is_little_endian", False):
            if (raw.VR or attribute.vr) != attribute.vr:
                yield f"{where}{attribute.tag:08x} is {attribute.vr}, not {raw.VR}"
            if (raw.value or b"").rstrip(b" \0") != getattr(attribute.content, "rstrip", bytes)(b" \0"):
                yield f"{where}{attribute.tag:08x} is {attribute.content!r:.60}, not {raw.value!r:.60}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_are_read_as_pydicom_reads_them(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pydicom.config, "replace_un_with_known_vr", False)
    if path.name in DAMAGED:
        with pytest.raises(TemplateError, match="bytes too early"):
            read_dicom(str(path), path.name)
        return
    dataset = read_dicom(str(path), path.name).dataset
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        judge = pydicom.dcmread(path, force=True)
        assert list(differences(dataset, judge)) == []
    assert all(attribute.origin == "template" for attribute in dataset)


@pytest.mark.parametrize("name", ["dcmtk--VLP.be.dcm", "dcmtk--VLP.deflated.dcm", "dcmtk--VLP.impl.dcm"])
def test_the_transfer_syntax_makes_no_difference(name: str) -> None:
    folder = corpus_dir() / "dicom-templates"
    assert read_dicom(str(folder / name), name).dataset == read_dicom(str(folder / "dcmtk--VLP.dcm"), "x").dataset


def test_big_endian_values_are_turned_round() -> None:
    elements = {
        ("US", 0x00280010): b"\x01\x02",
        ("FD", 0x00189073): bytes(range(8)),
        ("AT", 0x00280009): b"\x00\x18\x10\x63",
        ("OW", 0x60003000): b"\x01\x02\x03",
        ("LO", 0x00100020): b"ID",
    }
    data = b"".join(
        struct.pack(">HH", tag >> 16, tag & 0xFFFF)
        + vr.encode()
        + struct.pack(">2xI" if vr == "OW" else ">H", len(value))
        + value
        for (vr, tag), value in elements.items()
    )
    contents = {attribute.vr: attribute.content for attribute in read(part10(data, EXPLICIT_BIG)).dataset}
    assert contents == {
        "US": b"\x02\x01",
        "FD": bytes(range(7, -1, -1)),
        "AT": b"\x18\x00\x63\x10",
        "OW": b"\x02\x01\x03",
        "LO": b"ID",
    }


@pytest.mark.parametrize("inner", [True, False])
@pytest.mark.parametrize("outer", [True, False])
def test_sequences_have_known_and_unknown_lengths(outer: bool, inner: bool) -> None:
    content = item(NAME) if inner else item(NAME + end(0xE00D), UNDEFINED)
    sequence = (
        explicit(0x00400275, "SQ", content) if outer else explicit(0x00400275, "SQ", content + end(0xE0DD), UNDEFINED)
    )
    (attribute,) = read(part10(sequence)).dataset
    assert [list(part) for part in attribute.items] == [[Attribute(0x00100010, "PN", b"A^B", "template")]]


def test_an_unknown_sequence_is_in_implicit_vr() -> None:
    inside = struct.pack("<HHI", 0x0010, 0x0010, 4) + b"A^B "
    data = explicit(0x00091001, "UN", item(inside) + end(0xE0DD), UNDEFINED) + NAME
    sequence, name = read(part10(data)).dataset
    assert (sequence.vr, next(iter(sequence.items[0])).content, name.content) == ("SQ", b"A^B", b"A^B")


def test_pixel_data_is_passed_over_and_its_place_kept() -> None:
    fragments = item(b"") + item(b"\xff\xd8" * 9) + end(0xE0DD)
    after = explicit(0xFFFCFFFC, "OB", b"\0\0")
    template = read(part10(NAME + explicit(0x7FE00010, "OB", fragments, UNDEFINED) + after))
    assert [(a.tag, a.content) for a in template.dataset][1] == (0x7FE00010, b"")
    assert len(template.dataset) == 3


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (NAME, "no file meta information"),
        (explicit(0x00080005, "CS", b"ISO_IR 192"), "no file meta information"),
        (struct.pack("<HHI", 0x0010, 0x0010, 4) + b"A^B ", "no file meta information"),
        (part10(struct.pack("<HHI", 0x0010, 0x0010, 4) + b"A^B "), "encoded otherwise"),
        (part10(NAME, IMPLICIT_LITTLE), "encoded otherwise"),
        (part10(NAME + NAME), "stands twice"),
        (part10(NAME + explicit(0x00100020, "ZZ", b"ab")), "unknown value representation"),
        (part10(explicit(0x00020016, "AE", b"ME") + NAME), ""),
        (part10(NAME + struct.pack("<HHI", 0, 0, 0)), "does not belong into a dataset"),
    ],
)
def test_what_is_irregular_is_noted(data: bytes, note: str) -> None:
    notes = read(data).notes
    assert (note in " ".join(notes)) if note else notes == ()


def nested(depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = explicit(0x00400275, "SQ", item(content))
    return content


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x.dcm: the file is empty"),
        (b"hello, world, this is no DICOM file" * 9, "not a DICOM file"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200), "not a DICOM file"),
        (b"\x08\x00", "not a DICOM file"),
        (NAME[:-1], "not a DICOM file, or a damaged one"),
        (part10(NAME[:-1]), "ends 1 bytes too early"),
        (part10(NAME[:5]), "bytes too early"),
        (part10(explicit(0x00091001, "OB", b"", 0xFFFFFFF0)), "more than 256 MiB"),
        (part10(explicit(0x7FE00010, "OW", b"", 0xFFFFFFF0)), "too early"),
        (part10(explicit(0x7FE00010, "OB", NAME, UNDEFINED)), "fragments of compressed pixel data are damaged"),
        (part10(explicit(0x00400275, "SQ", item(NAME, 999))), "reaches beyond"),
        (part10(explicit(0x00400275, "SQ", item(NAME)[:-1] + b"x", 19)), "reaches beyond"),
        (part10(explicit(0x00400275, "SQ", item(explicit(0x00100010, "PN", b"AB", 90)))), "reaches beyond"),
        (part10(explicit(0x00400275, "SQ", NAME)), "stands where an item"),
        (part10(explicit(0x00400275, "SQ", item(NAME), UNDEFINED)), "too early"),
        (part10(item(b"")), "stands where an attribute should"),
        (part10(explicit(0x00091001, "OB", b"", UNDEFINED)), "undefined length"),
        (part10(nested(MAX_DEPTH + 1)), "more than 64 sequences"),
        (part10(explicit(0x00400275, "SQ", item(b"", UNDEFINED), UNDEFINED) * 5000), "sequences inside|too early"),
        (part10(b"\xff" * 40, DEFLATED), "deflated dataset is damaged"),
        (bytes(128) + b"DICM" + explicit(0x00020001, "OB", b"", 0x7FFFFFFF), "file meta information"),
    ],
)
def test_damaged_files_give_one_clear_error(data: bytes, said: str) -> None:
    with pytest.raises(TemplateError, match=said) as caught:
        read(data)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("x.dcm: ")


def test_the_deepest_sequences_are_read() -> None:
    assert len(read(part10(nested(MAX_DEPTH))).dataset) == 1


def test_a_deflated_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_source, "MAX_INFLATED_BYTES", 1 << 24)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = squeeze.compress(explicit(0x7FE00010, "OW", b"", 0xFFFFFFF0))
    block = bytes(1 << 24)
    zeros += b"".join(squeeze.compress(block) for _ in range(2)) + squeeze.flush()
    with pytest.raises(TemplateError, match="more than 16 MiB"):
        read(part10(zeros, DEFLATED))


def test_attributes_beyond_the_memory_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicom_stream, "MAX_TEMPLATE_BYTES", 1 << 24)

    class Endless(BytesIO):
        """One attribute after the other, without end."""

        def read(self, size: int | None = -1) -> bytes:
            return super().read(size) or struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 8192

    with pytest.raises(TemplateError, match="more than 16 MiB"):
        read_dicom(Endless(part10(explicit(0x00400275, "SQ", b"", UNDEFINED))), "x.dcm")


def test_a_pipe_will_do() -> None:
    class Pipe(BytesIO):
        """Gives a few bytes at a time, and cannot seek."""

        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 7, 7) if size != -1 else 7)

        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError("this is a pipe")

    pixels = explicit(0x7FE00010, "OW", bytes(100000))
    assert len(read_dicom(Pipe(part10(NAME + pixels)), "-").dataset) == 2


@pytest.mark.parametrize("name", ["missing.dcm", ""])
def test_a_file_that_cannot_be_opened(name: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        read_dicom(str(tmp_path / name), "t.dcm")


@pytest.mark.parametrize("path", corpus_files("malformed"), ids=lambda path: path.name)
def test_malformed_files_are_refused(path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        read_dicom(str(path), path.name)
    assert "\n" not in str(caught.value)


SAMPLE = part10(
    NAME
    + explicit(0x00400275, "SQ", item(NAME + nested(2)) + item(explicit(0x00280010, "US", b"\1\0")))
    + explicit(0x00400440, "SQ", item(NAME + end(0xE00D), UNDEFINED) + end(0xE0DD), UNDEFINED)
    + explicit(0x7FE00010, "OB", item(b"") + item(b"1234") + end(0xE0DD), UNDEFINED)
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(128, len(SAMPLE) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(SAMPLE))
)
def test_any_bytes_are_a_dataset_or_an_error(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(SAMPLE)
    for position, value in changes:
        data[position] = value
    try:
        template = read(bytes(data[: cut or None]))
    except TemplateError:
        return
    clean_template(template.dataset)
