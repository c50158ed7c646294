"""The loggers of a settings file, as a tree of Python's loggers of its own: nothing of it outlives a run."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from img2dcm_decl.cli.log_handlers import file_of, make_handler
from img2dcm_decl.cli.log_layouts import NUMBERS
from img2dcm_decl.cli.log_trouble import say_problem
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.log4cplus.model import Console
from img2dcm_decl.plan.same_file import same_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from img2dcm_decl.cli.log import Message
    from img2dcm_decl.cli.log_config import Surroundings
    from img2dcm_decl.legacy.log4cplus.model import Logger, Settings

#: The logger of each part of the program, by img2dcm's names, so that settings select the same messages.
NAMES = {"run": "dcmtk.apps.img2dcm", "attributes": "dcmtk.dcmdata", "images": "dcmtk.dcmdata.libi2d"}
#: The area of messages that go to the root logger whatever its level is.
ARGUMENTS = "arguments"


class Loggers:
    """Takes messages as a settings file says; to be closed when all is said.

    What is wrong with the settings is said on standard error, and the rest of them used.

    Parameters
    ----------
    settings : Settings
        What the file says.
    surroundings : Surroundings
        What messages may tell of this process.
    clock : callable
        Gives seconds since 1970.
    files : sequence of str
        Files that are read or written otherwise, which no log may be.
    keep_stdout : bool
        Whether standard output is kept clear.

    Raises
    ------
    UsageError
        A log file is one of `files`.
    """

    def __init__(
        self,
        settings: Settings,
        surroundings: Surroundings,
        clock: Callable[[], float],
        files: Sequence[str] = (),
        *,
        keep_stdout: bool = False,
    ) -> None:
        self._clock = clock
        self._lost = False
        self._root = logging.RootLogger(NUMBERS[settings.root.level])
        self._manager = self._root.manager = logging.Manager(self._root)
        self._handlers: dict[str, logging.Handler] = {}
        used = dict.fromkeys(name for logger in _all(settings) for name in logger.appenders)
        _check_files(settings, used, files)
        for problem in settings.problems:
            say_problem(problem)
        for name in used:
            try:
                self._handlers[name] = make_handler(
                    name, settings.appenders[name], surroundings, keep_stdout=keep_stdout
                )
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else None
                say_problem(f"log4cplus.appender.{shown(name)} cannot be opened: {reason or error}")
        self._attach(self._root, settings.root)
        for name, logger in settings.loggers.items():
            self._attach(self._manager.getLogger(name), logger)

    def emit(self, message: Message) -> None:
        """Pass a message to the logger of its area."""
        forced = message.about.area == ARGUMENTS
        logger = self._root if forced else self._manager.getLogger(NAMES[message.about.area])
        level = NUMBERS[message.level]
        if not (forced or logger.isEnabledFor(level)):
            return
        if not logger.hasHandlers():
            if not self._lost:
                say_problem(f"there are no appenders for logger {logger.name}: its messages are lost")
            self._lost = True
            return
        record = logging.LogRecord(logger.name, level, "", 0, message.text, (), None)
        record.created = self._clock()
        logger.handle(record)

    def close(self) -> None:
        """Close all files."""
        for handler in self._handlers.values():
            handler.close()

    def _attach(self, target: logging.Logger, logger: Logger) -> None:
        if logger.level:
            target.setLevel(NUMBERS[logger.level])
        target.propagate = logger.additive
        for name in logger.appenders:
            if name in self._handlers:
                target.addHandler(self._handlers[name])


def features_missing(settings: Settings, *, keep_stdout: bool) -> str:
    """Return one warning that names what of a settings file this program does not do; empty where it does all."""
    missing = list(settings.without_counterpart)
    used = {name for logger in _all(settings) for name in logger.appenders}
    targets = [settings.appenders[name].target for name in used]
    if keep_stdout and any(isinstance(target, Console) and not target.to_stderr for target in targets):
        missing.append("a console on standard output, which takes the object (it is standard error instead)")
    return f"not supported in log settings: {', '.join(missing)}" if missing else ""


def _all(settings: Settings) -> Iterator[Logger]:
    yield settings.root
    yield from settings.loggers.values()


def _check_files(settings: Settings, used: Iterable[str], files: Sequence[str]) -> None:
    for name in used:
        file = file_of(settings.appenders[name].target)
        taken = same_file(file, files) if file else ""
        if taken:
            raise UsageError(
                f"log4cplus.appender.{shown(name)}: {shown(file)} cannot be a log file: this run reads or writes it"
            )
