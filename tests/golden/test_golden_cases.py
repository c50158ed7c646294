"""Every recorded command line ends as it did with img2dcm 3.7.0, and gives the same object."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from golden.reference import CORPUS, Case, cases, load_tool, name, sample
from parity.calling import legacy
from support import ROOT, shared_dir

CASES = cases()


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    shared_dir()
    found = load_tool()
    assert found is not None
    return found


def convert(arguments: list[str], folder: Path, environ: dict[str, str]) -> tuple[int, bytes, bytes]:
    return legacy(arguments, folder, environ)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_object_is_the_one_that_img2dcm_makes(case: Case, tool: ModuleType) -> None:
    assert tool.run(case, CORPUS, convert) == []


@pytest.mark.parametrize("case", sample(CASES), ids=name)
def test_a_process_of_its_own_makes_the_same(case: Case, tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert tool.run(case, CORPUS, [sys.executable, "-m", "img2dcm_decl", "legacy"]) == []
