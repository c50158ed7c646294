"""Values as `dcmdump` and `dcm2xml` write them, of any length."""

from __future__ import annotations

from img2dcm_decl.attributes.limits import MAX_WRITTEN_VALUES
from img2dcm_decl.attributes.problems import KeyValueError
from img2dcm_decl.attributes.representations import HEXADECIMAL, LONG, MAX_SHORT_LENGTH, STRINGS
from img2dcm_decl.attributes.values import convert


def read_value(vr: str, text: str) -> bytes | str:
    """Return what the text of a value becomes under a value representation.

    As `img2dcm_decl.attributes.values.convert` does without its checks, and fast for bulk data.

    Raises
    ------
    KeyValueError
        The value has no encoding.
    """
    packed = _plain_hexadecimal(text, HEXADECIMAL[vr]) if vr in HEXADECIMAL else None
    if packed is not None:
        return packed
    most = MAX_WRITTEN_VALUES if vr in LONG else MAX_SHORT_LENGTH
    if vr not in STRINGS and text.count("\\") > most:
        raise KeyValueError(f"there are more than {most} numbers")
    return convert(vr, text, checked=False)


def _plain_hexadecimal(text: str, digits: int) -> bytes | None:
    """Return bulk data whose components have all their digits, as programs write it; None of anything else."""
    if len(text) % (digits + 1) != digits or text[digits :: digits + 1].strip("\\"):
        return None
    together = text.replace("\\", "")
    try:
        packed = bytearray.fromhex(together)
    except ValueError:
        return None
    # White space between digits is passed over by fromhex, and is no part of a component.
    if 2 * len(packed) != len(text) - len(text) // (digits + 1):
        return None
    if digits == 4:
        packed[0::2], packed[1::2] = packed[1::2], packed[0::2]
    return bytes(packed)
