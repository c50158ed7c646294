"""Output files appear under their names complete, or not at all, and never over a file that is to be kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from img2dcm_decl.errors import OutputError
from img2dcm_decl.run.files import Folders, NewFile, hidden_prefix


@pytest.fixture(params=["without a name", "under a hidden name"])
def folders(request: pytest.FixtureRequest) -> Folders:
    folders = Folders(anonymous=None if request.param == "without a name" else False)
    if request.param == "without a name" and not folders.anonymous:
        pytest.skip("this system has no files without a name")
    return folders


def write(path: Path, data: bytes, folders: Folders, *, replace: bool = False) -> None:
    with NewFile(str(path), replace, folders) as file:
        file.write(data)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_file_appears_when_it_is_complete(tmp_path: Path, folders: Folders) -> None:
    write(tmp_path / "a.dcm", b"data", folders)
    assert (tmp_path / "a.dcm").read_bytes() == b"data"
    assert names(tmp_path) == ["a.dcm"]


def test_missing_folders_are_made(tmp_path: Path, folders: Folders) -> None:
    write(tmp_path / "out" / "deep" / "a.dcm", b"data", folders)
    assert (tmp_path / "out" / "deep" / "a.dcm").read_bytes() == b"data"


def test_a_failure_leaves_nothing_behind(tmp_path: Path, folders: Folders) -> None:
    file = NewFile(str(tmp_path / "a.dcm"), False, folders)
    file.__enter__().write(b"half")
    file.__exit__(RuntimeError, RuntimeError(), None)
    assert names(tmp_path) == []


def test_a_failure_to_close_is_an_error_and_leaves_nothing_behind(tmp_path: Path, folders: Folders) -> None:
    with (
        pytest.raises(OutputError, match=r"a\.dcm: cannot be written"),
        NewFile(str(tmp_path / "a.dcm"), False, folders) as file,
    ):
        os.close(file.fileno())
    assert names(tmp_path) == []


def test_an_existing_file_is_kept(tmp_path: Path, folders: Folders) -> None:
    (tmp_path / "a.dcm").write_bytes(b"before")
    with pytest.raises(OutputError, match=r"a\.dcm: exists already"):
        write(tmp_path / "a.dcm", b"data", folders)
    assert (tmp_path / "a.dcm").read_bytes() == b"before"
    assert names(tmp_path) == ["a.dcm"]


def test_an_existing_file_is_replaced_in_one_step(tmp_path: Path, folders: Folders) -> None:
    (tmp_path / "a.dcm").write_bytes(b"before")
    with NewFile(str(tmp_path / "a.dcm"), True, folders) as file:
        file.write(b"data")
        assert (tmp_path / "a.dcm").read_bytes() == b"before"
    assert (tmp_path / "a.dcm").read_bytes() == b"data"
    assert names(tmp_path) == ["a.dcm"]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path, folders: Folders) -> None:
    file = NewFile(str(tmp_path / "a.dcm"), False, folders)
    file.__enter__().write(b"data")
    (tmp_path / "a.dcm").write_bytes(b"other")
    with pytest.raises(OutputError, match="exists already"):
        file.__exit__(None, None, None)
    assert (tmp_path / "a.dcm").read_bytes() == b"other"
    assert names(tmp_path) == ["a.dcm"]


def test_a_symbolic_link_stays_and_its_target_is_replaced(tmp_path: Path, folders: Folders) -> None:
    (tmp_path / "target.dcm").write_bytes(b"before")
    (tmp_path / "link.dcm").symlink_to("target.dcm")
    write(tmp_path / "link.dcm", b"data", folders, replace=True)
    assert (tmp_path / "link.dcm").is_symlink()
    assert (tmp_path / "target.dcm").read_bytes() == b"data"


def test_a_pipe_is_written_to_and_stays(tmp_path: Path, folders: Folders) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, b"data", folders, replace=True)
        assert os.read(reader, 10) == b"data"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_is_not_replaced(tmp_path: Path, folders: Folders, replace: bool) -> None:
    (tmp_path / "a.dcm").mkdir()
    with pytest.raises(OutputError), NewFile(str(tmp_path / "a.dcm"), replace, folders) as file:
        file.write(b"data")
    assert names(tmp_path) == ["a.dcm"]


def test_new_files_have_the_usual_permissions(tmp_path: Path, folders: Folders) -> None:
    (tmp_path / "usual").write_bytes(b"")
    write(tmp_path / "a.dcm", b"data", folders)
    assert (tmp_path / "a.dcm").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_name_that_is_a_file_cannot_be_a_folder(tmp_path: Path, folders: Folders) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "out" / "a.dcm", b"data", folders)


def test_hidden_names_that_are_taken_are_passed_over(tmp_path: Path) -> None:
    folders = Folders(anonymous=False)
    for number in range(1, 4):
        (tmp_path / f"{hidden_prefix('a.dcm')}{os.getpid()}-{number}.part").write_bytes(b"left")
    write(tmp_path / "a.dcm", b"data", folders)
    assert (tmp_path / "a.dcm").read_bytes() == b"data"
    assert len(names(tmp_path)) == 4


@pytest.fixture(autouse=True)
def no_open_files_remain() -> Iterator[None]:
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    yield
    if before:
        assert len(os.listdir("/proc/self/fd")) <= len(before)
