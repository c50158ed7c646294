"""Parts of a file gathered on their way to it, so that the system is called once for many of them."""

from __future__ import annotations

import io
import os
import stat
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from img2dcm_decl.run.behind import Behind

#: Bytes of a buffer that parts are read into.
BLOCK = 1 << 20
#: About as many bytes are written at a time; they stay in the caches of common processors.
STEP = 1 << 18
#: Parts that one call of the system takes: Linux, macOS and the BSDs take 1024.
_MOST_PARTS = 512

Parts: TypeAlias = "list[bytes | bytearray | memoryview]"


class Gathering:
    """Writes parts in their order; before the end of the `with` block they may still be on their way.

    Parameters
    ----------
    sink : raw binary file
        Where they are written.
    large : bool
        Whether there is so much of it that a thread is worth its start: it writes while the next parts are gathered.
    """

    __slots__ = ("_behind", "_buffers", "_parts", "_pending", "_sink", "_used", "_vectored")

    def __init__(self, sink: io.RawIOBase, *, large: bool = False) -> None:
        self._sink = sink
        self._vectored = isinstance(sink, io.FileIO) and hasattr(os, "writev")
        self._behind = _behind(self) if large and isinstance(sink, io.FileIO) and _is_regular(sink) else None
        self._parts: Parts = []
        self._pending = 0
        self._buffers: list[memoryview] = []
        self._used = 0

    def __enter__(self) -> Gathering:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self.flush()
                if self._behind is not None:
                    self._behind.wait()
        finally:
            if self._behind is not None:
                self._behind.end()
                self._behind = None  # each refers to the other, which would keep the buffers for a while

    def add(self, part: bytes | bytearray | memoryview) -> None:
        """Write a part, which must not change afterwards."""
        self._parts.append(part)
        self._pending += len(part)
        if self._pending >= STEP or len(self._parts) >= _MOST_PARTS:
            self.flush()

    def room(self, size: int) -> memoryview:
        """Return memory to read the next parts into, at most `BLOCK` bytes; `take` them before anything is added."""
        if not self._buffers:
            self._buffers = [memoryview(bytearray(BLOCK)) for _ in range(1 if self._behind is None else 2)]
        if size > BLOCK - self._used or self._pending >= STEP:
            self.flush()
        place = self._buffers[0][self._used : self._used + size]
        self._used += size
        return place

    def take(self, part: memoryview) -> None:
        """Write a part of the memory that `room` gave."""
        self._parts.append(part)
        self._pending += len(part)

    def flush(self) -> None:
        """Write all that was gathered."""
        parts = self._parts
        self._parts, self._pending, self._used = [], 0, 0
        if self._behind is None:
            self.write(parts)
        else:
            self._behind.give(parts)
            self._buffers.reverse()

    def write(self, parts: Parts) -> None:
        """Write parts now, however much the system takes at a time."""
        for start in range(0, len(parts), _MOST_PARTS):
            some = parts[start : start + _MOST_PARTS]
            written = self._write_together(some)
            if written < sum(map(len, some)):
                rest = memoryview(b"".join(some))[written:]
                while rest:
                    rest = rest[self._sink.write(rest) or 0 :]

    def _write_together(self, parts: Parts) -> int:
        """Write what the system takes of some parts without joining them; return how many bytes that are."""
        if not self._vectored:
            return 0
        try:
            return os.writev(self._sink.fileno(), parts)
        except BlockingIOError:
            return 0


def _behind(gathering: Gathering) -> Behind:
    # Small objects do without threads, whose modules take a while to load.
    from img2dcm_decl.run.behind import Behind

    return Behind(gathering.write)


def _is_regular(file: io.FileIO) -> bool:
    """Tell whether an open file is a regular one: writing to others may wait for a reader, and for ever."""
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)
