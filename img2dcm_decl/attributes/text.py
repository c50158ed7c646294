"""Encodes the text of a finished dataset in the character set that the dataset declares (PS3.5 section 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.attributes.character_sets import UNICODE as UNICODE
from img2dcm_decl.attributes.character_sets import encode_value as encode_value
from img2dcm_decl.attributes.characters import convert_text
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.problems import CharacterSetError
from img2dcm_decl.attributes.representations import LONG, MAX_SHORT_LENGTH, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.attributes.characters import Mode

SPECIFIC_CHARACTER_SET = 0x00080005
_ESCAPE = b"\x1b"
"""Begins another character set in a value (PS3.5 section 6.1.2.5); its bytes may be those of ASCII."""


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
        What is mislabelled now: text of unknown character sets in a dataset whose character set was set here.

    Raises
    ------
    CharacterSetError
        The declared character set does not have the text's characters, or is not defined.
    """
    warnings: list[str] = []
    own = declared(dataset)
    if own is None and _needs_more_than_ascii(dataset):
        dataset.put(Attribute(SPECIFIC_CHARACTER_SET, "CS", UNICODE.encode(), origin))
        own = (UNICODE,)
        warnings = [
            f"{name} holds text of an unknown character set that is not {UNICODE}" for name in _not_utf8(dataset, "")
        ]
    _encode(dataset, own or ("",), "")
    return warnings


def bring_into_declared(dataset: Dataset, terms: tuple[str, ...], mode: Mode) -> None:
    """Bring text that is encoded already into the character set that the dataset declares now, in place, in items too.

    Parameters
    ----------
    dataset : Dataset
        Declares the new character set; where it declares none, its text stays.
    terms : tuple of str
        The values of Specific Character Set when the text was encoded.
    mode : str
        What becomes of characters that the new character set lacks (`convert_text`).

    Raises
    ------
    CharacterSetError
        The text does not fit the new character set, or is no text of the old one.
    """
    wanted = declared(dataset)
    if wanted and wanted != terms:
        _bring(dataset, terms, wanted, mode, "")


def _bring(dataset: Dataset, given: tuple[str, ...], wanted: tuple[str, ...], mode: Mode, where: str) -> None:
    for attribute in dataset:
        content, vr = attribute.content, attribute.vr
        name = f"{where}({attribute.tag >> 16:04x},{attribute.tag & 0xFFFF:04x})"
        if isinstance(content, bytes) and vr in TEXT and not (content.isascii() and _ESCAPE not in content):
            try:
                converted = convert_text(content, vr, given, wanted, mode)
            except CharacterSetError as error:
                raise CharacterSetError(f"{name} of the sources: {error}") from None
            dataset.put(Attribute(attribute.tag, vr, _not_too_long(converted, vr, name), attribute.origin))
        for number, item in enumerate(attribute.items):
            if declared(item) is None:
                _bring(item, given, wanted, mode, f"{name}[{number}].")


def _not_too_long(encoded: bytes, vr: str, name: str) -> bytes:
    if vr not in LONG and len(encoded) > MAX_SHORT_LENGTH:
        raise CharacterSetError(f"{name} is longer than the {MAX_SHORT_LENGTH} bytes that {vr} can have")
    return encoded


def _encode(dataset: Dataset, terms: tuple[str, ...], where: str) -> None:
    for attribute in dataset:
        content = attribute.content
        name = f"{where}({attribute.tag >> 16:04x},{attribute.tag & 0xFFFF:04x})"
        if isinstance(content, str):
            try:
                encoded = encode_value(content, attribute.vr, terms)
            except CharacterSetError as error:
                raise CharacterSetError(f"{name}: {error}") from None
            encoded = _not_too_long(encoded, attribute.vr, name)
            dataset.put(Attribute(attribute.tag, attribute.vr, encoded, attribute.origin))
        for number, item in enumerate(attribute.items):
            _encode(item, declared(item) or terms, f"{name}[{number}].")


def declared(dataset: Dataset) -> tuple[str, ...] | None:
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
