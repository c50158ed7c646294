"""Files that a glob pattern matches, in folders that may be linked in circles."""

from __future__ import annotations

import glob
import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FOLDERS = 1_000_000
"""Most folders that one `**` looks into: links that lead to links make more of a few."""

_ANY_FOLDERS = re.compile(r"(?:^|(?<=/))\*\*(?:/+|$)")
"""`**` as a whole part of a path."""


class _Folder(NamedTuple):
    """A folder on the way.

    Attributes
    ----------
    name : str
        Relative to where the search began, with a slash at its end.
    real : str
        The folder without symbolic links.
    way : tuple of str
        The real folders that links were left in on the way to it.
    """

    name: str
    real: str
    way: tuple[str, ...]


def matching(folder: str, pattern: str) -> Iterator[str]:
    """Yield the names that match a pattern, in no order; where `**` is in it, perhaps more than once.

    Names that begin with a dot match only where the pattern says the dot. `**` follows symbolic links to folders, but
    not to one that the link itself is in.

    Parameters
    ----------
    folder : str
        What the pattern and the names are relative to.
    pattern : str
        `*`, `?`, `[...]` and, as a whole part of the path, `**`.

    Raises
    ------
    ValueError
        There are too many folders.
    """
    found = _ANY_FOLDERS.search(pattern)
    if found is None:
        yield from glob.iglob(pattern, root_dir=folder)
        return
    before, behind = pattern[: found.start()], pattern[found.end() :]
    # More than one in a row find nothing more.
    while again := _ANY_FOLDERS.match(behind):
        found, behind = again, behind[again.end() :]
    if not behind and not found[0].endswith("/"):
        behind = "*"
    for top in glob.iglob(before, root_dir=folder) if before else ("",):
        for name in _folders(folder, top):
            yield from matching(folder, glob.escape(name) + behind)


def _folders(root: str, top: str) -> Iterator[str]:
    """Yield a folder and all that are below it, with slashes at their ends."""
    waiting = [_Folder(top, os.path.realpath(os.path.join(root, top)), ())]
    count = 0
    while waiting:
        current = waiting.pop()
        count += 1
        if count > MAX_FOLDERS:
            raise ValueError(f"there are more than {MAX_FOLDERS:,} folders, links to folders counted")
        yield current.name
        waiting.extend(_inner(root, current))


def _inner(root: str, outer: _Folder) -> Iterator[_Folder]:
    try:
        with os.scandir(os.path.join(root, outer.name) or os.curdir) as entries:
            folders = [entry for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
    except OSError:  # it is gone, or closed to this user: nothing in it can be read either
        return
    for entry in folders:
        name = f"{outer.name}{entry.name}/"
        if not entry.is_symlink():
            yield _Folder(name, os.path.join(outer.real, entry.name), outer.way)
            continue
        way, real = (*outer.way, outer.real), os.path.realpath(entry.path)
        if not any(_is_in(left, real) for left in way):
            yield _Folder(name, real, way)


def _is_in(inner: str, outer: str) -> bool:
    return os.path.join(inner, "").startswith(os.path.join(outer, ""))
