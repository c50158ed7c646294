"""A file that lines are appended to."""

from __future__ import annotations

import os

from img2dcm_decl.cli.streams import say, shown
from img2dcm_decl.errors import OutputError
from img2dcm_decl.run.files import Folders

#: Names of files may name patients.
PRIVATE = 0o600


class LogFile:
    """Appends lines to a file, each at once and as a whole: what was said before a process is killed stays said.

    Where the file takes no more, this is said on standard error, and so are all further lines.

    Parameters
    ----------
    path : str
        Name of the file; it and its folder are made where they are missing, readable by their owner only.

    Raises
    ------
    OutputError
        The file cannot be opened.
    """

    __slots__ = ("_file", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            Folders().make(os.path.dirname(path))
            self._file = open_log(path, os.O_APPEND, PRIVATE)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise OutputError(f"{shown(path)}: cannot be used as log file: {reason or error}") from None

    def write(self, text: str) -> None:
        """Append a text of one line or more."""
        if self._file >= 0:
            rest = memoryview(f"{text}\n".encode("utf-8", "backslashreplace"))
            try:
                while rest:
                    rest = rest[os.write(self._file, rest) :]
            except OSError as error:
                self.close()
                say(
                    f"error: {shown(self._path)}: {error.strerror or error}; messages go to standard error from here on"
                )
            else:
                return
        say(text)

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def open_log(path: str, flags: int, mode: int) -> int:
    """Open a file for writing, and make it where it is missing; never waits for a pipe's reader.

    Parameters
    ----------
    path : str
        Name of the file.
    flags : int
        `os.O_APPEND` or `os.O_TRUNC`.
    mode : int
        Permissions of a new file.

    Raises
    ------
    OSError
        The file cannot be opened.
    """
    at_once: int = getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags | at_once | getattr(os, "O_BINARY", 0), mode)
    if at_once:
        os.set_blocking(descriptor, True)
    return descriptor
