"""JPEG and JPEG-LS streams made segment by segment: what is kept, what is said, what is refused."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest
from images.samples import (
    BASELINE,
    COMMENT,
    DATA,
    EOI,
    EXIF,
    SOI,
    TABLES,
    adobe,
    converted,
    frame,
    jfif,
    read,
    read_in_blocks,
    scan,
    segment,
    stream,
)

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images import jpeg_stream

REST = TABLES + frame() + scan() + DATA
LS_SCAN = frame(0xF7, b"\1") + scan(b"\1")


@pytest.mark.parametrize(
    ("before", "rules", "kept"),
    [
        (jfif(), {}, b""),
        (jfif() + EXIF, {}, b""),
        (jfif() + EXIF + COMMENT, {}, COMMENT),
        (jfif() + EXIF + COMMENT, {"comments": "remove"}, b""),
        (jfif() + EXIF + COMMENT, {"app_segments": "keep"}, EXIF + COMMENT),
        (EXIF + jfif() + segment(0xE0, b"JFXX\0\x10"), {"app_segments": "keep"}, EXIF),
        (jfif() + adobe(1), {"app_segments": "keep"}, adobe(1)),
        (jfif() + adobe(1), {}, b""),
        (segment(0xE0, b"AVI1"), {"app_segments": "keep"}, segment(0xE0, b"AVI1")),
        (b"\xff\xff" + COMMENT, {}, b"\xff\xff" + COMMENT),
        (EXIF + b"\xff\xff" + COMMENT, {}, b"\xff\xff" + COMMENT),
    ],
)
def test_segments_before_the_frame_are_kept_or_removed(before: bytes, rules: dict[str, str], kept: bytes) -> None:
    data = SOI + before + REST + EOI
    image = read(data, **rules)
    assert stream(data, image) == SOI + kept + REST + EOI
    assert image.size == len(SOI + kept + REST + EOI)
    assert image.facts.warnings == ()


def test_segments_between_and_after_scans_are_removed() -> None:
    parts = [SOI + REST, EXIF, COMMENT, scan() + DATA, EXIF, EOI]
    assert converted(b"".join(parts), comments="remove") == SOI + REST + scan() + DATA + EOI


@pytest.mark.parametrize("trailer", [b"", b"\0", EOI, BASELINE, b"junk" * 1000])
def test_what_follows_the_end_of_the_image_is_dropped(trailer: bytes) -> None:
    assert converted(BASELINE + trailer) == BASELINE


def test_an_end_marker_inside_a_segment_does_not_end_the_image() -> None:
    assert converted(SOI + EXIF + REST + EOI, app_segments="keep") == SOI + EXIF + REST + EOI


@pytest.mark.parametrize(
    "stray", [b"\0", b"abc", b"\0\xff\0\xff\0", b"\xff\xff\0", b"a\xff\xff\xff\0\xff\xff", b"\xff\0\0\7ab"]
)
def test_bytes_between_segments_are_removed_with_one_warning(stray: bytes) -> None:
    data = SOI + TABLES + stray + TABLES + stray + frame() + scan() + DATA + EOI
    image = read(data)
    assert stream(data, image) == SOI + TABLES + TABLES + frame() + scan() + DATA + EOI
    assert len(image.facts.warnings) == 1


@pytest.mark.parametrize("kept", [b"\xff\0\0\2", segment(0xFE)[:2] + b"\0\0"])
def test_segments_that_only_their_code_or_length_makes_invalid_stay(kept: bytes) -> None:
    assert converted(SOI + kept + REST + EOI) == SOI + kept + REST + EOI


def test_a_scan_is_kept_byte_for_byte_with_fill_and_restart_markers() -> None:
    data = SOI + REST + b"\xff\xff\xff\xd7\xff\0\xff" + EOI
    assert converted(data) == data


def test_jpeg_ls_codes_below_80_are_data() -> None:
    data = SOI + LS_SCAN + b"\xff\x7f\xff\x01\xff\xd3\xff\x40" + EOI
    image = read(data)
    assert stream(data, image) == data
    assert image.facts.warnings == ()


@pytest.mark.parametrize(
    ("components", "before", "expected", "keeps_adobe"),
    [
        (frame(ids=b"\1"), b"", "MONOCHROME2", False),
        (frame(), b"", "YBR_FULL_422", False),
        (frame(), jfif(), "YBR_FULL_422", False),
        (frame(sampling=b"\x22\x11\x11"), b"", "YBR_FULL_422", False),
        (frame(), adobe(1), "YBR_FULL_422", False),
        (frame(), adobe(0), "RGB", True),
        (frame(), adobe(1) + EXIF + adobe(0), "RGB", True),
        (frame(), adobe(0) + EXIF + adobe(1), "YBR_FULL_422", False),
        (frame(), segment(0xEE, b"Adobe"), "YBR_FULL_422", False),
        (frame(), segment(0xEE, b"Other\0\0\0\0\0\0\0"), "YBR_FULL_422", False),
        (frame(ids=b"RGB"), b"", "RGB", False),
        (frame(ids=b"RGB", sampling=b"\x22\x11\x11"), b"", "RGB", False),
        (frame(ids=b"RGB", sampling=b"\x22\x11\x11"), jfif(), "YBR_FULL_422", False),
        (frame(ids=b"RGB", sampling=b"\x22\x11\x11"), adobe(1), "YBR_FULL_422", False),
        (frame(ids=b"RGB"), adobe(0), "RGB", False),
        (frame(0xF7), adobe(1), "RGB", False),
        (frame(0xF7, b"\1"), b"", "MONOCHROME2", False),
    ],
)
def test_photometric_interpretation(components: bytes, before: bytes, expected: str, keeps_adobe: bool) -> None:
    data = SOI + before + components + scan() + DATA + EOI
    image = read(data)
    assert image.facts.photometric_interpretation == expected
    assert stream(data, image) == SOI + (adobe(0) if keeps_adobe else b"") + components + scan() + DATA + EOI


def test_contradicting_colour_models_are_said() -> None:
    (warning,) = read(SOI + jfif() + adobe(0) + REST + EOI).facts.warnings
    assert "JFIF" in warning
    assert "APP14" in warning


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (jfif(72, 72, 1), None),
        (jfif(1, 2), (1, 2)),
        (jfif(300, 150, 1), (300, 150)),
        (jfif(150, 300, 2), (150, 300)),
        (jfif(0, 1), None),
        (jfif(1, 0), None),
        (jfif(1, 2, 3), None),
        (segment(0xE0, b"JFIF\0\1"), None),
        (segment(0xE0, b"JFXX\0\1") + jfif(1, 2), None),
        (b"", None),
    ],
)
def test_pixel_aspect_ratio(header: bytes, expected: tuple[int, int] | None) -> None:
    assert read(SOI + header + REST + EOI).facts.pixel_aspect_ratio == expected


@pytest.mark.parametrize(
    ("marker", "bits", "near", "syntax", "method", "allocated"),
    [
        (0xC0, 8, 0, "1.2.840.10008.1.2.4.50", "ISO_10918_1", 8),
        (0xC1, 8, 0, "1.2.840.10008.1.2.4.51", "ISO_10918_1", 8),
        (0xC1, 12, 0, "1.2.840.10008.1.2.4.51", "ISO_10918_1", 16),
        (0xC2, 8, 0, "1.2.840.10008.1.2.4.55", "ISO_10918_1", 8),
        (0xF7, 8, 0, "1.2.840.10008.1.2.4.80", "", 8),
        (0xF7, 16, 0, "1.2.840.10008.1.2.4.80", "", 16),
        (0xF7, 2, 3, "1.2.840.10008.1.2.4.81", "ISO_14495_1", 8),
    ],
)
def test_transfer_syntax_and_lossy_method(
    marker: int, bits: int, near: int, syntax: str, method: str, allocated: int
) -> None:
    facts = read(SOI + frame(marker, b"\1", bits=bits) + scan(b"\1", near) + DATA + EOI).facts
    assert (facts.transfer_syntax, facts.lossy_method) == (syntax, method)
    assert (facts.bits_allocated, facts.bits_stored) == (allocated, bits)


REFUSALS = {
    "no SOI": (b"\xff\xd9" + REST, {}, "not JPEG"),
    "SOI alone": (SOI, {}, "truncated"),
    "no frame": (SOI + TABLES + scan() + DATA + EOI, {}, "no SOF"),
    "no scan": (SOI + frame() + EOI, {}, "no SOS"),
    "no scan in JPEG-LS": (SOI + frame(0xF7) + EOI, {}, "no SOS"),
    "no end": (SOI + REST, {}, "truncated"),
    "end half there": (SOI + REST + b"\xff", {}, "truncated"),
    "segment beyond the end": (SOI + b"\xff\xe1\xff\xff" + REST + EOI, {}, "truncated"),
    "two images in one": (SOI + TABLES + SOI + REST + EOI, {}, "second image"),
    "frame header too short": (SOI + segment(0xC0, b"\x08\0\1") + scan() + EOI, {}, "wrong length"),
    "frame header without length": (SOI + b"\xff\xc0\0\0" + scan() + EOI, {}, "wrong length"),
    "frame header too long": (
        SOI + segment(0xC0, bytes((8, 0, 8, 0, 8, 1)) + bytes(6)) + scan() + EOI,
        {},
        "wrong length",
    ),
    "scan header wrong": (SOI + frame(0xF7, b"\1") + segment(0xDA, b"\1\1") + DATA + EOI, {}, "wrong length"),
    "DNL": (SOI + frame(rows=0) + scan() + DATA + segment(0xDC, b"\0\x08") + EOI, {}, "DNL"),
    "CMYK": (SOI + frame(ids=b"CMYK") + scan() + EOI, {}, "CMYK"),
    "two components": (SOI + frame(ids=b"\1\2") + scan() + EOI, {}, "2 components"),
    "9 bits": (SOI + frame(0xC1, bits=9) + scan() + EOI, {}, "9 bits"),
    "baseline of 12 bits": (SOI + frame(bits=12) + scan() + EOI, {}, "12 bits"),
    "17 bits of JPEG-LS": (SOI + frame(0xF7, bits=17) + scan() + EOI, {}, "17 bits"),
    "lossless": (SOI + frame(0xC3) + scan() + EOI, {}, "SOF3"),
    "arithmetic": (SOI + frame(0xC9) + scan() + EOI, {}, "arithmetic coding"),
    "progressive rejected": (SOI + frame(0xC2) + scan() + EOI, {"progressive": "reject"}, "inputs.jpeg.progressive"),
    "extended rejected": (SOI + frame(0xC1) + scan() + EOI, {"extended": "reject"}, "inputs.jpeg.extended"),
    "no JFIF": (BASELINE, {"jfif": "required"}, "inputs.jpeg.jfif"),
    "JFIF of an unknown unit": (SOI + jfif(unit=3) + REST + EOI, {"jfif": "required"}, "inputs.jpeg.jfif"),
    "SPIFF": (SOI + segment(0xE8, b"SPIFF\0") + LS_SCAN + EOI, {}, "APP8"),
    "HP transform": (SOI + segment(0xE8, b"mrfx\0") + segment(0xE8, b"mrfx\1") + LS_SCAN + EOI, {}, "APP8"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_are_one_line_that_names_the_reason(name: str) -> None:
    data, rules, reason = REFUSALS[name]
    with pytest.raises(ImageError, match=reason) as caught:
        read(data, **rules)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rules", [{"progressive": "reject", "extended": "reject"}, {"jfif": "optional"}])
def test_rules_about_processes_leave_others_alone(rules: dict[str, str]) -> None:
    assert converted(BASELINE, **rules) == BASELINE
    assert read(SOI + segment(0xE8, b"mrfx\0") + LS_SCAN + EOI, **rules).facts.bits_stored == 8


@pytest.mark.parametrize("block", [1, 2, 3, 5, 7, 16, 64])
def test_the_size_of_blocks_changes_nothing(block: int) -> None:
    pieces = [jfif(), EXIF, COMMENT, b"\xff\xff", b"\0stray\xff\0", adobe(0)]
    for chosen in itertools.permutations(pieces, 3):
        data = SOI + b"".join(chosen) + REST + b"\xff\xff" + EXIF + scan() + DATA * 3 + EOI + b"tail"
        assert read_in_blocks(data, block) == read(data)


@pytest.mark.parametrize("rules", [{}, {"app_segments": "keep"}, {"comments": "remove"}])
def test_files_that_begin_alike_are_read_each_for_itself(rules: dict[str, str]) -> None:
    start = SOI + jfif() + adobe(0) + COMMENT + REST
    tails = (EOI, DATA * 9 + EOI + b"tail", EXIF + COMMENT + scan() + EOI, adobe(1) + scan() + EOI, EOI)
    for tail in tails:
        assert read(start + tail, **rules) == read_in_blocks(start + tail, 16, **rules)


@pytest.mark.parametrize("damage", [b"", b"\xff", b"\0", b"\xff\xd0", b"\xff\x01", b"\xff\0\0\4\0\0"])
@pytest.mark.parametrize("place", [2, 20])
def test_files_that_begin_almost_alike_are_told_apart(damage: bytes, place: int) -> None:
    whole = SOI + jfif() + REST + EOI
    data = whole[:place] + damage + whole[place:]
    assert read(data) == read_in_blocks(data, 16)


@pytest.mark.parametrize(
    ("flood", "count"),
    [
        (b"\xff\xe5\0\2", 200_000),
        (b"\xff\xfe\0\2", 200_000),
        (b"\xff", 2_000_000),
        (b"\xff\0", 1_000_000),
        (b"\0\xff\xff", 500_000),
        (adobe(1), 100_000),
    ],
)
def test_floods_before_the_frame_end_in_a_few_ranges(flood: bytes, count: int) -> None:
    image = read_in_blocks(SOI + flood * count + REST + EOI, 1 << 16)
    assert len(image.ranges) <= 3


@pytest.mark.parametrize("flood", [b"\xff", b"\xff\0", b"\x12\xff\xd1", segment(0xE2) + b"\x55"])
def test_floods_in_a_scan_take_little_memory(flood: bytes) -> None:
    data = SOI + REST + flood * (3_000_000 // len(flood)) + EOI
    tracemalloc.start()
    try:
        if flood.startswith(b"\xff\xe2"):
            with pytest.raises(ImageError, match="parts"):
                read_in_blocks(data, 1 << 16)
        else:
            assert read_in_blocks(data, 1 << 16).ranges == ((0, len(data)),)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(data) + 150 * jpeg_stream.MOST_PARTS
