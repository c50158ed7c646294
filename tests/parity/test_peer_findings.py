"""What running img2dcm beside `legacy` on generated command lines has shown."""

from __future__ import annotations

import struct
from pathlib import Path

import pydicom
import pytest
from images_made import bmp
from parity.calling import legacy
from pydicom.dataset import Dataset

EXPLICIT_LITTLE, EXPLICIT_BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.bmp").write_bytes(bmp())
    return tmp_path


def convert(folder: Path, *options: str) -> Dataset:
    ended = legacy([*options, "-i", "BMP", "in.bmp", "out.dcm"], folder)
    assert (ended.code, ended.stderr) == (0, b"")
    return pydicom.dcmread(folder / "out.dcm")


def element(tag: int, vr: str, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH2sH", tag >> 16, tag & 0xFFFF, vr.encode(), len(value)) + value


def part10(*elements: bytes, transfer_syntax: str = EXPLICIT_LITTLE) -> bytes:
    return bytes(128) + b"DICM" + element(0x00020010, "UI", transfer_syntax.encode()) + b"".join(elements)


@pytest.mark.parametrize("value", [b" 1.2.3", b"1.2 .3 ", b"\t1.2.3\t", b"1.2.3 \0\0"])
def test_white_space_in_the_uids_of_a_template_is_left_out(folder: Path, value: bytes) -> None:
    (folder / "t.dcm").write_bytes(part10(element(0x0020000D, "UI", value)))
    convert(folder, "-df", "t.dcm")
    assert element(0x0020000D, "UI", b"1.2.3\0") in (folder / "out.dcm").read_bytes()


@pytest.mark.parametrize(
    ("tag", "vr", "value", "copied"),
    [
        (0x00080050, "SH", b" A 1", b"A 1 "),
        (0x00080070, "LO", b"  ME", b"ME"),
        (0x00080090, "PN", b" A^B", b" A^B"),
        (0x00100020, "LO", b" ID\\ 2", b"ID\\ 2 "),
        (0x00100040, "CS", b" M", b"M "),
        (0x00200011, "IS", b" 2", b"2 "),
    ],
)
def test_leading_blanks_that_mean_nothing_are_not_copied_from_a_series(
    folder: Path, tag: int, vr: str, value: bytes, copied: bytes
) -> None:
    value += b" " * (len(value) & 1)
    study = element(0x0020000D, "UI", b"1.2.3\0") + element(0x0020000E, "UI", b"1.2.4\0")
    (folder / "s.dcm").write_bytes(part10(element(tag, vr, value), study))
    convert(folder, "-sef", "s.dcm")
    assert element(tag, vr, copied) in (folder / "out.dcm").read_bytes()


def test_created_group_lengths_leave_no_group_that_holds_nothing_else(folder: Path) -> None:
    (folder / "t.dcm").write_bytes(part10(element(0x00110000, "UL", bytes(4))))
    assert 0x00110000 not in convert(folder, "-df", "t.dcm", "+g")
    assert 0x00110000 in convert(folder, "-df", "t.dcm", "+g=")


@pytest.mark.parametrize("begin", [part10(transfer_syntax=EXPLICIT_BIG), b""], ids=["file", "dataset"])
def test_big_endian_templates_may_begin_with_the_patients_name(folder: Path, begin: bytes) -> None:
    (folder / "t.dcm").write_bytes(begin + element(0x00100010, "PN", b"Big^Endian", order=">"))
    assert convert(folder, "-df", "t.dcm").PatientName == "Big^Endian"


@pytest.mark.parametrize("order", "<>")
def test_templates_without_meta_information_may_begin_with_a_private_group(folder: Path, order: str) -> None:
    private = element(0x00090010, "LO", b"ACME", order) + element(0x00091001, "LO", b"kept", order)
    (folder / "t.dcm").write_bytes(private)
    assert convert(folder, "-df", "t.dcm").private_block(0x0009, "ACME")[1].value == "kept"


def test_bytes_that_dcm2xml_wrote_one_by_one_come_back_in_every_string(folder: Path) -> None:
    (folder / "t.xml").write_text(
        '<data-set><element tag="0008,0005" vr="CS">GB18030</element>'
        '<element tag="0010,0010" vr="PN">&#205;&#245;</element>'
        '<element tag="0010,0040" vr="CS">&#196;&#208;</element></data-set>'
    )
    convert(folder, "-dx", "t.xml")
    written = (folder / "out.dcm").read_bytes()
    assert element(0x00100010, "PN", b"\xcd\xf5") in written
    assert element(0x00100040, "CS", b"\xc4\xd0") in written
