"""Value representations as data (PS3.5 section 6.2)."""

from __future__ import annotations

from typing import NamedTuple

from img2dcm_decl.encode.elements import LONG_VRS, LONGEST_SHORT, STRING_VRS

TEXT = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
"""Text that Specific Character Set governs (PS3.5 section 6.1.2.3)."""

STRINGS = STRING_VRS
"""Everything that consists of characters."""

SINGLE = frozenset({"LT", "ST", "UR", "UT"})
"""One value at most; a backslash is an ordinary character."""

BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
"""One value at most, of any number of bytes or words."""

LONG = LONG_VRS
"""Those whose length takes 32 bits in explicit VR (PS3.5 section 7.1.2)."""

BINARY = BULK | {"AT", "FD", "FL", "SL", "SS", "SV", "UL", "US", "UV"}
"""Everything else but sequences."""

ALL = STRINGS | BINARY | {"SQ"}

MAX_SHORT_LENGTH = LONGEST_SHORT
"""Bytes that a value can have where its length takes 16 bits."""

WIDTH = {
    "AT": 2,
    "FD": 8,
    "FL": 4,
    "OD": 8,
    "OF": 4,
    "OL": 4,
    "OV": 8,
    "OW": 2,
    "SL": 4,
    "SS": 2,
    "SV": 8,
    "UL": 4,
    "US": 2,
    "UV": 8,
}
"""Bytes of the units whose order depends on the transfer syntax (PS3.5 section 7.3)."""


class Integers(NamedTuple):
    """Binary integers: the code that `struct` packs them with, and their range."""

    code: str
    low: int
    high: int


def _integers(code: str, bits: int, *, signed: bool) -> Integers:
    if signed:
        return Integers(code, -(1 << bits - 1), (1 << bits - 1) - 1)
    return Integers(code, 0, (1 << bits) - 1)


INTEGERS = {
    "OL": _integers("<I", 32, signed=False),
    "OV": _integers("<Q", 64, signed=False),
    "SL": _integers("<i", 32, signed=True),
    "SS": _integers("<h", 16, signed=True),
    "SV": _integers("<q", 64, signed=True),
    "UL": _integers("<I", 32, signed=False),
    "US": _integers("<H", 16, signed=False),
    "UV": _integers("<Q", 64, signed=False),
}

FLOATS = {"FD": "<d", "FL": "<f", "OD": "<d", "OF": "<f"}

HEXADECIMAL = {"OB": 2, "OW": 4, "UN": 2}
"""Digits of a component where bulk data is written in hexadecimal."""
