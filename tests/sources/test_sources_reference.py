"""Templates, studies, series, character sets and dictionaries give the objects that `img2dcm` makes of them."""

from __future__ import annotations

import importlib.util
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, outcomes_of, shared_dir

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.images.registry import FORMATS
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.run.runner import Job

SHARED = Path(os.environ.get("IMG2DCM_DECL_SHARED", ROOT.parent / "shared"))
KINDS = ("source-", "charset-", "dictionary-", "oph-xml-")


def cases() -> list[dict[str, Any]]:
    path = SHARED / "golden" / "cases.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [case for case in map(json.loads, lines) if case["id"].startswith(KINDS)]


@pytest.fixture(scope="module")
def judge() -> Any:
    spec = importlib.util.spec_from_file_location("judge", shared_dir() / "tools" / "golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Output(io.RawIOBase):
    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.written += data
        return len(memoryview(data))


def convert(argv: list[str], folder: Path, env: dict[str, str]) -> tuple[int, bytes, bytes]:
    """Convert as the command line asks, in this process and in the given folder."""
    output = Output()
    before = os.getcwd()
    os.chdir(folder)
    try:
        recipe = parse(argv, environ=env).recipe
        assert recipe is not None
        job = Job(compile_recipe(recipe, tuple(FORMATS)), output)
        failed = [outcome.message for outcome in outcomes_of(job) if outcome.status == "failed"]
    except Img2dcmError as error:
        return error.exit_code, b"", str(error).encode()
    finally:
        os.chdir(before)
    return (1 if failed else 0), bytes(output.written), "\n".join(failed).encode()


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["id"]))
def test_objects_have_the_attributes_that_img2dcm_gives_them(case: dict[str, Any], judge: Any) -> None:
    assert judge.run(case, SHARED / "corpus" / "dev", convert) == []
