"""The image formats that are known, and the choice among them by content."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.reading import read_up_to
from img2dcm_decl.images.signatures import looks_like
from img2dcm_decl.lean_typing import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Final

    from img2dcm_decl.images.base import Image, Reader
    from img2dcm_decl.plan.model import ImageRules

#: Name of each format and the module that reads it, in the order in which they are tried.
FORMATS: Final = {
    "jpeg": "img2dcm_decl.images.jpeg",
    "bmp": "img2dcm_decl.images.bmp",
}

_HEAD = 132
_MATCHED = 32
_EMPTY = "the file is empty"


def identify(head: bytes) -> Reader:
    """Choose the reader of a file by its first bytes.

    Parameters
    ----------
    head : bytes
        At least the first 32 bytes of the file, or all of it; 132 let a refusal name DICOM files too.

    Raises
    ------
    ImageError
        No reader takes such a file.
    """
    for name in FORMATS:
        reader = _reader(name)
        if reader.matches(head[:_MATCHED]):
            return reader
    if not head:
        raise ImageError(f"{_EMPTY}: it may be half copied; copy it again, or leave it out")
    raise ImageError(f"{_described(head)}; accepted are {_accepted()}: convert it with another tool first")


def open_image(file: BinaryIO, rules: ImageRules) -> Image:
    """Read an image's header and find its pixels.

    Parameters
    ----------
    file : binary file
        Seekable; best unbuffered, because readers read in large blocks.
    rules : ImageRules
        What is accepted and what is removed. Any `format` but `auto` is insisted upon.

    Raises
    ------
    ImageError
        The file cannot be read, is not of an accepted format, is damaged, or cannot be converted.
    """
    try:
        file.seek(0)
        head = read_up_to(file, _HEAD)
        reader = _chosen(head, rules.format)
        file.seek(0)
        return reader.read(file, rules)
    except OSError as error:
        raise ImageError(f"the file cannot be read: {error.strerror or error}") from error


def _chosen(head: bytes, name: str) -> Reader:
    if name == "auto":
        return identify(head)
    if name not in FORMATS:
        raise ImageError(f"no image format is called '{name}'; known are {_accepted()}")
    reader = _reader(name)
    if not reader.matches(head[:_MATCHED]):
        raise ImageError(f"{_described(head)}, where the format {name} is insisted upon")
    return reader


@cache
def _reader(name: str) -> Reader:
    return cast("Reader", import_module(FORMATS[name]))


def _described(head: bytes) -> str:
    if not head:
        return _EMPTY
    kind = looks_like(head)
    return f"the file looks like {kind}" if kind else "the file is not of a known image format"


def _accepted() -> str:
    return " and ".join(FORMATS)
