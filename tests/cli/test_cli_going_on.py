"""Runs that go on after something was changed, moved or begun by somebody else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pydicom

Cli = Callable[..., tuple[int, str, str]]
KEEP = ("run", "recipe.yaml", "--record", "run.jsonl", "--resume")


def edit(recipe: Path, old: str, new: str) -> None:
    recipe.write_text(recipe.read_text("utf-8").replace(old, new), encoding="utf-8")


def undo_last_part(work: Path, before: Path) -> None:
    """Have a run that was ended before it began its last part's first object, and after that part was recorded."""
    shutil.rmtree(work / "out")
    shutil.copytree(before, work / "out")
    lines = (work / "run.jsonl").read_bytes().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if json.loads(line)["kind"] == "run")
    (work / "run.jsonl").write_bytes(b"".join(lines[: last + 1]))


def test_a_recipe_that_is_changed_back_goes_on_with_its_own_studies(cli: Cli, work: Path) -> None:
    edit(work / "recipe.yaml", "${image.stem}\n  Req", "P7\n  Req")
    assert cli(*KEEP)[0] == 0
    shutil.copytree(work / "out", work / "before")
    edit(work / "recipe.yaml", "SPS-7", "SPS-8")
    assert cli(*KEEP)[0] == 0
    undo_last_part(work, work / "before")
    edit(work / "recipe.yaml", "SPS-8", "SPS-7")
    (work / "a.bmp").write_bytes((work / "a.bmp").read_bytes() + b"\0")
    said = cli(*KEEP)[2]
    assert len({pydicom.dcmread(path).StudyInstanceUID for path in (work / "out").iterdir()}) == 1
    assert "all objects are made anew" not in said
    assert said.splitlines()[-1] == "wrote out/a.dcm (1 changed), kept 1"


def test_the_record_of_another_folder_makes_nobodys_files_its_own(cli: Cli, work: Path) -> None:
    assert cli(*KEEP)[0] == 0
    (work / "other" / "out").mkdir(parents=True)
    for name in ("a.bmp", "b.bmp", "recipe.yaml"):
        (work / "other" / name).write_bytes((work / name).read_bytes())
    (work / "other" / "out" / "a.dcm").write_bytes(b"somebody else's")
    code, _, err = cli("run", "other/recipe.yaml", "--record", "run.jsonl", "--resume")
    assert (code, err.splitlines()[-1].partition(":")[0]) == (1, "error")
    assert "other/out/a.dcm: exists already and nothing was written" in err
    assert (work / "other" / "out" / "a.dcm").read_bytes() == b"somebody else's"


def test_a_folder_that_was_moved_goes_on_where_it_is(cli: Cli, work: Path) -> None:
    (work / "here").mkdir()
    for name in ("a.bmp", "b.bmp", "recipe.yaml"):
        (work / name).rename(work / "here" / name)
    keep = ("--record", "run.jsonl", "--resume")
    assert cli("run", "here/recipe.yaml", *keep)[0] == 0
    (work / "here").rename(work / "there")
    (work / "there" / "out" / "b.dcm").unlink()
    assert cli("run", "there/recipe.yaml", *keep)[2].splitlines()[-1] == "wrote there/out/b.dcm, kept 1"
    assert cli("run", "there/recipe.yaml", *keep)[2].splitlines()[-1] == "wrote nothing, kept 2"
    (work / "there").rename(work / "here")
    assert cli("run", "here/recipe.yaml", *keep)[2].splitlines()[-1] == "wrote nothing, kept 2"
