"""What reading a template gives, whatever format it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dataset import Dataset


class Template(NamedTuple):
    """The attributes of a file.

    Attributes
    ----------
    dataset : Dataset
        All attributes; those of the file meta information are left out, and Pixel Data is empty.
    notes : tuple of str
        What is irregular about the file and was put up with.
    """

    dataset: Dataset
    notes: tuple[str, ...] = ()
