"""An object written front to back: what precedes Pixel Data, the frames copied from their files, what follows."""

from __future__ import annotations

from img2dcm_decl.encode.elements import SEQUENCE_DELIMITER
from img2dcm_decl.encode.pixel_data import encapsulated_header, item_header
from img2dcm_decl.lean_typing import cast
from img2dcm_decl.run.gathering import BLOCK, STEP, Gathering
from img2dcm_decl.run.hashing import changed
from img2dcm_decl.run.looking import unreadable
from img2dcm_decl.run.native import write_native

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from typing import BinaryIO

    from img2dcm_decl.run.frames import Frames


def write_object(frames: Frames | None, head: bytes, tail: bytes, sink: io.RawIOBase, *, processes: int = 1) -> None:
    """Write an object.

    Parameters
    ----------
    frames : Frames or None
        The frames of Pixel Data; None where a key has given it, or there is none.
    head, tail : bytes
        The rest of the file.
    sink : raw binary file
        Where it is written.
    processes : int
        How many processes may be used; large native pixels are converted by two.

    Raises
    ------
    ImageError
        An image changed while it was copied, or has a defect that only its pixels show.
    OSError
        The system does not take it.
    """
    with Gathering(sink) as gathering:
        gathering.add(head)
        if frames is None:
            pass
        elif frames.facts.compressed:
            _encapsulated(frames, gathering)
        else:
            write_native(frames, gathering, sink, processes)
        gathering.add(tail)


def _encapsulated(frames: Frames, gathering: Gathering) -> None:
    gathering.add(encapsulated_header(frames.sizes))
    for index, size in enumerate(frames.sizes):
        gathering.add(item_header(size))
        if frames.held:
            content = memoryview(frames.first.content)
            for offset, length in frames.first.image.ranges:
                gathering.add(content[offset : offset + length])
        else:
            _copy(frames, index, gathering)
        if size & 1:
            gathering.add(b"\0")
    gathering.add(SEQUENCE_DELIMITER)


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
            return
        for offset, length in ranges:
            for done in range(0, length, STEP):
                place = gathering.room(min(STEP, length - done))
                _fill(frames, index, file, offset + done, place)
                gathering.take(place)


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
