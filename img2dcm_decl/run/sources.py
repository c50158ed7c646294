"""Where new UIDs and the time come from; both can be replaced."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def random_uid() -> str:
    """Return a new UID below 2.25, derived from a random UUID (PS3.5 section B.2, RFC 9562 section 5.4)."""
    number = int.from_bytes(os.urandom(16), "big")
    number = number & ~(0xF << 76) | (0x4 << 76)
    number = number & ~(0x3 << 62) | (0x2 << 62)
    return f"2.25.{number}"


class Sources:
    """New UIDs and the time, for a run and for each object of it.

    Parameters
    ----------
    new_uid : callable
        Gives a UID that nobody has used.
    now : callable
        Gives the local time.
    """

    __slots__ = ("_new_uid", "_now", "_object_uids", "_run_uids", "_time")

    def __init__(
        self,
        new_uid: Callable[[], str] = random_uid,
        now: Callable[[], time.struct_time] = time.localtime,
        run_uids: dict[str, str] | None = None,
    ) -> None:
        self._new_uid = new_uid
        self._now = now
        self._run_uids: dict[str, str] = {} if run_uids is None else run_uids
        self._object_uids: dict[str, str] = {}
        self._time: time.struct_time | None = None

    def for_object(self) -> Sources:
        """Return the sources of one object: UIDs and time of its own, the UIDs of the run shared."""
        return Sources(self._new_uid, self._now, self._run_uids)

    def uid_of_run(self, name: str) -> str:
        """Return the UID that all objects of the run share under a name."""
        uid = self._run_uids.get(name)
        if uid is None:
            uid = self._run_uids[name] = self._new_uid()
        return uid

    def uid_of_object(self, name: str) -> str:
        """Return the UID that one object has under a name."""
        uid = self._object_uids.get(name)
        if uid is None:
            uid = self._object_uids[name] = self._new_uid()
        return uid

    def time(self, layout: str) -> str:
        """Return the time at which the object was first asked for it, laid out as strftime does."""
        if self._time is None:
            self._time = self._now()
        return time.strftime(layout, self._time)
