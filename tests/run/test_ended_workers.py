"""Workers end when they are told to, whatever they are at, and nobody waits for them in vain."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from remote_support import archive, files, run_of, statuses

from img2dcm_decl.errors import WorkerError
from img2dcm_decl.run import local
from img2dcm_decl.run.chunk_sizes import Pace
from img2dcm_decl.run.chunks import packed
from img2dcm_decl.run.local import LocalPool
from img2dcm_decl.run.ordering import in_order

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks processes and sends them signals")
ESCAPED = 9
#: Nobody on a common system, who has no other processes.
STRANGER = 54321


def worker(at: Callable[[], object]) -> tuple[int, Connection]:
    """Start a process that is a worker, and is at something; return its number and what keeps it alive."""
    watched, lifeline = Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            local._prepare(watched, lifeline)
            at()
        finally:
            os._exit(ESCAPED)
    watched.close()
    return child, lifeline


def ended(child: int) -> int:
    """Wait for a process, but not for ever, and return its exit code."""
    for _ in range(500):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("the worker does not end")


def work_on(spec: bytes) -> None:
    while True:
        local._work(spec, ())


def block() -> None:
    """Write into a pipe that nobody reads."""
    _, writing = os.pipe()
    while True:
        os.write(writing, bytes(1 << 16))


def test_a_worker_that_is_told_to_end_takes_that_for_no_result(tmp_path: Path) -> None:
    spec, moments = packed(run_of(archive(tmp_path, 1)).job), random.Random(7)
    for _ in range(20):
        child, lifeline = worker(lambda: work_on(spec))
        time.sleep(moments.uniform(0.02, 0.05))
        lifeline.close()
        assert ended(child) == -signal.SIGKILL


def test_a_worker_whose_result_nobody_takes_ends_too() -> None:
    child, lifeline = worker(block)
    lifeline.close()
    assert ended(child) == -signal.SIGKILL


def test_who_ends_all_of_a_job_lets_workers_finish_what_they_are_at(tmp_path: Path) -> None:
    run = run_of(archive(tmp_path, 200))
    pool = LocalPool(packed(run.job), 2)
    try:
        made = []
        for outcome in in_order(run, pool, Pace(8, 10, 2, run.total)):
            made.append(outcome)
            for child in multiprocessing.active_children():
                assert child.pid is not None
                os.kill(child.pid, signal.SIGTERM if len(made) % 2 else signal.SIGINT)
    finally:
        pool.close(now=True)
    assert statuses(made) == {"written": 200}
    assert len(files(tmp_path / "out")) == 200


def run_with_few(most: int, folder: Path) -> int:
    """Run a pool for somebody who may have so many processes and threads; return the exit code, 1 if he was told so."""
    import resource  # Windows has no such module

    run = run_of(archive(folder, 200))
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
            os.setuid(STRANGER)
            pool = LocalPool(packed(run.job), 3)
            try:
                list(in_order(run, pool, Pace(8, 10, 3, run.total)))
            finally:
                pool.close(now=True)
            os._exit(0)
        except WorkerError as error:
            os._exit(1 if str(error).endswith(": --jobs 1 needs none") else ESCAPED)
        finally:
            os._exit(ESCAPED)
    return ended(child)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="takes the place of another user")
@pytest.mark.parametrize("most", [1, 2], ids=["no process", "no thread of a process"])
def test_who_has_no_processes_or_threads_to_spare_is_told_so(tmp_path: Path, most: int) -> None:
    assert run_with_few(most, tmp_path) == 1


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="takes the place of another user")
def test_a_run_that_may_start_some_of_its_threads_ends(tmp_path: Path) -> None:
    """Which of them lacks its thread is chance, and versions of Python differ in how many there are."""
    assert run_with_few(8, tmp_path) in (0, 1)
