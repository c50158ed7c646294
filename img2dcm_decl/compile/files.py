"""What the file system says of the files that a recipe names; folders are listed rather than asked name by name."""

from __future__ import annotations

import os
import stat

from img2dcm_decl.plan.locations import is_url, join

FILE, FOLDER, LINK = "file", "folder", "link"

#: So many names of a folder are looked at one by one; listing a large folder for a single name would take longer.
_FEW = 16


class _Folder:
    """One folder.

    Attributes
    ----------
    real : str
        Its path without symbolic links.
    asked : int
        How many of its names were looked at one by one.
    kinds : dict or None
        What each of its entries is that is no file; None where it has not been listed.
    """

    __slots__ = ("asked", "kinds", "real")

    def __init__(self, real: str) -> None:
        self.real = real
        self.asked = 0
        self.kinds: dict[str, str] | None = None


class Files:
    """The files that names relative to a folder stand for.

    Parameters
    ----------
    folder : str
        What the names are relative to.
    """

    def __init__(self, folder: str) -> None:
        self._root = folder
        self._folders: dict[str, _Folder] = {}
        self._parents: dict[str, str] = {}

    def kind(self, name: str) -> str:
        """Return what is there: a folder, a link, or something else, which may be nothing."""
        if is_url(name):
            return FILE
        parent, base = os.path.split(name)
        return self._kind(self._folder(parent), parent, base)

    def is_folder(self, name: str) -> bool:
        """Tell whether a name leads to a folder."""
        kind = self.kind(name)
        return kind == FOLDER or (kind == LINK and os.path.isdir(join(self._root, name)))

    def real(self, name: str) -> str:
        """Return the path of a file without symbolic links, the same for all its names; a URL as it is."""
        if is_url(name):
            return name
        parent, base = os.path.split(name)
        folder = self._folder(parent)
        if self._kind(folder, parent, base) == LINK or base in ("", ".", ".."):
            return os.path.realpath(join(self._root, name))
        return os.path.join(folder.real, base)

    def _folder(self, name: str) -> _Folder:
        if name not in self._folders:
            self._folders[name] = _Folder(self._resolved(join(self._root, name)))
        return self._folders[name]

    def _resolved(self, folder: str) -> str:
        """Return the path of a folder without links; those beside one another share the looking up."""
        parent, base = os.path.split(folder)
        if is_url(folder) or base in ("", ".", "..") or os.path.islink(folder):
            return os.path.realpath(folder)
        if parent not in self._parents:
            self._parents[parent] = os.path.realpath(parent)
        return os.path.join(self._parents[parent], base)

    def _kind(self, folder: _Folder, parent: str, base: str) -> str:
        if folder.kinds is None:
            folder.asked += 1
            if folder.asked <= _FEW:
                return _kind_of(join(self._root, os.path.join(parent, base)))
            folder.kinds = _listing(join(self._root, parent) or ".")
        return folder.kinds.get(base, FILE)


def is_file(path: str) -> bool:
    """Tell whether there is something that can be read as a file: no folder."""
    return os.path.exists(path) and not os.path.isdir(path)


def _kind_of(path: str) -> str:
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return FILE
    return LINK if stat.S_ISLNK(mode) else FOLDER if stat.S_ISDIR(mode) else FILE


def _listing(folder: str) -> dict[str, str]:
    try:
        with os.scandir(folder) as entries:
            return {
                entry.name: LINK if entry.is_symlink() else FOLDER
                for entry in entries
                if entry.is_symlink() or entry.is_dir(follow_symlinks=False)
            }
    except (OSError, ValueError):  # the folder of an output need not exist
        return {}
