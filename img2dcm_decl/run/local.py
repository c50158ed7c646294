"""Worker processes on this machine."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from multiprocessing import Pipe, get_context

from img2dcm_decl.errors import WorkerError
from img2dcm_decl.run.chunks import Done, convert_chunk
from img2dcm_decl.run.pool import LostError
from img2dcm_decl.run.signals import ENDING, held_back

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from types import FrameType

    from img2dcm_decl.run.tasks import Task


#: What a worker tells itself to end by; Windows has no signal for that which could be handled.
_TOLD: int = getattr(signal, "SIGUSR1", signal.SIGTERM)
#: Seconds in which results that are on their way arrive.
_GRACE = 0.5
#: Milliseconds after which who waits looks whether there is still somebody to wait for.
_LOOK_AGAIN = 1000


class LocalPool:
    """Some processes that chunks are given to.

    They end with this process, however it ends: each watches a pipe that the system closes then.

    Parameters
    ----------
    spec : bytes
        The job, as it is sent to workers.
    workers : int
        How many there are.

    Raises
    ------
    WorkerError
        The system has no processes or threads to spare; so does `submit`, `result` and `renew`.
    """

    patience = 2
    repeats = False

    def __init__(self, spec: bytes, workers: int) -> None:
        self._spec = spec
        self._workers = workers
        self.width = 2 * workers
        self._ending = threading.Lock()
        self._start()

    def _start(self) -> None:
        self._threads = threading.active_count()
        try:
            self._bell = _Bell()
            watched, self._lifeline = Pipe(duplex=False)
            context = get_context(_start_method())
            self._executor = ProcessPoolExecutor(self._workers, context, _prepare, (watched, self._lifeline))
        except (OSError, RuntimeError) as error:  # and no semaphores, which is a NotImplementedError
            raise _none_to_spare(error) from None
        self._watched = watched

    def submit(self, chunk: Sequence[Task]) -> Future[Done]:
        """Begin a chunk."""
        try:
            # This may start processes.
            with held_back():
                future = self._executor.submit(_work, self._spec, chunk)
                future.add_done_callback(self._told)
                return future
        except BrokenProcessPool as error:
            broken: Future[Done] = Future()
            broken.set_exception(error)
            return broken
        except (OSError, RuntimeError) as error:
            raise _none_to_spare(error) from None

    def result(self, future: Future[Done]) -> Done:
        """Wait for the result of a chunk.

        Raises
        ------
        LostError
            A worker was killed, which ends the others too.
        """
        while True:
            with held_back():
                if future.done():
                    break
            # The executor's own thread ends without a word where it cannot start another one.
            if not self._bell.wait() and threading.active_count() <= self._threads:
                raise _none_to_spare(RuntimeError("can't start new thread"))
        try:
            return future.result()
        except BrokenProcessPool:
            raise LostError from None

    def withdraw(self, future: Future[Done]) -> bool:
        """Take a chunk back if it was not begun."""
        with held_back():
            return future.cancel()

    def is_lost(self, future: Future[Done]) -> bool:
        """Tell whether a chunk was lost."""
        with held_back():
            return future.done() and isinstance(future.exception(), BrokenProcessPool)

    def renew(self) -> None:
        """Start other processes in place of those that are left."""
        self.close(now=True)
        self._start()

    def close(self, now: bool) -> None:
        """Let the workers go; `now`: whatever they are at, which they clean up."""
        if now:
            self._let_go()
        # It raises this where its own thread could not be started.
        with held_back(), contextlib.suppress(RuntimeError):
            self._executor.shutdown(wait=True, cancel_futures=True)
        self._let_go()
        self._watched.close()
        self._bell.close()

    def _told(self, future: Future[Done]) -> None:
        """Wake who waits; where a worker was killed, let the others go.

        The executor waits for their end, from Python 3.12 on with a lock taken that `submit` needs. What it ends them
        by is SIGTERM, which they pass over.
        """
        if not future.cancelled() and isinstance(future.exception(), BrokenProcessPool):
            self._let_go()
        self._bell.ring()

    def _let_go(self) -> None:
        """Have the workers end, whatever they are at; the executor's thread may come to this as well."""
        with self._ending:
            self._lifeline.close()


class _Bell:
    """Wakes who waits for any chunk.

    An interruption that raises inside of a future leaves its lock taken for ever. So what futures are asked is asked
    with signals held back, and what is waited for is a pipe, which has no lock.
    """

    __slots__ = ("_rung", "_rungs")

    def __init__(self) -> None:
        self._rung, self._rungs = os.pipe()
        os.set_blocking(self._rungs, False)

    def ring(self) -> None:
        """Wake who waits."""
        # A full pipe wakes as well, and a closed one has nobody who waits.
        with contextlib.suppress(OSError):
            os.write(self._rungs, b"!")

    def wait(self) -> bool:
        """Wait until the bell has been rung since it was last waited for; where the system can, not for ever."""
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(self._rung, select.POLLIN)
            if not poll.poll(_LOOK_AGAIN):
                return False
        os.read(self._rung, 4096)
        return True

    def close(self) -> None:
        """Ring no more."""
        if self._rung >= 0:
            os.close(self._rungs)
            os.close(self._rung)
            self._rung = self._rungs = -1


def _none_to_spare(error: OSError | RuntimeError) -> WorkerError:
    reason = getattr(error, "strerror", None) or error
    return WorkerError(f"no other process can be used here ({reason}): --jobs 1 needs none")


def _start_method() -> str:
    """Return how processes are started: by a fork where it is safe, because no other thread may hold a lock."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _prepare(watched: Connection, lifeline: Connection) -> None:
    """Make a new process a worker: who presses Ctrl-C, or ends all of a job, means the process that started it."""
    lifeline.close()
    for number in (*ENDING, _TOLD):
        signal.signal(number, _ignore)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    try:
        threading.Thread(target=_end_with, args=(watched,), daemon=True).start()
    except RuntimeError:  # no threads to spare, and nothing else would tell this process to end
        _end()


def _end_with(watched: Connection) -> None:
    """Wait until nobody holds the other end of a pipe any more, and end this process."""
    with contextlib.suppress(OSError, EOFError):
        watched.recv_bytes()
    os.kill(os.getpid(), _TOLD)
    # Between chunks nothing is under construction, but a result may be on its way: one that ended half-way would keep
    # who reads it waiting for the rest. And nobody may be reading it any more.
    time.sleep(_GRACE)
    _end()


def _work(spec: bytes, chunk: Sequence[Task]) -> Done:
    """Make a chunk; where the process is told to end meanwhile, what is under construction is removed first."""
    try:
        signal.signal(_TOLD, _interrupt)
        try:
            return convert_chunk(spec, chunk)
        finally:
            # A signal that has just come is heeded here, so that it is not taken for what became of the chunk.
            signal.signal(_TOLD, _ignore)
    except KeyboardInterrupt:
        _end()
        raise


def _end() -> None:
    """End this process at once; nothing is left to be cleaned up."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End what is being made; another signal does not interrupt the cleaning up."""
    signal.signal(_TOLD, _ignore)
    raise KeyboardInterrupt


def _ignore(_number: int, _frame: FrameType | None) -> None:
    pass
