"""The text of a settings file -> `Settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.log4cplus.filters import read_filters
from img2dcm_decl.legacy.log4cplus.layouts import read_layout
from img2dcm_decl.legacy.log4cplus.model import LEVELS, Appender, Logger, Settings
from img2dcm_decl.legacy.log4cplus.remarks import Remarks
from img2dcm_decl.legacy.log4cplus.section import Section
from img2dcm_decl.legacy.log4cplus.syntax import MOST_SETTINGS, expand, read_lines
from img2dcm_decl.legacy.log4cplus.targets import read_target
from img2dcm_decl.legacy.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

START = "log4cplus."
ROOT = "rootLogger"
_LONGEST_NAME = 200
_FILE = "Specified --log-config file"


def read_settings(text: str, variables: Callable[[str], str | None]) -> Settings:
    """Return what a settings file says.

    Parameters
    ----------
    text : str
        The file.
    variables : callable
        Gives the value of a variable that is no setting of the file, None where there is none.

    Raises
    ------
    UsageError
        The file has no settings, none of log4cplus, no root logger, or one without a valid level.
    """
    written = read_lines(text)
    if not written:
        raise UsageError(f"{_FILE} does not contain any settings: lines such as key = value")
    if len(written) > MOST_SETTINGS:
        raise UsageError(f"{_FILE} has {len(written)} settings: it may have {MOST_SETTINGS}")
    if not any(key.startswith(START) for key in written):
        raise UsageError(f"{_FILE} does not contain any valid settings: their names begin with {START}")
    if START + ROOT not in written:
        raise UsageError(f"{_FILE} does not set up {START}{ROOT}")
    remarks = Remarks()
    expanded = expand(written, variables)
    for problem in expanded.problems:
        remarks.problem(problem)
    settings = Section(expanded.settings, START, remarks)
    appenders = dict(_appenders(settings.below("appender")))
    root = _logger(settings, ROOT, appenders)
    if not root.level:
        raise UsageError(
            f"{_FILE} gives {START}{ROOT} no valid level ({shown(settings.words(ROOT)[0])}): "
            f"it is one of {', '.join(LEVELS)}"
        )
    loggers = dict(_loggers(settings, appenders))
    usable = {name: appender for name, appender in appenders.items() if appender is not None}
    return Settings(root, loggers, usable, remarks.problems, remarks.missing)


def _appenders(section: Section) -> Iterator[tuple[str, Appender | None]]:
    """Yield the appenders that are defined; None stands for one that cannot be used, which has been said."""
    for name in section:
        if "." in name:
            continue
        settings = section.below(name)
        target = read_target(section.text(name), settings)
        if target is None:
            yield name, None
            continue
        layout, filters = read_layout(settings), read_filters(settings)
        yield name, Appender(target, settings.level("Threshold") or "trace", layout, filters)


def _loggers(settings: Section, appenders: Mapping[str, Appender | None]) -> Iterator[tuple[str, Logger]]:
    """Yield the loggers that are named, or whose additivity is; a name has a bound because each dot costs memory."""
    loggers, additivity = settings.below("logger"), settings.below("additivity")
    for name in dict.fromkeys((*loggers, *additivity)):
        if len(name) > _LONGEST_NAME:
            loggers.problem(f"the name {shown(name)} is longer than {_LONGEST_NAME} characters: it is left out")
            continue
        logger = _logger(loggers, name, appenders) if name in loggers else Logger()
        yield name, Logger(logger.level, logger.appenders, additivity.flag(name, True))


def _logger(section: Section, key: str, appenders: Mapping[str, Appender | None]) -> Logger:
    level, *names = section.words(key)
    known = []
    for name in dict.fromkeys(filter(None, names)):
        if name not in appenders:
            section.problem(f"{shown(key)} names the appender {shown(name)}, which is not there: it is left out")
        elif appenders[name] is not None:
            known.append(name)
    return Logger(LEVELS.get(level.upper(), ""), tuple(known))
