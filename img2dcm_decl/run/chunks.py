"""Objects in chunks: what is handed to another process, how large it is, and how its outcomes come back in order.

One code path for worker processes here and on a cluster. The job is sent as bytes, which a worker reads once; chunks
are cut from the stream of objects as they are needed, and only so many are under way at a time.
"""

from __future__ import annotations

import functools
import pickle
import threading
import time
from collections import deque

from img2dcm_decl import __version__
from img2dcm_decl.errors import WorkerError
from img2dcm_decl.lean_typing import NamedTuple, Protocol, cast
from img2dcm_decl.plan.locations import join
from img2dcm_decl.plan.model import PlannedObject
from img2dcm_decl.run.leftovers import sweep
from img2dcm_decl.run.runner import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from img2dcm_decl.run.runner import Job
    from img2dcm_decl.run.tasks import Run, Task

_LARGEST_CHUNK = 1 << 20
_OVERHEAD = 64
_JOBS_KEPT = 8
#: Stands in for objects on the way back.
_KNOWN = PlannedObject((), "")


class Done(NamedTuple):
    """What became of a chunk.

    Attributes
    ----------
    outcomes : list of Outcome
        One for each task, in their order, without the objects, which the sender knows.
    seconds : float
        How long it took.
    """

    outcomes: list[Outcome]
    seconds: float


class LostError(Exception):
    """The worker that made a chunk was lost with it."""


class Pool(Protocol):
    """Where chunks are worked on.

    Attributes
    ----------
    width : int
        How many chunks may be under way.
    patience : int
        How many times a chunk (an object) may be lost before it is taken apart (given up).
    repeats : bool
        Whether it does again by itself what was lost, so that any attempt may find what an earlier one has left.
    """

    width: int
    patience: int
    repeats: bool

    def submit(self, chunk: Sequence[Task]) -> Any:
        """Begin a chunk and return what stands for its result."""

    def result(self, future: Any) -> Done:
        """Wait for the result of a chunk.

        Raises
        ------
        LostError
            Its worker was lost.
        """

    def withdraw(self, future: Any) -> bool:
        """Take a chunk back if it was not begun, and return whether it was."""

    def is_lost(self, future: Any) -> bool:
        """Tell whether a chunk was lost, once others were."""

    def renew(self) -> None:
        """Replace what was lost."""

    def close(self, now: bool) -> None:
        """Let the workers go; `now`: whatever they are at."""


