"""Encodes the text of a finished dataset in the character set that the dataset declares (PS3.5 section 6.1)."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.problems import CharacterSetError, shown
from img2dcm_decl.attributes.representations import LONG, MAX_SHORT_LENGTH, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPECIFIC_CHARACTER_SET = 0x00080005
UNICODE = "ISO_IR 192"

# Code extensions end where a value, a line, or a part of a person's name does (PS3.5 section 6.1.2.5.3).
_NAME_DELIMITERS = re.compile(r"([\\^=\t\n\f\r])")
_DELIMITERS = re.compile(r"([\\\t\n\f\r])")
_ASCII_TERMS = frozenset({"", "ISO_IR 6", "ISO 2022 IR 6"})


def encode_text(dataset: Dataset, *, origin: str = "key") -> list[str]:
    """Encode all text that waits for the dataset's character set, in place, in items too.

    An item inherits the character set of the dataset around it unless it declares its own (PS3.5 section 7.5.3).
    Where none is declared and the text needs one, ISO_IR 192 (UTF-8) is set.

    Parameters
    ----------
    dataset : Dataset
        Complete; what it declares holds for all of it.
    origin : str
        The origin of (0008,0005) where it is set here.

    Returns
    -------
    list of str
        What a person should know; empty where nothing had to be decided.

    Raises
    ------
    CharacterSetError
        The declared character set does not have the text's characters, or is not defined.
    """
    notes: list[str] = []
    own = declared(dataset)
    if own is None and _needs_more_than_ascii(dataset):
        dataset.put(Attribute(SPECIFIC_CHARACTER_SET, "CS", UNICODE.encode(), origin))
        own = (UNICODE,)
        notes.append(
            f"Specific Character Set (0008,0005) is set to {UNICODE}: the text needs it, and none was declared"
        )
        notes += [
            f"{name} holds text of an unknown character set that is not {UNICODE}" for name in _not_utf8(dataset, "")
        ]
    _encode(dataset, own or ("",), "")
    return notes


def _encode(dataset: Dataset, terms: Sequence[str], where: str) -> None:
    for attribute in dataset:
        content = attribute.content
        name = f"{where}({attribute.tag >> 16:04x},{attribute.tag & 0xFFFF:04x})"
        if isinstance(content, str):
            encoded = content.encode("ascii") if content.isascii() else _encoded(content, attribute.vr, terms, name)
            if attribute.vr not in LONG and len(encoded) > MAX_SHORT_LENGTH:
                raise CharacterSetError(
                    f"{name} is longer than the {MAX_SHORT_LENGTH} bytes that {attribute.vr} can have"
                )
            dataset.put(Attribute(attribute.tag, attribute.vr, encoded, attribute.origin))
        for number, item in enumerate(attribute.items):
            _encode(item, declared(item) or terms, f"{name}[{number}].")


def encode_value(text: str, vr: str, terms: Sequence[str]) -> bytes:
    """Encode one text under the values of (0008,0005).

    Raises
    ------
    CharacterSetError
        The character set does not have the text's characters, or is not defined.
    """
    return text.encode("ascii") if text.isascii() else _encoded(text, vr, terms, "the value")


def _encoded(text: str, vr: str, terms: Sequence[str], name: str) -> bytes:
    codecs = _codecs(tuple(terms), name)
    parts = (_NAME_DELIMITERS if vr == "PN" else _DELIMITERS).split(text) if len(codecs) > 1 else [text]
    encoded = [_part(part, codecs) for part in parts]
    if None in encoded:
        missing = dict.fromkeys(c for c in text if not c.isascii() and _part(c, codecs) is None)
        characters = "".join(missing) or text
        declared = "\\".join(terms) or "the default repertoire (ISO_IR 6)"
        raise CharacterSetError(
            f"{name}: {declared} has no {shown(characters, 40)}; declare a Specific Character Set that has, "
            f"such as {UNICODE}"
        )
    return b"".join(part for part in encoded if part is not None)


def _part(text: str, codecs: list[str]) -> bytes | None:
    """Return text that holds no delimiter, encoded; None where the character sets do not have it."""
    if text.isascii():
        return text.encode("ascii")
    from pydicom import charset

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            encoded = charset.encode_string(text, codecs)
            # The way back must lead to the same text: some codecs are wider than the set that DICOM means.
            return encoded if charset.decode_bytes(encoded, codecs, set()) == text else None
        except (UnicodeError, UserWarning, ValueError, LookupError):
            return None


def _codecs(terms: tuple[str, ...], name: str) -> list[str]:
    """Return the Python codecs of the values of (0008,0005)."""
    from pydicom import charset

    unknown = [term for term in terms if term not in _ASCII_TERMS and term not in charset.python_encoding]
    if unknown:
        raise CharacterSetError(
            f"{name} needs a character set, and (0008,0005) names {shown(unknown[0])}, which DICOM does not define"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            codecs = charset.convert_encodings([term or "ISO_IR 6" for term in terms])
        except UserWarning as warning:
            raise CharacterSetError(f"(0008,0005) cannot be {chr(92).join(terms)}: {warning}") from None
    return ["ascii" if term in _ASCII_TERMS else codec for term, codec in zip(terms, codecs, strict=False)]


def declared(dataset: Dataset) -> tuple[str, ...] | None:
    """Return the values of Specific Character Set (0008,0005), or None where it is absent or empty."""
    """Return the values of Specific Character Set (0008,0005), or None where it is absent or empty."""
    attribute = dataset.get(SPECIFIC_CHARACTER_SET)
    if attribute is None or attribute.empty or not isinstance(attribute.content, bytes):
        return None
    return tuple(term.strip(" ") for term in attribute.content.decode("latin-1").split("\\"))


def _needs_more_than_ascii(dataset: Dataset) -> bool:
    """Tell whether text outside ASCII would be encoded in the character set of this dataset."""
    return any(
        (isinstance(attribute.content, str) and not attribute.content.isascii())
        or any(declared(item) is None and _needs_more_than_ascii(item) for item in attribute.items)
        for attribute in dataset
    )


def _not_utf8(dataset: Dataset, where: str) -> Iterator[str]:
    """Yield the attributes whose bytes are text that is not UTF-8."""
    for attribute in dataset:
        content = attribute.content
        name = f"{where}({attribute.tag >> 16:04x},{attribute.tag & 0xFFFF:04x})"
        if isinstance(content, bytes) and attribute.vr in TEXT:
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                yield name
        for number, item in enumerate(attribute.items):
            if declared(item) is None:
                yield from _not_utf8(item, f"{name}[{number}].")
