"""Results: text on standard output, or in a file that was asked for."""

from __future__ import annotations

import io
import os
import sys

from img2dcm_decl import __version__
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.errors import OutputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

_BLOCK = 1 << 18


def put(text: str) -> None:
    """Write a text to standard output; into a file or a pipe in UTF-8, whatever the locale is.

    Raises
    ------
    UsageError
        Standard output is closed.
    """
    out = _stdout()
    if out.isatty():
        out.write(text)
    else:
        out.flush()
        out.buffer.write(text.encode("utf-8", "surrogateescape"))
    out.flush()


def raw_stdout() -> io.RawIOBase:
    """Return standard output for the bytes of an object.

    Raises
    ------
    UsageError
        It is closed, or a terminal.
    """
    if _stdout().isatty():
        raise UsageError("standard output is a terminal: redirect it to a file or a program, or name another output")
    return io.FileIO(1, "w", closefd=False)


def save(text: str | Iterable[str], path: str, *, replace: bool | None = None, private: bool = False) -> None:
    """Write a text to a file that appears complete or not at all.

    Parameters
    ----------
    text : str or iterable of str
        What to write, in UTF-8; whole, or piece by piece.
    path : str
        Name of the file.
    replace : bool or None
        Whether an existing file may be replaced; None where there is no option that allows it.
    private : bool
        Whether only its owner may read it.

    Raises
    ------
    UsageError
        The name is empty.
    OutputError
        The file cannot be written, or exists and may not be replaced.
    """
    from img2dcm_decl.run.files import Folders, NewFile

    if not path:
        raise UsageError("the name of the file to write is empty")
    if not replace and os.path.lexists(path):
        way_out = "choose another name" if replace is None else "choose another name, or say --replace"
        raise OutputError(f"{shown(path)}: exists already; {way_out}")
    with NewFile(path, bool(replace), Folders()) as sink:
        if private and hasattr(os, "fchmod"):
            os.fchmod(sink.fileno(), 0o600)
        for block in _blocks((text,) if isinstance(text, str) else text):
            rest = memoryview(block)
            while rest:
                rest = rest[sink.write(rest) :]


def _blocks(pieces: Iterable[str]) -> Iterator[bytes]:
    """Yield a text in UTF-8, in blocks that are worth a call of the system."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece.encode("utf-8", "surrogateescape")
        if len(gathered) >= _BLOCK:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def version_line() -> str:
    """Return the name and version of this program."""
    return f"img2dcm-decl {__version__}\n"


def _stdout() -> TextIO:
    if sys.stdout is None:
        raise UsageError("standard output is closed")
    return sys.stdout
