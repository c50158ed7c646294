"""What the file system says of the files that a recipe names; folders are listed rather than asked name by name."""

from __future__ import annotations

import os
import stat

from img2dcm_decl.plan.locations import is_url, join

FILE, FOLDER, LINK = "file", "folder", "link"
"""What a name stands for; a file need not exist."""

#: So many names of a folder are looked at one by one; listing a large folder for a single name would take longer.
_FEW = 16
#: So many folders are remembered; names come folder by folder.
_MOST_FOLDERS = 4096
_OTHER_SEPARATOR = os.sep != "/"
_SPECIAL = frozenset({"", ".", ".."})


class _Folder:
    """One folder.

    Attributes
    ----------
    path : str
        The folder, as the system is asked for it, with a separator at its end.
    real : str
        The same without symbolic links.
    asked : int
        How many of its names were looked at one by one.
    kinds : dict or None
        What each of its entries is that is no file; None where it has not been listed.
    """

    __slots__ = ("asked", "kinds", "path", "real")

    def __init__(self, path: str, real: str, kinds: dict[str, str] | None = None) -> None:
        self.path = path
        self.real = real
        self.asked = 0
        self.kinds = kinds


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
        self._above: dict[str, _Folder] = {}

    def look(self, name: str) -> tuple[str, str]:
        """Return the path of a file without symbolic links, the same for all its names, and what is there.

        A URL is taken as it is, and for a file.
        """
        parent, base = split(name)
        folder = self._folders.get(parent) or self._folder_of(name, parent)
        if folder is None:
            return name, FILE
        kind = _kind_in(folder, base) if folder.kinds is None else folder.kinds.get(base, FILE)
        if kind == LINK or base in _SPECIAL:
            return os.path.realpath(folder.path + base), kind
        return folder.real + base, kind

    def is_folder(self, name: str) -> bool:
        """Tell whether a name leads to a folder."""
        parent, base = split(name)
        folder = self._folders.get(parent) or self._folder_of(name, parent)
        if folder is None:
            return False
        kind = _kind_in(folder, base) if folder.kinds is None else folder.kinds.get(base, FILE)
        return kind == FOLDER or (kind == LINK and os.path.isdir(join(self._root, name)))

    def _folder_of(self, name: str, parent: str) -> _Folder | None:
        """Return the folder of a name, which is looked at now; None for a URL."""
        if is_url(name):
            return None
        if len(self._folders) == _MOST_FOLDERS:
            self._folders.clear()
        folder = self._folders[parent] = self._look_at(parent)
        return folder

    def _look_at(self, parent: str) -> _Folder:
        path = os.path.join(self._root, parent)
        above, base = split(path.rstrip(os.sep))
        if base in _SPECIAL:
            return _Folder(path, _real(path))
        if above not in self._above:
            if len(self._above) == _MOST_FOLDERS:
                self._above.clear()
            self._above[above] = _Folder(above, _real(above), None if os.path.isdir(above or os.curdir) else {})
        known = self._above[above]
        real = _real(path) if known.kinds is None and os.path.islink(above + base) else known.real + base + os.sep
        # In a folder that is missing nothing has to be looked for.
        return _Folder(path, real, known.kinds)


def split(name: str) -> tuple[str, str]:
    """Return the folder of a name, with the separator at its end, and what comes behind; quicker than os.path does."""
    if _OTHER_SEPARATOR and not is_url(name):
        name = name.replace("/", os.sep)
    start = name.rfind("/") + 1 or (name.rfind(os.sep) + 1 if _OTHER_SEPARATOR else 0)
    return name[:start], name[start:]


def is_file(path: str) -> bool:
    """Tell whether there is something that can be read as a file: no folder."""
    return os.path.exists(path) and not os.path.isdir(path)


def _real(folder: str) -> str:
    return os.path.join(os.path.realpath(folder or os.curdir), "")


def _kind_in(folder: _Folder, base: str) -> str:
    """Return what is under a name of a folder that is not listed yet; it is, when many of its names are asked for."""
    folder.asked += 1
    if folder.asked <= _FEW:
        return _kind_of(folder.path + base)
    folder.kinds = _listing(folder.path or os.curdir)
    return folder.kinds.get(base, FILE)


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
