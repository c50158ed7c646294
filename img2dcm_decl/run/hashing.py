"""What tells whether a file is still the one that it was: its size, its time of change, and the hash of its bytes."""

from __future__ import annotations

import os

from img2dcm_decl.errors import ImageError
from img2dcm_decl.lean_typing import NamedTuple, cast
from img2dcm_decl.plan.locations import is_url, open_input, size_and_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Callable
    from typing import BinaryIO

_BLOCK = 1 << 20


class FileState(NamedTuple):
    """A file as it was at some moment.

    Attributes
    ----------
    size : int
        In bytes.
    modified : int
        When it was changed, in nanoseconds since 1970.
    sha256 : str
        SHA-256 of its bytes in hexadecimal digits (FIPS 180-4); empty where nobody asked for it.
    """

    size: int
    modified: int
    sha256: str = ""

    def looks_like(self, other: FileState) -> bool:
        """Tell whether two states agree, apart from what the bytes are."""
        return self[:2] == other[:2]


def hashed_state(name: str) -> FileState:
    """Return the state of an image with the hash of its bytes, read once, in blocks.

    Raises
    ------
    ImageError
        It cannot be read, or changed meanwhile.
    """
    from hashlib import sha256

    hasher = sha256()
    try:
        before = FileState(*size_and_time(name))
        with open_input(name) as file:
            _feed(file, hasher.update)
        after = FileState(*size_and_time(name))
    except OSError as error:
        raise ImageError(f"{name}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # characters that no name can have
        raise ImageError(f"{name}: cannot be read: {error}") from None
    if after != before:
        raise changed(name)
    return before._replace(sha256=hasher.hexdigest())


def state(name: str) -> FileState | None:
    """Return the state of a file without the hash of its bytes; None where it cannot be looked at."""
    try:
        return FileState(*size_and_time(name))
    except (OSError, ValueError):
        return None


def is_touched_since(name: str, moment: int) -> bool:
    """Tell whether a file may be another one than at some moment, whatever its size and time say.

    Files that change places keep both; the system notes that they were moved. What a storage or Windows does not note
    is not known.

    Parameters
    ----------
    name : str
        The file.
    moment : int
        In nanoseconds since 1970.

    Raises
    ------
    OSError
        It cannot be looked at.
    """
    return not is_url(name) and os.stat(name).st_ctime_ns >= moment


def changed(name: str) -> ImageError:
    """Return the error that says that an image is not what it was when it was looked at."""
    return ImageError(f"{name}: the file changed while it was being read")


def _feed(file: BinaryIO, update: Callable[[memoryview], object]) -> None:
    raw = cast("io.RawIOBase", file)
    buffer = memoryview(bytearray(_BLOCK))
    while got := raw.readinto(buffer):
        update(buffer[:got])
