"""Data elements in Explicit VR Little Endian (PS3.5 section 7.1.2)."""

from __future__ import annotations

from struct import Struct

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
UNDEFINED_LENGTH = 0xFFFFFFFF
#: The largest even length that is not the one that means "undefined" (PS3.5 section 7.1.1).
LARGEST_LENGTH = 0xFFFFFFFE
LONGEST_SHORT = 0xFFFE

ITEM = b"\xfe\xff\x00\xe0"
ITEM_DELIMITER = b"\xfe\xff\x0d\xe0\x00\x00\x00\x00"
SEQUENCE_DELIMITER = b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"

LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
STRING_VRS = frozenset(
    {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
)

_SHORT = Struct("<HH2sH")
_LONG = Struct("<HH2sHI")


def pad(vr: str, value: bytes) -> bytes:
    """Return a value as it is encoded: strings without trailing padding of their own, and an even length.

    Blanks fill strings, NUL fills UI and everything binary (PS3.5 section 6.2).
    """
    if vr == "UI":
        value = value.rstrip(b" \0")
    elif vr in STRING_VRS:
        value = value.rstrip(b" ")
        return value + b" " if len(value) & 1 else value
    return value + b"\0" if len(value) & 1 else value


def header(tag: int, vr: str, length: int) -> bytes:
    """Return tag, VR and length of an element.

    A value that is too long for the 16-bit length of its VR is labelled UN (PS3.5 section 6.2.2, note 2).
    """
    if vr not in LONG_VRS:
        if length <= LONGEST_SHORT:
            return _SHORT.pack(tag >> 16, tag & 0xFFFF, vr.encode(), length)
        vr = "UN"
    return _LONG.pack(tag >> 16, tag & 0xFFFF, vr.encode(), 0, length)


def element(tag: int, vr: str, value: bytes) -> bytes:
    """Return a whole element whose value is padded already."""
    return header(tag, vr, len(value)) + value
