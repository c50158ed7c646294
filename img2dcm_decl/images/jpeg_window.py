"""A part of a JPEG file in memory: bytes, heads of segments and patterns are looked for by their place in the file."""

from __future__ import annotations

import re
from struct import Struct

from img2dcm_decl.images import jpeg_markers as markers
from img2dcm_decl.images.reading import read_up_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

#: FF, marker and length of a segment.
HEAD = Struct(">BBH")
_SOS = bytes((0xFF, markers.SOS))
#: Most bytes of an opening; metadata make more of them, and differ from file to file.
_MOST_OPENING = 4096


class Window:
    """A part of a file, moved forward as needed.

    Parameters
    ----------
    file : binary file
        At its beginning.
    size : int
        Number of bytes that are in memory at a time, 2 at least.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._start = 0
        self._data = read_up_to(file, size)

    def read(self, position: int, count: int) -> bytes:
        """Return `count` bytes, or fewer where the file ends."""
        first = position - self._start
        data = self._data
        if first >= 0 and (first + count <= len(data) or len(data) < self._size):
            return data[first : first + count]
        self._move(position, count)
        return self._data[:count]

    def head(self, position: int) -> tuple[int, int, int]:
        """Return two bytes and the 16-bit number behind them, as a segment begins; zeros where the file ends."""
        first = position - self._start
        if 0 <= first <= len(self._data) - HEAD.size:
            return HEAD.unpack_from(self._data, first)
        return HEAD.unpack(self.read(position, HEAD.size).ljust(HEAD.size, b"\0"))

    def opening(self) -> bytes:
        """Return what seems to be the segments up to the first SOS segment, with it; nothing where they are many."""
        at = self._data.find(_SOS, 0, min(_MOST_OPENING, len(self._data) - 2))
        if self._start or at < 0:
            return b""
        end = at + 2 + max(2, int.from_bytes(self._data[at + 2 : at + 4], "big"))
        return self._data[:end] if end <= len(self._data) else b""

    def search(self, pattern: bytes, position: int) -> int:
        """Return where the next match, of at most two bytes, begins; -1 where there is none."""
        # The module re compiles patterns when they are first used and keeps them; most images need only one.
        search = re.compile(pattern).search
        if not 0 <= position - self._start <= len(self._data):
            self._move(position)
        while True:
            found = search(self._data, position - self._start)
            if found:
                return self._start + found.start()
            if len(self._data) < self._size:
                return -1
            position = max(position, self._start + len(self._data) - 1)
            self._move(position)

    def _move(self, position: int, least: int = 2) -> None:
        self._file.seek(position)
        self._start = position
        self._data = b""  # makes room, so that the next block takes the same memory
        self._data = read_up_to(self._file, max(self._size, least))
