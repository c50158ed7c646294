"""A second reader of JPEG structure, slow and plain, to compare the package's with (ISO/IEC 10918-1 annex B)."""

from __future__ import annotations

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
APP = range(0xE0, 0xF0)
ALONE = (0x01, *range(0xD0, 0xD8))


def without_app_segments(data: bytes, *, jpegls: bool = False, keep_adobe: bool = False) -> bytes:
    """Return a stream from SOI to EOI without APPn segments and without bytes that belong to no segment.

    In JPEG-LS, a byte below 0x80 behind 0xff is image data (ISO/IEC 14495-1 annex A.1). A length that does not count
    itself is taken as that of an empty segment.
    """
    kept = bytearray(data[:2])
    position, in_scan = 2, False
    while True:
        start = data.index(b"\xff", position)
        if in_scan:
            kept += data[position:start]
        marker_at = start
        while data[marker_at] == 0xFF:
            marker_at += 1
        marker = data[marker_at]
        position = marker_at + 1
        if marker == EOI:
            return bytes(kept + data[start:position])
        if (in_scan and (marker == 0 or (jpegls and marker < 0x80))) or marker in ALONE:
            kept += data[start:position]
        else:
            end = position + max(2, int.from_bytes(data[position : position + 2], "big"))
            adobe = data[position + 2 :].startswith(b"Adobe")
            kept += data[start : marker_at - 1 if marker in APP and not (adobe and keep_adobe) else end]
            in_scan = in_scan or marker == SOS
            position = end
