"""Text of a value -> what the dataset holds: encoded bytes, or text that waits for its character set."""

from __future__ import annotations

import re
import struct
from functools import partial
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.conformance import complaints
from img2dcm_decl.attributes.problems import KeyValueError, shown
from img2dcm_decl.attributes.representations import (
    FLOATS,
    HEXADECIMAL,
    INTEGERS,
    LONG,
    MAX_SHORT_LENGTH,
    STRINGS,
    TEXT,
)
from img2dcm_decl.attributes.standard import standard_uids
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_FLOAT = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|nan|infinity)", re.IGNORECASE)
_TAG_VALUE = re.compile(r"\(\s*([0-9a-fA-F]{1,4})\s*,\s*([0-9a-fA-F]{1,4})\s*\)?")
_BARE_TAG_VALUE = re.compile(r"([0-9a-fA-F]{4}),([0-9a-fA-F]{4})")
_WHITE_SPACE = re.compile(r"\s+")


def convert(vr: str, text: str, *, checked: bool, vm: str = "1-n") -> bytes | str:
    """Return what a value's text becomes under a value representation.

    Backslashes separate values, except in LT, ST, UR and UT. Trailing blanks are left out: they are padding
    (PS3.5 section 6.2). A UID may be given by its keyword, `=CTImageStorage`.

    Parameters
    ----------
    vr : str
        Value representation; not SQ.
    text : str
        The value. Numbers are decimal, OB, OW and UN hexadecimal bytes (words), AT is `(gggg,eeee)`.
    checked : bool
        Refuse what does not conform to PS3.5. Otherwise only what has no encoding is refused.
    vm : str
        Value multiplicity, for the check.

    Returns
    -------
    bytes or str
        The encoded value, little endian and without padding; a string where Specific Character Set governs the
        encoding, and where text that is stored as given leaves the default repertoire.

    Raises
    ------
    KeyValueError
        The value has no encoding, or does not conform.
    """
    return converter(vr, checked=checked, vm=vm)(text)


def converter(vr: str, *, checked: bool, vm: str = "1-n") -> Callable[[str], bytes | str]:
    """Return what `convert` does with the values of an attribute, one after the other."""
    if vr == "SQ":
        return _no_value
    encode = partial(_string, vr in TEXT) if vr in STRINGS else partial(_binary, vr, checked=checked)
    complaint = complaints(vr, vm) if checked else _nothing
    longest = None if vr in LONG else MAX_SHORT_LENGTH

    def converted(text: str) -> bytes | str:
        if vr == "UI":
            text = uid_values(text)
        said = complaint(text)
        if said:
            raise KeyValueError(said, width=len(text) or 1)
        content = encode(text)
        if longest is not None and len(content) > longest:
            raise KeyValueError(f"the value is longer than the {longest} bytes that {vr} can have")
        return content

    return converted


def uid_values(text: str) -> str:
    """Return UIDs without white space, and with `=Keyword` replaced by the UID it stands for (PS3.6 annex A).

    Raises
    ------
    KeyValueError
        No UID has this keyword.
    """
    values = [_WHITE_SPACE.sub("", value) for value in text.split("\\")]
    return "\\".join(_named_uid(value[1:]) if value.startswith("=") else value for value in values)


def uid_name(uid: str) -> str:
    """Return the name of a UID in PS3.6 annex A, or an empty text where it has none there."""
    known = standard_uids().get(uid)
    return known[0] if known else ""


def _named_uid(keyword: str) -> str:
    keywords = {entry[4]: uid for uid, entry in standard_uids().items() if entry[4]}
    uid = keywords.get(keyword.removeprefix("RETIRED_"))
    if uid is None:
        nearest = suggest(keyword, keywords)
        raise KeyValueError(
            f"{shown(keyword)} is the keyword of no UID",
            width=len(keyword) + 1,
            help=f"did you mean ={nearest}?" if nearest else "",
        )
    return uid


def _no_value(text: str) -> bytes:
    if text:
        raise KeyValueError("a sequence holds items and cannot have a value", width=len(text))
    return b""


def _nothing(_text: str) -> None:
    return None


def _string(governed: bool, text: str) -> bytes | str:
    value = text.rstrip(" ")
    if governed or not value.isascii():
        return value
    return value.encode("ascii")


def _binary(vr: str, text: str, *, checked: bool) -> bytes:
    if not text:
        return b""
    values = text.split("\\")
    if vr in INTEGERS:
        return b"".join([_integer(vr, value) for value in values])
    if vr in FLOATS:
        return b"".join([_float(vr, value) for value in values])
    if vr in HEXADECIMAL:
        return b"".join([_hexadecimal(vr, value) for value in values])
    if vr == "AT":
        return b"".join([_tag(value, bare=checked) for value in values])
    raise KeyValueError(f"{vr} is not a value representation that can be written as text")


def _integer(vr: str, value: str) -> bytes:
    code, low, high = INTEGERS[vr]
    word = value.strip(" ")
    number = int(word) if _INTEGER.fullmatch(word) else None
    if number is None or not low <= number <= high:
        raise KeyValueError(f"{shown(value)} is not a whole number from {low} to {high} ({vr})", width=len(value))
    return struct.pack(code, number)


def _float(vr: str, value: str) -> bytes:
    word = value.strip(" ")
    if len(word) > 400 or not _FLOAT.fullmatch(word):
        raise KeyValueError(f"{shown(value)} is not a number ({vr})", width=len(value))
    number = float(word)
    try:
        packed = struct.pack(FLOATS[vr], number)
    except OverflowError:
        packed = b""
    if not packed or (number in _INFINITIES and "i" not in word.lower()):
        raise KeyValueError(f"{shown(value)} is beyond the range of {vr}", width=len(value))
    return packed


_INFINITIES = (float("inf"), float("-inf"))


def _hexadecimal(vr: str, value: str) -> bytes:
    digits = HEXADECIMAL[vr]
    word = value.strip(" ")
    if not re.fullmatch(rf"(?:0[xX])?[0-9a-fA-F]{{1,{digits}}}", word):
        unit = "bytes" if digits == 2 else "words"
        raise KeyValueError(
            f"{shown(value)} is not one to {'two' if digits == 2 else 'four'} hexadecimal digits ({vr})",
            width=len(value),
            help=f"{vr} is written as hexadecimal {unit} with backslashes between them",
        )
    return int(word, 16).to_bytes(digits // 2, "little")


def _tag(value: str, *, bare: bool) -> bytes:
    word = value.strip(" ")
    found = _TAG_VALUE.fullmatch(word) or (_BARE_TAG_VALUE.fullmatch(word) if bare else None)
    if not found:
        raise KeyValueError(f"{shown(value)} is not a tag (AT)", width=len(value), help="it is written (gggg,eeee)")
    return struct.pack("<HH", int(found[1], 16), int(found[2], 16))
