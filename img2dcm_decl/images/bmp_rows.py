"""Pixels of a BMP file in DICOM's native order: rows from top to bottom, samples by pixel, no padding.

Whole blocks are converted by translation tables and extended slices, so that no Python code runs per pixel.
"""

from __future__ import annotations

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.reading import read_exactly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from img2dcm_decl.images.bmp_header import Bitmap

#: What the converters go over more than once stays in the caches of common processors.
BLOCK = 3 << 16


def rows(bitmap: Bitmap, file: BinaryIO, part: range, block: int = BLOCK) -> Iterator[bytes | bytearray]:
    """Yield the pixels of some rows, in blocks of whole rows.

    Parameters
    ----------
    bitmap : Bitmap
        The file's headers.
    file : binary file
        The file that they were read from.
    part : range
        The rows, counted from the top of the picture.
    block : int
        Most bytes of a block, in the file and converted; a row that is longer is a block of its own.

    Raises
    ------
    ImageError
        The file became shorter, or a pixel's color is not in the palette.
    """
    convert = _converter(bitmap)
    step = max(1, block // max(bitmap.stride, bitmap.columns * bitmap.samples))
    for first in range(part.start, part.stop, step):
        yield convert(_stored(bitmap, file, first, min(step, part.stop - first)))


def _stored(bitmap: Bitmap, file: BinaryIO, first: int, count: int) -> bytes | bytearray:
    """Return rows as they are stored, without padding; `first` counts from the top of the picture."""
    stride, used = bitmap.stride, bitmap.row_bytes
    at = first if bitmap.top_down else bitmap.rows - first - count
    data = read_exactly(file, bitmap.offset + at * stride, (count - 1) * stride + used)
    if count == 1 or (bitmap.top_down and used == stride):
        return data
    starts = range(0, count * stride, stride)
    view = memoryview(data)
    return bytearray().join([view[start : start + used] for start in (starts if bitmap.top_down else reversed(starts))])


def _converter(bitmap: Bitmap) -> Callable[[bytes | bytearray], bytes | bytearray]:
    if bitmap.bits == 16:
        return _from_16_bits
    if bitmap.bits > 16:
        return _from_bgr if bitmap.bits == 24 else _from_bgrx
    return _palette_converter(bitmap)


def _from_bgr(data: bytes | bytearray) -> bytearray:
    """Convert pixels of blue, green and red."""
    samples = data if isinstance(data, bytearray) else bytearray(data)
    blue = samples[0::3]
    samples[0::3] = samples[2::3]
    samples[2::3] = blue
    return samples


def _from_bgrx(data: bytes | bytearray) -> bytearray:
    """Convert pixels of blue, green, red and a fourth byte, which means nothing."""
    samples = bytearray(len(data) // 4 * 3)
    for sample in range(3):
        samples[sample::3] = data[2 - sample :: 4]
    return samples


#: A sample of five bits as one of eight: 31 becomes 255.
_SCALED = bytes(((value & 31) * 255 + 15) // 31 for value in range(256))
_RED = bytes(_SCALED[value >> 2 & 31] for value in range(256))
_BLUE = _SCALED
_GREEN_HIGH = bytes((value & 3) << 3 for value in range(256))
_GREEN_LOW = bytes(value >> 5 for value in range(256))


def _from_16_bits(data: bytes | bytearray) -> bytearray:
    """Convert pixels of five bits each of blue, green and red, from the least significant on; one bit is unused."""
    low, high = data[0::2], data[1::2]
    # Green lies in both bytes. Its halves share no bits, so that adding them up as one long number joins them.
    green = int.from_bytes(low.translate(_GREEN_LOW), "little") + int.from_bytes(high.translate(_GREEN_HIGH), "little")
    samples = bytearray(len(low) * 3)
    samples[0::3] = high.translate(_RED)
    samples[1::3] = green.to_bytes(len(low), "little").translate(_SCALED)
    samples[2::3] = low.translate(_BLUE)
    return samples


def _palette_converter(bitmap: Bitmap) -> Callable[[bytes | bytearray], bytes | bytearray]:
    """Return what converts rows of 1, 4 or 8 bits a pixel."""
    colors = len(bitmap.palette) // 3
    in_palette = bytes(range(colors))
    # The usual palette of gray pictures, which are left as they are.
    levels = bitmap.gray and bitmap.palette[0::3] == in_palette
    every_index = colors >= 1 << bitmap.bits
    tables = [bitmap.palette[sample::3].ljust(256, b"\0") for sample in range(bitmap.samples)]
    unpack = _unpacker(bitmap)

    def convert(data: bytes | bytearray) -> bytes | bytearray:
        indexes = unpack(data)
        outside = b"" if every_index else indexes.translate(None, in_palette)
        if outside:
            raise ImageError(
                f"a pixel has color {max(outside)}, where the palette ends at {colors - 1}: the file is damaged"
            )
        if len(tables) == 1:
            return indexes if levels else indexes.translate(tables[0])
        samples = bytearray(len(indexes) * 3)
        for sample, table in enumerate(tables):
            samples[sample::3] = indexes.translate(table)
        return samples

    return convert


def _unpacker(bitmap: Bitmap) -> Callable[[bytes | bytearray], bytes | bytearray]:
    """Return what turns rows of 1, 4 or 8 bits a pixel into one byte a pixel."""
    bits, used, columns = bitmap.bits, bitmap.row_bytes, bitmap.columns
    if bits == 8:
        return lambda data: data
    per_byte = 8 // bits
    mask = (1 << bits) - 1
    shifts = [8 - bits * (place + 1) for place in range(per_byte)]
    tables = [bytes(value >> shift & mask for value in range(256)) for shift in shifts]
    width = used * per_byte

    def unpack(data: bytes | bytearray) -> bytes | bytearray:
        indexes = bytearray(len(data) * per_byte)
        for place, table in enumerate(tables):
            indexes[place::per_byte] = data.translate(table)
        if width == columns:
            return indexes
        view = memoryview(indexes)
        return bytearray().join([view[start : start + columns] for start in range(0, len(indexes), width)])

    return unpack
