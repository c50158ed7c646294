"""What users do by mistake: one clear message, the documented exit code, and nothing left behind."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from benchmarks.inputs import write_jpeg
from robustness.commands import call, write_recipe

from img2dcm_decl.cli import main

posix = pytest.mark.skipif(sys.platform == "win32", reason="names, pipes and signals as POSIX has them")

SIZE = 20_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a current folder with an image, a recipe for it, and other files."""
    write_jpeg(tmp_path / "a.jpg", SIZE)
    write_recipe(tmp_path, "a.jpg")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "crlf.yaml").write_bytes(b"\xef\xbb\xbfrecipe: 1\r\ninputs: {images: a.jpg}\r\noutput: out/a.dcm\r\n")
    (tmp_path / "tab.yaml").write_text("recipe: 1\ninputs:\n\timages: a.jpg\noutput: a.dcm\n")
    (tmp_path / "utf16.yaml").write_text("recipe: 1\n", encoding="utf-16")
    (tmp_path / "large.yaml").write_text("recipe: 1\n" + "#" * 3_000_000)
    (tmp_path / "plan.json").write_bytes(bytes(range(256)))
    (tmp_path / "nul.yaml").write_text('recipe: 1\ninputs: {images: a.jpg}\noutput: "out/\\0.dcm"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Mistake(NamedTuple):
    """A command line, its exit code, and what its message says."""

    line: str
    code: int
    says: str


MISTAKES = (
    Mistake("run missing.yaml", 2, "cannot read the recipe missing.yaml: No such file"),
    Mistake("run folder", 2, "cannot read the recipe folder: Is a directory"),
    Mistake("run ''", 2, "the name of the recipe is empty"),
    Mistake("run a.jpg", 2, "a.jpg:1:1: this file is not text, and a recipe is"),
    Mistake("run tab.yaml", 2, "tab.yaml:3:1: a tab cannot"),
    Mistake("run utf16.yaml", 2, "utf16.yaml:1:1: the file is in UTF-16"),
    Mistake("run large.yaml", 2, "large.yaml:1:1: a recipe has at most 2 MB"),
    Mistake("run nul.yaml", 2, "nul.yaml:3:9: NUL cannot be part of a file name"),
    Mistake("run plan.json", 2, "plan.json: not JSON"),
    Mistake("run recipe.yaml --image missing.jpg", 2, "--image: there is no file 'missing.jpg'"),
    Mistake("run recipe.yaml --image a.jpg --output file/a.dcm", 1, "file/a.dcm: cannot be written: Not a directory"),
    Mistake("run recipe.yaml --output ''", 2, "--output: the name of the file is empty"),
    Mistake("run recipe.yaml --output folder", 2, "folder' is a folder"),
    Mistake("run recipe.yaml --nonsense", 2, "--nonsense"),
    Mistake("plan folder", 2, "cannot read the recipe folder: Is a directory"),
    Mistake("plan recipe.yaml -o ''", 2, "the name of the file to write is empty"),
    Mistake("plan recipe.yaml -o file/p.json", 1, "file/p.json: cannot be written: Not a directory"),
    Mistake("plan recipe.yaml -o folder", 1, "folder: exists already"),
    Mistake("check plan.json", 2, "plan.json:1:1"),
    Mistake("init missing.jpg", 1, "missing.jpg: cannot be read: No such file"),
    Mistake("init folder", 2, "there are no JPEG or BMP images in"),
    Mistake("init ''", 1, ": cannot be read: No such file"),
    Mistake("init file", 1, "file: the file is not of a known image format"),
    Mistake("init a.jpg -o file", 1, "file: exists already"),
    Mistake("schema nonsense", 2, "'nonsense' is not one of recipe, plan, iod"),
    Mistake("schema -o ''", 2, "the name of the file to write is empty"),
    Mistake("translate -o '' -- a.jpg a.dcm", 2, "the name of the file to write is empty"),
    Mistake("legacy missing.jpg a.dcm", 1, "there is no file 'missing.jpg'"),
    Mistake("nonsense", 2, "No such command 'nonsense'"),
)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def in_process(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a command line without a process of its own."""
    code = main(shlex.split(line))
    out, messages = capsys.readouterr()
    return code, out, messages


@posix
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.line)
def test_a_mistake_is_told_once_and_nothing_is_written(
    folder: Path, mistake: Mistake, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(folder)
    code, _, messages = in_process(mistake.line, capsys)
    assert code == mistake.code, messages
    assert messages.count(mistake.says) == 1, messages
    assert files(folder) == before


@posix
@pytest.mark.parametrize("line", ["crlf.yaml", "sub/../crlf.yaml", "link.yaml"])
def test_line_ends_byte_order_marks_and_links_do_not_matter(folder: Path, line: str) -> None:
    (folder / "sub").mkdir()
    (folder / "link.yaml").symlink_to("crlf.yaml")
    assert call("run", line)[0] == 0
    assert (folder / "out" / "a.dcm").is_file()


@posix
@pytest.mark.parametrize("command", [("init", "a.fifo"), ("legacy", "a.fifo", "a.dcm"), ("run", "pipe.yaml")])
def test_a_pipe_in_place_of_an_image_is_refused_without_waiting(folder: Path, command: tuple[str, ...]) -> None:
    os.mkfifo(folder / "a.fifo")
    (folder / "pipe.yaml").write_text('recipe: 1\ninputs: {images: "*.fifo"}\noutput: a.dcm\n')
    code, messages = call(*command)
    assert code == 1
    assert "a.fifo: is not a regular file" in messages
    assert not (folder / "a.dcm").exists()


@posix
@pytest.mark.parametrize("command", ["init", "translate"])
def test_a_name_that_is_not_utf8_is_refused_where_it_would_stand_in_a_recipe(folder: Path, command: str) -> None:
    name = os.fsdecode(b"\xfc.jpg")
    try:
        shutil.copy(folder / "a.jpg", folder / name)
    except OSError:
        pytest.skip("this file system has no such names")
    code, messages = call(*((command, name) if command == "init" else (command, "--", name, "a.dcm")))
    assert code == 2
    assert "is not UTF-8, and a recipe is in UTF-8" in messages
    pattern = write_recipe(folder, "?.jpg", output="${image.stem}.dcm")
    assert call("run", pattern)[0] == 0
    assert max(os.listdir(os.fsencode(folder))) == b"\xfc.jpg"
    assert (folder / os.fsdecode(b"\xfc.dcm")).is_file()


@posix
def test_line_breaks_in_names_do_not_make_lines_of_their_own(folder: Path) -> None:
    (folder / "a.jpg").rename(folder / "x\nerror: y.jpg")
    for output, expected in (("out/one.dcm", 0), ("out/${image.stem}.dcm", 2)):
        code, messages = call("run", write_recipe(folder, "*.jpg", output), "--verbose")
        assert code == expected
        assert not any(line.startswith("error") for line in messages.splitlines()), messages


@posix
@pytest.mark.parametrize(
    "line", ["schema -o -", "plan recipe.yaml -o -", "init a.jpg -o -", "translate -o - -- a.jpg a.dcm"]
)
def test_a_dash_is_standard_output_wherever_a_result_is_saved(
    folder: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, messages = in_process(line, capsys)
    assert (code, messages) == (0, "")
    assert out
    assert not (folder / "-").exists()
