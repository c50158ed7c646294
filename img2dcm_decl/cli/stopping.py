"""SIGINT and SIGTERM while objects are made: the first lets those be finished that were begun."""

from __future__ import annotations

import signal
from contextlib import contextmanager

from img2dcm_decl.cli.streams import on_terminal, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether no other object is to be begun: because somebody says so, or because one failed and that is enough.

    Parameters
    ----------
    fail_fast : bool
        Whether one that failed is enough.

    Attributes
    ----------
    interrupted : bool
        Whether somebody said so.
    """

    __slots__ = ("_enough", "_fail_fast", "_told", "interrupted")

    def __init__(self, fail_fast: bool) -> None:
        self._fail_fast = fail_fast
        self._enough = False
        self._told = False
        self.interrupted = False

    def __call__(self) -> bool:
        """Tell whether no other object is to be begun; who asked for that on a terminal is told of it."""
        if self.interrupted and not self._told:
            self._told = True
            if on_terminal():
                say("finishing what was begun; once more to stop at once")
        return self.interrupted or self._enough

    def failed(self) -> None:
        """Note that an object failed."""
        self._enough = self._fail_fast

    def heed(self, number: int, _frame: object) -> None:
        """Take a signal; a SIGINT after another signal ends the run at once.

        SIGTERM never does: programs such as timeout send it twice, to the process and to its group.
        """
        if self.interrupted and number == signal.SIGINT:
            raise KeyboardInterrupt
        # Nothing is said here, where another message may be under way.
        self.interrupted = True


@contextmanager
def stoppable(stop: Stop) -> Iterator[None]:
    """Have signals stop a run inside a `with` block; those that are ignored stay so.

    In a thread, which signals do not reach, nothing changes.
    """
    before = {}
    try:
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler is not signal.SIG_IGN:
                before[number] = handler
                signal.signal(number, stop.heed)
    except ValueError:
        before.clear()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
