"""Native Pixel Data: rows converted while they are copied, half of many by another process."""

from __future__ import annotations

import contextlib
import io
import os
import stat

from img2dcm_decl.encode.pixel_data import native_header
from img2dcm_decl.errors import ImageError
from img2dcm_decl.plan.locations import is_url
from img2dcm_decl.run.gathering import Gathering
from img2dcm_decl.run.hashing import changed
from img2dcm_decl.run.looking import unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.run.frames import Frames

#: From so many bytes on, two processes save more time than the other one takes to begin.
WORTH_DIVIDING = 16 << 20
_SYSTEM_DIVIDES = hasattr(os, "pwritev") and hasattr(os, "posix_fallocate")


def write_native(frames: Frames, gathering: Gathering, sink: io.RawIOBase, processes: int) -> None:
    """Write native Pixel Data.

    Parameters
    ----------
    frames : Frames
        The frames.
    gathering : Gathering
        Through which it is written.
    sink : raw binary file
        Where that writes.
    processes : int
        How many processes may be used.

    Raises
    ------
    ImageError
        An image changed while it was copied, or has a defect that only its pixels show.
    OSError
        The system does not take it.
    """
    size = sum(frames.sizes)
    rows = range(len(frames) * frames.facts.rows)
    gathering.add(native_header(size))
    if processes > 1 and size >= WORTH_DIVIDING and _is_divisible(frames, sink):
        gathering.flush()
        _divided(frames, rows, size // len(rows), sink)
    else:
        _write(frames, rows, gathering)
    gathering.add(bytes(size & 1))


def _is_divisible(frames: Frames, sink: io.RawIOBase) -> bool:
    """Tell whether two processes can read the images and write the object at the same time."""
    if not isinstance(sink, io.FileIO) or not _SYSTEM_DIVIDES or is_url(frames.path(0)):
        return False
    return stat.S_ISREG(os.fstat(sink.fileno()).st_mode)


def _divided(frames: Frames, rows: range, row_bytes: int, sink: io.RawIOBase) -> None:
    """Write rows, the lower half of them in another process, and go on behind them."""
    # Runs of small images do without this module.
    from img2dcm_decl.run.forked import Beside

    start = sink.tell()
    middle = len(rows) // 2
    # A file that grows at two places is laid out and written worse. Where there is no room, writing says so.
    with contextlib.suppress(OSError):
        os.posix_fallocate(sink.fileno(), start, len(rows) * row_bytes)

    def write(part: range) -> None:
        with Gathering(sink, start + part.start * row_bytes) as gathering:
            _write(frames, part, gathering)

    with Beside(lambda: write(rows[middle:])) as other:
        write(rows[:middle])
        other.result()
    sink.seek(start + len(rows) * row_bytes)


def _write(frames: Frames, rows: range, gathering: Gathering) -> None:
    """Write rows, which are counted through all frames."""
    height = frames.facts.rows
    for index in range(rows.start // height, -(-rows.stop // height)):
        top = index * height
        part = range(max(rows.start - top, 0), min(rows.stop - top, height))
        given = 0
        for block in _converted(frames, index, part):
            given += len(block)
            gathering.add(block)
        if given != frames.sizes[index] // height * len(part):
            raise changed(frames.path(index))


def _converted(frames: Frames, index: int, part: range) -> Iterator[bytes | bytearray]:
    """Yield native pixels of some rows of a frame."""
    with frames.open(index) as file:
        rows = frames.image(index, file).rows
        if rows is None:
            raise ImageError(f"{frames.path(index)}: has no native pixels")
        try:
            yield from rows(file, part)
        except ImageError as error:
            raise ImageError(f"{frames.path(index)}: {error}") from None
        except OSError as error:
            raise unreadable(frames.path(index), error) from None
