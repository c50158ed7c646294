"""What is wrong with parameters, each said where it comes from: the command line, a file, or the recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import Img2dcmError, RecipeError, UsageError
from img2dcm_decl.recipe.parameter_types import TYPES
from img2dcm_decl.recipe.suggest import suggest
from img2dcm_decl.recipe.wording import alternatives, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from img2dcm_decl.recipe.model import Parameter, Recipe
    from img2dcm_decl.recipe.settings import Setting

MAX_SHOWN = 100
"""Most mistakes that are said."""


class Given(NamedTuple):
    """A value that is given to a parameter.

    Attributes
    ----------
    text : str
        The value.
    place : Place or None
        Where it stands; None for the command line.
    folder : str
        What it is relative to if it is a relative path; empty for the recipe's folder.
    """

    text: str
    place: Place | None = None
    folder: str = ""


class ParameterMistakes:
    """Collects mistakes, so that all of them are said at once.

    Parameters
    ----------
    recipe : Recipe
        Says where each setting stands.
    given : mapping of str to Given
        The values that are given.
    """

    def __init__(self, recipe: Recipe, given: Mapping[str, Given]) -> None:
        self._recipe = recipe
        self._given = given
        self._usage: dict[str, UsageError] = {}
        self._diagnostics: dict[Diagnostic, None] = {}

    def add_value(self, parameter: Parameter, message: str) -> None:
        """Add what is wrong with the value of a parameter, whether it is given or the default."""
        text = _about(parameter, message)
        advice = f"give it as --set {parameter.name}={TYPES[parameter.type].example}"
        given = self._given.get(parameter.name)
        if given is not None and given.place is not None:
            self._diagnose(Diagnostic(text, given.place))
        elif given is not None or parameter.required:
            self._usage.setdefault(text, UsageError(f"{text} ({advice})"))
        else:
            place = self._recipe.place("parameters", parameter.name, "default")
            self._diagnose(Diagnostic(text, place, f"{advice}, or correct the default"))

    def add_pattern(self, parameter: Parameter, message: str, advice: str) -> None:
        """Add what is wrong with the pattern of a parameter."""
        place = self._recipe.place("parameters", parameter.name, "pattern")
        self._diagnose(Diagnostic(_about(parameter, message), place, advice))

    def add_unknown(self, name: str) -> None:
        """Add a name that is given and that no parameter has."""
        error = unknown_parameter(name, [entry.name for entry in self._recipe.parameters], self._given[name].place)
        if isinstance(error, RecipeError):
            self._diagnose(*error.diagnostics)
        else:
            self._usage.setdefault(str(error), error)

    def add_undeclared(self, name: str, setting: Setting) -> None:
        """Add a placeholder that names no parameter."""
        message = f"there is no parameter {quoted(name)}, which {setting.name} asks for"
        self._diagnose(Diagnostic(message, self._recipe.place(*setting.path), "declare it in the section parameters"))

    def raise_any(self) -> None:
        """Raise everything that was found; nothing where there is nothing.

        Raises
        ------
        UsageError, RecipeError, ExceptionGroup
            Something was found.
        """
        errors: list[Img2dcmError] = []
        errors += list(self._usage.values())[:MAX_SHOWN]
        if self._diagnostics:
            found = sorted(self._diagnostics, key=lambda diagnostic: diagnostic.place or Place("", 0, 0))
            errors.append(RecipeError(found[:MAX_SHOWN]))
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ExceptionGroup("parameters are wrong", errors)

    def _diagnose(self, *found: Diagnostic) -> None:
        self._diagnostics.update(dict.fromkeys(found))


def unknown_parameter(name: str, known: Iterable[str], place: Place | None = None) -> UsageError | RecipeError:
    """Return the error of a name that no parameter has.

    Parameters
    ----------
    name : str
        The name that is given.
    known : iterable of str
        The names that parameters have.
    place : Place or None
        Where it is given; None for the command line.
    """
    names = list(known)
    meant = suggest(name, names)
    advice = f"the names are {alternatives(names)}" if names else "the recipe has none"
    if meant:
        advice = f"did you mean {quoted(meant)}?"
    message = f"there is no parameter {quoted(name)}"
    return RecipeError([Diagnostic(message, place, advice)]) if place else UsageError(f"{message} ({advice})")


def _about(parameter: Parameter, message: str) -> str:
    description = f" ({' '.join(parameter.description.split())})" if parameter.description.strip() else ""
    return f"parameter {quoted(parameter.name)}{description}: {message}"
