"""An img2dcm command line, understood."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.commandfile import FileReader, expand, read_start
from img2dcm_decl.legacy.conflicts import check, log_level
from img2dcm_decl.legacy.grammar import Line, read_line
from img2dcm_decl.legacy.ineffective import without_effect
from img2dcm_decl.legacy.translation import to_recipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from img2dcm_decl.recipe.model import Recipe

DICTIONARY_VARIABLE = "DCMDICTPATH"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a command line asks for.

    Attributes
    ----------
    recipe : Recipe or None
        The conversion. None where only `help` or `version` is asked for.
    help, version : bool
        What is to be shown instead of converting; help wins where both are set.
    level : str
        The log level, by the recipe language's name.
    log_config : str or None
        The log4cplus settings file to be used; nothing else says then what is logged.
    arguments : bool
        Whether the line itself is to be logged.
    expanded : tuple of str
        The arguments in long form, command files expanded.
    dictionaries : tuple of str
        The data dictionaries that the environment names.
    notes : tuple of str
        What of the line has no effect, for people.
    line : Line
        The line by its parts.
    """

    recipe: Recipe | None
    help: bool = False
    version: bool = False
    level: str = "warn"
    log_config: str | None = None
    arguments: bool = False
    expanded: tuple[str, ...] = ()
    dictionaries: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    line: Line = field(default=Line(), repr=False)

    def calling(self, program: str) -> str:
        """Return the line that `--arguments` logs; empty arguments are counted and not shown."""
        shown = "".join(f"'{argument}' " for argument in self.expanded if argument)
        return f"calling '{program}' with {len(self.expanded)} arguments: {shown}"


def parse(
    argv: Sequence[str],
    *,
    environ: Mapping[str, str],
    read: FileReader = read_start,
    path_separator: str = os.pathsep,
) -> Invocation:
    """Understand an img2dcm command line.

    Nothing is opened but command files (`@name`).

    Parameters
    ----------
    argv : sequence of str
        The arguments, without the name of the program.
    environ : mapping
        The environment; `DCMDICTPATH` names data dictionaries.
    read : callable
        Gives the first bytes of a command file.
    path_separator : str
        What stands between the names in `DCMDICTPATH`.

    Raises
    ------
    UsageError
        The line is wrong; of several reasons, the one that img2dcm would find first.
    MutedUsageError
        The same, and the line asks for silence.
    """
    line = read_line(expand(argv, read))
    wants_help = not line.arguments or line.find("--help") is not None
    wants_version = line.find("--version") is not None
    if wants_help or wants_version:
        return Invocation(None, help=wants_help, version=wants_version, expanded=line.long_form, line=line)
    check(line)
    dictionaries = tuple(name for name in environ.get(DICTIONARY_VARIABLE, "").split(path_separator) if name)
    log_config = line.find("--log-config")
    return Invocation(
        recipe=to_recipe(line, dictionaries),
        level=log_level(line),
        log_config=log_config.values[0] if log_config else None,
        arguments=line.find("--arguments") is not None,
        expanded=line.long_form,
        dictionaries=dictionaries,
        notes=without_effect(line),
        line=line,
    )
