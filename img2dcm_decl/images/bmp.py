"""BMP: plain bitmaps of 1 to 32 bits a pixel."""

from __future__ import annotations

from img2dcm_decl.encode.elements import EXPLICIT_LITTLE_ENDIAN
from img2dcm_decl.images import bmp_rows
from img2dcm_decl.images.base import Facts, Image
from img2dcm_decl.images.bmp_header import read_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from img2dcm_decl.plan.model import ImageRules


def matches(head: bytes) -> bool:
    """Tell whether a file begins as BMP does."""
    return head.startswith(b"BM")


def read(file: BinaryIO, rules: ImageRules) -> Image:  # noqa: ARG001 - every reader is called alike
    """Read a BMP file's headers.

    Parameters
    ----------
    file : binary file
        Seekable.
    rules : ImageRules
        None of them is about BMP.

    Raises
    ------
    ImageError
        The file is damaged or truncated, or holds a kind of bitmap that is not supported.
    """
    bitmap = read_header(file)
    facts = Facts(
        format="bmp",
        transfer_syntax=EXPLICIT_LITTLE_ENDIAN,
        rows=bitmap.rows,
        columns=bitmap.columns,
        samples_per_pixel=bitmap.samples,
        photometric_interpretation="MONOCHROME2" if bitmap.gray else "RGB",
    )

    def rows(opened: BinaryIO, part: range) -> Iterator[bytes | bytearray]:
        return bmp_rows.rows(bitmap, opened, part)

    return Image(facts, bitmap.size, rows=rows)
