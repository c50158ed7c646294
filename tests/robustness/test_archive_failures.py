"""What goes wrong while an archive is converted is said, nothing is lost by it, and the run can be gone on with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pydicom
import pytest
from benchmarks.inputs import write_jpeg
from robustness.archive import (
    RECORD,
    TABLE,
    files_below,
    is_alive,
    make_archive,
    name_of,
    record_lines,
    workers_of,
    write_archive_recipe,
)
from robustness.commands import call, save_plan, start
from robustness.test_failing_disks import bound_by_permissions, disk
from support import heeding_interrupts

from img2dcm_decl.run.files import hidden_prefix

IMAGES = 40
#: Enough to keep workers busy for a while.
MANY = 1200

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits, permissions and signals as POSIX has them")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Return the recipe of a small archive."""
    return make_archive(tmp_path / "archive", IMAGES)


def run(recipe: Path, *arguments: str, **options: Any) -> tuple[int, list[str]]:
    code, messages = call("run", recipe, *arguments, **options)
    return code, messages.splitlines()


def objects(archive: Path) -> set[str]:
    """Return the files that are among the outputs, hidden ones too."""
    return set(files_below(archive / "out"))


def expected(*without: int, count: int = IMAGES) -> set[str]:
    """Return the outputs of an archive, without those of some images."""
    return {output_of(number, count) for number in range(count) if number not in without}


def output_of(number: int, count: int = IMAGES) -> str:
    return name_of(number, count).replace(".jpg", ".dcm")


def image_of(archive: Path, number: int) -> Path:
    return archive / "photos" / name_of(number, IMAGES)


