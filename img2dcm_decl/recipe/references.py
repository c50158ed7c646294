"""Placeholders that name what the recipe itself has to have: a table, and its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.recipe.placeholders import MARK, PlaceholderError
from img2dcm_decl.recipe.suggest import suggest
from img2dcm_decl.recipe.wording import alternatives, quoted

if TYPE_CHECKING:
    import re
    from collections.abc import Collection

    from img2dcm_decl.recipe.schema import Data

SHOWN = 20
"""Most names that a message lists."""
COMPARED = 50
"""Most names that a misspelt one is compared with: many mistakes among many names would take long to explain."""


class Referable(NamedTuple):
    """What the texts of a recipe can refer to.

    Attributes
    ----------
    table : bool
        Whether there is one, so that images have rows.
    parameters : collection of str
        The names of those that are declared.
    """

    table: bool = False
    parameters: Collection[str] = ()

    def check(self, text: str) -> None:
        """Check the placeholders of a text, which `parse` has found to be right.

        Raises
        ------
        PlaceholderError
            One names a column where there is no table, or a parameter that is not declared.
        """
        for mark in MARK.finditer(text):
            family, _, name = _name(mark).partition(".")
            if family == "row" and not self.table:
                advice = "add the section 'table', which joins rows to images"
                raise _error("there is no table whose rows have columns", mark, advice)
            if family == "parameter" and name not in self.parameters:
                raise _error(f"there is no parameter named {quoted(name)}", mark, self._meant(name))

    def _meant(self, name: str) -> str:
        meant = suggest(name, self.parameters) if len(self.parameters) <= COMPARED else None
        if meant:
            return f"did you mean '${{parameter.{meant}}}'?"
        known = [quoted(name)[1:-1] for name in list(self.parameters)[:SHOWN]]
        return f"the parameters are {alternatives(known)}" if known else "declare it in the section 'parameters'"


def referable(data: Data) -> Referable:
    """Return what the texts of a recipe can refer to, from its plain data, which need not be right otherwise."""
    parameters = data.get("parameters")
    return Referable(data.get("table") is not None, tuple(parameters) if isinstance(parameters, dict) else ())


def _name(mark: re.Match[str]) -> str:
    return (mark["body"] or "").partition(":")[0].partition("|")[0]


def _error(message: str, mark: re.Match[str], advice: str) -> PlaceholderError:
    return PlaceholderError(message, mark.start(), len(mark[0]), advice)
