"""What processes leave behind that are killed while they write: files under hidden names."""

from __future__ import annotations

import os
from contextlib import suppress

from img2dcm_decl.plan.locations import is_url
from img2dcm_decl.run.files import hidden_prefix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def sweep(paths: Iterable[str]) -> None:
    """Remove the hidden files that were to become some outputs, none of which anybody is making any more.

    What cannot be removed stays: it keeps no output from being made. Storages behind URLs clean up themselves.

    Parameters
    ----------
    paths : iterable of str
        The outputs.
    """
    prefixes: dict[str, set[str]] = {}
    for path in paths:
        if not is_url(path):
            real = os.path.realpath(path) if os.path.islink(path) else path
            prefixes.setdefault(os.path.dirname(real), set()).add(hidden_prefix(real))
    for folder, wanted in prefixes.items():
        length = len(next(iter(wanted)))
        for name in _names(folder):
            if name[:length] in wanted:
                with suppress(OSError):
                    os.unlink(os.path.join(folder, name))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder or os.curdir)
    except (OSError, ValueError):
        return []
