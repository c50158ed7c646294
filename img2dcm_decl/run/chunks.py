"""What a worker does: it makes the objects of a chunk. The job is sent as bytes, which a worker reads once."""

from __future__ import annotations

import functools
import pickle
import threading
import time

from img2dcm_decl import __version__
from img2dcm_decl.errors import WorkerError
from img2dcm_decl.lean_typing import NamedTuple, cast
from img2dcm_decl.plan.model import PlannedObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from img2dcm_decl.run.runner import Job, Outcome
    from img2dcm_decl.run.tasks import Task

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
