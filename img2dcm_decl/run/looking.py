"""One image file looked at: what its header says, where its pixels lie, and its bytes where they are few."""

from __future__ import annotations

import io
import os
import stat

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.reading import read_up_to
from img2dcm_decl.images.registry import open_image
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.locations import is_url, open_input, size_and_time
from img2dcm_decl.run.hashing import FileState, hashed_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from img2dcm_decl.images.base import Image
    from img2dcm_decl.plan.model import ImageRules

#: Files up to this size are read once, for all purposes; larger ones pass through memory in blocks.
MOST_HELD = 1 << 20
#: The same for files elsewhere, of which each reading goes over the network.
_MOST_HELD_REMOTE = 1 << 22


class Frame(NamedTuple):
    """An image file that was looked at.

    Attributes
    ----------
    path : str
        Its name.
    image : Image
        What its header says, and where its pixels lie.
    content : bytes
        All of its bytes where it is small, else none.
    state : FileState or None
        By what it can be recognised, where that was asked for.
    stamp : tuple of int or None
        What `stamp_of` gives for it; None for a URL.
    """

    path: str
    image: Image
    content: bytes = b""
    state: FileState | None = None
    stamp: tuple[int, int] | None = None


def look_at(path: str, rules: ImageRules, *, hashed: bool = False) -> Frame:
    """Read the header of an image file.

    Parameters
    ----------
    path : str
        Its name, or its URL.
    rules : ImageRules
        What is accepted and what is removed.
    hashed : bool
        Whether its bytes are hashed.

    Raises
    ------
    ImageError
        The file cannot be read or converted. The message names it.
    """
    try:
        frame = _look_elsewhere(path, rules) if is_url(path) else _look_here(path, rules)
        if hashed:
            frame = frame._replace(state=_state(frame))
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None
    except OSError as error:
        raise unreadable(path, error) from None
    return frame


def unreadable(path: str, error: OSError) -> ImageError:
    """Return the error that says why an image cannot be read."""
    return ImageError(f"{path}: cannot be read: {error.strerror or error}")


def stamp_of(status: os.stat_result) -> tuple[int, int]:
    """Return the size of a local file, and when it was changed in nanoseconds since 1970."""
    return status.st_size, status.st_mtime_ns


def _look_here(path: str, rules: ImageRules) -> Frame:
    """Look at a file of this system."""
    stamp = stamp_of(_regular(path))
    with open_input(path) as file:
        return _look(path, file, stamp[0], MOST_HELD, rules)._replace(stamp=stamp)


def _regular(path: str) -> os.stat_result:
    """Refuse what cannot be read from its beginning again and, as a pipe without a writer, may keep readers waiting."""
    try:
        status = os.stat(path)
    except ValueError as error:  # characters that no name can have
        raise ImageError(f"cannot be read: {error}") from None
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise ImageError("is not a regular file; save the image to one first")
    return status


def _look_elsewhere(path: str, rules: ImageRules) -> Frame:
    """Look at a file that a URL names."""
    with open_input(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        return _look(path, file, size, _MOST_HELD_REMOTE, rules)


def _look(path: str, file: BinaryIO, size: int, most: int, rules: ImageRules) -> Frame:
    if not 0 < size <= most:
        return Frame(path, open_image(file, rules))
    content = read_up_to(file, size)
    if len(content) < size:
        raise ImageError("the file changed while it was being read")
    return Frame(path, open_image(io.BytesIO(content), rules), content)


def _state(frame: Frame) -> FileState:
    if not frame.content:
        return hashed_state(frame.path)
    from hashlib import sha256

    _, modified = frame.stamp or size_and_time(frame.path)
    return FileState(len(frame.content), modified, sha256(frame.content).hexdigest())
