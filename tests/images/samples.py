"""Small images made by hand, segment by segment."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from img2dcm_decl.images import jpeg
from img2dcm_decl.plan.model import ImageRules

if TYPE_CHECKING:
    from img2dcm_decl.images.base import Image

SOI, EOI = b"\xff\xd8", b"\xff\xd9"


def segment(marker: int, parameters: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(parameters)) + parameters


def frame(marker: int = 0xC0, ids: bytes = b"\1\2\3", *, bits: int = 8, rows: int = 8, sampling: bytes = b"") -> bytes:
    sampling = sampling or b"\x11" * len(ids)
    components = b"".join(bytes((name, factor, 0)) for name, factor in zip(ids, sampling, strict=True))
    return segment(marker, struct.pack(">BHHB", bits, rows, 8, len(ids)) + components)


def scan(ids: bytes = b"\1\2\3", near: int = 0) -> bytes:
    tables = b"".join(bytes((name, 0)) for name in ids)
    return segment(0xDA, bytes([len(ids)]) + tables + bytes((near, 0, 0)))


def jfif(x: int = 1, y: int = 1, unit: int = 0) -> bytes:
    return segment(0xE0, b"JFIF\0" + struct.pack(">BBBHHBB", 1, 2, unit, x, y, 0, 0))


def adobe(transform: int) -> bytes:
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


DATA = b"\x12\xff\x00\x34\xff\xd0\x56"
COMMENT = segment(0xFE, b"a comment")
EXIF = segment(0xE1, b"Exif\0\0" + SOI + b"thumbnail" + EOI)
TABLES = segment(0xDB, bytes(65))
BASELINE = SOI + TABLES + frame() + scan() + DATA + EOI


def read(data: bytes, **rules: str) -> Image:
    return jpeg.read(io.BytesIO(data), ImageRules(**rules))


def read_in_blocks(data: bytes, block: int, **rules: str) -> Image:
    return jpeg.read(io.BytesIO(data), ImageRules(**rules), block)


def stream(data: bytes, image: Image) -> bytes:
    return b"".join(data[offset : offset + length] for offset, length in image.ranges)


def converted(data: bytes, **rules: str) -> bytes:
    return stream(data, read(data, **rules))


def bmp(
    pixels: bytes,
    columns: int,
    rows: int,
    bits: int,
    *,
    palette: bytes = b"",
    header: int = 40,
    planes: int = 1,
    compression: int = 0,
    colors: int | None = None,
    offset: int | None = None,
) -> bytes:
    if header == 12:
        fields = struct.pack("<IHHHH", header, columns, rows, planes, bits)
    else:
        count = len(palette) // 4 if colors is None else colors
        fields = struct.pack("<IiiHHIIiiII", header, columns, rows, planes, bits, compression, 0, 0, 0, count, 0)
    start = 14 + header + len(palette) if offset is None else offset
    file_header = struct.pack("<2sIHHI", b"BM", 0, 0, 0, start)
    return file_header + fields.ljust(header, b"\0") + palette + pixels
