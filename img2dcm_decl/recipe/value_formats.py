"""Formats of placeholders: what is made of a value before it is put in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from img2dcm_decl.recipe.date_forms import date_form
from img2dcm_decl.recipe.name_forms import name_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WIDTH = re.compile(r"0?[1-9][0-9]?")
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,40}")


class ValueFormat(Protocol):
    """Makes one text of another. Equal formats make the same; they can be pickled."""

    @property
    def written(self) -> str:
        """How it stands in a placeholder, behind the colon."""

    @property
    def meaning(self) -> str:
        """What it expects a value to be: `a date of the form %d.%m.%Y`."""

    def __call__(self, value: str) -> str | None:
        """Return what is made of a value; None where the value is not what is expected."""


@dataclass(frozen=True, slots=True)
class Width:
    """Whole numbers, filled up to a width.

    Attributes
    ----------
    written : str
        `4` fills up with blanks to four characters, `04` with zeros.
    """

    written: str

    @property
    def meaning(self) -> str:
        """What it expects a value to be."""
        return "a whole number"

    def __call__(self, value: str) -> str | None:
        """Return a whole number with this width; None for any other text."""
        return format(int(value), self.written) if WHOLE_NUMBER.fullmatch(value) else None


FORMATS: Mapping[str, Callable[[str], ValueFormat]] = {
    "date": partial(date_form, "date"),
    "time": partial(date_form, "time"),
    "datetime": partial(date_form, "datetime"),
    "name": name_form,
}
"""The formats that have a form in parentheses, by their name: what reads the form."""

EXAMPLES: Mapping[str, str] = {
    "width": "04",
    "date": "date(%d.%m.%Y)",
    "time": "time(%H:%M:%S)",
    "datetime": "datetime(%Y-%m-%d %H:%M:%S)",
    "name": "name(family, given)",
}
"""How each kind of format is written."""

TEXT_FORMATS = tuple(FORMATS)
ALL_FORMATS = tuple(EXAMPLES)
