"""Writing in a thread of its own, while what is to be written next is read and converted."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.run.gathering import Parts


class Behind:
    """Writes batches in the order in which they are given, one at a time.

    Parameters
    ----------
    write : callable
        Writes a batch. Nothing else writes to the file meanwhile.
    """

    __slots__ = ("_busy", "_done", "_thread", "_todo", "_write")

    def __init__(self, write: Callable[[Parts], None]) -> None:
        self._write = write
        self._todo: SimpleQueue[Parts | None] = SimpleQueue()
        self._done: SimpleQueue[Exception | None] = SimpleQueue()
        self._busy = False
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def give(self, batch: Parts) -> None:
        """Have a batch written, once the one before it is.

        Raises
        ------
        OSError
            That one could not be written.
        """
        self.wait()
        self._busy = True
        self._todo.put(batch)

    def wait(self) -> None:
        """Wait until what was given is written.

        Raises
        ------
        OSError
            It could not be.
        """
        if self._busy:
            error = self._done.get()
            self._busy = False
            if error is not None:
                raise error

    def end(self) -> None:
        """Let the thread come to its end; what it was given is written, or is not any more."""
        self._todo.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._todo.get()) is not None:
            try:
                self._write(batch)
            except Exception as error:
                self._done.put(error)
            else:
                self._done.put(None)
