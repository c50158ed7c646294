"""Values as `dcmdump` and `dcm2xml` write them, of any length."""

from __future__ import annotations

import re

from img2dcm_decl.attributes.problems import KeyValueError
from img2dcm_decl.attributes.representations import HEXADECIMAL, LONG, STRINGS
from img2dcm_decl.attributes.values import convert

# No number takes more characters than this for each byte that it is encoded in.
_MOST_TEXT = 65_534 * 32
_HEXADECIMAL = {
    2: re.compile(r"[0-9a-fA-F]{2}(?:\\[0-9a-fA-F]{2})*"),
    4: re.compile(r"[0-9a-fA-F]{4}(?:\\[0-9a-fA-F]{4})*"),
}


def read_value(vr: str, text: str) -> bytes | str:
    """Return what the text of a value becomes under a value representation.

    As `img2dcm_decl.attributes.values.convert` does without its checks, and fast for bulk data.

    Raises
    ------
    KeyValueError
        The value has no encoding.
    """
    digits = HEXADECIMAL.get(vr, 0)
    if digits and _HEXADECIMAL[digits].fullmatch(text):
        packed = bytearray.fromhex(text.replace("\\", ""))
        if digits == 4:
            packed[0::2], packed[1::2] = packed[1::2], packed[0::2]
        return bytes(packed)
    if vr not in LONG and vr not in STRINGS and len(text) > _MOST_TEXT:
        raise KeyValueError(f"the value is longer than {vr} can have")
    return convert(vr, text, checked=False)
