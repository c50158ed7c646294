"""The grammar of img2dcm's command line: which arguments are options, which their values, which parameters."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.options import BY_NAME, OPTIONS, PARAMETERS, REMOVED
from img2dcm_decl.legacy.values import shown
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from img2dcm_decl.legacy.option import Option

_EXCLUSIVE = ("--help", "--version")


class Occurrence(NamedTuple):
    """An option where it was given.

    Attributes
    ----------
    option : Option
        Its row in the table.
    position : int
        Its index in the argument list; its values follow it there.
    values : tuple of str
        Its values.
    """

    option: Option
    position: int
    values: tuple[str, ...] = ()


class Line(NamedTuple):
    """A command line, command files expanded.

    Attributes
    ----------
    arguments : tuple of str
        All of it, as given, without the name of the program.
    occurrences : tuple of Occurrence
        The options, from left to right.
    parameters : tuple of int
        Indices of the arguments that are file names: the images, and last the output.
    effective : mapping of str to Occurrence
        What counts: of each block, or of an option without one, the rightmost occurrence.
    """

    arguments: tuple[str, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    parameters: tuple[int, ...] = ()
    effective: Mapping[str, Occurrence] = MappingProxyType({})

    @property
    def long_form(self) -> tuple[str, ...]:
        """The arguments, options by their long names."""
        names = list(self.arguments)
        for occurrence in self.occurrences:
            names[occurrence.position] = occurrence.option.long
        return tuple(names)

    def find(self, name: str) -> Occurrence | None:
        """Return the occurrence of an option that counts, by the option's long name."""
        found = self.effective.get(BY_NAME[name].slot)
        return found if found is not None and found.option.long == name else None


def is_option(argument: str) -> bool:
    """Tell whether an argument is an option: a sign and something that is not a digit."""
    return len(argument) > 1 and argument[0] in "+-" and argument[1] not in "0123456789"


def read_line(arguments: Sequence[str]) -> Line:
    """Return a command line by its parts.

    Parameters
    ----------
    arguments : sequence of str
        The arguments, without the name of the program, command files expanded.

    Raises
    ------
    UsageError
        An option is unknown, or lacks values, or a file name is missing. The first from the left is said.
    """
    occurrences: list[Occurrence] = []
    parameters: list[int] = []
    position = 0
    while position < len(arguments):
        if not is_option(arguments[position]):
            parameters.append(position)
            position += 1
            continue
        option = _known(arguments[position])
        end = position + 1 + len(option.values)
        if end > len(arguments):
            raise UsageError(f"Missing value for option {option.long}")
        occurrences.append(Occurrence(option, position, tuple(arguments[position + 1 : end])))
        position = end
    effective = {occurrence.option.slot: occurrence for occurrence in occurrences}
    line = Line(tuple(arguments), tuple(occurrences), tuple(parameters), MappingProxyType(effective))
    if arguments and not any(occurrence.option.long in _EXCLUSIVE for occurrence in occurrences):
        _check_parameters(parameters)
    return line


def _check_parameters(parameters: Sequence[int]) -> None:
    for number, (name, _) in enumerate(PARAMETERS):
        if len(parameters) <= number:
            raise UsageError(f"Missing parameter {name}")


def _known(argument: str) -> Option:
    """Return the option of this exact name."""
    option = BY_NAME.get(argument)
    if option is not None:
        return option
    if argument in REMOVED:
        raise UsageError(f"Unknown option {argument} (earlier versions of img2dcm had it: leave it out)")
    meant = suggest(argument, [row.long for row in OPTIONS])
    hint = f"did you mean {meant}?" if meant else "--help lists the options; a file of this name needs ./ before it"
    raise UsageError(f"Unknown option {shown(argument)} ({hint})")
