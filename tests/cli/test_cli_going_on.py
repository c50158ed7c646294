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
