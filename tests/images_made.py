"""Small images for tests, made here."""

from __future__ import annotations

import io
import struct

from PIL import Image


def jpeg(width: int = 16, height: int = 8, mode: str = "RGB", **options: object) -> bytes:
    """Return a JPEG with a gradient."""
    stream = io.BytesIO()
    gradient = Image.linear_gradient("L").resize((width, height)).convert(mode)
    gradient.save(stream, "JPEG", **options)
    return stream.getvalue()


def bmp(width: int = 5, height: int = 3) -> bytes:
    """Return a 24 bit BMP, bottom-up, whose rows need padding."""
    rows = b"".join(
        bytes(v & 0xFF for x in range(width) for v in (x, y * 16, 200)).ljust((width * 3 + 3) // 4 * 4, b"\0")
        for y in range(height)
    )
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 54 + len(rows), 0, 0, 54) + header + rows
