"""Bytes from a file, a pipe or a deflated stream: read piece by piece, so that a false length costs no memory."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.limits import MAX_INFLATED_BYTES
from img2dcm_decl.attributes.problems import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PIECE = 1 << 16


class ByteSource:
    """Reads forward only.

    Parameters
    ----------
    read : callable
        Returns up to so many bytes, none at the end, like the `read` of a binary file.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._buffer = b""
        self._at = 0
        self._before = 0

    @property
    def position(self) -> int:
        """The number of bytes taken or skipped so far."""
        return self._before + self._at

    def peek(self, count: int) -> bytes:
        """Return up to `count` bytes without taking them; fewer only at the end."""
        while len(self._buffer) - self._at < count and self._fill():
            pass
        return self._buffer[self._at : self._at + count]

    def take(self, count: int) -> bytes:
        """Return exactly `count` bytes.

        Raises
        ------
        TemplateError
            There are not so many.
        """
        end = self._at + count
        if end <= len(self._buffer):
            taken = self._buffer[self._at : end]
            self._at = end
            return taken
        return b"".join(self._pieces(count))

    def skip(self, count: int) -> None:
        """Pass over exactly `count` bytes, without keeping them.

        Raises
        ------
        TemplateError
            There are not so many.
        """
        for _ in self._pieces(count):
            pass

    def rest(self, count: int) -> bytes:
        """Return up to `count` bytes; fewer only at the end, none there."""
        return self.take(len(self.peek(min(count, _PIECE))))

    def _fill(self) -> bool:
        piece = self._read(_PIECE)
        self._before += self._at
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _pieces(self, count: int) -> Iterator[bytes]:
        missing = count
        while missing:
            piece = self.rest(missing)
            if not piece:
                raise TemplateError(f"the file ends {missing} bytes too early, in a value of {count} bytes")
            missing -= len(piece)
            yield piece


class Inflated:
    """The bytes of a deflated dataset (PS3.5 annex A.5), up to a bound.

    Parameters
    ----------
    source : ByteSource
        At the beginning of the deflated stream.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._size = 0

    def read(self, count: int) -> bytes:
        """Return up to `count` inflated bytes, none at the end.

        Raises
        ------
        TemplateError
            The stream is damaged, or inflates to more than is accepted.
        """
        inflated = b""
        while not inflated and not self._inflate.eof:
            compressed = self._inflate.unconsumed_tail or self._source.rest(_PIECE)
            try:
                inflated = self._inflate.decompress(compressed, count) if compressed else self._inflate.flush()
            except zlib.error as error:
                raise TemplateError(f"the deflated dataset is damaged: {error}") from None
            if not compressed:
                break
        self._size += len(inflated)
        if self._size > MAX_INFLATED_BYTES:
            raise TemplateError(f"the deflated dataset has more than {MAX_INFLATED_BYTES >> 20} MiB")
        return inflated
