"""A Dask cluster of processes makes the same objects as this process, whatever happens to its workers."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from remote_support import Farm, archive, files, free_port, run_of, statuses

from img2dcm_decl.errors import WorkerError
from img2dcm_decl.plan.model import Plan, PlannedObject
from img2dcm_decl.run.runner import Job, Outcome
from img2dcm_decl.run.workers import outcomes

pytest.importorskip("distributed", reason="the extra 'dask' is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Have what the library leaves behind collected here, where its finalizers disturb no other test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    with ExitStack() as processes:
        made = Farm(tmp_path_factory.mktemp("cluster"), processes)
        made.add("--no-nanny")
        made.add("--no-nanny")
        yield made


def plans(tmp_path: Path, number: int) -> tuple[Plan, Plan]:
    folders = [tmp_path / name for name in ("here", "there")]
    for folder in folders:
        folder.mkdir()
    return archive(folders[0], number), archive(folders[1], number)


def test_a_cluster_makes_the_same_bytes_in_the_same_order(
    farm: Farm, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.wait_for(2)
    here, there = plans(tmp_path, 200)
    monkeypatch.chdir(tmp_path)
    expected = list(outcomes(run_of(here)))
    # The folder is relative to where this process is, which the workers are not.
    made = list(outcomes(run_of(there._replace(folder="there")), executor=farm.url))
    assert statuses(made) == {"written": 200}
    assert [outcome.planned for outcome in made] == list(there.objects)
    assert made[0].output == os.path.join("there", "out/0.dcm")
    assert files(tmp_path / "here/out") == files(tmp_path / "there/out")
    for ours, theirs in zip(expected, made, strict=True):
        assert ours.made is not None
        assert theirs.made is not None
        assert ours.made.uids == theirs.made.uids
    assert capfd.readouterr() == ("", "")


def test_a_cluster_reports_failures_and_goes_on(farm: Farm, tmp_path: Path) -> None:
    farm.wait_for(2)
    plan = archive(tmp_path, 30)
    (tmp_path / "7.jpg").write_bytes(b"no image")
    made = list(outcomes(run_of(plan), executor=farm.url))
    assert statuses(made) == {"written": 29, "failed": 1}
    assert f"{tmp_path}/7.jpg: " in made[7].message


def test_a_run_on_a_cluster_can_be_stopped(farm: Farm, tmp_path: Path) -> None:
    farm.wait_for(2)
    plan = archive(tmp_path, 400)
    begun: list[int] = []
    made: list[int] = []

    def begin(objects: Sequence[PlannedObject]) -> None:
        begun.extend(planned.number for planned in objects)

    stream = outcomes(run_of(plan, stop=lambda: len(made) >= 5, begin=begin), executor=farm.url)
    made.extend(outcome.planned.number for outcome in stream)
    assert made == begun == list(range(1, len(made) + 1))
    assert len(made) < 400


def test_a_worker_that_is_lost_loses_nothing(farm: Farm, tmp_path: Path) -> None:
    farm.wait_for(2)
    here, there = plans(tmp_path, 1500)
    list(outcomes(run_of(here)))
    made: list[Outcome] = []
    for outcome in outcomes(run_of(there), executor=farm.url):
        made.append(outcome)
        if len(made) == 100:
            farm.workers[0].send_signal(signal.SIGKILL)
    assert statuses(made) == {"written": 1500}
    assert [outcome.planned for outcome in made] == list(there.objects)
    assert files(tmp_path / "here/out") == files(tmp_path / "there/out")


KILLING = """
import os, signal
class Binder:
    def __call__(self, planned):
        if planned.number == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return planned
"""


def test_an_object_that_kills_its_workers_fails_and_the_others_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "killing_binder.py").write_text(KILLING)
    monkeypatch.syspath_prepend(tmp_path)
    from killing_binder import Binder  # type: ignore[import-not-found]

    plan = archive(tmp_path, 20)._replace(bound=True)
    with ExitStack() as processes:
        farm = Farm(tmp_path, processes)
        farm.add("--nworkers", "2")
        farm.wait_for(2)
        made = list(outcomes(run_of(plan, job=Job(plan, bind=Binder())), executor=farm.url))
    assert [outcome.planned for outcome in made] == list(plan.objects)
    assert [outcome.planned.number for outcome in made if outcome.status == "failed"] == [5]
    assert "was killed" in made[4].message
    assert len(files(tmp_path / "out")) == 19


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("dask://127.0.0.1:{port}", "the scheduler cannot be reached"),
        ("dask://nowhere.invalid:8786", "the scheduler cannot be reached"),
        ("dask+tls://127.0.0.1:{port}", "Dask's configuration names no certificates"),
        ("ray://127.0.0.1:{port}", "is no address of a cluster"),
        ("dask://", "is no address of a cluster"),
    ],
)
def test_a_cluster_that_cannot_be_reached_is_an_error(
    tmp_path: Path, url: str, message: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("img2dcm_decl.run.cluster.CONNECT_SECONDS", 1)
    url = url.format(port=free_port())
    with pytest.raises(WorkerError, match=message) as error:
        outcomes(run_of(archive(tmp_path, 1)), executor=url)
    assert url in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_a_scheduler_without_workers_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("img2dcm_decl.run.cluster.CONNECT_SECONDS", 1)
    with ExitStack() as processes:
        farm = Farm(tmp_path, processes)
        with pytest.raises(WorkerError, match="the cluster has no workers"):
            outcomes(run_of(archive(tmp_path, 1)), executor=farm.url)


def test_a_scheduler_that_is_lost_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plan = archive(tmp_path, 400)
    with ExitStack() as processes:
        farm = Farm(tmp_path, processes)
        farm.add("--no-nanny")
        farm.wait_for(1)
        stream = outcomes(run_of(plan), executor=farm.url)
        next(stream)
        processes.close()
        begun = time.monotonic()
        with pytest.raises(WorkerError, match="the scheduler is lost"):
            list(stream)
        assert time.monotonic() - begun < 60
    assert capfd.readouterr() == ("", "")


def test_a_cluster_that_has_lost_its_workers_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("img2dcm_decl.run.cluster.PATIENCE_SECONDS", 1)
    monkeypatch.setattr("img2dcm_decl.run.cluster.WAIT_SECONDS", 1)
    with ExitStack() as processes:
        farm = Farm(tmp_path, processes)
        farm.add("--no-nanny")
        farm.wait_for(1)
        stream = outcomes(run_of(archive(tmp_path, 400)), executor=farm.url)
        next(stream)
        farm.workers[0].kill()
        with pytest.raises(WorkerError, match="the cluster has no workers any more"):
            list(stream)


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkerError, match=r"pip install 'img2dcm-decl\[dask\]'"):
        outcomes(run_of(archive(tmp_path, 1)), executor="dask://127.0.0.1:8786")
