"""BMP made by hand: every depth, header and order of rows, and what is refused."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from images.samples import bmp

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images import bmp as reader
from img2dcm_decl.images import bmp_rows
from img2dcm_decl.images.bmp_header import read_header
from img2dcm_decl.plan.model import ImageRules

RED, GREEN, BLACK, WHITE = b"\0\0\xff\0", b"\0\xff\0\0", b"\0\0\0\0", b"\xff\xff\xff\0"
LEVELS = b"".join(bytes((level, level, level, 0)) for level in range(3))
HEADERS = (12, 40, 52, 56, 64, 108, 124)


def pixels(data: bytes) -> bytes:
    file = io.BytesIO(data)
    image = reader.read(file, ImageRules())
    assert image.rows is not None
    native = b"".join(image.rows(file, range(image.facts.rows)))
    assert len(native) == image.size
    return native


SMALL = {
    "1 bit, gray": (bmp(b"\xa0\0\0\0\x40\0\0\0", 3, 2, 1, palette=WHITE + BLACK), b"\xff\0\xff\0\xff\0"),
    "1 bit, colour": (bmp(b"\x40\0\0\0", 2, 1, 1, palette=RED + GREEN), b"\xff\0\0\0\xff\0"),
    "4 bits": (bmp(b"\x01\x10\0\0", 3, 1, 4, palette=RED + GREEN), b"\xff\0\0\0\xff\0\0\xff\0"),
    "8 bits, levels of gray": (bmp(b"\1\0\2\0", 3, 1, 8, palette=LEVELS), b"\1\0\2"),
    "8 bits, gray": (bmp(b"\1\0\1\0", 3, 1, 8, palette=WHITE + BLACK), b"\0\xff\0"),
    "8 bits, colour": (bmp(b"\1\0\0\0", 2, 1, 8, palette=RED + GREEN), b"\0\xff\0\xff\0\0"),
    "16 bits": (bmp(b"\xe0\x03\x1f\x80", 2, 1, 16), b"\0\xff\0\0\0\xff"),
    "24 bits": (bmp(b"\1\2\3\0\4\5\6\0", 1, 2, 24), b"\6\5\4\3\2\1"),
    "24 bits, top down": (bmp(b"\1\2\3\0\4\5\6\0", 1, -2, 24), b"\3\2\1\6\5\4"),
    "32 bits": (bmp(b"\1\2\3\4\5\6\7\x08", 2, 1, 32), b"\3\2\1\7\6\5"),
    "24 bits with a gray palette that means nothing": (bmp(b"\1\2\3\0", 1, 1, 24, palette=WHITE), b"\3\2\1"),
    "last row without padding": (bmp(b"\1\2\3\0\4\5\6", 1, 2, 24), b"\6\5\4\3\2\1"),
}


@pytest.mark.parametrize("name", SMALL)
def test_pixels_in_native_order(name: str) -> None:
    data, native = SMALL[name]
    assert pixels(data) == native


@pytest.mark.parametrize("header", HEADERS)
def test_every_header_with_a_palette_and_without(header: int) -> None:
    entry = 3 if header == 12 else 4
    palette = b"".join(color[:entry] for color in (RED, GREEN))
    assert pixels(bmp(b"\1\0\0\0", 2, 1, 8, palette=palette, header=header)) == b"\0\xff\0\xff\0\0"
    assert pixels(bmp(b"\1\2\3\0", 1, 1, 24, header=header)) == b"\3\2\1"


def test_16_bits_are_scaled_to_the_full_range() -> None:
    levels = b"".join(value.to_bytes(2, "little") for value in range(32))
    assert pixels(bmp(levels, 32, 1, 16))[2::3] == bytes((value * 255 + 15) // 31 for value in range(32))


@pytest.mark.parametrize("green", range(32))
def test_16_bits_of_green_cross_bytes(green: int) -> None:
    stored = (green << 5).to_bytes(2, "little") + b"\0\0"
    assert pixels(bmp(stored, 1, 1, 16)) == bytes((0, (green * 255 + 15) // 31, 0))


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("block", [1, 3, 7, 100])
def test_the_size_of_blocks_changes_nothing(name: str, block: int) -> None:
    data, native = SMALL[name]
    file = io.BytesIO(data)
    header = read_header(file)
    blocks = list(bmp_rows.rows(header, file, range(header.rows), block))
    assert b"".join(blocks) == native


REFUSALS = {
    "empty": (b"", "truncated"),
    "not BMP": (b"PM" + bytes(60), "not BMP"),
    "header cut": (bmp(b"", 1, 1, 24)[:40], "truncated"),
    "unknown header": (bmp(b"", 1, 1, 24, header=41), "41 bytes"),
    "no columns": (bmp(bytes(8), 0, 1, 24), "0 columns"),
    "no rows": (bmp(bytes(8), 1, 0, 24), "0 rows"),
    "negative columns": (bmp(bytes(8), -1, 1, 24), "-1 columns"),
    "smallest integer": (bmp(bytes(8), 1, -(2**31), 24), "-2147483648 rows"),
    "65536 columns": (bmp(bytes(8), 65536, 1, 1), "65536 columns"),
    "two planes": (bmp(bytes(8), 1, 1, 24, planes=2), "2 planes"),
    "run length": (bmp(bytes(8), 1, 1, 8, palette=RED, compression=1), "compression 1"),
    "bit fields": (bmp(bytes(8), 1, 1, 32, compression=3), "bit fields"),
    "2 bits": (bmp(bytes(8), 1, 1, 2, palette=RED), "2 bits"),
    "257 colors": (bmp(bytes(8), 1, 1, 8, colors=257), "257 colors"),
    "palette cut": (bmp(b"", 1, 1, 8, palette=RED, colors=2), "truncated"),
    "pixels cut": (bmp(bytes(6), 1, 2, 24), "truncated"),
    "pixels beyond the end": (bmp(bytes(8), 1, 1, 24, offset=2**32 - 1), "truncated"),
    "too many bytes for Pixel Data": (bmp(bytes(8), 65535, 65535, 24), "can hold"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_are_one_line_that_names_the_reason(name: str) -> None:
    data, reason = REFUSALS[name]
    with pytest.raises(ImageError, match=reason) as caught:
        reader.read(io.BytesIO(data), ImageRules())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        bmp(b"\2\0\0\0", 1, 1, 8, palette=RED + GREEN),
        bmp(b"\3\0\0\0", 1, 1, 8, palette=LEVELS),
        bmp(b"\xf0\0\0\0", 1, 1, 4, palette=RED + GREEN),
        bmp(b"\x80\0\0\0", 1, 1, 1, palette=RED),
    ],
)
def test_a_color_beyond_the_palette_is_found_while_reading_pixels(data: bytes) -> None:
    with pytest.raises(ImageError, match="palette ends at"):
        pixels(data)


def test_unused_bits_of_a_row_are_no_colors() -> None:
    assert pixels(bmp(b"\x0f\xff\xff\xff", 1, 1, 4, palette=RED + GREEN)) == b"\xff\0\0"


def test_a_file_that_became_shorter_is_refused() -> None:
    data = bmp(bytes(8), 1, 2, 24)
    rows = reader.read(io.BytesIO(data), ImageRules()).rows
    assert rows is not None
    with pytest.raises(ImageError, match="truncated"):
        list(rows(io.BytesIO(data[:-4]), range(2)))


def test_memory_does_not_grow_with_the_picture() -> None:
    file = io.BytesIO(bmp(bytes(24_000_000), 4000, 2000, 24))
    image = reader.read(file, ImageRules())
    assert image.rows is not None
    tracemalloc.start()
    try:
        total = sum(len(block) for block in image.rows(file, range(image.facts.rows)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == image.size
    assert peak < 8 << 20
