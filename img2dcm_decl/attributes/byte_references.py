"""Text that `dcm2xml` wrote byte by byte, because it knew no XML encoding for its character set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.attributes.character_decoding import decode_value
from img2dcm_decl.attributes.character_sets import encode_value
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.problems import CharacterSetError
from img2dcm_decl.attributes.representations import TEXT
from img2dcm_decl.attributes.text import declared

if TYPE_CHECKING:
    from collections.abc import Sequence

# What dcm2xml writes as characters, in the XML encoding of the same name.
_WRITTEN_AS_TEXT = frozenset(
    {"", *(f"ISO_IR {number}" for number in (6, 192, 100, 101, 109, 110, 144, 127, 126, 138, 148, 203))}
)


def restore_bytes(dataset: Dataset, terms: Sequence[str] = ("",)) -> None:
    """Turn text whose characters are bytes back into these bytes, in place, in items too.

    In other character sets than those that have an XML encoding, the byte D4H of a value stands in the document as
    `&#212;`. Characters that are not bytes of the dataset's character set, and exist in it, stay text.

    Parameters
    ----------
    dataset : Dataset
        As it was read from a document that declares no encoding.
    terms : sequence of str
        The values of Specific Character Set around it.
    """
    own = declared(dataset) or terms
    as_text = len(own) == 1 and own[0] in _WRITTEN_AS_TEXT
    for attribute in dataset:
        for item in attribute.items:
            restore_bytes(item, own)
        content = attribute.content
        if as_text or not isinstance(content, str) or content.isascii() or not _fits_bytes(content):
            continue
        # Specific Character Set governs TEXT alone: outside ASCII, other strings are nothing but bytes.
        if attribute.vr not in TEXT or _is_text(content, attribute.vr, own) or not _is_encodable(content, own):
            dataset.put(Attribute(attribute.tag, attribute.vr, content.encode("latin-1"), attribute.origin))


def _fits_bytes(text: str) -> bool:
    return max(text) <= "\xff"


def _is_text(text: str, vr: str, terms: Sequence[str]) -> bool:
    try:
        decode_value(text.encode("latin-1"), vr, terms)
    except CharacterSetError:
        return False
    return True


def _is_encodable(text: str, terms: Sequence[str]) -> bool:
    try:
        encode_value(text, "LO", terms)
    except CharacterSetError:
        return False
    return True
