"""Who makes the objects of a run: this process, others beside it, or a cluster."""

from __future__ import annotations

import time
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from img2dcm_decl.run.pool import Pool
    from img2dcm_decl.run.runner import Outcome
    from img2dcm_decl.run.tasks import Run

_CHUNK_HERE = 16
#: The most objects in a chunk, and the seconds that it should take.
_LOCALLY = (64, 0.25)
_REMOTELY = (1000, 2.0)
#: Seconds of work that are worth starting other processes.
_WORTH_PROCESSES = 0.1


def outcomes(
    run: Run, jobs: int = 1, executor: str | None = None, clock: Callable[[], float] = time.perf_counter
) -> Generator[Outcome, None, None]:
    """Make objects, and yield what became of each, in their order.

    Parameters
    ----------
    run : Run
        What is to be done.
    jobs : int
        How many processes of this machine may be used.
    executor : str, optional
        The cluster to be used in their place, `dask://HOST:PORT`.
    clock : callable
        Gives seconds.

    Raises
    ------
    WorkerError
        The cluster cannot be used.
    """
    if executor is None:
        return _near(run, jobs, clock)
    from img2dcm_decl.run.chunks import packed
    from img2dcm_decl.run.cluster import Cluster, elsewhere

    return _shared(run, Cluster(executor, packed(elsewhere(run.job))), _REMOTELY)


def _near(run: Run, jobs: int, clock: Callable[[], float]) -> Generator[Outcome, None, None]:
    """Make objects in this process, until the rest of them is found to be worth others."""
    done, seconds, size = 0, 0.0, 1
    while not run.stop() and (chunk := tuple(islice(run.tasks, size))):
        run.begin([task.planned for task in chunk])
        for task in chunk:
            if run.stop():
                return
            begun = clock()
            outcome = run.job.convert(task.planned, replace=task.again)
            # The first object takes longer than others: it imports what all of them need.
            seconds += clock() - begun if done else 0.0
            done += 1
            yield outcome
        size = min(2 * size, _CHUNK_HERE)
        left = run.total - done
        if jobs > 1 and done > 1 and left > 1 and seconds / (done - 1) * left > _WORTH_PROCESSES:
            yield from _beside(run._replace(total=left), min(jobs, left))
            return


def _beside(run: Run, workers: int) -> Generator[Outcome, None, None]:
    from img2dcm_decl.run.chunks import packed
    from img2dcm_decl.run.local import LocalPool

    return _shared(run, LocalPool(packed(run.job), workers), _LOCALLY)


def _shared(run: Run, pool: Pool, pace: tuple[int, float]) -> Generator[Outcome, None, None]:
    """Have objects made by a pool, which ends with this generator."""
    from img2dcm_decl.run.chunk_sizes import Pace
    from img2dcm_decl.run.ordering import in_order

    finished = False
    try:
        yield from in_order(run, pool, Pace(*pace, pool.width, run.total))
        finished = True
    finally:
        pool.close(now=not finished)
