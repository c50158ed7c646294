"""What every image reader gives: facts about the picture, and a way to its pixels that copies nothing."""

from __future__ import annotations

from img2dcm_decl.encode.elements import EXPLICIT_LITTLE_ENDIAN
from img2dcm_decl.lean_typing import NamedTuple, Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from img2dcm_decl.plan.model import ImageRules


class Facts(NamedTuple):
    """What an image's header says, in the terms of the Image Pixel module (PS3.3 C.7.6.3).

    Attributes
    ----------
    format : str
        Name of the format, as in the registry.
    transfer_syntax : str
        UID of the transfer syntax that the pixels need.
    rows, columns : int
        Size in pixels, 1 to 65535.
    samples_per_pixel : int
        1 or 3.
    photometric_interpretation : str
        Defined term of (0028,0004).
    bits_allocated, bits_stored : int
        Bits of a sample.
    pixel_aspect_ratio : tuple of int or None
        Vertical and horizontal size of a pixel (PS3.3 C.7.6.3.1.7) where they differ.
    lossy_method : str
        Defined term of (0028,2114) where the stream is lossy, else empty.
    warnings : tuple of str
        What a person should know about this image.
    """

    format: str
    transfer_syntax: str
    rows: int
    columns: int
    samples_per_pixel: int
    photometric_interpretation: str
    bits_allocated: int = 8
    bits_stored: int = 8
    pixel_aspect_ratio: tuple[int, int] | None = None
    lossy_method: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def compressed(self) -> bool:
        """Whether the pixels are a compressed stream, which is encapsulated as it is."""
        return self.transfer_syntax != EXPLICIT_LITTLE_ENDIAN


class Image(NamedTuple):
    """An image that was looked at.

    Attributes
    ----------
    facts : Facts
        What its header says.
    size : int
        Number of bytes of its pixels: of the compressed stream without padding, or of the native pixels.
    ranges : tuple of (int, int)
        Offset and length of each part of the file that the compressed stream consists of; empty for native pixels.
    rows : callable or None
        Given the open file and a range of rows, counted from the top, yields their native pixels in blocks: rows from
        top to bottom, samples by pixel, without row padding. None for a compressed stream.
    """

    facts: Facts
    size: int
    ranges: tuple[tuple[int, int], ...] = ()
    rows: Callable[[BinaryIO, range], Iterator[bytes | bytearray]] | None = None


class Reader(Protocol):
    """What a module of an image format offers (the module itself is the reader)."""

    def matches(self, head: bytes) -> bool:
        """Tell from a file's first 32 bytes whether it is of this format."""

    def read(self, file: BinaryIO, rules: ImageRules) -> Image:
        """Read an image's header and find its pixels.

        Parameters
        ----------
        file : binary file
            Unbuffered, seekable, at its beginning.
        rules : ImageRules
            What is accepted and what is removed.

        Raises
        ------
        ImageError
            The image is damaged or is not of a kind that can be converted.
        """
