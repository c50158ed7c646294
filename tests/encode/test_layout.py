"""Datasets are laid out once and filled per object; pydicom judges what is written."""

from __future__ import annotations

import io
import struct
from itertools import product

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.filereader import read_dataset

from img2dcm_decl.encode.elements import element, pad
from img2dcm_decl.encode.layout import Filled, fill, lay_out, settle
from img2dcm_decl.errors import ConversionError
from img2dcm_decl.plan.model import Element, Encoding, Item, Slot

NAME = Element(0x00100010, "PN", b"Bond^James")
ROWS = Element(0x00280010, "US", Slot("rows"))
STEP = Element(0x00400009, "SH", b"SPS7")
REQUEST = Element(0x00400275, "SQ", (Item((STEP,)), Item(())))


def filled(elements: tuple[Element, ...], encoding: Encoding = Encoding(), **values: bytes | None) -> bytes:
    result = fill(lay_out(elements, encoding), lambda slot: values.get(slot.rule))
    return result.head + result.tail


def read(data: bytes) -> pydicom.Dataset:
    return read_dataset(io.BytesIO(data), is_implicit_VR=False, is_little_endian=True)


@pytest.mark.parametrize(
    ("vr", "value", "padded"),
    [
        ("LO", b"abc", b"abc "),
        ("LO", b"abc  ", b"abc "),
        ("LO", b" a", b" a"),
        ("CS", b"   ", b""),
        ("UI", b"1.2.3", b"1.2.3\0"),
        ("UI", b"1.2 ", b"1.2\0"),
        ("OB", b"\1", b"\1\0"),
        ("OB", b"\1 ", b"\1 "),
        ("UT", b"x \n", b"x \n "),
    ],
)
def test_values_are_padded_as_their_vr_asks(vr: str, value: bytes, padded: bytes) -> None:
    assert pad(vr, value) == padded


def test_a_value_too_long_for_its_vr_is_labelled_unknown() -> None:
    written = read(element(0x00100010, "PN", b"x" * 65536))
    assert written[0x00100010].VR == "UN"


@pytest.mark.parametrize(
    ("slot", "value", "present"),
    [
        (Slot("rows"), b"\x10\0", True),
        (Slot("rows"), None, False),
        (Slot("rows", otherwise=b"\x20\0"), None, True),
    ],
)
def test_a_slot_is_filled_or_falls_back_or_is_left_out(slot: Slot, value: bytes | None, present: bool) -> None:
    written = read(filled((NAME, ROWS._replace(content=slot)), rows=value))
    assert ("Rows" in written) is present
    assert written.PatientName == "Bond^James"


@pytest.mark.parametrize("sequence_length", ["explicit", "undefined"])
@pytest.mark.parametrize("group_length", ["recalculate", "create", "remove"])
@pytest.mark.parametrize("slot", [False, True])
def test_pydicom_reads_every_encoding(sequence_length: str, group_length: str, slot: bool) -> None:
    inner = STEP._replace(content=Slot("step")) if slot else STEP
    elements = (NAME, ROWS, REQUEST._replace(content=(Item((inner,)), Item(()))))
    encoding = Encoding(sequence_length=sequence_length, group_length=group_length)
    written = read(filled(elements, encoding, rows=b"\x10\0", step=b"SPS7"))
    assert written.Rows == 16
    assert [item.get("ScheduledProcedureStepID") for item in written.RequestAttributesSequence] == ["SPS7", None]
    assert written["RequestAttributesSequence"].is_undefined_length is (sequence_length == "undefined")


def test_group_lengths_count_what_was_written() -> None:
    data = filled((NAME, ROWS, REQUEST), Encoding(group_length="create"), rows=b"\x10\0")
    written = read(data)
    sizes = {tag >> 16: len(filled((e,), rows=b"\x10\0")) for e in (NAME, ROWS) for tag in (e.tag,)}
    for group, size in sizes.items():
        assert written[group << 16].value == size
    item = written.RequestAttributesSequence[0]
    assert item[0x00400000].value == len(element(STEP.tag, "SH", b"SPS7"))


@pytest.mark.parametrize(
    ("mode", "present", "kept"), [("recalculate", True, True), ("recalculate", False, False), ("remove", True, False)]
)
def test_existing_group_lengths_are_recalculated_or_removed(mode: str, present: bool, kept: bool) -> None:
    elements = ((Element(0x00100000, "UL", b"\1\0\0\0"),) if present else ()) + (NAME,)
    written = read(filled(elements, Encoding(group_length=mode)))
    assert (0x00100000 in written) is kept
    if kept:
        assert written[0x00100000].value == 18


