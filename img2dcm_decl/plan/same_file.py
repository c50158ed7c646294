"""Whether a file that a run writes beside its objects, a log or a record, is one of those that the run is about."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def same_file(file: str, others: Iterable[str]) -> str:
    """Return the first of some names that names the same file as `file`, empty where none does.

    Parameters
    ----------
    file : str
        Name of a file, which need not exist.
    others : iterable of str
        Other such names.
    """
    name, identity = _name(file), _identity(file)
    for other in others:
        if _name(other) == name or (identity is not None and _identity(other) == identity):
            return other
    return ""


def _name(path: str) -> str:
    return os.path.normcase(os.path.abspath(path))


def _identity(path: str) -> tuple[int, int] | None:
    """Return what the system tells a file by, however it is called; None where it does not exist."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
