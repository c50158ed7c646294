"""A run that is killed again and again, and gone on with, ends as one does that nobody disturbs."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pydicom
import pytest
from robustness.archive import (
    RECORD,
    files_below,
    is_alive,
    make_archive,
    record_lines,
    workers_of,
    write_archive_recipe,
)
from robustness.commands import call, save_plan, start

#: So many that a run is in the midst of its work when it has started workers.
MANY = 3000
IMAGES = 300
KILLS = 50
#: Large enough to be under way for a while.
SIDE = 200
#: New UIDs in every run, and one study: all of it is about one patient.
FRESH = {"uids": None, "reproducible": None, "keys": {"PatientID": "P-1", "ImageComments": "${row.Site}"}}
#: Objects that are made, about, before a run is killed.
MOST_MADE = 60

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="groups of processes as POSIX has them"),
]


class Killer:
    """Goes on with a run and kills it, in ways and at moments that a seed decides.

    Parameters
    ----------
    archive : Path
        The folder of the archive.
    inputs : list of Path
        What is run in turn: a recipe, and the plan that was saved of it.
    seed : str
        The seed.
    """

    def __init__(self, archive: Path, inputs: list[Path], seed: str) -> None:
        self.archive = archive
        self.killed = 0
        self._inputs = inputs
        self._chance = random.Random(seed)

    def round(self) -> None:
        """Begin a run, and go on with it until all of it is made; where it is time to stop, undisturbed."""
        shutil.rmtree(self.archive / "out", ignore_errors=True)
        (self.archive / RECORD).unlink(missing_ok=True)
        while self.killed < KILLS and not self._attempt():
            self.killed += 1
            check_record(self.archive)
        code, messages = call("run", self._inputs[0], "--resume")
        assert code == 0, messages

    def _attempt(self) -> bool:
        """Go on, kill, and return whether the run was quicker."""
        file = self._chance.choice([self._inputs[0], *self._inputs[1:] * 4])
        jobs = self._chance.choice("1223")
        with start(
            *("run", file, "--resume", "--jobs", jobs, "--record", self.archive / RECORD),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            self._wait(process)
            whom = os.killpg if self._chance.random() < 0.6 else os.kill
            if process.poll() is None:
                whom(process.pid, signal.SIGKILL)
        assert process.returncode in (0, -signal.SIGKILL)
        return process.returncode == 0

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for some time, now and then no longer than it takes to begin, or until the record has grown."""
        if self._chance.random() < 0.2:
            time.sleep(self._chance.uniform(0, 0.5))
            return
        record = self.archive / RECORD
        enough = size_of(record) + self._chance.uniform(0, MOST_MADE) * 700
        while process.poll() is None and size_of(record) < enough:
            time.sleep(0.001)


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def check_record(archive: Path) -> None:
    """Check that the record can be read, and that what it says is written is there and complete."""
    for line in record_lines(archive):
        if line["kind"] == "object":
            assert line["status"] == "written"
            assert (archive / line["output"]).stat().st_size == line["bytes"], line["output"]


def last_lines(archive: Path) -> dict[str, dict[str, Any]]:
    """Return the last line of each object."""
    return {line["output"]: line for line in record_lines(archive) if line["kind"] == "object"}


def test_what_was_killed_fifty_times_is_byte_identical_to_what_was_not(tmp_path: Path) -> None:
    recipe = make_archive(tmp_path / "archive", IMAGES, side=SIDE)
    archive = recipe.parent
    assert call("run", recipe)[0] == 0
    undisturbed = files_below(archive / "out")
    assert len(undisturbed) == IMAGES
    killer = Killer(archive, [recipe, save_plan(recipe)], "reproducible")
    rounds = 0
    while killer.killed < KILLS:
        killer.round()
        rounds += 1
        assert files_below(archive / "out") == undisturbed
        assert record_lines(archive)[-1]["finished"] is True
    assert rounds < KILLS


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_workers_that_come_back_when_their_run_is_gone_on_with_do_no_harm(tmp_path: Path) -> None:
    """The system may hold them up, in the middle of an object, for as long as it likes."""
    archive = make_archive(tmp_path / "archive", MANY, side=SIDE).parent
    plan = save_plan(write_archive_recipe(archive, **FRESH))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with start("run", plan, "--jobs", "2", **quiet) as process:
        while process.poll() is None and len(workers := workers_of(process.pid)) < 2:
            time.sleep(0.001)
        wait_for_objects(archive, process, 50)
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        process.kill()
    made = len(last_lines(archive))
    with start("run", plan, "--resume", "--jobs", "1", **quiet) as process:
        wait_for_objects(archive, process, made + 100)
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    assert process.returncode == 0
    deadline = time.monotonic() + 10
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(workers) == 2
    assert not any(map(is_alive, workers))
    check_files(archive, MANY)


def wait_for_objects(archive: Path, process: subprocess.Popen[bytes], number: int) -> None:
    while process.poll() is None and len(last_lines(archive)) < number:
        time.sleep(0.005)


def check_files(archive: Path, number: int = IMAGES) -> str:
    """Check that all objects are there, each once and as it is recorded, and return the UID of their study."""
    datasets = {str(path.relative_to(archive)): pydicom.dcmread(path) for path in archive.glob("out/*/*")}
    assert len(datasets) == len(files_below(archive / "out")) == number
    recorded = last_lines(archive)
    assert {name: dataset.SOPInstanceUID for name, dataset in datasets.items()} == {
        name: line["sop_instance"] for name, line in recorded.items()
    }
    assert len({dataset.SOPInstanceUID for dataset in datasets.values()}) == number
    (study,) = {str(dataset.StudyInstanceUID) for dataset in datasets.values()}
    return study


def test_a_run_with_fresh_uids_stays_one_run_however_often_it_is_killed(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "archive", IMAGES, side=SIDE).parent
    recipe = write_archive_recipe(archive, **FRESH)
    killer = Killer(archive, [recipe, save_plan(recipe)], "fresh")
    killer.killed = KILLS - 10
    studies = set()
    while killer.killed < KILLS:
        killer.round()
        study = check_files(archive)
        assert study not in studies
        studies.add(study)
