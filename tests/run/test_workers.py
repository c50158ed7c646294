"""Objects are made by worker processes: each once, in order, with the same bytes, whatever happens to the workers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from remote_support import archive, files, run_of, statuses, wait_until
from support import ROOT

from img2dcm_decl.errors import WorkerError
from img2dcm_decl.plan.model import Plan, PlannedObject
from img2dcm_decl.run import chunks
from img2dcm_decl.run.chunk_sizes import Pace, cut, weight
from img2dcm_decl.run.chunks import Done, convert_chunk, packed
from img2dcm_decl.run.local import LocalPool
from img2dcm_decl.run.ordering import in_order
from img2dcm_decl.run.pool import LostError
from img2dcm_decl.run.runner import Job, Outcome
from img2dcm_decl.run.sources import sources_of
from img2dcm_decl.run.tasks import Run, Task
from img2dcm_decl.run.workers import outcomes


def pooled(plan: Plan, workers: int = 2, size: int = 16, **options: Any) -> Iterator[Outcome]:
    """Have a plan's objects made by worker processes, however few they are."""
    run = run_of(plan, **options)
    pool = LocalPool(packed(run.job), workers)
    try:
        yield from in_order(run, pool, Pace(size, 10, workers, run.total))
    finally:
        pool.close(now=True)


def plans(tmp_path: Path, number: int) -> tuple[Plan, Plan]:
    """Return two equal plans in folders of their own."""
    folders = [tmp_path / name for name in ("one", "many")]
    for folder in folders:
        folder.mkdir()
    one, many = (archive(folder, number) for folder in folders)
    return one, many


# --- the same as in one process -------------------------------------------------------------------


def test_workers_make_the_same_objects_in_the_same_order(tmp_path: Path) -> None:
    one, many = plans(tmp_path, 150)
    expected, made = list(outcomes(run_of(one))), list(pooled(many))
    assert statuses(made) == {"written": 150}
    assert [outcome.planned for outcome in made] == list(many.objects)
    assert files(tmp_path / "one/out") == files(tmp_path / "many/out")
    for ours, theirs in zip(expected, made, strict=True):
        assert ours.made is not None
        assert theirs.made is not None
        assert ours.made._replace(seconds=0) == theirs.made._replace(seconds=0)


def test_failures_come_in_their_place(tmp_path: Path) -> None:
    plan = archive(tmp_path, 40)
    (tmp_path / "7.jpg").write_bytes(b"no image")
    (tmp_path / "33.jpg").unlink()
    failed = [outcome for outcome in pooled(plan) if outcome.status == "failed"]
    assert [outcome.planned.number for outcome in failed] == [8, 34]
    assert failed[0].message.startswith(f"{tmp_path}/7.jpg: the file is not of a known image format")
    assert not (tmp_path / "out/7.dcm").exists()


def test_uids_of_the_run_are_the_same_in_every_worker(tmp_path: Path) -> None:
    plan = archive(tmp_path, 64)
    plan = plan._replace(uids=plan.uids._replace(method="fresh", content=False))
    job = Job(plan, sources=sources_of(plan, b"the key of the run"))
    made = [outcome.made for outcome in pooled(plan, size=4, job=job)]
    assert len({one.uids[2] for one in made if one}) == 1
    assert len({one.uids[1] for one in made if one}) == 64


def test_what_exists_is_skipped_or_refused_as_the_plan_says(tmp_path: Path) -> None:
    plan = archive(tmp_path, 20)
    list(pooled(plan))
    assert statuses(list(pooled(plan._replace(existing="skip")))) == {"skipped": 20}
    assert statuses(list(pooled(plan))) == {"failed": 20}
    again = run_of(plan)._replace(tasks=(Task(planned, True) for planned in plan.objects))
    assert statuses(list(outcomes(again))) == {"written": 20}


def test_few_objects_are_made_in_this_process(tmp_path: Path) -> None:
    before = multiprocessing.active_children()
    stream = outcomes(run_of(archive(tmp_path, 30)), jobs=2)
    seen = {os.getpid(), *(child.pid for _ in stream for child in multiprocessing.active_children())}
    assert seen == {os.getpid(), *(child.pid for child in before)}


def test_many_objects_are_made_by_others_and_these_end(tmp_path: Path) -> None:
    plan = archive(tmp_path, 40)
    clock = iter(range(1000))
    made = []
    workers: set[int | None] = set()
    for outcome in outcomes(run_of(plan), jobs=2, clock=lambda: float(next(clock))):
        made.append(outcome.planned.number)
        workers |= {child.pid for child in multiprocessing.active_children()}
    assert made == list(range(1, 41))
    assert len(workers) == 2
    assert not multiprocessing.active_children()


