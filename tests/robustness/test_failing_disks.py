"""A disk that is full, a folder that cannot be written: one clear line, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from benchmarks.inputs import write_bmp, write_jpeg
from robustness.commands import call, write_recipe

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and permissions as POSIX has them")


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """Mount a small disk of its own on a folder."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def one_line(messages: str) -> str:
    """Return the line that says what failed; a line that sums up may follow it."""
    lines = messages.strip().splitlines()
    assert 1 <= len(lines) <= 2, messages
    return lines[0]


@pytest.mark.parametrize(("write", "name"), [(write_jpeg, "a.jpg"), (write_bmp, "a.bmp")])
@pytest.mark.parametrize("existing", ["error", "replace"])
def test_a_file_that_may_not_grow_further_is_not_left_behind(
    tmp_path: Path, write: Any, name: str, existing: str
) -> None:
    resource = pytest.importorskip("resource")
    write(tmp_path / name, 3_000_000)
    recipe = write_recipe(tmp_path, name, existing=existing)
    old = tmp_path / "out" / "a.dcm"
    if existing == "replace":
        old.parent.mkdir()
        old.write_bytes(b"old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    code, messages = call("run", recipe, preexec_fn=limit)
    assert code == 1
    assert "a.dcm: cannot be written: " in one_line(messages)
    assert os.listdir(old.parent) == (["a.dcm"] if existing == "replace" else [])
    assert existing == "error" or old.read_bytes() == b"old"


def test_a_full_disk_is_one_line_and_what_fits_is_written(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "a.jpg", 4_000_000)
    write_jpeg(tmp_path / "b.jpg", 500_000)
    with disk(tmp_path / "disk", "size=2m"):
        code, messages = call("run", write_recipe(tmp_path, "*.jpg", output="disk/${image.stem}.dcm"))
        assert os.listdir(tmp_path / "disk") == ["b.dcm"]
    assert code == 1
    assert "a.dcm: cannot be written: No space left on device" in messages


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_disk_that_fills_up_while_a_large_image_is_written_is_one_line(tmp_path: Path, jobs: str) -> None:
    write_bmp(tmp_path / "a.bmp", 24_000_000)
    with disk(tmp_path / "disk", "size=12m"):
        recipe = write_recipe(tmp_path, "a.bmp", output="disk/${image.stem}.dcm")
        code, messages = call("run", "--jobs", jobs, recipe)
        assert os.listdir(tmp_path / "disk") == []
    assert code == 1
    assert "a.dcm: cannot be written: No space left on device" in one_line(messages)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_standard_output_is_one_line(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "a.jpg", 100_000)
    recipe = write_recipe(tmp_path, "a.jpg", output="-")
    with open("/dev/full", "wb") as full:
        code, messages = call("run", recipe, stdout=full)
    assert code == 1
    assert "standard output" in one_line(messages)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null")
def test_devices_are_written_to_and_never_replaced(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "a.jpg", 100_000)
    code, messages = call("run", write_recipe(tmp_path, "a.jpg", output="/dev/null", existing="replace"))
    assert code == 0, messages
    assert Path("/dev/null").is_char_device()
    code, messages = call("run", write_recipe(tmp_path, "a.jpg", output="/dev/null"))
    assert code == 1
    assert "/dev/null: exists already" in messages


def bound_by_permissions() -> list[str]:
    """Return what has to stand before a command so that permissions bind it, as they do everybody but the superuser."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("permissions do not bind the superuser, and setpriv is missing")
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


def test_a_folder_that_may_not_be_written_is_one_line(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "a.jpg", 100_000)
    (tmp_path / "out").mkdir(mode=0o555)
    code, messages = call("run", write_recipe(tmp_path, "a.jpg"), before=bound_by_permissions())
    assert code == 1
    assert "a.dcm: cannot be written: Permission denied" in one_line(messages)
    assert os.listdir(tmp_path / "out") == []


@pytest.mark.parametrize("pattern", ["in/**/*.jpg", "in/*/*.jpg", "in/**/b/*.jpg", "in/[ab]*/**/*.jpg"])
def test_folders_that_may_not_be_looked_into_are_not_left_out_in_silence(tmp_path: Path, pattern: str) -> None:
    for name in ("a/b", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        write_jpeg(tmp_path / "in" / name / "1.jpg", 1000)
    closed = tmp_path / "in" / "a"
    closed.chmod(0)
    code, messages = call("run", write_recipe(tmp_path, pattern), before=bound_by_permissions())
    closed.chmod(0o700)
    assert code == 0, messages
    assert messages.startswith("warning: folder in/a is closed to this user: images in it are left out\n")


@pytest.mark.parametrize("name", ["in/1.jpg", "in/*.jpg", "in/**/*.jpg"])
def test_what_is_not_found_in_a_closed_folder_is_not_called_missing(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir(mode=0)
    code, messages = call("run", write_recipe(tmp_path, name), before=bound_by_permissions())
    assert code == 2
    assert "closed to this user" in messages


def test_a_read_only_disk_is_one_line(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "a.jpg", 100_000)
    with disk(tmp_path / "out", "ro"):
        code, messages = call("run", write_recipe(tmp_path, "a.jpg"))
    assert code == 1
    assert "a.dcm: cannot be written: Read-only file system" in one_line(messages)
