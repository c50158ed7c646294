"""Text that `dcm2xml` wrote byte by byte, because it knew no XML encoding for its character set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.attributes.character_decoding import decode_value
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
    `&#212;`. Only what is text of the dataset's character set then is taken so.

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
        if as_text or not isinstance(content, str) or attribute.vr not in TEXT or content.isascii():
            continue
        try:
            encoded = content.encode("latin-1")
            decode_value(encoded, attribute.vr, own)
        except (UnicodeEncodeError, CharacterSetError):
            continue
        dataset.put(Attribute(attribute.tag, attribute.vr, encoded, attribute.origin))
