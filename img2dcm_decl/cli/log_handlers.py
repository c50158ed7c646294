"""log4cplus's appenders as handlers of Python's logging."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import SysLogHandler
from typing import TYPE_CHECKING

from img2dcm_decl.cli.log_filters import Chain
from img2dcm_decl.cli.log_layouts import NUMBERS, LayoutFormatter
from img2dcm_decl.cli.log_rolling import DailyFile, PlainFile, RollingFile
from img2dcm_decl.cli.log_trouble import SaysTrouble
from img2dcm_decl.legacy.log4cplus import model

if TYPE_CHECKING:
    from img2dcm_decl.cli.log_config import Surroundings

_LOCAL_SYSLOG = "/var/run/syslog" if sys.platform == "darwin" else "/dev/log"
#: Python's names of the levels, as syslog's.
_PRIORITIES = {"fatal": "crit", "error": "err", "warn": "warning", "info": "info", "debug": "debug", "trace": "debug"}
_BY_NUMBER = {NUMBERS[level]: priority for level, priority in _PRIORITIES.items()}


class ConsoleHandler(SaysTrouble, logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to standard output or standard error."""

    terminator = ""


class SystemLogHandler(SaysTrouble, SysLogHandler):
    """Sends messages to the system's log.

    Raises
    ------
    OSError
        There is none, or the other computer is unknown.
    """

    append_nul = False

    def __init__(self, target: model.SystemLog) -> None:
        address = (target.host, target.port) if target.host else _LOCAL_SYSLOG
        super().__init__(address, facility=target.facility)
        self.ident = f"{target.ident}: " if target.ident else ""

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record; the priority is looked up by the name of its level."""
        record.levelname = _BY_NUMBER[record.levelno]
        super().emit(record)

    def mapPriority(self, levelName: str) -> str:  # noqa: N802, N803 - Python's names
        """Return syslog's name of a level, which the record has already."""
        return levelName

    def format(self, record: logging.LogRecord) -> str:
        """Return the message without the line break that the layout ends it with."""
        return super().format(record).removesuffix("\n").encode("utf-8", "backslashreplace").decode()


def make_handler(
    name: str, appender: model.Appender, surroundings: Surroundings, *, keep_stdout: bool
) -> logging.Handler:
    """Return the handler of an appender; its files are open.

    Parameters
    ----------
    name : str
        What messages call it.
    appender : Appender
        What it does.
    surroundings : Surroundings
        What its messages may tell of this process.
    keep_stdout : bool
        Whether standard output is kept clear, so that its messages go to standard error.

    Raises
    ------
    OSError
        It cannot be opened.
    """
    handler = _handler(appender.target, surroundings, keep_stdout)
    handler.set_name(name)
    handler.setLevel(NUMBERS[appender.threshold])
    handler.setFormatter(LayoutFormatter(appender.layout, surroundings))
    handler.addFilter(Chain(appender.filters))
    return handler


def _handler(target: model.Target, surroundings: Surroundings, keep_stdout: bool) -> logging.Handler:
    if isinstance(target, model.Console):
        stream = sys.stderr if target.to_stderr or keep_stdout else sys.stdout
        return logging.NullHandler() if stream is None else ConsoleHandler(stream)
    if isinstance(target, model.LogFile):
        return PlainFile(target.file, target.append)
    if isinstance(target, model.RollingFile):
        return RollingFile(target.file, target.append, target.most_bytes, target.backups)
    if isinstance(target, model.DailyFile):
        return DailyFile(target.file, target.append, target.schedule, target.backups, surroundings.started)
    if isinstance(target, model.SystemLog):
        return SystemLogHandler(target)
    return logging.NullHandler()


def file_of(target: model.Target) -> str:
    """Return the name of the file that a target is, empty where it is none."""
    name = getattr(target, "file", "")
    return os.path.abspath(name) if name else ""
