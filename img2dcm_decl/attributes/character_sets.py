"""The character sets of DICOM (PS3.3 C.12.1.1.2, PS3.5 section 6.1): text to bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.problems import CharacterSetError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

UNICODE = "ISO_IR 192"

WHOLE = {UNICODE: "utf_8", "GB18030": "gb18030", "GBK": "gbk"}
"""Sets without code extensions, which stand alone."""

# Code extensions end where a value, a line, or a part of a person's name does (PS3.5 section 6.1.2.5.3).
NAME_DELIMITERS = re.compile(r"([\\^=\t\n\f\r])")
DELIMITERS = re.compile(r"([\\\t\n\f\r])")


class CharacterSet(NamedTuple):
    """One character set of ISO 2022.

    Attributes
    ----------
    codec : str
        Python's codec that contains it.
    escape : bytes
        What designates it.
    size : int
        Bytes of a character.
    g0 : bool
        Whether it takes the place of ASCII, with bytes below 80H, or stands beside it.
    lead : bytes
        What the codec's bytes of one character begin with, and the set's own do not.
    """

    codec: str
    escape: bytes
    size: int = 1
    g0: bool = False
    lead: bytes = b""

    def encode(self, character: str) -> bytes | None:
        """Return the bytes of a character, or None where the set does not have it."""
        try:
            encoded = character.encode(self.codec)
        except UnicodeEncodeError:
            return None
        own = encoded.removeprefix(self.lead)
        if len(own) != self.size or len(encoded) != self.size + len(self.lead) or min(own) < 0xA0:
            return None
        return bytes(byte & 0x7F for byte in own) if self.g0 else own


ASCII = b"\x1b(B"
ROMAJI = b"\x1b(J"
SETS: dict[str, CharacterSet | None] = {
    "": None,
    "6": None,
    "100": CharacterSet("latin_1", b"\x1b-A"),
    "101": CharacterSet("iso8859_2", b"\x1b-B"),
    "109": CharacterSet("iso8859_3", b"\x1b-C"),
    "110": CharacterSet("iso8859_4", b"\x1b-D"),
    "144": CharacterSet("iso8859_5", b"\x1b-L"),
    "127": CharacterSet("iso8859_6", b"\x1b-G"),
    "126": CharacterSet("iso8859_7", b"\x1b-F"),
    "138": CharacterSet("iso8859_8", b"\x1b-H"),
    "148": CharacterSet("iso8859_9", b"\x1b-M"),
    "203": CharacterSet("iso8859_15", b"\x1b-b"),
    "166": CharacterSet("iso8859_11", b"\x1b-T"),
    "13": CharacterSet("shift_jis", b"\x1b)I"),
    "87": CharacterSet("euc_jp", b"\x1b$B", size=2, g0=True),
    "159": CharacterSet("euc_jp", b"\x1b$(D", size=2, g0=True, lead=b"\x8f"),
    "149": CharacterSet("euc_kr", b"\x1b$)C", size=2),
    "58": CharacterSet("gb2312", b"\x1b$)A", size=2),
}
_NEVER_FIRST = frozenset({"87", "159", "149", "58"})
_TERM = re.compile(r"ISO(?:_IR|( 2022) IR) ([0-9]+)|")


def encode_value(text: str, vr: str, terms: Sequence[str]) -> bytes:
    """Return text under the values of (0008,0005).

    Parameters
    ----------
    text : str
        One or more values.
    vr : str
        Value representation of the text: in PN, `^` and `=` end a code extension too.
    terms : sequence of str
        The values of Specific Character Set; `("",)` is the default repertoire.

    Raises
    ------
    CharacterSetError
        The sets lack a character, are not defined, or cannot stand together.
    """
    if text.isascii():
        return text.encode("ascii")
    if len(terms) == 1 and terms[0] in WHOLE:
        try:
            return text.encode(WHOLE[terms[0]])
        except UnicodeEncodeError as error:
            raise _lacking(terms, text[error.start : error.end]) from None
    sets = sets_of(terms)
    missing = dict.fromkeys(c for c in text if not c.isascii() and not any(s.encode(c) for s in sets if s))
    if missing:
        raise _lacking(terms, "".join(missing))
    parts = (NAME_DELIMITERS if vr == "PN" else DELIMITERS).split(text)
    return b"".join([_part(part, sets) for part in parts])


def _part(text: str, sets: tuple[CharacterSet | None, ...]) -> bytes:
    """Return text without delimiters; at both of its ends the sets are those that were declared first."""
    first = sets[0]
    basic = ROMAJI if first and first.codec == "shift_jis" else ASCII
    lower, upper = basic, first
    out = bytearray()
    for character in text:
        if character.isascii():
            if lower != basic:
                out += basic
                lower = basic
            out += character.encode("ascii")
            continue
        # The set in force is kept as long as it will do.
        wanted = upper if upper and upper.encode(character) else next(s for s in sets if s and s.encode(character))
        if wanted.g0 and lower != wanted.escape:
            out += wanted.escape
            lower = wanted.escape
        elif not wanted.g0 and wanted is not upper:
            out += wanted.escape
            upper = wanted
        out += wanted.encode(character) or b""
    return bytes(out if lower == basic else out + basic)


def check_terms(terms: Sequence[str]) -> None:
    """Check that the values of (0008,0005) are defined and can stand together.

    Raises
    ------
    CharacterSetError
        They are not, or can not.
    """
    if len(terms) != 1 or terms[0] not in WHOLE:
        sets_of(terms)


def sets_of(terms: Sequence[str]) -> tuple[CharacterSet | None, ...]:
    """Return the sets that the values of (0008,0005) name; None is the default repertoire.

    Raises
    ------
    CharacterSetError
        A value is not defined, or cannot stand where it does.
    """
    declared = "\\".join(terms)
    numbers = []
    for position, term in enumerate(terms):
        found = _TERM.fullmatch(term)
        number = (found[2] or "") if found else None
        if number is None or number not in SETS or (number in _NEVER_FIRST and not (found and found[1])):
            why = f"stands alone, not in {shown(declared)}" if term in WHOLE else "DICOM does not define"
            raise CharacterSetError(f"Specific Character Set (0008,0005) names {shown(term)}, which {why}")
        if position == 0 and number in _NEVER_FIRST:
            raise CharacterSetError(
                f"Specific Character Set (0008,0005) begins with {shown(term)}, which can only follow another value"
            )
        numbers.append(number)
    return tuple(SETS[number] for number in numbers)


def _lacking(terms: Sequence[str], characters: str) -> CharacterSetError:
    declared = "\\".join(terms) or "the default repertoire (ISO_IR 6)"
    return CharacterSetError(
        f"{declared} has no {shown(characters, 40)}; declare a Specific Character Set that has, such as {UNICODE}"
    )
