"""Hidden files of killed processes are removed, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.run.files import Folders, NewFile, hidden_prefix
from img2dcm_decl.run.leftovers import sweep


def leave(path: Path, *, folders: Folders | None = None) -> Path:
    """Leave the hidden file of an output as a process does that is killed, and return it."""
    file = NewFile(str(path), False, folders or Folders(anonymous=False))
    file.__enter__().close()
    (hidden,) = [name for name in path.parent.iterdir() if name.name.startswith(hidden_prefix(path.name))]
    return hidden


def test_what_was_to_become_an_output_is_removed_and_what_stands_there_stays(tmp_path: Path) -> None:
    left, other = leave(tmp_path / "out" / "a.dcm"), leave(tmp_path / "out" / "b.dcm")
    for name in ("a.dcm", ".a.dcm", ".img2dcm-notes"):
        (tmp_path / "out" / name).write_bytes(b"")
    sweep([str(tmp_path / "out" / "a.dcm"), str(tmp_path / "missing" / "a.dcm"), "s3://bucket/a.dcm"])
    assert not left.exists()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.dcm", ".a.dcm", ".img2dcm-notes", other.name}


@pytest.mark.skipif(os.name == "nt", reason="symbolic links as POSIX has them")
def test_links_are_followed_as_they_are_when_files_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    left = leave(tmp_path / "real" / "a.dcm")
    (tmp_path / "b.dcm").symlink_to(tmp_path / "real" / "a.dcm")
    sweep([str(tmp_path / "b.dcm")])
    assert not left.exists()


def test_outputs_in_the_current_folder_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = leave(tmp_path / "a.dcm")
    monkeypatch.chdir(tmp_path)
    sweep(["a.dcm", "-"])
    assert not left.exists()


def test_what_cannot_be_removed_stays(tmp_path: Path) -> None:
    folder = tmp_path / f"{hidden_prefix('a.dcm')}1-1.part"
    folder.mkdir()
    sweep([str(tmp_path / "a.dcm")])
    assert folder.is_dir()


@given(st.text(), st.text())
def test_hidden_names_are_short_and_fit_any_name(one: str, other: str) -> None:
    prefixes = {hidden_prefix(one), hidden_prefix(other)}
    assert all(len(prefix) == len(".img2dcm-00000000-") and prefix.isascii() for prefix in prefixes)
    sweep([f"{one}/\0{other}"])