class Pace:
    """How many objects a chunk has, by how long earlier ones took.

    Parameters
    ----------
    most : int
        The largest number.
    seconds : float
        How long a chunk shall take.
    workers : int
        How many work at a time: near its end, a run is shared out evenly.
    total : int
        How many objects there are.
    """

    _FIRST = 16

    def __init__(self, most: int, seconds: float, workers: int, total: int) -> None:
        self._most = most
        self._seconds = seconds
        self._workers = workers
        self._left = total
        self._size = self._FIRST

    def next(self) -> int:
        """Return the size of the next chunk, which is taken for cut."""
        share = -(-self._left // (2 * self._workers))
        size = max(1, min(self._size, max(share, self._FIRST)))
        self._left -= size
        return size

    def note(self, objects: int, seconds: float) -> None:
        """Take into account how long a chunk took."""
        fitting = int(objects * self._seconds / max(seconds, 1e-6))
        self._size = max(1, min(fitting, 2 * self._size, self._most))


class _Pending(NamedTuple):
    chunk: tuple[Task, ...]
    future: Any
    losses: int = 0


def packed(job: Job) -> bytes:
    """Return a job as what is sent to workers."""
    return pickle.dumps((__version__, pickle.dumps(job, pickle.HIGHEST_PROTOCOL)), pickle.HIGHEST_PROTOCOL)


def convert_chunk(spec: bytes, chunk: Sequence[Task], clock: Callable[[], float] = time.perf_counter) -> Done:
    """Make the objects of a chunk.

    Parameters
    ----------
    spec : bytes
        What `packed` returned.
    chunk : sequence of Task
        The objects.
    clock : callable
        Gives seconds.

    Raises
    ------
    WorkerError
        The program here is of another version than the one that sent the job.
    """
    begun = clock()
    # Threads of a worker have a job each: nothing in it is shared.
    job = _job(spec, threading.get_ident())
    outcomes = [job.convert(task.planned, replace=task.again)._replace(planned=_KNOWN) for task in chunk]
    return Done(outcomes, clock() - begun)


@functools.lru_cache(maxsize=_JOBS_KEPT)
def _job(spec: bytes, _thread: int) -> Job:
    version, job = pickle.loads(spec)  # noqa: S301 - from the process that started this one, or from the cluster's client
    if version != __version__:
        raise WorkerError(
            f"a worker has version {__version__} of img2dcm-decl, and this is {version}; install the same"
        )
    return cast("Job", pickle.loads(job))  # noqa: S301


def in_order(run: Run, pool: Pool, pace: Pace) -> Iterator[Outcome]:
    """Have the objects of a run made by a pool, and yield what became of them in their order.

    Raises
    ------
    WorkerError
        The pool cannot be used any more.
    """
    tasks = (_again(task, run.job) for task in run.tasks) if pool.repeats else run.tasks
    chunks = cut(tasks, pace)
    pending: deque[_Pending] = deque()
    while True:
        while len(pending) < pool.width and not run.stop() and (chunk := next(chunks, None)):
            run.begin([task.planned for task in chunk])
            pending.append(_Pending(chunk, pool.submit(chunk)))
        while pending and run.stop() and pool.withdraw(pending[-1].future):
            pending.pop()
        if not pending:
            return
        head = pending.popleft()
        try:
            done = pool.result(head.future)
        except LostError:
            pool.renew()
            yield from _recovered(head, pending, pool, run.job)
        else:
            pace.note(len(head.chunk), done.seconds)
            yield from _named(head.chunk, done, run.job)


def cut(tasks: Iterator[Task], pace: Pace) -> Iterator[tuple[Task, ...]]:
    """Cut a stream of objects into chunks, none of them much longer in bytes than a megabyte or one object."""
    for first in tasks:
        chunk = [first]
        size, length = pace.next(), weight(first.planned)
        while len(chunk) < size and length < _LARGEST_CHUNK and (task := next(tasks, None)):
            chunk.append(task)
            length += weight(task.planned)
        yield tuple(chunk)


def weight(planned: PlannedObject) -> int:
    """Return about how many bytes an object is sent as."""
    length = _OVERHEAD + len(planned.output) + len(planned.identity)
    length += sum(map(len, planned.images)) + sum(map(len, planned.texts))
    length += sum(len(name) + len(value) for name, value in planned.values)
    return length + (len(pickle.dumps(planned.variants)) if planned.variants else 0)


def _recovered(head: _Pending, pending: deque[_Pending], pool: Pool, job: Job) -> Iterator[Outcome]:
    """Do again what was lost: chunks at first, then one object at a time, so that it is clear which is to blame."""
    losses = head.losses + 1
    singly = losses >= pool.patience
    if not pool.repeats:
        lost = (head, *(other for other in pending if pool.is_lost(other.future)))
        sweep(_output(task.planned, job) for one in lost for task in one.chunk)
    if singly:
        for task in head.chunk:
            yield _alone(_again(task, job), pool, job)
    for position, other in enumerate(pending):
        if pool.is_lost(other.future):
            pending[position] = _resubmitted(other, pool, job)
    if not singly:
        pending.appendleft(_resubmitted(head, pool, job))


def _resubmitted(lost: _Pending, pool: Pool, job: Job) -> _Pending:
    chunk = tuple(_again(task, job) for task in lost.chunk)
    return _Pending(chunk, pool.submit(chunk), lost.losses + 1)


def _again(task: Task, job: Job) -> Task:
    # Which outputs were there to be skipped nobody knows any more; what the lost worker has finished is complete.
    return task if job.plan.existing == "skip" else task._replace(again=True)


def _alone(task: Task, pool: Pool, job: Job) -> Outcome:
    for _ in range(pool.patience):
        try:
            done = pool.result(pool.submit((task,)))
        except LostError:
            pool.renew()
            if not pool.repeats:
                sweep([_output(task.planned, job)])
        else:
            return next(_named((task,), done, job))
    message = "the process that was making this object was killed, each time: perhaps there is not enough memory for it"
    output = _output(task.planned, job)
    return Outcome(task.planned, output, "failed", f"{output}: {message}")


def _named(chunk: Sequence[Task], done: Done, job: Job) -> Iterator[Outcome]:
    """Put the objects back into their outcomes, and the names by which this process knows their files."""
    for task, outcome in zip(chunk, done.outcomes, strict=True):
        yield outcome._replace(planned=task.planned, output=_output(task.planned, job))


def _output(planned: PlannedObject, job: Job) -> str:
    return join(job.plan.folder, planned.output)
