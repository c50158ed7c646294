"""A memory of what was made last, bounded by what it takes."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """Keeps what was used last; several threads may ask for it.

    Parameters
    ----------
    most : int
        What everything that is kept may take together.
    size : callable
        Tells what one thing takes, in the same measure. What alone takes more is not kept.
    """

    def __init__(self, most: int, size: Callable[[Made], int]) -> None:
        self._most = most
        self._size = size
        self._lock = Lock()
        self._made: dict[Hashable, Made] = {}
        self._taken = 0

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, made where it is not; what fails to be made is not kept."""
        with self._lock:
            if key in self._made:
                self._made[key] = self._made.pop(key)  # the last to go now
                return self._made[key]
        made = make()
        size = self._size(made)
        with self._lock:
            if size <= self._most and key not in self._made:
                self._made[key] = made
                self._taken += size
            while self._taken > self._most:
                self._taken -= self._size(self._made.pop(next(iter(self._made))))
        return made
