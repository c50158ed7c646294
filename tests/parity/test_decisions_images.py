"""Where images are read better than img2dcm reads them, and what of its encoding is kept or not."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from images.samples import BASELINE, TABLES, bmp
from images_made import jpeg
from parity.conftest import Convert, Refuse
from pydicom.encaps import generate_frames
from pydicom.uid import UID

from img2dcm_decl.encode.pixel_data import encapsulated_header, extended_lengths, extended_offsets

Files = Callable[..., Path]
GRAY_PALETTE = b"\0\0\0\0\xff\xff\xff\0"
WHITE_555 = b"\xff\x7f\x10\x42"


# --- BMP -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [12, 40, 52, 56, 64, 108, 124])
def test_headers_of_all_common_sizes_are_read(files: Files, convert: Convert, header: int) -> None:
    files(in_bmp=bmp(b"\3\2\1\6\5\4\0\0", 2, 1, 24, header=header))
    assert convert("-i", "BMP", "in.bmp").PixelData == bytes([1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize("compression", [1, 2, 3])
def test_run_lengths_and_bit_fields_are_refused(files: Files, refuse: Refuse, compression: int) -> None:
    files(in_bmp=bmp(bytes(8), 2, 1, 16 if compression == 3 else 8, palette=GRAY_PALETTE, compression=compression))
    assert "in.bmp" in refuse("-i", "BMP", "in.bmp")


def test_white_of_16_bits_stays_white_and_the_rest_is_rounded(files: Files, convert: Convert) -> None:
    files(in_bmp=bmp(WHITE_555, 2, 1, 16))
    assert convert("-i", "BMP", "in.bmp").PixelData == bytes([255, 255, 255, *[(16 * 255 + 15) // 31] * 3])


def test_a_negative_width_is_refused(files: Files, refuse: Refuse) -> None:
    files(in_bmp=bmp(bytes(8), -2, 1, 24))
    assert "in.bmp" in refuse("-i", "BMP", "in.bmp")


@pytest.mark.parametrize(("bits", "pixels"), [(24, b"\3\2\1\0"), (32, b"\3\2\1\xff")])
def test_a_palette_beside_true_colours_is_ignored(files: Files, convert: Convert, bits: int, pixels: bytes) -> None:
    files(in_bmp=bmp(pixels, 1, 1, bits, palette=GRAY_PALETTE))
    found = convert("-i", "BMP", "in.bmp")
    assert (found.SamplesPerPixel, found.PhotometricInterpretation) == (3, "RGB")
    assert found.PixelData == bytes([1, 2, 3, 0])


def test_pixels_of_a_bmp_are_words_in_explicit_vr_little_endian(files: Files, convert: Convert) -> None:
    files(in_bmp=bmp(b"\x80\0\0\0", 1, 1, 1, palette=GRAY_PALETTE))
    found = convert("-i", "BMP", "in.bmp")
    assert found["PixelData"].VR == "OW"
    assert found.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert (found.BitsAllocated, found.PixelData) == (8, b"\xff\0")


# --- JPEG ------------------------------------------------------------------------------------------


def test_bytes_between_segments_are_removed_and_said(files: Files, convert: Convert, said: Callable[..., str]) -> None:
    files(in_jpg=BASELINE[:2] + TABLES + b"\0\0junk" + BASELINE[2:])
    assert said("in.jpg").startswith("W: in.jpg: ")
    (frame,) = generate_frames(convert("in.jpg").PixelData, number_of_frames=1)
    assert frame.rstrip(b"\0") == BASELINE[:2] + TABLES + BASELINE[2:]


# --- encoding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file_pad", "item_pad"), [(512, 0), (4096, 64), (0, 32)])
def test_padding_brings_file_and_items_to_multiples(
    files: Files, convert: Convert, file_pad: int, item_pad: int
) -> None:
    folder = files(in_jpg=jpeg())
    key = "RequestAttributesSequence[0].ScheduledProcedureStepID=S"
    found = convert("in.jpg", "-k", key, "+p", str(file_pad), str(item_pad))
    assert (0xFFFCFFFC in found) is bool(file_pad)
    assert not file_pad or (folder / "out.dcm").stat().st_size % file_pad == 0
    (item,) = found.RequestAttributesSequence
    assert (0xFFFCFFFC in item) is bool(item_pad)
    if item_pad:
        length = sum(8 + len(e.value) for e in item if e.VR == "SH") + 12 + len(item[0xFFFCFFFC].value)
        assert length % item_pad in (0, item_pad - 1)


def test_frames_beyond_4_gib_have_an_extended_offset_table_and_others_a_basic_one() -> None:
    assert extended_offsets([10, 20]) is None
    assert extended_lengths([10, 20]) is None
    assert encapsulated_header([10, 20])[-8:] == b"\0\0\0\0\x12\0\0\0"
    large = [0xFFFFFFF0, 20, 20]
    third = 0xFFFFFFF8 + 28
    assert extended_offsets(large) == struct.pack("<3Q", 0, 0xFFFFFFF8, third)
    assert extended_lengths(large) == struct.pack("<3Q", *large)
    assert encapsulated_header(large)[-4:] == bytes(4)


def test_native_pixels_of_4_gib_and_more_are_refused_before_they_are_read(files: Files, refuse: Refuse) -> None:
    folder = files(in_bmp=bmp(b"", 40000, 40000, 24))
    with (folder / "in.bmp").open("r+b") as file:
        file.truncate(54 + 40000 * 120000)
    assert "in.bmp" in refuse("-i", "BMP", "in.bmp")


def test_uids_are_derived_from_uuids_and_the_implementation_is_ours(files: Files, convert: Convert) -> None:
    files(in_jpg=jpeg())
    found = convert("in.jpg")
    for uid in (found.SOPInstanceUID, found.StudyInstanceUID, found.SeriesInstanceUID):
        assert uid.startswith("2.25.")
        assert UID(uid).is_valid
    assert found.file_meta.MediaStorageSOPInstanceUID == found.SOPInstanceUID
    assert found.file_meta.ImplementationClassUID.startswith("2.25.")
    assert str(found.file_meta.ImplementationVersionName).startswith("IMG2DCM")
