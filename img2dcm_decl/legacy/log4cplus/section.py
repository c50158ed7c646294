"""The settings of one thing in a settings file, and what their values mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.log4cplus.model import LEVELS
from img2dcm_decl.legacy.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from img2dcm_decl.legacy.log4cplus.remarks import Remarks

_INTEGER = re.compile(r"\s*([+-]?\d{1,12})", re.ASCII)
_BLANKS = re.compile(r"\s+")


class Section:
    """The settings whose keys begin alike, by the rest of their keys; capital letters matter.

    Parameters
    ----------
    settings : mapping of str to str
        All settings of a file.
    start : str
        What the keys begin with, the last dot included.
    remarks : Remarks
        Where problems are added.
    """

    def __init__(self, settings: Mapping[str, str], start: str, remarks: Remarks) -> None:
        self.name = start.rstrip(".")
        self.remarks = remarks
        self._values = {key.removeprefix(start): value for key, value in settings.items() if key.startswith(start)}

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def below(self, key: str) -> Section:
        """Return the settings below a key."""
        inner = Section(self._values, f"{key}.", self.remarks)
        inner.name = f"{self.name}.{key}"
        return inner

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        return self._values.get(key, default)

    def flag(self, key: str, default: bool) -> bool:
        """Return a truth value: `true` or `false` in any letter case, or a number; anything else is the default."""
        value = self.text(key).lower()
        if value in ("true", "false"):
            return value == "true"
        number = _INTEGER.match(value)
        return int(number[1]) != 0 if number else default

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number within bounds; one that is out of them is moved to the nearer bound."""
        if key not in self._values:
            return default
        number = _INTEGER.match(self.text(key))
        if number is None:
            self.problem(f"{key} is no whole number ({shown(self.text(key))}): {default} is used")
            return default
        return min(max(int(number[1]), least), most)

    def level(self, key: str) -> str:
        """Return a level by the recipe language's name, given in any letter case; empty where it is none."""
        return LEVELS.get(self.text(key).strip().upper(), "")

    def words(self, key: str) -> list[str]:
        """Return the words between commas; blanks do not count."""
        return _BLANKS.sub("", self.text(key)).split(",")

    def problem(self, text: str) -> None:
        """Add a problem of these settings."""
        self.remarks.problem(f"{shown(self.name)}: {text}")
