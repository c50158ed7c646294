"""Parts of a file gathered on their way to it, so that the system is called once for many of them."""

from __future__ import annotations

import io
import os

#: Bytes of a buffer that parts are read into.
BLOCK = 1 << 20
#: About as many bytes are written at a time; they stay in the caches of common processors.
STEP = 1 << 18
#: Parts that one call of the system takes: Linux, macOS and the BSDs take 1024.
_MOST_PARTS = 512


class Gathering:
    """Writes parts in their order; before the end of the `with` block they may still be on their way.

    Parameters
    ----------
    sink : raw binary file
        Where they are written.
    position : int, optional
        Where in a file that is only used through this, whatever others write to it; by default, where the file is at.
    """

    __slots__ = ("_buffer", "_parts", "_pending", "_position", "_sink", "_used", "_vectored")

    def __init__(self, sink: io.RawIOBase, position: int | None = None) -> None:
        self._sink = sink
        self._position = position
        self._vectored = isinstance(sink, io.FileIO) and hasattr(os, "writev")
        self._parts: list[bytes | bytearray | memoryview] = []
        self._pending = 0
        self._buffer: memoryview | None = None
        self._used = 0

    def __enter__(self) -> Gathering:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.flush()

    def add(self, part: bytes | bytearray | memoryview) -> None:
        """Write a part, which must not change afterwards."""
        self._parts.append(part)
        self._pending += len(part)
        if self._pending >= STEP or len(self._parts) >= _MOST_PARTS:
            self.flush()

    def room(self, size: int) -> memoryview:
        """Return memory to read the next parts into, at most `BLOCK` bytes; `take` them before anything is added."""
        if self._buffer is None:
            self._buffer = memoryview(bytearray(BLOCK))
        if size > BLOCK - self._used or self._pending >= STEP:
            self.flush()
        place = self._buffer[self._used : self._used + size]
        self._used += size
        return place

    def take(self, part: memoryview) -> None:
        """Write a part of the memory that `room` gave."""
        self._parts.append(part)
        self._pending += len(part)

    def flush(self) -> None:
        """Write all that was gathered, however much the system takes at a time."""
        parts = self._parts
        self._parts, self._pending, self._used = [], 0, 0
        for start in range(0, len(parts), _MOST_PARTS):
            some = parts[start : start + _MOST_PARTS]
            written = self._write_together(some)
            if written < sum(map(len, some)):
                rest = memoryview(b"".join(some))[written:]
                while rest:
                    rest = rest[self._write(rest) :]

    def _write_together(self, parts: list[bytes | bytearray | memoryview]) -> int:
        """Write what the system takes of some parts without joining them; return how many bytes that are."""
        if not self._vectored:
            return 0
        try:
            if self._position is None:
                return os.writev(self._sink.fileno(), parts)
            return self._moved(os.pwritev(self._sink.fileno(), parts, self._position))
        except BlockingIOError:
            return 0

    def _write(self, rest: memoryview) -> int:
        """Write what the system takes of the rest of some parts; return how many bytes that are."""
        if self._position is None:
            return self._sink.write(rest) or 0
        return self._moved(os.pwrite(self._sink.fileno(), rest, self._position))

    def _moved(self, written: int) -> int:
        if self._position is not None:
            self._position += written
        return written
