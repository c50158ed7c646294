"""The frame around Pixel Data: native or encapsulated (PS3.5 section 8.2), the latter as PS3.5 section A.4 has it."""

from __future__ import annotations

from struct import Struct, pack

from img2dcm_decl.encode.elements import ITEM, SEQUENCE_DELIMITER, UNDEFINED_LENGTH, header
from img2dcm_decl.plan.tags import PIXEL_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: Bytes of tag, VR and length of the element.
_ELEMENT_HEADER = 12
_ITEM_HEADER = Struct("<4sI")
_LARGEST_OFFSET = 0xFFFFFFFF


def even(size: int) -> int:
    """Return a size with the padding byte that makes it even."""
    return size + (size & 1)


def native_header(size: int) -> bytes:
    """Return the header of native Pixel Data of `size` bytes; its VR is OW as img2dcm writes it."""
    return header(PIXEL_DATA, "OW", even(size))


def native_size(size: int) -> int:
    """Return the bytes of the whole element of native Pixel Data of `size` bytes."""
    return _ELEMENT_HEADER + even(size)


def item_header(size: int) -> bytes:
    """Return the header of a fragment that holds a stream of `size` bytes."""
    return _ITEM_HEADER.pack(ITEM, even(size))


def encapsulated_header(sizes: Sequence[int]) -> bytes:
    """Return what precedes the fragments: the element's header and the basic offset table.

    Parameters
    ----------
    sizes : sequence of int
        Bytes of each frame's stream; each frame is one fragment.

    Notes
    -----
    The table is empty where an offset needs more than 32 bits; `extended_offsets` serve then (PS3.3 C.7.6.3.1.8).
    """
    offsets = frame_offsets(sizes)
    table = b"" if offsets[-1] > _LARGEST_OFFSET else pack(f"<{len(offsets)}I", *offsets)
    return header(PIXEL_DATA, "OB", UNDEFINED_LENGTH) + _ITEM_HEADER.pack(ITEM, len(table)) + table


def encapsulated_size(sizes: Sequence[int]) -> int:
    """Return the bytes of the whole element, delimiter included."""
    table = 0 if frame_offsets(sizes)[-1] > _LARGEST_OFFSET else 4 * len(sizes)
    fragments = sum(_ITEM_HEADER.size + even(size) for size in sizes)
    return _ELEMENT_HEADER + _ITEM_HEADER.size + table + fragments + len(SEQUENCE_DELIMITER)


def extended_offsets(sizes: Sequence[int]) -> bytes | None:
    """Return the value of Extended Offset Table (7fe0,0001), or None where the basic offset table is enough."""
    offsets = frame_offsets(sizes)
    return pack(f"<{len(offsets)}Q", *offsets) if offsets[-1] > _LARGEST_OFFSET else None


def extended_lengths(sizes: Sequence[int]) -> bytes | None:
    """Return the value of Extended Offset Table Lengths (7fe0,0002), or None as `extended_offsets` does."""
    return None if extended_offsets(sizes) is None else pack(f"<{len(sizes)}Q", *map(even, sizes))


def frame_offsets(sizes: Sequence[int]) -> list[int]:
    """Return the offset of each frame's item from the first byte after the offset table's item."""
    offsets = [0]
    for size in sizes[:-1]:
        offsets.append(offsets[-1] + _ITEM_HEADER.size + even(size))
    return offsets
