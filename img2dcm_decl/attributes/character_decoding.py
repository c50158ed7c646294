"""Bytes of text to characters, with the code extensions of ISO 2022 (PS3.5 section 6.1.2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.attributes.character_sets import (
    ASCII,
    DELIMITERS,
    NAME_DELIMITERS,
    ROMAJI,
    SETS,
    WHOLE,
    CharacterSet,
    sets_of,
)
from img2dcm_decl.attributes.problems import CharacterSetError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ESCAPE = 0x1B
_ESCAPES: dict[bytes, CharacterSet | None] = {
    ASCII: None,
    ROMAJI: None,
    **{found.escape: found for found in SETS.values() if found},
}


def decode_value(data: bytes, vr: str, terms: Sequence[str]) -> str:
    """Return the text of encoded values under the values of (0008,0005).

    Escape sequences of sets that are not declared are understood too: they mean nothing else.

    Parameters
    ----------
    data : bytes
        One or more values.
    vr : str
        Value representation of the text: in PN, `^` and `=` end a code extension too.
    terms : sequence of str
        The values of Specific Character Set; `("",)` is the default repertoire.

    Raises
    ------
    CharacterSetError
        The bytes are no text of these sets, or the sets are not defined.
    """
    if data.isascii() and _ESCAPE not in data:
        return data.decode("ascii")
    try:
        if len(terms) == 1 and terms[0] in WHOLE:
            return data.decode(WHOLE[terms[0]])
        return _Decoder(data, vr, sets_of(terms)[0]).text()
    except UnicodeDecodeError:
        declared = "\\".join(terms) or "the default repertoire (ISO_IR 6)"
        raise CharacterSetError(
            f"the bytes are no text of {declared}, which Specific Character Set (0008,0005) declares"
        ) from None


class _Decoder:
    """Goes through text from left to right and keeps what is designated to G0 and G1."""

    def __init__(self, data: bytes, vr: str, first: CharacterSet | None) -> None:
        self._data = data
        self._at = 0
        self._delimiters = NAME_DELIMITERS if vr == "PN" else DELIMITERS
        self._first = first
        self._lower: CharacterSet | None = None
        self._upper = first

    def text(self) -> str:
        found = []
        while self._at < len(self._data):
            byte = self._data[self._at]
            if byte == _ESCAPE:
                self._designate()
            elif byte & 0x80:
                found.append(self._character(self._upper))
            elif self._lower and 0x20 < byte < 0x7F:
                found.append(self._character(self._lower))
            else:
                found.append(self._basic())
        return "".join(found)

    def _designate(self) -> None:
        for size in (3, 4):
            escape = self._data[self._at : self._at + size]
            if escape in _ESCAPES:
                designated = _ESCAPES[escape]
                if designated and not designated.g0:
                    self._upper = designated
                else:
                    self._lower = designated
                self._at += size
                return
        raise self._undecodable(1)

    def _character(self, designated: CharacterSet | None) -> str:
        if designated is None:
            raise self._undecodable(1)
        own = self._data[self._at : self._at + designated.size]
        low, high = (0x21, 0x7E) if designated.g0 else (0x80, 0xFF)
        if len(own) < designated.size or not all(low <= byte <= high for byte in own):
            raise self._undecodable(len(own))
        self._at += designated.size
        return (designated.lead + bytes(byte | 0x80 for byte in own)).decode(designated.codec)

    def _basic(self) -> str:
        character = chr(self._data[self._at])
        if self._delimiters.fullmatch(character):
            self._lower, self._upper = None, self._first
        self._at += 1
        return character

    def _undecodable(self, size: int) -> UnicodeDecodeError:
        return UnicodeDecodeError("iso2022", self._data, self._at, self._at + size, "not designated")
