"""What reading a template gives, whatever format it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dataset import Dataset


Format: TypeAlias = Literal["dicom", "xml", "dump"]


class Template(NamedTuple):
    """The attributes of a file.

    Attributes
    ----------
    dataset : Dataset
        All attributes; those of the file meta information are left out, and Pixel Data is empty.
    notes : tuple of str
        What is irregular about the file and was put up with.
    format : str
        What the file was.
    """

    dataset: Dataset
    notes: tuple[str, ...] = ()
    format: Format = "dicom"
