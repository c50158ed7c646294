"""Damaged files give an image or an ImageError, whatever the damage, and the same one for every size of blocks."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from images.samples import COMMENT, DATA, EOI, EXIF, SOI, TABLES, adobe, bmp, frame, jfif, scan

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images import bmp_rows, jpeg
from img2dcm_decl.images.bmp_header import read_header
from img2dcm_decl.images.registry import open_image
from img2dcm_decl.plan.model import ImageRules

if TYPE_CHECKING:
    from img2dcm_decl.images.base import Image

WHOLE = [
    SOI + jfif(2, 1) + EXIF + COMMENT + adobe(0) + TABLES + frame() + scan() + DATA + EXIF + scan() + DATA + EOI,
    SOI + jfif() + frame(0xF7, b"\1", bits=12) + scan(b"\1", 3) + b"\x12\xff\x7f\xff\xd0\x34" + EOI,
    bmp(bytes(range(24)), 5, 3, 8, palette=bytes(range(40))),
    bmp(bytes(range(24)), 9, 3, 4, palette=bytes(64), header=108),
    bmp(bytes(24), 2, 3, 24, header=12),
]
PIECES = [
    SOI,
    EOI,
    b"\xff",
    b"\xff\0",
    b"\0\2",
    b"\xff\xd0",
    COMMENT,
    EXIF,
    TABLES,
    adobe(0),
    jfif(),
    frame(),
    scan(),
    DATA,
]

edits = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from(["set", "insert", "delete"]), st.binary(max_size=3)), max_size=6
)


def damaged(data: bytes, changes: list[tuple[int, str, bytes]]) -> bytes:
    for position, kind, value in changes:
        at = position % (len(data) + 1)
        skipped = {"set": len(value), "insert": 0, "delete": 4}[kind]
        data = data[:at] + (b"" if kind == "delete" else value) + data[at + skipped :]
    return data


rules = st.builds(
    ImageRules,
    app_segments=st.sampled_from(["keep", "remove"]),
    comments=st.sampled_from(["keep", "remove"]),
    jfif=st.sampled_from(["optional", "required"]),
)


def result(data: bytes, chosen: ImageRules, block: int) -> Image | str:
    try:
        return jpeg.read(io.BytesIO(data), chosen, block)
    except ImageError as error:
        return str(error)


def converted(data: bytes, chosen: ImageRules) -> tuple[Image, bytes] | None:
    file = io.BytesIO(data)
    try:
        image = open_image(file, chosen)
        return image, b"".join(image.rows(file, range(image.facts.rows))) if image.rows else b""
    except ImageError:
        return None


def check(data: bytes, chosen: ImageRules) -> None:
    read = converted(data, chosen)
    if read is None:
        return
    image, native = read
    facts = image.facts
    assert facts.rows > 0
    assert facts.columns > 0
    if image.rows:
        assert len(native) == image.size == facts.rows * facts.columns * facts.samples_per_pixel
        return
    assert image.size == sum(length for _, length in image.ranges)
    ends = [0, *(edge for offset, length in image.ranges for edge in (offset, offset + length))]
    assert ends == sorted(ends)
    assert ends[-1] <= len(data)
    assert all(length > 0 for _, length in image.ranges)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(WHOLE), edits, rules)
def test_damaged_files(data: bytes, changes: list[tuple[int, str, bytes]], chosen: ImageRules) -> None:
    check(damaged(data, changes), chosen)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), rules, st.integers(1, 40))
def test_shuffled_jpeg_segments(pieces: list[bytes], chosen: ImageRules, block: int) -> None:
    data = SOI + b"".join(pieces) + EOI
    check(data, chosen)
    assert result(data, chosen, block) == result(data, chosen, 1 << 20)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(1, 40))
def test_arbitrary_bytes_as_jpeg(data: bytes, block: int) -> None:
    check(SOI + data, ImageRules())
    assert result(SOI + data, ImageRules(), block) == result(SOI + data, ImageRules(), 1 << 20)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([1, 4, 8, 16, 24, 32]),
    st.integers(1, 20),
    st.integers(1, 6),
    st.booleans(),
    st.binary(),
    st.integers(1, 200),
    st.integers(0, 6),
)
def test_bmp_of_any_shape(
    bits: int, columns: int, rows: int, top_down: bool, noise: bytes, block: int, cut: int
) -> None:
    cut = min(cut, rows)
    stride = (columns * bits + 31) // 32 * 4
    stored = (noise or b"\0") * (stride * rows)
    palette = bytes(value % 256 for value in range(4 << bits)) if bits <= 8 else b""
    file = io.BytesIO(bmp(stored[: stride * rows], columns, -rows if top_down else rows, bits, palette=palette))
    header = read_header(file)
    whole = b"".join(bmp_rows.rows(header, file, range(rows)))
    assert b"".join(bmp_rows.rows(header, file, range(rows), block)) == whole
    parts = (range(cut), range(cut, rows))
    assert b"".join(pixels for part in parts for pixels in bmp_rows.rows(header, file, part, block)) == whole
