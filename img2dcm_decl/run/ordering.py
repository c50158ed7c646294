"""Chunks given to a pool, only so many at a time; what became of their objects, in order; what was lost, made again."""

from __future__ import annotations

from collections import deque

from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.locations import join
from img2dcm_decl.run.chunk_sizes import cut
from img2dcm_decl.run.leftovers import sweep
from img2dcm_decl.run.pool import LostError
from img2dcm_decl.run.runner import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from img2dcm_decl.plan.model import PlannedObject
    from img2dcm_decl.run.chunk_sizes import Pace
    from img2dcm_decl.run.chunks import Done
    from img2dcm_decl.run.pool import Pool
    from img2dcm_decl.run.runner import Job
    from img2dcm_decl.run.tasks import Run, Task


class _Pending(NamedTuple):
    chunk: tuple[Task, ...]
    future: Any
    losses: int = 0


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