# --- stopping -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [False, True])
def test_objects_that_were_begun_are_finished_when_a_run_is_stopped(tmp_path: Path, shared: bool) -> None:
    plan = archive(tmp_path, 200)
    made: list[int] = []
    begun: list[int] = []

    def begin(objects: Sequence[PlannedObject]) -> None:
        begun.extend(planned.number for planned in objects)

    def stop() -> bool:
        return len(made) >= 10

    options: dict[str, Any] = {"stop": stop, "begin": begin}
    stream = pooled(plan, size=4, **options) if shared else outcomes(run_of(plan, **options))
    made.extend(outcome.planned.number for outcome in stream)
    assert made == list(range(1, len(made) + 1))
    assert 10 <= len(made) <= len(begun) <= 200 - 16
    assert begun == list(range(1, len(begun) + 1))


def test_objects_are_announced_before_they_are_begun(tmp_path: Path) -> None:
    plan = archive(tmp_path, 50)
    announced: list[str] = []
    for outcome in pooled(plan, begin=lambda objects: announced.extend(planned.output for planned in objects)):
        assert outcome.planned.output in announced
    assert announced == [planned.output for planned in plan.objects]


def test_the_stream_of_objects_is_taken_as_it_is_needed(tmp_path: Path) -> None:
    plan = archive(tmp_path, 20)
    taken = 0

    def endless() -> Iterator[Task]:
        nonlocal taken
        while True:
            taken += 1
            yield Task(plan.objects[taken % 20], True)

    pool = LocalPool(packed(Job(plan)), 2)
    stream = in_order(Run(Job(plan), endless(), 10**6), pool, Pace(16, 10, 2, 10**6))
    for count, _ in enumerate(stream):
        assert taken <= count + 16 * (pool.width + 2)
        if count == 500:
            break
    pool.close(now=True)


# --- workers that are lost ------------------------------------------------------------------------


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    one, many = plans(tmp_path, 300)
    list(outcomes(run_of(one)))
    made: list[Outcome] = []
    killed = []
    for outcome in pooled(many, size=8):
        made.append(outcome)
        if len(made) in (20, 120):
            victim = multiprocessing.active_children()[0]
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            killed.append(victim.pid)
    assert len(killed) == 2
    assert [outcome.planned for outcome in made] == list(many.objects)
    assert statuses(made) == {"written": 300}
    assert files(tmp_path / "one/out") == files(tmp_path / "many/out")


def test_chunks_can_be_handed_out_when_a_worker_was_killed(tmp_path: Path) -> None:
    run = run_of(archive(tmp_path, 400))
    pool = LocalPool(packed(run.job), 2)
    lost = pool.submit(tuple(run.tasks))
    victim = multiprocessing.active_children()[0]
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    wait_until(lambda: pool.is_lost(lost), "the executor knows")
    # A thread, because one that waits for ever cannot be interrupted.
    further = threading.Thread(target=pool.submit, args=((),), daemon=True)
    further.start()
    further.join(20)
    assert not further.is_alive()
    pool.close(now=True)


