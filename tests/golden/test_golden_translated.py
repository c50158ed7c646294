"""A translated recipe, read back in another folder, gives the very bytes that the command line gives."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import ModuleType

import pytest
from golden.reference import CORPUS, Case, cases, load_tool, name
from parity.same_object import object_of
from support import shared_dir

from img2dcm_decl.legacy.differences import notes
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.relocation import relocate
from img2dcm_decl.recipe.read import load_recipe
from img2dcm_decl.recipe.write import write_recipe

CONVERTING = [case for case in cases() if case["exit"] == 0 and case["expected"] is not None]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    shared_dir()
    found = load_tool()
    assert found is not None
    return found


@pytest.mark.parametrize("case", CONVERTING, ids=name)
def test_a_translated_recipe_gives_the_same_bytes(case: Case, tool: ModuleType, tmp_path: Path) -> None:
    tool.stage(case, CORPUS, tmp_path)
    with contextlib.chdir(tmp_path):
        invocation = parse(case["argv"], environ=case.get("env", {}))
        assert invocation.recipe is not None
        at_once = object_of(invocation.recipe)
        saved = tmp_path / "recipes" / "visit" / "translated.yaml"
        saved.parent.mkdir(parents=True)
        moved = relocate(invocation.recipe, str(saved.parent))
        saved.write_text(write_recipe(moved, comments=notes(invocation)), encoding="utf-8")
    assert object_of(load_recipe(str(saved))) == at_once
    assert len(at_once) > 132
