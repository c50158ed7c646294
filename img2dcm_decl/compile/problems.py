"""Collects what is wrong with a recipe, so that all of it is said at once."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import RecipeError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from img2dcm_decl.recipe.model import Recipe

MAX_PROBLEMS = 30
"""Most problems of one compilation: more help nobody, and finding a word that was meant takes a while."""

MAX_SIMILAR = 5
"""Most problems of one kind: a mistake in a table or recipe is often made a hundred thousand times."""


#: The header of a block that keeps its last line break (YAML 1.2 section 8.1.1).
_BLOCK = re.compile(r"([|>])[1-9+]*(?=\s|$)")
#: A text is in so many settings at most that follow each other.
_MOST_ALIKE = 4


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
    def count(self) -> int:
        """How many things were found to be wrong."""
        return len(self._found)

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


class Several:
    """Problems of one kind, of which the first few are added and the others counted, in a `with` block.

    Parameters
    ----------
    problems : Problems
        Where they are added.
    what : str
        What each of them is about, in the plural.
    most : int
        How many are added in full.

    Attributes
    ----------
    count : int
        How many there were.
    """

    def __init__(self, problems: Problems, what: str, most: int = MAX_SIMILAR) -> None:
        self._problems = problems
        self._what = what
        self._most = most
        self._place: Place | None = None
        self._said: deque[str] = deque(maxlen=_MOST_ALIKE)
        self.count = 0

    def __enter__(self) -> Several:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if kind is None and self.count > self._most:
            self._problems.add_at(self._place, f"and {self.count - self._most} more {self._what}")

    def add(self, place: Place | None, message: str, help: str = "") -> None:  # noqa: A002
        """Add a problem, or count it; the same of several settings that say the same is one."""
        if message in self._said:
            return
        self._said.append(message)
        self.count += 1
        if self.count <= self._most:
            self._place = place
            self._problems.add_at(place, message, help)


def first_few(names: Iterable[str], count: int) -> str:
    """Return a list of names in words: those that are given, and how many more there are of `count`."""
    shown = list(names)
    more = [f"{count - len(shown)} more"] if count > len(shown) else []
    *others, last = [*shown, *more]
    return f"{', '.join(others)} and {last}" if others else last


def within(place: Place | None, name: str) -> Place | None:
    """Return the place of the placeholder of a name in the text at a place, where it stands on the same line."""
    if place is None:
        return None
    found = re.compile(re.escape(f"${{{name}") + "[:|}]").search(place.text, place.column - 1)
    return place._replace(column=found.start() + 1, width=len(found[0])) if found else place


def line_break_advice(place: Place | None) -> str:
    """Return what to do about a value at a place that ends with a line break, as blocks of text in YAML do."""
    header = None if place is None else _BLOCK.match(place.text, place.column - 1)
    return f"the value ends with a line break; {header[1]}- in place of {header[0]} leaves it out" if header else ""


def _position(found: Diagnostic) -> tuple[str, int, int]:
    place = found.place
    return (place.file, place.line, place.column) if place else ("", 0, 0)
