"""Marker codes of JPEG (ISO/IEC 10918-1 table B.1) and JPEG-LS (ISO/IEC 14495-1), and the processes they stand for."""

from __future__ import annotations

from img2dcm_decl.lean_typing import NamedTuple

RST0, RST7 = 0xD0, 0xD7
SOI = 0xD8
EOI = 0xD9
SOS = 0xDA
DHP = 0xDE
APP0 = 0xE0
APP8 = 0xE8
APP14 = 0xEE
APP15 = 0xEF
SOF55 = 0xF7
COM = 0xFE
TEM = 0x01

#: Markers within an image that no length follows.
STANDALONE = frozenset({TEM, *range(RST0, RST7 + 1)})
APPLICATION = frozenset(range(APP0, APP15 + 1))


class Process(NamedTuple):
    """A coding process that can be converted.

    Attributes
    ----------
    name : str
        For messages.
    transfer_syntax : str
        UID (PS3.5 section A.4).
    precisions : range or tuple of int
        Permitted bits of a sample.
    """

    name: str
    transfer_syntax: str
    precisions: range | tuple[int, ...]


#: Processes that can be converted, by the marker of their frame header.
PROCESSES = {
    0xC0: Process("baseline", "1.2.840.10008.1.2.4.50", (8,)),
    0xC1: Process("extended sequential", "1.2.840.10008.1.2.4.51", (8, 12)),
    0xC2: Process("progressive", "1.2.840.10008.1.2.4.55", (8, 12)),
    SOF55: Process("JPEG-LS", "1.2.840.10008.1.2.4.80", range(2, 17)),
}
JPEG_LS_NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"

#: What the others are called. C4, C8 and CC are no frame headers.
REFUSED = {
    0xC3: "lossless JPEG (SOF3)",
    0xC5: "differential sequential JPEG (SOF5)",
    0xC6: "differential progressive JPEG (SOF6)",
    0xC7: "differential lossless JPEG (SOF7)",
    0xC9: "extended sequential JPEG with arithmetic coding (SOF9)",
    0xCA: "progressive JPEG with arithmetic coding (SOF10)",
    0xCB: "lossless JPEG with arithmetic coding (SOF11)",
    0xCD: "differential sequential JPEG with arithmetic coding (SOF13)",
    0xCE: "differential progressive JPEG with arithmetic coding (SOF14)",
    0xCF: "differential lossless JPEG with arithmetic coding (SOF15)",
}

FRAME_HEADERS = frozenset({*PROCESSES, *REFUSED})
