"""A run may end at any moment: what stands under an output's name is complete, and the next run goes on."""

from __future__ import annotations

import random
import shutil
import sys
import time
from pathlib import Path

import pytest
from benchmarks.inputs import write_jpeg
from PIL import Image
from robustness.commands import call, is_complete, save_plan, start, write_recipe

KILLS = 15
OBJECTS = 150
SIZE = 300_000

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images enough to keep a run busy for a while."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "in").mkdir()
    write_jpeg(folder / "in" / "0.jpg", SIZE, columns=1024)
    for number in range(1, OBJECTS):
        (folder / "in" / f"{number}.jpg").hardlink_to(folder / "in" / "0.jpg")
    return folder


def stream_of(folder: Path) -> bytes:
    """Return the image as it stands in the objects: without the JFIF segment behind SOI."""
    data = (folder / "in" / "0.jpg").read_bytes()
    assert data[2:4] == b"\xff\xe0"
    return data[:2] + data[4 + int.from_bytes(data[4:6], "big") :]


@pytest.mark.parametrize("existing", ["replace", "skip"])
def test_killing_a_run_leaves_no_partial_output_and_does_not_stop_the_next(folder: Path, existing: str) -> None:
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    plan = save_plan(write_recipe(folder, "in/*.jpg", existing=existing))
    began = time.perf_counter()
    assert call("run", plan)[0] == 0
    whole = time.perf_counter() - began
    stream = stream_of(folder)
    moments = random.Random(existing)
    interrupted = 0
    for _ in range(KILLS):
        if existing == "skip":
            shutil.rmtree(out, ignore_errors=True)
        process = start("run", plan)
        time.sleep(moments.uniform(0.2, 0.9) * whole)
        process.kill()
        process.communicate()
        interrupted += process.returncode != 0
        for path in out.glob("*") if out.exists() else ():
            assert path.name.endswith(".dcm") or path.name.startswith(".img2dcm-")
            assert path.name.startswith(".") or is_complete(path, stream), path
    assert interrupted
    code, messages = call("run", plan)
    assert code == 0, messages
    written = list(out.glob("*.dcm"))
    assert len(written) == OBJECTS
    assert all(is_complete(path, stream) for path in written)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a program could answer")
def test_terminating_a_run_leaves_no_file_but_complete_outputs(folder: Path) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    plan = save_plan(write_recipe(folder, "in/*.jpg", existing="replace"))
    process = start("run", plan)
    time.sleep(0.15)
    process.terminate()
    _, messages = process.communicate()
    assert b"Traceback" not in messages
    left = list((folder / "out").glob("*")) if (folder / "out").exists() else []
    assert all(path.suffix == ".dcm" and is_complete(path, stream_of(folder)) for path in left)


def test_two_runs_at_once_into_one_folder_agree_on_complete_files(folder: Path) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    plan = save_plan(write_recipe(folder, "in/*.jpg", existing="replace"))
    both = [start("run", plan) for _ in range(2)]
    for process in both:
        _, messages = process.communicate()
        assert process.returncode == 0, messages
    paths = list((folder / "out").iterdir())
    assert len(paths) == OBJECTS
    assert all(is_complete(path, stream_of(folder)) for path in paths)


def test_of_two_runs_that_may_not_replace_each_object_is_written_by_one(folder: Path) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    plan = save_plan(write_recipe(folder, "in/*.jpg", existing="error"))
    both = [start("run", plan) for _ in range(2)]
    reports = [process.communicate()[1].decode() for process in both]
    assert {process.returncode for process in both} <= {0, 1}
    assert any("exists already" in report for report in reports)
    paths = list((folder / "out").iterdir())
    assert len(paths) == OBJECTS
    assert all(is_complete(path, stream_of(folder)) for path in paths)


def test_the_generated_images_are_valid(folder: Path) -> None:
    with Image.open(folder / "in" / "0.jpg") as picture:
        picture.load()
        assert picture.size[0] == 1024
