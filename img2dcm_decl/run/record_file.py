"""A file of JSON Lines that is only ever appended to, a whole line at a time."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat

from img2dcm_decl.errors import Img2dcmError, one_line
from img2dcm_decl.run.files import Folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: Names of files, and what stands in them, may name patients.
_PRIVATE = 0o600
#: An object of tens of thousands of frames has a line of some megabytes.
_LONGEST_LINE = 1 << 27
_FLAGS: int = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


class RecordError(Img2dcmError):
    """A run record cannot be kept, or cannot be gone on with. The message names it."""


class RecordFile:
    """An open run record.

    Each line is written by one call of the system, so that a process that is killed leaves whole lines and at most
    one unfinished line at the end. While it is open no other process can open it.

    Parameters
    ----------
    path : str
        Name of the file. Where it is missing it is made with its folders, readable by its owner only.
    new : bool
        Whether it must be missing: what another run has begun meanwhile is not added to.

    Raises
    ------
    RecordError
        It cannot be opened, or is open already.
    """

    __slots__ = ("_descriptor", "path")

    def __init__(self, path: str, *, new: bool = False) -> None:
        self.path = path
        try:
            Folders().make(os.path.dirname(path))
            if os.path.lexists(path) and not stat.S_ISREG(os.stat(path).st_mode):
                raise RecordError(f"{path}: is not a regular file, as a run record is")
            self._descriptor = os.open(path, _FLAGS | (os.O_EXCL if new else 0), _PRIVATE)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise RecordError(f"{path}: the run record cannot be opened: {reason or error}") from None
        try:
            self._lock()
        except RecordError:
            self.close()
            raise

    def lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the offset of each line and what it holds; an unfinished line at the end is cut off.

        Raises
        ------
        RecordError
            A line is damaged.
        """
        offset = 0
        with open(self._descriptor, "rb", closefd=False) as file:
            file.seek(0)
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
                if not line.endswith(b"\n"):
                    if len(line) >= _LONGEST_LINE:
                        raise self._damaged(number, "it is longer than a line of a record can be")
                    os.ftruncate(self._descriptor, offset)
                    return
                yield offset, self._parsed(line, number)
                offset += len(line)

    def line_at(self, offset: int) -> dict[str, Any]:
        """Return what the line at an offset holds, which `lines` has given before."""
        with open(self._descriptor, "rb", closefd=False) as file:
            file.seek(offset)
            return self._parsed(file.readline(_LONGEST_LINE), 0)

    def append(self, members: dict[str, Any]) -> None:
        """Append a line.

        Raises
        ------
        RecordError
            The disk takes no more. The record stays as it was.
        """
        line = json.dumps(members, separators=(",", ":")).encode() + b"\n"
        before = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, before)
            raise RecordError(f"{self.path}: the run record takes no more: {error.strerror or error}") from None

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _lock(self) -> None:
        """Keep other processes out until this one ends, however it ends; processes that it starts hold no lock."""
        try:
            import fcntl
        except ImportError:  # Windows
            return
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):
                raise RecordError(f"{self.path}: another run is keeping this record; wait until it ends") from None

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            members = json.loads(line)
        except (ValueError, RecursionError):
            raise self._damaged(number, "it is not JSON") from None
        if not isinstance(members, dict):
            raise self._damaged(number, "it is not a JSON object")
        return members

    def _damaged(self, number: int, why: str) -> RecordError:
        return RecordError(
            f"{one_line(self.path)}:{number}: this line of the run record is damaged: {why}; "
            "put the record aside to begin a new one"
        )
