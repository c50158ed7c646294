"""Pixel Data written into a file by two processes at once, each at its own place."""

from __future__ import annotations

import io
import os
import stat

from img2dcm_decl.run.gathering import Gathering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SYSTEM_DIVIDES = hasattr(os, "pwritev")


def is_divisible(sink: io.RawIOBase) -> bool:
    """Tell whether a file can be written by two processes, each at its own place."""
    return _SYSTEM_DIVIDES and isinstance(sink, io.FileIO) and stat.S_ISREG(os.fstat(sink.fileno()).st_mode)


def write_halves(
    sink: io.RawIOBase, parts: range, offset: Callable[[int], int], write: Callable[[range, Gathering], None]
) -> None:
    """Write parts of a file, the second half of them in another process, and go on behind them.

    Parameters
    ----------
    sink : raw binary file
        Where they are written; what was gathered for it before is written already.
    parts : range
        Their numbers, from 0 on.
    offset : callable
        Gives where a part begins, counted from the first; for the number behind the last one, where that ends.
    write : callable
        Writes some parts. It may be called twice for the same.
    """
    # Runs of small images do without this module.
    from img2dcm_decl.run.forked import Beside

    start = sink.tell()

    def write_some(some: range) -> None:
        with Gathering(sink, start + offset(some.start)) as gathering:
            write(some, gathering)

    middle = len(parts) // 2
    with Beside(lambda: write_some(parts[middle:])) as other:
        write_some(parts[:middle])
        other.result()
    sink.seek(start + offset(parts.stop))