class KillingBinder:
    """Kills the process that completes certain objects."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers

    def __call__(self, planned: PlannedObject) -> PlannedObject:
        if planned.number in self.numbers:
            os.kill(os.getpid(), signal.SIGKILL)
        return planned


def test_an_object_that_kills_its_worker_fails_and_the_others_are_made(tmp_path: Path) -> None:
    plan = archive(tmp_path, 60)._replace(bound=True)
    job = Job(plan, bind=KillingBinder(5, 41))
    pool = LocalPool(packed(job), 2)
    run = Run(job, (Task(planned) for planned in plan.objects), 60)
    made = list(in_order(run, pool, Pace(8, 10, 2, 60)))
    pool.close(now=False)
    assert [outcome.planned for outcome in made] == list(plan.objects)
    failed = {outcome.planned.number: outcome.message for outcome in made if outcome.status == "failed"}
    assert set(failed) == {5, 41}
    assert "was killed" in failed[5]
    assert failed[5].startswith(f"{tmp_path}/out/4.dcm: ")
    assert len(files(tmp_path / "out")) == 58


def test_what_a_lost_worker_made_is_not_taken_for_somebody_elses(tmp_path: Path) -> None:
    plan = archive(tmp_path, 4)
    job = Job(plan)

    class Losing:
        width, patience, repeats = 2, 2, False

        def __init__(self) -> None:
            self.lost = 0

        def submit(self, chunk: Sequence[Task]) -> Future[Done]:
            future: Future[Done] = Future()
            future.set_result(convert_chunk(packed(job), chunk))
            return future

        def result(self, future: Future[Done]) -> Done:
            self.lost += 1
            if self.lost <= 3:
                raise LostError
            return future.result()

        def withdraw(self, future: Future[Done]) -> bool:
            return future.cancel()

        def is_lost(self, future: Future[Done]) -> bool:
            return future.cancelled()

        def renew(self) -> None:
            pass

        def close(self, now: bool) -> None:
            pass

    made = list(in_order(run_of(plan), Losing(), Pace(4, 10, 1, 4)))
    assert statuses(made) == {"written": 4}


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


SCRIPT = """
import multiprocessing, sys, time
from pathlib import Path
from typing import Any
sys.path[:0] = ["tests"]
from remote_support import archive, run_of
from img2dcm_decl.run.workers import outcomes
if __name__ == "__main__":
    plan = archive(Path(sys.argv[1]), 2000)
    clock = iter(range(10**6))
    for position, outcome in enumerate(outcomes(run_of(plan), jobs=2, clock=lambda: float(next(clock)))):
        if position == 50:
            print(*(child.pid for child in multiprocessing.active_children()), flush=True)
            time.sleep(float(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, tmp_path, "60"], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    workers = [int(pid) for pid in process.stdout.readline().split()]
    assert len(workers) == 2
    assert all(map(alive, workers))
    process.send_signal(number)
    process.wait(10)
    process.stdout.close()
    wait_until(lambda: not any(map(alive, workers)), "the workers end", 10)
    assert not [path.name for path in (tmp_path / "out").iterdir() if path.suffix != ".dcm"]


def test_an_interruption_of_the_terminal_leaves_workers_at_work(tmp_path: Path) -> None:
    plan = archive(tmp_path, 100)
    made = []
    for outcome in pooled(plan, size=4):
        made.append(outcome.status)
        if len(made) == 10:
            for child in multiprocessing.active_children():
                assert child.pid is not None
                os.kill(child.pid, signal.SIGINT)
    assert made == ["written"] * 100


def test_whoever_stops_listening_ends_the_workers_at_once(tmp_path: Path) -> None:
    clock = iter(range(10**6))
    stream = outcomes(run_of(archive(tmp_path, 400)), jobs=2, clock=lambda: float(next(clock)))
    for _ in range(30):
        next(stream)
    begun = time.monotonic()
    stream.close()
    assert time.monotonic() - begun < 5
    assert not multiprocessing.active_children()


# --- chunks ---------------------------------------------------------------------------------------


def test_a_job_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = packed(Job(archive(tmp_path, 1)))
    monkeypatch.setattr(chunks, "__version__", "0.0.0")
    with pytest.raises(WorkerError, match=r"a worker has version 0\.0\.0"):
        convert_chunk(spec, ())


def test_a_job_is_sent_without_its_objects(tmp_path: Path) -> None:
    small, large = (packed(Job(archive(tmp_path, number))) for number in (1, 300))
    assert len(small) == len(large)


@given(
    st.lists(st.integers(1, 400_000), max_size=60),
    st.integers(1, 64),
    st.lists(st.floats(0, 10, allow_nan=False), max_size=20),
)
def test_chunks_hold_every_object_once_and_are_bounded(lengths: list[int], most: int, seconds: list[float]) -> None:
    tasks = [Task(PlannedObject(("x" * length,), f"{n}")) for n, length in enumerate(lengths)]
    pace = Pace(most, 0.25, 2, len(tasks))
    notes = iter(seconds)
    found: list[Task] = []
    for chunk in cut(iter(tasks), pace):
        assert len(chunk) <= max(most, 16)
        assert sum(weight(task.planned) for task in chunk[:-1]) < 1 << 20
        found += chunk
        pace.note(len(chunk), next(notes, 0.1))
    assert found == tasks


@pytest.mark.parametrize(("seconds", "size"), [(0.0001, 64), (0.0625, 4), (60, 1)])
def test_the_size_of_chunks_follows_the_time_that_objects_take(seconds: float, size: int) -> None:
    pace = Pace(64, 0.25, 2, 10**6)
    for _ in range(10):
        objects = pace.next()
        pace.note(objects, objects * seconds)
    assert pace.next() == size


def test_the_end_of_a_run_is_shared_out_evenly() -> None:
    pace = Pace(64, 0.25, 2, 200)
    for _ in range(3):
        pace.note(64, 0.001)
    assert pace.next() == 50
