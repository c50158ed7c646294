"""An img2dcm command line, understood."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.commandfile import FileReader, expand, read_start
from img2dcm_decl.legacy.conflicts import check, check_logging, log_level
from img2dcm_decl.legacy.grammar import Line, read_line
from img2dcm_decl.legacy.ineffective import without_effect
from img2dcm_decl.legacy.translation import to_recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from img2dcm_decl.legacy.log4cplus.model import Settings
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
        The log level, by the recipe language's name; that of the root logger where a settings file was read.
    log_config : str or None
        The log4cplus settings file to be used; nothing else says then what is logged.
    log_settings : Settings or None
        What this file says, where it was read.
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
    log_settings: Settings | None = None
    arguments: bool = False
    expanded: tuple[str, ...] = ()
    dictionaries: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    line: Line = field(default=Line(), repr=False)

    @property
    def files(self) -> tuple[str, ...]:
        """All that may be names of files that the conversion reads or writes: parameters, values, dictionaries."""
        line = self.line
        values = (value for occurrence in line.occurrences for value in occurrence.values)
        return (*(line.arguments[position] for position in line.parameters), *values, *self.dictionaries)

    def calling(self, program: str) -> str:
        """Return the line that `--arguments` logs; empty arguments are counted and not shown."""
        shown = "".join(f"'{argument}' " for argument in self.expanded if argument)
        return f"calling '{program}' with {len(self.expanded)} arguments: {shown}"


def parse(
    argv: Sequence[str],
    *,
    environ: Mapping[str, str],
    read: FileReader = read_start,
    read_log_config: Callable[[str], Settings] | None = None,
    path_separator: str = os.pathsep,
) -> Invocation:
    """Understand an img2dcm command line.

    Nothing is opened but command files (`@name`) and, where it is to be read, a log settings file.

    Parameters
    ----------
    argv : sequence of str
        The arguments, without the name of the program.
    environ : mapping
        The environment; `DCMDICTPATH` names data dictionaries.
    read : callable
        Gives the first bytes of a command file.
    read_log_config : callable, optional
        Reads the settings file of `--log-config`; by default it is not read.
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
    dictionaries = tuple(name for name in environ.get(DICTIONARY_VARIABLE, "").split(path_separator) if name)
    return _conversion(line, dictionaries, read_log_config)


def _conversion(
    line: Line, dictionaries: tuple[str, ...], read_log_config: Callable[[str], Settings] | None
) -> Invocation:
    """Return what a line that converts asks for; how much it logs decides whether mistakes in the rest are said."""
    check_logging(line)
    given = line.find("--log-config")
    log_config = given.values[0] if given else None
    log_settings = read_log_config(log_config) if read_log_config and log_config is not None else None
    level = log_settings.root.level if log_settings else log_level(line)
    check(line, level)
    return Invocation(
        recipe=to_recipe(line, dictionaries),
        level=level,
        log_config=log_config,
        log_settings=log_settings,
        arguments=line.find("--arguments") is not None,
        expanded=line.long_form,
        dictionaries=dictionaries,
        notes=without_effect(line),
        line=line,
    )
