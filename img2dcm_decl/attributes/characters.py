"""Brings text from one character set into another, and says what becomes of characters that the other lacks."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Literal, TypeAlias

from img2dcm_decl.attributes.character_decoding import decode_value
from img2dcm_decl.attributes.character_sets import DELIMITERS, NAME_DELIMITERS, check_terms, encode_value
from img2dcm_decl.attributes.problems import CharacterSetError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Mode: TypeAlias = Literal["strict", "transliterate", "discard"]

_UNKNOWN = "?"


def convert_text(data: bytes, vr: str, source: Sequence[str], target: Sequence[str], mode: Mode = "strict") -> bytes:
    """Return text of one character set in another.

    Parameters
    ----------
    data : bytes
        One or more values.
    vr : str
        Value representation of the text.
    source, target : sequence of str
        The values of Specific Character Set of either.
    mode : str
        What becomes of a character that the target lacks: `strict`, an error; `transliterate`, a similar character
        or spelling, and `?` where there is none; `discard`, it is left out.

    Raises
    ------
    CharacterSetError
        The bytes are no text of the source's character set, one of the sets is not defined, or the target lacks
        a character and the mode is strict.
    """
    text = decode_value(data, vr, source)
    if mode == "strict":
        return encode_value(text, vr, target)
    if text.isascii():
        return text.encode("ascii")
    check_terms(target)
    # Composed characters exist in more sets than their parts do.
    composed = unicodedata.normalize("NFC", text)
    return encode_value(_fitted(composed, vr, target, _spelling if mode == "transliterate" else _nothing), vr, target)


def _fitted(text: str, vr: str, target: Sequence[str], otherwise: Callable[[str], str]) -> str:
    """Return text without characters that the target lacks."""
    delimiters = NAME_DELIMITERS if vr == "PN" else DELIMITERS
    fitted: dict[str, str] = {}
    for character in dict.fromkeys(text):
        if _has(target, character):
            fitted[character] = character
            continue
        spelling = otherwise(character)
        # A spelling must not divide a value or a name where the text did not.
        unfit = delimiters.search(spelling) or not _has(target, spelling)
        fitted[character] = _UNKNOWN if unfit else spelling
    return "".join(fitted[character] for character in text)


def _has(target: Sequence[str], text: str) -> bool:
    if text.isascii():
        return True
    try:
        encode_value(text, "LO", target)
    except CharacterSetError:
        return False
    return True


def _spelling(character: str) -> str:
    from anyascii import anyascii

    spelling = anyascii(character)
    return spelling if spelling or unicodedata.combining(character) else _UNKNOWN


def _nothing(_: str) -> str:
    return ""