def edit_table(archive: Path, edit: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of the table; the first one names its columns."""
    path = archive / TABLE
    path.write_text("".join(edit(path.read_text().splitlines(keepends=True))))


# --- disks ----------------------------------------------------------------------------------------


def test_objects_that_a_full_disk_does_not_take_are_made_when_there_is_room(recipe: Path) -> None:
    archive = recipe.parent
    with disk(archive / "out", "size=64k,nr_inodes=200"):
        code, messages = run(recipe)
        *errors, summary = messages
        written = objects(archive)
        assert code == 1
        assert 0 < len(written) < IMAGES
        assert len(errors) == IMAGES - len(written)
        assert all(
            line.startswith("error: ") and "cannot be written: No space left on device" in line for line in errors
        )
        assert summary.endswith(f"failed {len(errors)}")
        subprocess.run(["mount", "-o", "remount,size=4m", str(archive / "out")], check=True)
        assert run(recipe, "--resume")[0] == 0
        assert objects(archive) == expected()


def test_objects_that_are_larger_than_a_file_may_be_fail_alone(recipe: Path) -> None:
    resource = pytest.importorskip("resource")
    archive = recipe.parent
    write_jpeg(image_of(archive, 7), 200_000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    code, messages = run(recipe, preexec_fn=limit)
    assert code == 1
    assert f"{output_of(7)}: cannot be written: File too large" in messages[0]
    assert messages[-1].endswith(", failed 1")
    assert objects(archive) == expected(7)
    assert run(recipe, "--resume")[0] == 0
    assert objects(archive) == expected()


def test_a_folder_that_may_not_be_written_stops_no_other(recipe: Path) -> None:
    archive = recipe.parent
    shut = archive / "out" / name_of(0, IMAGES).partition("/")[0]
    shut.mkdir(parents=True, mode=0o555)
    code, messages = run(recipe, before=bound_by_permissions())
    missing = [number for number in range(IMAGES) if output_of(number).startswith(shut.name)]
    assert code == 1
    assert len(messages) == len(missing) + 1
    assert all("cannot be written: Permission denied" in line for line in messages[:-1])
    assert objects(archive) == expected(*missing)
    shut.chmod(0o755)
    assert run(recipe, "--resume")[0] == 0
    assert objects(archive) == expected()


def test_a_record_on_a_full_disk_ends_the_run_and_is_good_to_go_on_with(recipe: Path) -> None:
    archive = recipe.parent
    with disk(archive / "disk", "size=16k"):
        record = ("--record", str(archive / "disk" / RECORD))
        code, messages = run(recipe, *record)
        assert code == 1
        assert f"{RECORD}: the run record takes no more: No space left on device" in messages[-1]
        subprocess.run(["mount", "-o", "remount,size=4m", str(archive / "disk")], check=True)
        code, messages = run(recipe, *record, "--resume")
        assert code == 0
        assert ", kept " in messages[-1]
    assert objects(archive) == expected()


# --- inputs ---------------------------------------------------------------------------------------


def test_an_image_that_vanishes_after_planning_fails_alone(recipe: Path) -> None:
    archive = recipe.parent
    plan = save_plan(recipe)
    image = image_of(archive, 3)
    image.rename(archive / "elsewhere")
    code, messages = run(plan)
    assert code == 1
    assert f"{image.name}: cannot be read: No such file or directory" in messages[0]
    assert messages[-1] == f"wrote {IMAGES - 1} objects to 4 folders, failed 1"
    assert objects(archive) == expected(3)
    (archive / "elsewhere").rename(image)
    code, messages = run(plan, "--resume")
    assert code == 0
    assert messages[-1].endswith(f"{output_of(3)}, kept {IMAGES - 1}")
    assert objects(archive) == expected()


def test_objects_whose_images_changed_after_they_were_recorded_are_made_anew(recipe: Path) -> None:
    archive = recipe.parent
    assert run(recipe)[0] == 0
    before = files_below(archive / "out")
    changed, touched = image_of(archive, 5), image_of(archive, 6)
    shutil.copy(image_of(archive, 7), changed)
    os.utime(touched)
    code, messages = run(recipe, "--resume", "--verbose")
    assert code == 0
    (said,) = [line for line in messages if "is made anew" in line]
    assert said.endswith(f"{output_of(5)} is made anew: photos/{name_of(5, IMAGES)} was changed")
    assert messages[-1].endswith(f" (1 changed), kept {IMAGES - 1}")
    after = files_below(archive / "out")
    assert {name for name in before if before[name] != after[name]} == {output_of(5)}


# --- a table that is edited meanwhile -------------------------------------------------------------


def test_the_object_of_a_row_that_changed_is_made_anew(recipe: Path) -> None:
    archive = recipe.parent
    assert run(recipe)[0] == 0
    edit_table(archive, lambda lines: [*lines[:9], lines[9].replace("left foot", "right hand"), *lines[10:]])
    code, messages = run(recipe, "--resume", "--verbose")
    assert code == 0
    (said,) = [line for line in messages if "is made anew" in line]
    assert said.endswith(f"{output_of(8)} is made anew: its values were changed")
    assert messages[-1].endswith(f"{output_of(8)} (1 changed), kept {IMAGES - 1}")
    assert pydicom.dcmread(archive / "out" / output_of(8)).ImageComments.startswith("right hand")


def test_an_image_whose_row_was_removed_stops_the_run_unless_the_recipe_says_otherwise(recipe: Path) -> None:
    archive = recipe.parent
    assert run(recipe)[0] == 0
    before = files_below(archive / "out"), (archive / RECORD).read_bytes()
    edit_table(archive, lambda lines: [*lines[:9], *lines[10:]])
    code, messages = run(recipe, "--resume")
    assert code == 2
    assert any(f"1 image has no row in the table: photos/{name_of(8, IMAGES)}" in line for line in messages)
    assert before == (files_below(archive / "out"), (archive / RECORD).read_bytes())
    write_archive_recipe(archive, table=table_of(recipe) | {"unmatched_images": "skip"})
    code, messages = run(recipe, "--resume")
    assert code == 0
    assert "1 recorded object is not planned any more; its file was left alone" in messages[0]
    assert messages[-1] == f"wrote nothing, kept {IMAGES - 1}"
    assert files_below(archive / "out") == before[0]


def test_a_row_that_was_added_stops_the_run_until_its_image_is_there(recipe: Path) -> None:
    archive = recipe.parent
    assert run(recipe)[0] == 0
    edit_table(archive, lambda lines: [*lines[:9], lines[9].replace("/000008.jpg", "/000008b7.jpg"), *lines[9:]])
    code, messages = run(recipe, "--resume")
    assert code == 2
    assert any(f"1 row matches no image: {TABLE}:10" in line for line in messages)
    shutil.copy(image_of(archive, 9), image_of(archive, 8).with_name("000008b7.jpg"))
    code, messages = run(recipe, "--resume")
    assert code == 0
    assert messages == [f"wrote out/{output_of(8)[:-4]}b7.dcm, kept {IMAGES}".replace("out/", f"{archive}/out/")]
    assert objects(archive) == {*expected(), output_of(8).replace(".dcm", "b7.dcm")}


def table_of(recipe: Path) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(recipe.read_text())["table"]
    return table


# --- records --------------------------------------------------------------------------------------


def test_a_record_that_is_damaged_in_the_middle_is_not_gone_on_with(recipe: Path) -> None:
    archive = recipe.parent
    assert run(recipe)[0] == 0
    record = archive / RECORD
    lines = record.read_bytes().splitlines(keepends=True)
    damaged = b"".join([*lines[:20], lines[20][:30] + b"\n", *lines[21:]])
    record.write_bytes(damaged)
    before = files_below(archive)
    code, messages = run(recipe, "--resume")
    assert code == 1
    assert len(messages) == 1
    assert f"{RECORD}:21: this line of the run record is damaged: " in messages[0]
    assert "put the record aside to begin a new one" in messages[0]
    assert files_below(archive) == before
    record.rename(archive / "aside")
    assert run(recipe, "--existing", "replace")[0] == 0
    assert objects(archive) == expected()


def test_of_a_record_with_an_unfinished_last_line_only_that_object_is_made_anew(recipe: Path) -> None:
    archive = recipe.parent
    assert run(recipe, "--jobs", "1")[0] == 0
    before = files_below(archive / "out")
    record = archive / RECORD
    *lines, last, _end = record.read_bytes().splitlines(keepends=True)
    record.write_bytes(b"".join(lines) + last[:-20])
    code, messages = run(recipe, "--resume")
    assert code == 0
    assert messages[-1].endswith(f"{output_of(IMAGES - 1)}, kept {IMAGES - 1}")
    assert files_below(archive / "out") == before


def test_a_run_that_is_gone_on_with_by_another_recipe_is_made_anew_and_that_is_said(recipe: Path) -> None:
    archive = recipe.parent
    assert run(recipe)[0] == 0
    write_archive_recipe(archive, keys={"PatientID": "${row.Patient}", "StudyDescription": "Follow-up"})
    code, messages = run(recipe, "--resume")
    assert code == 0
    said, summary = messages
    assert f"{RECORD}: the recipe or plan has changed since 2" in said
    assert said.endswith(": all objects are made anew")
    assert summary == f"wrote {IMAGES} objects to 4 folders"
    assert objects(archive) == expected()
    assert all(pydicom.dcmread(path).StudyDescription == "Follow-up" for path in archive.glob("out/*/*"))


# --- processes ------------------------------------------------------------------------------------


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """Return the recipe of an archive that keeps two workers busy for a while."""
    return make_archive(tmp_path / "busy", MANY, side=64)


@contextmanager
def under_way(recipe: Path, *arguments: str, made: int = 100) -> Iterator[subprocess.Popen[bytes]]:
    """Start a run with two workers, and begin when it has made some objects."""
    options = ("--jobs", "2", *arguments)
    with heeding_interrupts(), start("run", recipe, *options, start_new_session=True) as process:
        deadline = time.monotonic() + 60
        while process.poll() is None and len(record_lines(recipe.parent)) < made and time.monotonic() < deadline:
            time.sleep(0.005)
        assert process.poll() is None, "the run was too quick"
        yield process


def end_of(process: subprocess.Popen[bytes]) -> list[str]:
    _, messages = process.communicate(timeout=60)
    assert b"Traceback" not in messages, messages.decode()
    return messages.decode().splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_worker_that_the_system_kills_loses_nothing(busy: Path) -> None:
    with under_way(busy) as process:
        first, _second = workers_of(process.pid)
        os.kill(first, signal.SIGKILL)
        messages = end_of(process)
    assert process.returncode == 0
    assert messages == [f"wrote {MANY} objects to 4 folders"]
    assert objects(busy.parent) == expected(count=MANY)
    assert run(busy, "--resume") == (0, [f"wrote nothing, kept {MANY}"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("whom", [os.kill, os.killpg], ids=["the run", "all of its processes"])
def test_a_signal_lets_be_finished_what_was_begun(
    busy: Path, number: signal.Signals, whom: Callable[[int, int], None]
) -> None:
    archive = busy.parent
    with under_way(busy) as process:
        whom(process.pid, number)
        *_, summary, last = end_of(process)
    assert process.returncode == 130
    assert last.startswith("interrupted: ")
    assert last.endswith("the same command with --resume goes on")
    *lines, end = record_lines(archive)
    made = {line["output"].removeprefix("out/") for line in lines if line["kind"] == "object"}
    assert (end["kind"], end["finished"]) == ("end", False)
    assert made == objects(archive)
    assert f"{len(made)} objects" in summary
    go_on(busy, made)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_workers_end_with_a_run_that_is_killed(busy: Path) -> None:
    with under_way(busy) as process:
        workers = workers_of(process.pid)
        process.kill()
        process.communicate()
    assert workers
    deadline = time.monotonic() + 10
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(is_alive, workers))


def test_hidden_files_that_a_killed_run_has_left_are_removed_when_it_is_gone_on_with(busy: Path) -> None:
    """Where the system has no files without names, or one is to be replaced, it is hidden until it is complete."""
    archive = busy.parent
    with under_way(busy) as process:
        process.kill()
        process.communicate()
    begun = {name for line in record_lines(archive) if line["kind"] == "begun" for name in line["outputs"]}
    lost = begun - {line["output"] for line in record_lines(archive) if line["kind"] == "object"}
    assert lost
    for output in lost:
        path = archive / output
        path.parent.mkdir(exist_ok=True)
        path.with_name(f"{hidden_prefix(path.name)}{process.pid}-1.part").write_bytes(b"half of it")
    assert run(busy, "--resume")[0] == 0
    assert objects(archive) == expected(count=MANY)


def go_on(busy: Path, made: set[str]) -> None:
    """Go on with a run that has made some objects, and check that it makes the others."""
    code, messages = run(busy, "--resume")
    assert code == 0
    (summary,) = messages
    assert summary.startswith(f"wrote {MANY - len(made)} objects to ")
    assert summary.endswith(f", kept {len(made)}")
    assert objects(busy.parent) == expected(count=MANY)


def test_the_first_failure_ends_a_run_that_asks_for_it(busy: Path) -> None:
    archive = busy.parent
    image = archive / "photos" / name_of(200, MANY)
    image.rename(archive / "elsewhere")
    image.write_bytes(b"no picture")
    code, messages = run(busy, "--fail-fast", "--jobs", "2")
    assert code == 1
    (error,) = [line for line in messages if line.startswith("error: ")]
    assert image.name in error
    assert messages[-1].startswith("stopped at the first failure: ")
    made = objects(archive)
    assert len(made) < MANY - 1
    assert record_lines(archive)[-1]["finished"] is False
    (archive / "elsewhere").replace(image)
    go_on(busy, made)
