"""Images of any size, made quickly: one band that a real encoder made, repeated."""

from __future__ import annotations

import io
import random
import struct
from itertools import cycle
from pathlib import Path

from PIL import Image

BAND_ROWS = 16
MEGABYTE = 1_000_000


def noise(count: int, seed: int) -> bytes:
    """Return bytes that no compression makes smaller; the same ones for the same seed."""
    return random.Random(seed).randbytes(count)


def write_jpeg(path: Path, size: int, columns: int = 4096) -> None:
    """Write a valid baseline JPEG in colour of about so many bytes.

    Every restart interval is one row of MCUs and starts afresh (ISO/IEC 10918-1 section E.1.4), so the coded data of
    one stands as often as needed, and only the number of rows in the frame header changes.
    """
    head, interval = _band(columns)
    count = max(1, min(65535 // BAND_ROWS, round((size - len(head)) / len(interval))))
    rows = head.index(b"\xff\xc0") + 5
    head = head[:rows] + struct.pack(">H", count * BAND_ROWS) + head[rows + 2 :]
    with path.open("wb") as file:
        file.write(head + interval)
        for _, restart in zip(range(count - 1), cycle(range(8)), strict=False):
            file.write(bytes((0xFF, 0xD0 + restart)) + interval)
        file.write(b"\xff\xd9")


def _band(columns: int) -> tuple[bytes, bytes]:
    """Return all that precedes the coded data of one band of noise, and that data."""
    picture = Image.frombytes("RGB", (columns, BAND_ROWS), noise(columns * BAND_ROWS * 3, seed=1))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90, subsampling="4:2:0", restart_marker_rows=1)
    data = buffer.getvalue()
    scan = data.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    return data[:start], data[start:-2]


def write_bmp(path: Path, size: int, columns: int = 8000) -> None:
    """Write a BMP of 24 bits a pixel of about so many bytes."""
    stride = columns * 3
    rows = size // stride
    header = struct.pack("<IiiHHIIiiII", 40, columns, rows, 1, 24, 0, rows * stride, 0, 0, 0, 0)
    band = noise(stride * 64, seed=2)
    with path.open("wb") as file:
        file.write(struct.pack("<2sIHHI", b"BM", 54 + rows * stride, 0, 0, 54) + header)
        for start in range(0, rows, 64):
            file.write(band[: stride * min(64, rows - start)])
