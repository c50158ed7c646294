"""The headers and the palette of a BMP file."""

from __future__ import annotations

import struct

from img2dcm_decl.encode.elements import LARGEST_LENGTH
from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.reading import read_exactly
from img2dcm_decl.lean_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_FILE_HEADER = 14
_CORE_HEADER = 12
#: OS/2 1.x, Windows 3, with color masks, with alpha mask, OS/2 2.x, Windows 4, Windows 5.
_HEADER_SIZES = (_CORE_HEADER, 40, 52, 56, 64, 108, 124)
_MOST_COLORS = 256
_MOST_SIDE = 0xFFFF


class Bitmap(NamedTuple):
    """What the headers of a BMP file say.

    Attributes
    ----------
    rows, columns : int
        Size in pixels.
    bits : int
        Bits of a pixel in the file: 1, 4, 8, 16, 24 or 32.
    top_down : bool
        Whether the first row in the file is the topmost.
    offset : int
        Where the pixels begin.
    palette : bytes
        Red, green and blue of each color; empty from 16 bits on.
    """

    rows: int
    columns: int
    bits: int
    top_down: bool
    offset: int
    palette: bytes

    @property
    def row_bytes(self) -> int:
        """Bytes of a row in the file that hold pixels."""
        return (self.columns * self.bits + 7) // 8

    @property
    def stride(self) -> int:
        """Bytes from one row in the file to the next."""
        return (self.row_bytes + 3) // 4 * 4

    @property
    def gray(self) -> bool:
        """Whether there is a palette and all of its colors are gray."""
        return bool(self.palette) and self.palette[0::3] == self.palette[1::3] == self.palette[2::3]

    @property
    def samples(self) -> int:
        """Samples per Pixel of the picture."""
        return 1 if self.gray else 3

    @property
    def size(self) -> int:
        """Bytes of the native pixels."""
        return self.rows * self.columns * self.samples


class _Info(NamedTuple):
    """The fields of a bitmap header that are used."""

    columns: int
    rows: int
    planes: int
    bits: int
    compression: int
    colors: int


def read_header(file: BinaryIO) -> Bitmap:
    """Read the headers and the palette of a BMP file, and check that the pixels are all there.

    Raises
    ------
    ImageError
        The file is damaged or truncated, or holds a kind of bitmap that is not supported.
    """
    start = read_exactly(file, 0, _FILE_HEADER + 4)
    if not start.startswith(b"BM"):
        raise ImageError("the file does not begin with BM: it is not BMP")
    offset, header_size = struct.unpack_from("<II", start, 10)
    if header_size not in _HEADER_SIZES:
        raise ImageError(f"the BMP header has {header_size} bytes; known are {', '.join(map(str, _HEADER_SIZES))}")
    info = _info(read_exactly(file, _FILE_HEADER, header_size))
    _check(info)
    palette = _palette(file, info, header_size, offset) if info.bits <= 8 else b""
    bitmap = Bitmap(abs(info.rows), info.columns, info.bits, info.rows < 0, offset, palette)
    _check_size(file, bitmap)
    return bitmap


def _info(header: bytes) -> _Info:
    if len(header) == _CORE_HEADER:
        columns, rows, planes, bits = struct.unpack_from("<HHHH", header, 4)
        return _Info(columns, rows, planes, bits, compression=0, colors=0)
    columns, rows, planes, bits, compression = struct.unpack_from("<iiHHI", header, 4)
    (colors,) = struct.unpack_from("<I", header, 32)
    return _Info(columns, rows, planes, bits, compression, colors)


def _check(info: _Info) -> None:
    if not 0 < info.columns <= _MOST_SIDE or not 0 < abs(info.rows) <= _MOST_SIDE:
        raise ImageError(
            f"the BMP header says {info.columns} columns and {info.rows} rows; DICOM images have 1 to {_MOST_SIDE}"
        )
    if info.planes != 1:
        raise ImageError(f"the BMP header says {info.planes} planes; there is always 1: the file is damaged")
    if info.compression:
        raise ImageError(
            f"the BMP is compressed or has bit fields (compression {info.compression}); only plain pixels (BI_RGB) are "
            "supported: save it anew with another tool"
        )
    if info.bits not in (1, 4, 8, 16, 24, 32):
        raise ImageError(f"the BMP header says {info.bits} bits a pixel; supported are 1, 4, 8, 16, 24 and 32")
    if info.bits <= 8 and info.colors > _MOST_COLORS:
        raise ImageError(f"the BMP header says {info.colors} colors; a palette has at most {_MOST_COLORS}")


def _palette(file: BinaryIO, info: _Info, header_size: int, offset: int) -> bytes:
    """Read the palette, which follows the header, as red, green and blue of each color."""
    start = _FILE_HEADER + header_size
    entry = 3 if header_size == _CORE_HEADER else 4
    colors = info.colors or 1 << info.bits
    if header_size == _CORE_HEADER and offset >= start + entry:
        # This header counts no colors, and there are files that store fewer than the bits could tell apart.
        colors = min(colors, (offset - start) // entry)
    stored = read_exactly(file, start, colors * entry)
    palette = bytearray(3 * colors)
    for sample in range(3):
        palette[sample::3] = stored[2 - sample :: entry]
    return bytes(palette)


def _check_size(file: BinaryIO, bitmap: Bitmap) -> None:
    if bitmap.size > LARGEST_LENGTH:
        raise ImageError(f"the picture has {bitmap.size} bytes; native Pixel Data can hold {LARGEST_LENGTH}")
    end = bitmap.offset + (bitmap.rows - 1) * bitmap.stride + bitmap.row_bytes
    there = file.seek(0, 2)
    if there < end:
        raise ImageError(f"the file has {there} bytes, where its pixels go on to byte {end}: it is truncated")
