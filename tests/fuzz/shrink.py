"""Makes a file that shows a defect as small as a few tries can."""

from __future__ import annotations

from collections.abc import Callable

_MOST_TRIES = 400


def shrink(data: bytes, shows: Callable[[bytes], bool]) -> bytes:
    """Return a smaller file that still shows a defect, leaving out ever smaller chunks.

    Parameters
    ----------
    data : bytes
        A file that shows it.
    shows : callable
        Tells whether a file shows it.
    """
    tries = _MOST_TRIES
    size = max(1, len(data) // 2)
    while size and tries:
        start = 0
        while start < len(data) and tries:
            tries -= 1
            shorter = data[:start] + data[start + size :]
            if shows(shorter):
                data = shorter
            else:
                start += size
        size //= 2
    return data
