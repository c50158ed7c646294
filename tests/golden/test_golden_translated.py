"""A translated recipe, read back in another folder, gives the very bytes that the command line gives."""

from __future__ import annotations

import contextlib
import io
import itertools
import time
from pathlib import Path
from types import ModuleType

import pytest
from golden.reference import CORPUS, Case, cases, load_tool, name
from support import shared_dir

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.images.registry import FORMATS
from img2dcm_decl.legacy.differences import notes
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.relocation import relocate
from img2dcm_decl.recipe.model import Recipe
from img2dcm_decl.recipe.read import load_recipe
from img2dcm_decl.recipe.write import write_recipe
from img2dcm_decl.run.runner import Job
from img2dcm_decl.run.sources import Sources

NOON = time.struct_time((2024, 2, 29, 12, 30, 45, 3, 60, 0))
CONVERTING = [case for case in cases() if case["exit"] == 0 and case["expected"] is not None]


class Stream(io.RawIOBase):
    """What was written to standard output."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        assert isinstance(data, bytes | bytearray | memoryview)
        self.data += data
        return len(data)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    shared_dir()
    found = load_tool()
    assert found is not None
    return found


def object_of(recipe: Recipe, output: Path) -> bytes:
    """Return the object that a recipe gives: UIDs are counted and the time stands still."""
    numbers = itertools.count(1)
    stream = Stream()
    sources = Sources(lambda: f"2.25.{next(numbers)}", lambda: NOON)
    outcomes = list(Job(compile_recipe(recipe, FORMATS), stream, sources).run())
    assert [(outcome.status, outcome.message) for outcome in outcomes] == [("written", "")]
    if output.exists():
        stream.write(output.read_bytes())
        output.unlink()
    return bytes(stream.data)


@pytest.mark.parametrize("case", CONVERTING, ids=name)
def test_a_translated_recipe_gives_the_same_bytes(case: Case, tool: ModuleType, tmp_path: Path) -> None:
    tool.stage(case, CORPUS, tmp_path)
    output = tmp_path / case["output"]
    with contextlib.chdir(tmp_path):
        invocation = parse(case["argv"], environ=case.get("env", {}))
        assert invocation.recipe is not None
        at_once = object_of(invocation.recipe, output)
        saved = tmp_path / "recipes" / "visit" / "translated.yaml"
        saved.parent.mkdir(parents=True)
        moved = relocate(invocation.recipe, str(saved.parent))
        saved.write_text(write_recipe(moved, comments=notes(invocation)), encoding="utf-8")
    assert object_of(load_recipe(str(saved)), output) == at_once
    assert len(at_once) > 132
