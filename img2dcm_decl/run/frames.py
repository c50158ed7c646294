"""The frames of an object: looked at first, copied when the object is written."""

from __future__ import annotations

import io
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.encode.elements import SEQUENCE_DELIMITER
from img2dcm_decl.encode.pixel_data import encapsulated_header, item_header, native_header
from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.registry import open_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from img2dcm_decl.images.base import Image
    from img2dcm_decl.plan.model import ImageRules

BLOCK = 1 << 20
#: Shorter parts are joined before they are written; copying longer ones costs more than a call of the system.
_SMALL = 1 << 16


class Frame(NamedTuple):
    """One frame: its file and where its pixels lie in it."""

    path: str
    image: Image


#: Facts in which all frames of an object agree (PS3.3 C.7.6.3), in the order in which they are compared.
_SHARED_FACTS = (
    ("rows", "Rows"),
    ("columns", "Columns"),
    ("samples_per_pixel", "Samples per Pixel"),
    ("photometric_interpretation", "Photometric Interpretation"),
    ("bits_allocated", "Bits Allocated"),
    ("bits_stored", "Bits Stored"),
    ("pixel_aspect_ratio", "Pixel Aspect Ratio"),
    ("transfer_syntax", "the transfer syntax"),
)


def look_at(path: str, rules: ImageRules) -> Frame:
    """Read the header of an image file.

    Raises
    ------
    ImageError
        The file cannot be read or converted. The message names it.
    """
    try:
        _check_kind(path)
        with io.FileIO(path) as file:
            return Frame(path, open_image(file, rules))
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _check_kind(path: str) -> None:
    """Refuse what cannot be read from its beginning again and, as a pipe without a writer, may keep readers waiting."""
    try:
        mode = os.stat(path).st_mode
    except ValueError as error:  # characters that no name can have
        raise ImageError(f"cannot be read: {error}") from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise ImageError("is not a regular file; save the image to one first")


def check_alike(first: Frame, other: Frame) -> None:
    """Check that two frames can be in the same object.

    Raises
    ------
    ImageError
        They differ in a fact that all frames of an object share.
    """
    for field, name in _SHARED_FACTS:
        ours, theirs = getattr(first.image.facts, field), getattr(other.image.facts, field)
        if ours != theirs:
            raise ImageError(
                f"{other.path}: {name} is {theirs}, but {ours} in {first.path}; all frames of an object must agree"
            )


def write_object(frames: Sequence[Frame], head: bytes, tail: bytes, sink: io.RawIOBase) -> None:
    """Write an object: what precedes Pixel Data, the whole element, and what follows it, front to back.

    Parameters
    ----------
    frames : sequence of Frame
        All compressed, or all native; none where a key has given Pixel Data.
    head, tail : bytes
        The rest of the file.
    sink : raw binary file
        Where it is written.

    Raises
    ------
    ImageError
        An image changed while it was copied, or has a defect that only its pixels show.
    """
    if not frames:
        _write(sink, head + tail)
        return
    sizes = [frame.image.size for frame in frames]
    pending = bytearray(head)
    if not frames[0].image.facts.compressed:
        pending += native_header(sum(sizes))
        tail = bytes(sum(sizes) & 1) + tail
        parts = _native(frames)
    else:
        pending += encapsulated_header(sizes)
        tail = SEQUENCE_DELIMITER + tail
        parts = _encapsulated(frames)
    for part in parts:
        if len(pending) + len(part) > _SMALL:
            _write(sink, pending)
            pending = bytearray()
            if len(part) >= _SMALL // 2:
                _write(sink, part)
                continue
        pending += part
    pending += tail
    _write(sink, pending)


def _native(frames: Sequence[Frame]) -> Iterator[bytes | memoryview]:
    for frame in frames:
        rows = frame.image.rows
        if rows is None:
            raise ImageError(f"{frame.path}: has no native pixels")
        with _reading(frame) as file:
            given = 0
            try:
                for block in rows(file):
                    given += len(block)
                    yield block
            except ImageError as error:
                raise ImageError(f"{frame.path}: {error}") from None
            except OSError as error:
                raise _unreadable(frame.path, error) from None
            if given != frame.image.size:
                raise _changed(frame)


def _encapsulated(frames: Sequence[Frame]) -> Iterator[bytes | memoryview]:
    buffer = memoryview(bytearray(min(BLOCK, max(1, *(frame.image.size for frame in frames), 1))))
    for frame in frames:
        yield item_header(frame.image.size)
        with _reading(frame) as file:
            for offset, length in frame.image.ranges:
                yield from _range(frame, file, offset, length, buffer)
        if frame.image.size & 1:
            yield b"\0"


def _range(frame: Frame, file: io.FileIO, offset: int, length: int, buffer: memoryview) -> Iterator[memoryview]:
    file.seek(offset)
    while length:
        try:
            got = file.readinto(buffer[: min(length, len(buffer))])
        except OSError as error:
            raise _unreadable(frame.path, error) from None
        if not got:
            raise _changed(frame)
        yield buffer[:got]
        length -= got


def _reading(frame: Frame) -> io.FileIO:
    try:
        return io.FileIO(frame.path)
    except OSError as error:
        raise _unreadable(frame.path, error) from None


def _unreadable(path: str, error: OSError) -> ImageError:
    return ImageError(f"{path}: cannot be read: {error.strerror or error}")


def _changed(frame: Frame) -> ImageError:
    return ImageError(f"{frame.path}: the file changed while it was being read")


def _write(sink: io.RawIOBase, data: bytes | bytearray | memoryview) -> None:
    """Write all of the data, however much the system takes at a time."""
    rest = memoryview(data)
    while rest:
        written = sink.write(rest)
        rest = rest[written or 0 :]
