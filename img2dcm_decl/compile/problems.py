"""Collects what is wrong with a recipe, so that all of it is said at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import RecipeError, one_line

if TYPE_CHECKING:
    from img2dcm_decl.recipe.model import Recipe

MAX_PROBLEMS = 30
"""Most problems of one compilation: more help nobody, and finding a word that was meant takes a while."""


class Problems:
    """The diagnostics, warnings and notes of one compilation.

    Parameters
    ----------
    recipe : Recipe
        Says where each setting stands.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._found: dict[Diagnostic, None] = {}
        self._warnings: dict[str, None] = {}
        self._notes: dict[str, None] = {}

    def add(self, message: str, *path: str | int, help: str = "") -> None:  # noqa: A002
        """Add something that is wrong with the setting at a path of the recipe."""
        self.add_at(self._recipe.place(*path), message, help)

    def add_at(self, place: Place | None, message: str, help: str = "") -> None:  # noqa: A002
        """Add something that is wrong at a place."""
        self._add(Diagnostic(message, place, help))

    def add_error(self, error: RecipeError, *path: str | int) -> None:
        """Add the diagnostics of another error; those without a place get that of a setting."""
        for found in error.diagnostics:
            self._add(found if found.place else found._replace(place=self._recipe.place(*path)))

    def warn(self, text: str) -> None:
        """Add something that whoever runs the plan has to know, once. It holds no values of attributes."""
        self._warnings[one_line(text)] = None

    def note(self, text: str) -> None:
        """Add something that whoever reviews the plan may want to know, once."""
        self._notes[one_line(text)] = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was to be warned of, in the order in which it was found."""
        return tuple(self._warnings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted, in the order in which it was found."""
        return tuple(self._notes)

    def raise_any(self) -> None:
        """Raise everything that was found, in the order of the file; nothing where there is nothing.

        Raises
        ------
        RecipeError
            Something was found.
        """
        if self._found:
            raise self._error()

    def _add(self, found: Diagnostic) -> None:
        if found in self._found:
            return
        if len(self._found) == MAX_PROBLEMS:
            raise self._error(Diagnostic("there are more mistakes, which are not shown", found.place))
        self._found[found] = None

    def _error(self, *others: Diagnostic) -> RecipeError:
        return RecipeError([*sorted(self._found, key=_position), *others])


def _position(found: Diagnostic) -> tuple[str, int, int]:
    place = found.place
    return (place.file, place.line, place.column) if place else ("", 0, 0)
