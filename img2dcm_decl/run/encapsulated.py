"""Encapsulated Pixel Data: the streams of frames copied from their files, half of many by another process."""

from __future__ import annotations

from img2dcm_decl.encode.elements import SEQUENCE_DELIMITER
from img2dcm_decl.encode.pixel_data import encapsulated_header, even, frame_offsets, item_header
from img2dcm_decl.lean_typing import cast
from img2dcm_decl.run.frames import WORTH_SHARING
from img2dcm_decl.run.gathering import BLOCK, STEP
from img2dcm_decl.run.halves import is_divisible, write_halves
from img2dcm_decl.run.hashing import changed
from img2dcm_decl.run.looking import unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from typing import BinaryIO

    from img2dcm_decl.run.frames import Frames
    from img2dcm_decl.run.gathering import Gathering


def write_encapsulated(frames: Frames, gathering: Gathering, sink: io.RawIOBase, processes: int) -> None:
    """Write encapsulated Pixel Data (PS3.5 section A.4): each frame is one fragment.

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
        An image changed while it was copied.
    OSError
        The system does not take it.
    """
    gathering.add(encapsulated_header(frames.sizes))
    if processes > 1 and len(frames) >= WORTH_SHARING and is_divisible(sink):
        gathering.flush()
        _divided(frames, sink)
    else:
        _write(frames, range(len(frames)), gathering)
    gathering.add(SEQUENCE_DELIMITER)


def _divided(frames: Frames, sink: io.RawIOBase) -> None:
    """Write the fragments, the second half of them in another process, and go on behind them."""
    starts = frame_offsets(frames.sizes)
    starts.append(starts[-1] + len(item_header(0)) + even(frames.sizes[-1]))
    write_halves(sink, range(len(frames)), starts.__getitem__, lambda part, gathering: _write(frames, part, gathering))


def _write(frames: Frames, part: range, gathering: Gathering) -> None:
    """Write the fragments of some frames."""
    for index in part:
        size = frames.sizes[index]
        gathering.add(item_header(size))
        if frames.held:
            content = memoryview(frames.first.content)
            for offset, length in frames.first.image.ranges:
                gathering.add(content[offset : offset + length])
        else:
            _copy(frames, index, gathering)
        if size & 1:
            gathering.add(b"\0")


def _copy(frames: Frames, index: int, gathering: Gathering) -> None:
    """Copy the stream of a frame from its file; a short one is read at once, whatever is left out of it."""
    with frames.open(index) as file:
        ranges = frames.image(index, file).ranges
        start, end = ranges[0][0], sum(ranges[-1])
        if end - start <= BLOCK:
            place = gathering.room(end - start)
            _fill(frames, index, file, start, place)
            for offset, length in ranges:
                gathering.take(place[offset - start : offset - start + length])
        else:
            for offset, length in ranges:
                for done in range(0, length, STEP):
                    place = gathering.room(min(STEP, length - done))
                    _fill(frames, index, file, offset + done, place)
                    gathering.take(place)
        frames.check(index, file)


def _fill(frames: Frames, index: int, file: BinaryIO, offset: int, place: memoryview) -> None:
    """Read as many bytes from an offset on as there is place for."""
    raw = cast("io.RawIOBase", file)
    try:
        raw.seek(offset)
        while place:
            got = raw.readinto(place)
            if not got:
                raise changed(frames.path(index))
            place = place[got:]
    except OSError as error:
        raise unreadable(frames.path(index), error) from None
