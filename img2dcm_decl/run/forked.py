"""A part of the work done by a copy of this process, while this one does another part."""

from __future__ import annotations

import contextlib
import marshal
import os
import signal
import sys

from img2dcm_decl.run.signals import held_back

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

_BLOCK = 1 << 16


class Beside:
    """A function at work in a copy of this process inside of a `with` block, which gives this object.

    Whatever keeps the copy from giving a result, there being none, an error or its being killed, the function is
    called here when its result is asked for. So errors are those of one process, and nothing but time is lost.

    Parameters
    ----------
    function : callable
        Gives a value that `marshal` takes. It may be called twice, so that what it writes it has to write at places
        that are given. It must not write to what is buffered or read from what is shared: the copy has files in common
        with this process, and with them the positions in them.
    """

    __slots__ = ("_answers", "_copy", "_function")

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._copy = 0
        self._answers = -1

    def __enter__(self) -> Beside:
        if _can_be_copied():
            try:
                with held_back():
                    self._begin()
            except BaseException:  # what was held back is let go
                self._end()
                raise
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._end()

    def result(self) -> Any:
        """Return what the function gives, when it has; to be asked for once."""
        answer = b""
        if self._copy:
            answer = b"".join(iter(lambda: os.read(self._answers, _BLOCK), b""))
        # Nobody but the copy could write it.
        return marshal.loads(answer) if self._reap() else self._function()  # noqa: S302

    def _begin(self) -> None:
        """Start the copy if the system lets us."""
        with contextlib.suppress(OSError):
            self._answers, to = os.pipe()
            original = os.getpid()
            try:
                self._copy = os.fork()
                if not self._copy:
                    _be_the_copy(self._function, original, self._answers, to)
            finally:
                os.close(to)

    def _reap(self) -> bool:
        """Wait for the end of the copy, and tell whether it did its work."""
        status = -1
        if self._copy:
            # An interruption must not leave it open whether the number still means the copy.
            with held_back():
                # Where this program was started by one that ignores its children, so does this one, and learns nothing.
                with contextlib.suppress(ChildProcessError):
                    _, status = os.waitpid(self._copy, 0)
                self._copy = 0
        return status == 0

    def _end(self) -> None:
        """Leave nothing of the copy, whatever it is at."""
        with held_back():
            if self._copy:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._copy, signal.SIGKILL)
                self._reap()
            if self._answers >= 0:
                os.close(self._answers)
                self._answers = -1


def _can_be_copied() -> bool:
    """Tell whether a copy is as good as this process: another thread, of whatever library, may hold locks for ever."""
    # On macOS, libraries of the system begin threads of their own.
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _be_the_copy(function: Callable[[], Any], original: int, answers: int, to: int) -> NoReturn:
    """Give what a function gives into a pipe, and end without whatever else this process would do at its end."""
    try:
        os.close(answers)
        # SIGINT and SIGTERM stay held back here: the process that started the copy decides when it ends.
        _end_with_reader(to)
        if os.getppid() != original:  # it ended before this process was to be told of it
            os._exit(1)
        answer = memoryview(marshal.dumps(function()))
        _go_on_without_reader(to)
        while answer:
            answer = answer[os.write(to, answer) :]
        os._exit(0)
    finally:
        os._exit(1)


def _end_with_reader(pipe: int) -> None:
    """Have the system end this process, by SIGIO, when nobody can read a pipe any more, as it ends who writes to it."""
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGIO,))
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)


def _go_on_without_reader(pipe: int) -> None:
    import fcntl

    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) & ~os.O_ASYNC)
