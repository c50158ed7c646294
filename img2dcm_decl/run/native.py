"""Native Pixel Data: rows converted while they are copied, half of many by another process."""

from __future__ import annotations

from img2dcm_decl.encode.pixel_data import native_header
from img2dcm_decl.errors import ImageError
from img2dcm_decl.run.halves import is_divisible, write_halves
from img2dcm_decl.run.hashing import changed
from img2dcm_decl.run.looking import unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from img2dcm_decl.run.frames import Frames
    from img2dcm_decl.run.gathering import Gathering

#: From so many bytes on, two processes save more time than the other one takes to begin.
WORTH_DIVIDING = 16 << 20


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
    if processes > 1 and size >= WORTH_DIVIDING and is_divisible(sink):
        gathering.flush()
        row_bytes = size // len(rows)
        write_halves(sink, rows, lambda row: row * row_bytes, lambda part, half: _write(frames, part, half))
    else:
        _write(frames, rows, gathering)
    gathering.add(bytes(size & 1))


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
        frames.check(index, file)
