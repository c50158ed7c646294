"""Finds the word that was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 80

# Long words have many letters in common with any other: asking for more of them is quick, and right more often.
_SHORT = 12


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that a misspelt word was probably meant to be.

    Differences in case and between `-`, `_` and blanks count as nothing. Words of more than 80 characters have no
    suggestion: comparing them would take long and help nobody.

    Parameters
    ----------
    word : str
        What was written.
    candidates : iterable of str
        What could have been written.

    Returns
    -------
    str or None
        The best candidate; None where no candidate is similar.
    """
    if not word or len(word) > LONGEST:
        return None
    by_form = {_normal(candidate): candidate for candidate in candidates}
    likeness = 0.6 if len(word) <= _SHORT else 0.8
    close = get_close_matches(_normal(word), by_form, n=1, cutoff=likeness)
    return by_form[close[0]] if close else None


def _normal(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
