"""Signals that would interrupt what must not be left half done."""

from __future__ import annotations

import contextlib
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a person or a system ends a run by.
ENDING = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Hold back what ends a run until the end of a `with` block.

    Processes and threads that are begun meanwhile go on holding it back; and futures have locks, which an interruption
    must not leave taken. Windows holds nothing back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        # What came just before interrupts this call, when it has taken effect.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
