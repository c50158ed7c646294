"""Parts of a file gathered on their way to it, so that the system is called once for many of them."""

from __future__ import annotations

import io
import os

#: Bytes of the buffer that parts are read into.
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
    """

    __slots__ = ("_buffer", "_parts", "_pending", "_sink", "_used", "_vectored")

    def __init__(self, sink: io.RawIOBase) -> None:
        self._sink = sink
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
        """Write a part, which must not change until it is written."""
        self._parts.append(part)
        self._pending += len(part)
        if self._pending >= STEP or len(self._parts) >= _MOST_PARTS:
            self.flush()

    def room(self, size: int) -> memoryview:
        """Return memory to read the next parts into, at most `BLOCK` bytes; they are to be added afterwards."""
        if self._buffer is None:
            self._buffer = memoryview(bytearray(BLOCK))
        if size > BLOCK - self._used:
            self.flush()
        place = self._buffer[self._used : self._used + size]
        self._used += size
        return place

    def flush(self) -> None:
        """Write all that was gathered, however much the system takes at a time."""
        parts, pending = self._parts, self._pending
        self._parts, self._pending, self._used = [], 0, 0
        if len(parts) > 1 and self._vectored:
            try:
                written = os.writev(self._sink.fileno(), parts)
            except BlockingIOError:
                written = 0
            if written < pending:
                self._write(memoryview(b"".join(parts))[written:])
        elif pending:
            self._write(memoryview(parts[0] if len(parts) == 1 else b"".join(parts)))

    def _write(self, rest: memoryview) -> None:
        while rest:
            rest = rest[self._sink.write(rest) or 0 :]
