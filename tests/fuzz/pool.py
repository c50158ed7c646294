"""Two processes that try damaged files; one that hangs or grows too large is replaced."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from fuzz.worker import MOST_MEMORY, Result, Task, serve

WORKERS = 2
_MOST_WAITING = 20.0
_WARM_UP = 60.0
_CONTEXT = multiprocessing.get_context("spawn")


class Worker:
    """A process that tries one file at a time."""

    def __init__(self) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.process: BaseProcess = _CONTEXT.Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self._fresh = True
        self.task: Task | None = None
        self.deadline = 0.0

    def give(self, task: Task) -> None:
        """Let it try a file."""
        self.task = task
        self.deadline = time.monotonic() + _MOST_WAITING + (_WARM_UP if self._fresh else 0)
        self._fresh = False
        self.connection.send(task)

    def result(self) -> Result:
        """Return what became of the file that it was given."""
        task, self.task = self.task, None
        if task is None:
            raise RuntimeError("this process was given nothing")
        try:
            result: Result = self.connection.recv()
        except EOFError:
            self.process.join()
            return Result(task, "finding", f"the process ended with code {self.process.exitcode}")
        return result

    def end(self) -> None:
        """End the process."""
        self.connection.close()
        self.process.kill()
        self.process.join()


def try_all(tasks: Iterable[Task]) -> Iterator[Result]:
    """Try damaged files; the results come as they are ready."""
    rest = iter(tasks)
    workers = [Worker() for _ in range(WORKERS)]
    try:
        for worker in workers:
            _give_next(worker, rest)
        while any(worker.task for worker in workers):
            for position, worker in enumerate(workers):
                if not worker.task:
                    continue
                result = _ready(worker, workers)
                if result is None:
                    continue
                yield result
                if result.memory > MOST_MEMORY or not worker.process.is_alive():
                    worker.end()
                    workers[position] = worker = Worker()
                _give_next(worker, rest)
    finally:
        for worker in workers:
            worker.end()


def _give_next(worker: Worker, rest: Iterator[Task]) -> None:
    task = next(rest, None)
    if task is not None:
        worker.give(task)


def _ready(worker: Worker, workers: Iterable[Worker]) -> Result | None:
    """Return a worker's result where it is ready or overdue; wait for any of them where it is not."""
    busy: list[Connection] = [other.connection for other in workers if other.task]
    if worker.connection in wait(busy, 0.2):
        return worker.result()
    if time.monotonic() < worker.deadline or worker.task is None:
        return None
    hung, worker.task = worker.task, None
    worker.process.kill()
    worker.process.join()
    return Result(hung, "finding", "it hangs", seconds=_MOST_WAITING)