def test_a_group_of_which_nothing_is_written_has_no_length_either() -> None:
    written = read(filled((NAME, ROWS), Encoding(group_length="create"), rows=None))
    assert [element.tag for element in written] == [0x00100000, NAME.tag]


def test_a_group_longer_than_its_length_can_state_is_refused() -> None:
    nodes = lay_out((Element(0x7FE00010, "OB", Slot("pixel_data")),), Encoding(group_length="create"))
    with pytest.raises(ConversionError, match="group 7fe0 has 4294967296 bytes"):
        fill(nodes, lambda _slot: None, 1 << 32)


@pytest.mark.parametrize(
    ("pads", "undefined", "before"),
    list(product([(512, 0), (256, 64), (100, 10), (2, 2), (1, 1)], [False, True], [0, 132])),
)
def test_padding_brings_file_and_items_to_a_multiple(pads: tuple[int, int], undefined: bool, before: int) -> None:
    encoding = Encoding(pad_file=pads[0], pad_item=pads[1], sequence_length="undefined" if undefined else "explicit")
    nodes = lay_out((NAME, ROWS, REQUEST), encoding)
    result = fill(nodes, lambda _slot: b"\1\0", before=before)
    assert (len(result.head) + before) % pads[0] == 0
    for item in read(result.head).RequestAttributesSequence:
        size = sum(len(element(e.tag, e.VR, bytes(e.value) if e.VR == "OB" else b"SPS7")) for e in item)
        assert not pads[1] or size % pads[1] == 0


def test_pixel_data_splits_the_dataset_and_counts_in_its_group() -> None:
    pixels = Element(0x7FE00010, "OW", Slot("pixel_data"))
    after = Element(0x7FE10010, "LO", b"AB")
    result = fill(lay_out((NAME, pixels, after), Encoding(group_length="create")), lambda _slot: None, 100)
    assert isinstance(result, Filled)
    assert result.head.endswith(struct.pack("<HH2sHI", 0x7FE0, 0, b"UL", 4, 100))
    assert result.tail.endswith(element(after.tag, "LO", b"AB"))


@given(
    st.lists(
        st.tuples(st.integers(0x0009, 0x0FFF), st.integers(0x1000, 0x10FF), st.binary(max_size=20), st.booleans()),
        unique_by=lambda row: row[:2],
        max_size=12,
    ),
    st.sampled_from(["create", "recalculate", "remove"]),
)
@settings(max_examples=60, deadline=None)
def test_filling_slots_gives_the_bytes_of_constants(
    rows: list[tuple[int, int, bytes, bool]], group_length: str
) -> None:
    ordered = sorted((group << 16 | number, pad("OB", value), varies) for group, number, value, varies in rows)
    constant = tuple(Element(tag, "OB", value) for tag, value, _ in ordered)
    slotted = tuple(Element(tag, "OB", Slot(str(tag)) if varies else value) for tag, value, varies in ordered)
    values = {str(tag): value for tag, value, _ in ordered}
    encoding = Encoding(group_length=group_length)
    assert filled(slotted, encoding, **values) == filled(constant, encoding)


@given(
    known=st.sets(st.sampled_from(["rows", "name", "step", "absent"])),
    encoding=st.builds(
        Encoding,
        group_length=st.sampled_from(["create", "recalculate", "remove"]),
        sequence_length=st.sampled_from(["explicit", "undefined"]),
        pad_file=st.sampled_from([0, 64]),
        pad_item=st.sampled_from([0, 32]),
    ),
)
@settings(max_examples=80, deadline=None)
def test_what_is_settled_before_it_is_filled_gives_the_same_bytes(known: set[str], encoding: Encoding) -> None:
    values = {"rows": b"\1\0", "name": b"Bond", "step": b"SPS7", "absent": None}
    inner = (Element(0x00400009, "SH", Slot("step")), Element(0x0040A123, "PN", Slot("absent")))
    elements = (
        Element(0x00080000, "UL", b""),
        Element(0x00080080, "LO", Slot("absent")),
        Element(0x00100010, "PN", Slot("name")),
        ROWS,
        Element(0x00400275, "SQ", (Item(inner), Item(inner[1:]), Item((STEP,)))),
        Element(0x7FE00010, "OW", Slot("pixel_data")),
    )
    nodes = lay_out(elements, encoding)

    def value(slot: Slot) -> bytes | None:
        return values[slot.rule]

    assert fill(settle(nodes, known, value), value, 100, 132) == fill(nodes, value, 100, 132)
