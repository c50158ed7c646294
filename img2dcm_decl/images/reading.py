"""Bounded reads from a file whose content is not trusted."""

from __future__ import annotations

from img2dcm_decl.errors import ImageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def read_up_to(file: BinaryIO, count: int) -> bytes:
    """Return the next `count` bytes, or fewer where the file ends; an unbuffered file may give them in pieces."""
    data = file.read(count) or b""
    while len(data) < count and (more := file.read(count - len(data))):
        data += more
    return data


def read_exactly(file: BinaryIO, offset: int, count: int) -> bytes:
    """Return `count` bytes from `offset` on.

    Raises
    ------
    ImageError
        The file ends before.
    """
    file.seek(offset)
    data = read_up_to(file, count)
    if len(data) < count:
        raise ImageError(
            f"the file ends at byte {offset + len(data)}, where the image goes on to byte {offset + count}: "
            "it is truncated"
        )
    return data
