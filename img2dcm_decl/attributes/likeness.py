"""Texts that are not the same, though people take them for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_COMPARED = 100_000
"""Most texts in which a like one is looked for."""


class Likeness:
    """Finds texts that differ from others only in blanks, in case, or in how their characters are encoded.

    macOS writes the letters of names with their accents apart (NFD), spreadsheets write them as one character (NFC).

    Parameters
    ----------
    texts : collection of str
        What is compared with; of very many, the first.
    """

    def __init__(self, texts: Collection[str]) -> None:
        self._texts = texts
        self._forms: dict[str, str] | None = None

    def find(self, text: str) -> tuple[str, str] | None:
        """Return the text that is like another one, and in what they differ; None where none is."""
        if self._forms is None:
            self._forms = {_form(known): known for known, _ in zip(self._texts, range(MOST_COMPARED), strict=False)}
        known = self._forms.get(_form(text))
        return None if known is None or known == text else (known, _difference(known, text))


def _form(text: str) -> str:
    return "".join(text.casefold().split()) if text.isascii() else _folded(normalize("NFKC", text))


def _folded(text: str) -> str:
    return "".join(normalize("NFKC", text.casefold()).split())


def _difference(one: str, other: str) -> str:
    if normalize("NFC", one) == normalize("NFC", other):
        return "in how accents are encoded (Unicode normalisation)"
    if "".join(one.split()) == "".join(other.split()):
        return "in blanks"
    return "in case" if one.casefold() == other.casefold() else "in case, blanks, or the form of characters"
