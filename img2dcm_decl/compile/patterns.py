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

_BRACKETS_OR_LETTER = re.compile(r"\[!?\]?[^]]*\]|[A-Za-z]")


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


def matching(folder: str, pattern: str, closed: set[str]) -> Iterator[str]:
    """Yield the names that match a pattern, in no order; where `**` is in it, perhaps more than once.

    Names that begin with a dot match only where the pattern says the dot. `**` follows symbolic links to folders, but
    not to one that the link itself is in.

    Parameters
    ----------
    folder : str
        What the pattern and the names are relative to.
    pattern : str
        `*`, `?`, `[...]` and, as a whole part of the path, `**`.
    closed : set of str
        Gets the folders in which names could have matched, if this user could look into them.

    Raises
    ------
    ValueError
        There are too many folders.
    """
    found = _ANY_FOLDERS.search(pattern)
    if found is None:
        closed.update(_closed(folder, pattern))
        yield from glob.iglob(pattern, root_dir=folder)
        return
    before, behind = pattern[: found.start()], pattern[found.end() :]
    # More than one in a row find nothing more.
    while again := _ANY_FOLDERS.match(behind):
        found, behind = again, behind[again.end() :]
    if not behind and not found[0].endswith("/"):
        behind = "*"
    closed.update(_closed(folder, before))
    for top in glob.iglob(before, root_dir=folder) if before else ("",):
        for name in _folders(folder, top, closed):
            if "/" in behind:
                yield from matching(folder, glob.escape(name) + behind, closed)
            else:
                yield from glob.iglob(glob.escape(name) + behind, root_dir=folder)


def _closed(root: str, pattern: str) -> Iterator[str]:
    """Yield the folders that a pattern without `**` is looked for in, and that this user may not look into."""
    parts = pattern.split("/")
    for number, part in enumerate(parts):
        if glob.has_magic(part):
            above = "/".join([*parts[:number], ""])
            for name in glob.iglob(above, root_dir=root) if above else ("",):
                if not os.access(os.path.join(root, name) or os.curdir, os.R_OK | os.X_OK):
                    yield name


def _folders(root: str, top: str, closed: set[str]) -> Iterator[str]:
    """Yield a folder and all that are below it, with slashes at their ends."""
    waiting = [_Folder(top, os.path.realpath(os.path.join(root, top)), ())]
    count = 0
    while waiting:
        current = waiting.pop()
        count += 1
        if count > MAX_FOLDERS:
            raise ValueError(f"there are more than {MAX_FOLDERS:,} folders, links to folders counted")
        yield current.name
        waiting.extend(_inner(root, current, closed))


def _inner(root: str, outer: _Folder, closed: set[str]) -> Iterator[_Folder]:
    try:
        with os.scandir(os.path.join(root, outer.name) or os.curdir) as entries:
            folders = [entry for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
    except PermissionError:
        closed.add(outer.name)
        return
    except OSError:  # it is gone
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


def in_any_case(pattern: str) -> str:
    """Return a pattern that also matches names that differ only in capital letters; what is in brackets stays."""
    return _BRACKETS_OR_LETTER.sub(_either, pattern)


def _either(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) > 1 else f"[{found[0].lower()}{found[0].upper()}]"
