"""Log files, and those that are kept under other names when they are large or old."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import time
from logging.handlers import RotatingFileHandler

from img2dcm_decl.cli.log_file import open_log
from img2dcm_decl.cli.log_trouble import SaysTrouble

#: Permissions of log files whose readers know them by img2dcm: what the user's mask leaves.
_ORDINARY = 0o666
#: Directives that name a period; two times of the same period have the same name.
_PERIODS = {
    "monthly": "%Y-%m",
    "weekly": "%Y-%W",
    "daily": "%Y-%m-%d",
    "twice_daily": "%Y-%m-%d-%p",
    "hourly": "%Y-%m-%d-%H",
    "minutely": "%Y-%m-%d-%H-%M",
}


def open_text(path: str, append: bool) -> io.TextIOWrapper:
    """Open a log file for text.

    Raises
    ------
    OSError
        It cannot be opened.
    """
    descriptor = open_log(path, os.O_APPEND if append else os.O_TRUNC, _ORDINARY)
    return io.TextIOWrapper(io.FileIO(descriptor, "ab" if append else "wb"), "utf-8", "backslashreplace", newline="")


class PlainFile(SaysTrouble, logging.FileHandler):
    """A log file that is appended to, or new.

    Raises
    ------
    OSError
        The file cannot be opened.
    """

    terminator = ""

    def __init__(self, path: str, append: bool) -> None:
        super().__init__(path, mode="a" if append else "w", encoding="utf-8", errors="backslashreplace")

    def _open(self) -> io.TextIOWrapper:
        return open_text(self.baseFilename, append=self.mode == "a")


class RollingFile(SaysTrouble, RotatingFileHandler):
    """A log file that becomes `.1` with the message that makes it larger than it may be.

    Raises
    ------
    OSError
        The file cannot be opened.
    """

    terminator = ""

    def __init__(self, path: str, append: bool, most_bytes: int, backups: int) -> None:
        self._append = append
        super().__init__(path, maxBytes=most_bytes, backupCount=backups, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> io.TextIOWrapper:
        # What is opened after the first file was moved away is a new one.
        append, self._append = self._append, True
        return open_text(self.baseFilename, append)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, then look at the size: log4cplus does it in this order."""
        logging.FileHandler.emit(self, record)
        with contextlib.suppress(OSError):
            if os.path.getsize(self.baseFilename) > self.maxBytes:
                self.doRollover()


class DailyFile(PlainFile):
    """A log file that is named after its period when that is over, and when the program ends.

    Of the files of one period the last has the plain name `log.2026-11-22`; behind those of earlier ones stand `.1`,
    `.2` and so on.

    Parameters
    ----------
    path : str
        Name of the file.
    append : bool
        Whether what it holds stays.
    schedule : str
        How long a period is.
    backups : int
        How many earlier files of a period are kept.
    started : float
        When the first period is, in seconds since 1970.

    Raises
    ------
    OSError
        The file cannot be opened.
    """

    def __init__(self, path: str, append: bool, schedule: str, backups: int, started: float) -> None:
        super().__init__(path, append)
        self._form = _PERIODS[schedule]
        self._backups = backups
        self._period = self._period_of(started)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, in a new file where a new period has begun."""
        try:
            period = self._period_of(record.created)
            if period != self._period:
                self._keep()
                self._period = period
        except OSError:
            self.handleError(record)
        super().emit(record)

    def close(self) -> None:
        """Close the file and keep it under the name of its period; a new, empty one stays in its place."""
        if self.stream is not None:
            with contextlib.suppress(OSError):
                self._keep()
        super().close()

    def _period_of(self, seconds: float) -> str:
        return time.strftime(self._form, time.localtime(seconds))

    def _keep(self) -> None:
        if self.stream is not None:
            self.stream.close()
        kept = f"{self.baseFilename}.{self._period}"
        names = [kept, *(f"{kept}.{number}" for number in range(1, self._backups + 1))]
        present = 0
        while present < len(names) and os.path.lexists(names[present]):
            present += 1
        with contextlib.suppress(OSError):
            for number in range(min(present, self._backups), 0, -1):
                os.replace(names[number - 1], names[number])
            os.replace(self.baseFilename, kept)
        self.stream = self._open()
