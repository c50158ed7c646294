"""A hundred thousand images and as many rows in one run: little memory, a line for each failure, the right objects."""

from __future__ import annotations

import csv
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pydicom
import pytest
from robustness.archive import PER_VISIT, RECORD, TABLE, make_archive, name_of, record_lines, workers_of
from robustness.commands import call, start

IMAGES = 100_000
FOLDERS = 100
#: A part of the archive, to compare its memory with.
PART = 20_000
MEGABYTE = 1_000_000
MOST = 200 * MEGABYTE
#: What an object may take while it is only planned, with its row and its line in the record.
EACH = 1000
SPACE = 2000 * MEGABYTE
DAMAGED = {
    0: b"",
    31_415: b"\xff\xd8\xff",
    50_000: b"no picture",
    50_001: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    IMAGES - 1: b"BM",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the memory of running processes is told by /proc"),
]


class Watched(NamedTuple):
    """A run as seen from outside: its end, the seconds to its first object and in all, and each process's peak."""

    code: int
    messages: list[str]
    first: float
    total: float
    parent: int
    workers: list[int]

    def __str__(self) -> str:
        peaks = ", ".join(f"{peak // MEGABYTE} MB" for peak in (self.parent, *self.workers))
        return f"first object after {self.first:.1f} s, the last after {self.total:.1f} s; peak memory {peaks}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of an archive, in memory where there is room."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > SPACE
    parent = memory / f"archive-{os.getpid()}" if roomy else tmp_path_factory.mktemp("archive")
    parent.mkdir(exist_ok=True)
    folder = parent / "all"
    make_archive(folder, IMAGES, folders=FOLDERS, linked=True)
    for number, data in DAMAGED.items():
        image = folder / "photos" / name_of(number, IMAGES, FOLDERS)
        image.unlink()
        image.write_bytes(data)
    yield folder
    shutil.rmtree(parent)


@pytest.fixture(scope="module")
def whole(archive: Path) -> Watched:
    """Return the run of the whole archive."""
    return watch(archive)


def watch(archive: Path) -> Watched:
    """Run an archive's recipe and look at its processes meanwhile."""
    began = time.perf_counter()
    first = 0.0
    peaks: dict[int, int] = {}
    messages = archive / "messages"
    with messages.open("wb") as sink, start("run", archive / "recipe.yaml", stderr=sink) as process:
        while process.poll() is None:
            if not first and (archive / "out").exists():
                first = time.perf_counter() - began
            for number in (process.pid, *workers_of(process.pid)):
                peaks[number] = max(peak_of(number), peaks.get(number, 0))
            time.sleep(0.02)
    total = time.perf_counter() - began
    parent = peaks.pop(process.pid)
    return Watched(process.returncode, messages.read_text().splitlines(), first, total, parent, [*peaks.values()])


def peak_of(number: int) -> int:
    """Return the most bytes of memory that a process has had; 0 where it has ended."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def tell(text: str) -> None:
    """Say what is measured and not asserted, to whoever runs this with `-rP` or `-s`."""
    sys.stdout.write(f"{text}\n")


def rows_of(archive: Path) -> Iterator[dict[str, str]]:
    with (archive / TABLE).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


def test_each_failure_is_one_line_and_all_other_objects_are_there(archive: Path, whole: Watched) -> None:
    *messages, summary = whole.messages
    errors = [line for line in messages if line.startswith("error: ")]
    names = [name_of(number, IMAGES, FOLDERS) for number in DAMAGED]
    assert whole.code == 1
    assert len(errors) == len(names)
    assert all(name in line for name, line in zip(names, errors, strict=True))
    assert all(" objects/s, " in line for line in messages if line not in errors)
    assert summary == f"wrote {IMAGES - len(names)} objects to {FOLDERS} folders, failed {len(names)}"
    expected = {
        name_of(number, IMAGES, FOLDERS).replace(".jpg", ".dcm") for number in set(range(IMAGES)) - set(DAMAGED)
    }
    assert {str(path.relative_to(archive / "out")) for path in archive.glob("out/*/*")} == expected


@pytest.mark.usefixtures("whole")
def test_each_object_is_that_of_its_row(archive: Path) -> None:
    checked = 0
    for number, row in enumerate(rows_of(archive)):
        if number in DAMAGED:
            continue
        path = archive / "out" / row["Image"].replace(".jpg", ".dcm")
        facts = [row["Patient"], row["Visit"], row["Name"].replace(", ", "^"), f"{row['Site']}, {path.stem}"]
        data = path.read_bytes()
        assert all(fact.encode() in data for fact in facts), path
        if number % 1000 == 2:
            dataset = pydicom.dcmread(path)
            assert [dataset.PatientID, dataset.StudyID, dataset.PatientName, dataset.ImageComments] == facts
            checked += 1
    assert checked == IMAGES // 1000


@pytest.mark.usefixtures("whole")
def test_each_visit_is_one_study_and_the_record_tells_of_each_object(archive: Path) -> None:
    begin, *lines, end = record_lines(archive)
    objects = [line for line in lines if line["kind"] == "object"]
    written = [line for line in objects if line["status"] == "written"]
    assert begin["objects"] == len(objects) == IMAGES
    assert (end["finished"], end["written"], end["failed"]) == (True, IMAGES - len(DAMAGED), len(DAMAGED))
    assert len({line["sop_instance"] for line in written}) == len(written)
    visits = {(line["study"], (line["number"] - 1) // PER_VISIT) for line in written}
    assert len(visits) == len({study for study, _ in visits}) == IMAGES // PER_VISIT


def test_memory_is_small_and_hardly_grows_with_the_number_of_objects(archive: Path, whole: Watched) -> None:
    tell(f"{IMAGES:,} objects: {whole}")
    part = archive.with_name("part")
    make_archive(part, PART, folders=FOLDERS, linked=True)
    watched = watch(part)
    tell(f"{PART:,} objects: {watched}")
    assert watched.code == 0
    assert max(whole.parent, *whole.workers) < MOST
    assert whole.parent - watched.parent < EACH * (IMAGES - PART)
    assert max(whole.workers) - max(watched.workers) < EACH * (IMAGES - PART)


@pytest.mark.usefixtures("whole")
def test_of_a_finished_run_nothing_is_left_to_do_but_what_failed(archive: Path) -> None:
    shutil.copy(archive / RECORD, archive / "copy.jsonl")
    began = time.perf_counter()
    code, messages = call("run", archive / "recipe.yaml", "--record", archive / "copy.jsonl", "--resume")
    tell(f"looked at {IMAGES:,} objects again in {time.perf_counter() - began:.1f} s")
    assert code == 1
    kept = IMAGES - len(DAMAGED)
    assert messages.splitlines()[-1] == f"wrote nothing, kept {kept}, failed {len(DAMAGED)}"
