"""What placeholders stand for in each image: its names, and the cells of its row."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from img2dcm_decl.compile.files import split
from img2dcm_decl.compile.placeholder_use import ROW
from img2dcm_decl.plan.locations import is_url, join

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from img2dcm_decl.compile.inputs import Images
    from img2dcm_decl.compile.rows import Rows

#: So many folders are remembered; images come folder by folder.
_MOST_FOLDERS = 4096
_NUMBER = re.compile("[0-9]+")


class ImageValues:
    """Gives the values of placeholders for single images.

    Parameters
    ----------
    folder : str
        What the images are relative to.
    images : Images
        All of them.
    names : collection of str
        The placeholders that are asked for; others than those of images and rows are passed over.
    rows : Rows, optional
        Their rows.
    """

    def __init__(self, folder: str, images: Images, names: Collection[str], rows: Rows | None = None) -> None:
        self._folder = folder
        self._images = images
        self._rows = rows
        self._of_file = [(name, give) for name, give in _OF_FILE.items() if name in names]
        self._of_folder = [(name, give) for name, give in _OF_FOLDER.items() if name in names]
        self._folders: dict[tuple[str, int], dict[str, str | int]] = {}
        columns = () if rows is None else rows.columns
        self._cells = [f"{ROW}{column}" for column in columns] if any(f"{ROW}{c}" in names for c in columns) else []

    def __call__(self, position: int) -> dict[str, str | int]:
        """Return the values for an image, by its position."""
        folder, base = split(self._images.names[position])
        values = self._folder_values(folder, self._images.bases[position]).copy() if self._of_folder else {}
        if self._cells and self._rows is not None:
            values.update(zip(self._cells, self._rows.cells(position), strict=True))
        if self._of_file:
            stem = _stem(base)
            for name, give in self._of_file:
                values[name] = give(base, stem)
        return values

    def _folder_values(self, folder: str, base: int) -> dict[str, str | int]:
        known = self._folders.get((folder, base))
        if known is None:
            if len(self._folders) == _MOST_FOLDERS:
                self._folders.clear()
            path, below = join(self._folder, folder) if folder else self._folder, self._images.folders[base]
            known = self._folders[folder, base] = {name: give(path, folder, below) for name, give in self._of_folder}
        return known


def _parent(path: str, _folder: str, _base: str) -> str:
    return os.path.basename(path.rstrip("/") if is_url(path) else os.path.abspath(path))


def _below(_path: str, folder: str, base: str) -> str:
    """Return the path of a folder below another one, `.` for that one itself, with slashes between its parts."""
    folder, base = _plain(folder), _plain(base)
    if folder == base:
        return "."
    return posixpath.normpath(folder.removeprefix(posixpath.join(base, "") if base else ""))


def _plain(folder: str) -> str:
    """Return a folder with slashes, and without the scheme of a URL: one storage may have several."""
    name = folder.partition("://")[2] if is_url(folder) else folder.replace(os.sep, "/")
    return name.rstrip("/") or name[:1]


def _stem(base: str) -> str:
    """Return a name without its extension, as `os.path.splitext` does: dots that it begins with are no part of one."""
    stem = base.rpartition(".")[0]
    return stem if stem.strip(".") else base


def _number(_base: str, stem: str) -> str:
    numbers = _NUMBER.findall(stem)
    return numbers[-1] if numbers else ""


_OF_FILE: dict[str, Callable[[str, str], str]] = {
    "image.name": lambda base, _stem: base,
    "image.stem": lambda _base, stem: stem,
    "image.number": _number,
}

_OF_FOLDER: dict[str, Callable[[str, str, str], str]] = {"image.parent": _parent, "image.folder": _below}
