"""What is to be known of the sources of single objects is said while they are made, once each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

Cli = Callable[..., tuple[int, str, str]]
SAID = "the template's {} stay and may not fit the new image"


#: What may speak of the pixels that a template had, object by object.
KEYWORDS = {"a": "WindowCenter", "b": "WindowCenter", "c": "WindowWidth", "d": "WindowCenter"}
RECIPE = """\
recipe: 1
inputs: {images: "*.bmp"}
sources: {template: "${image.stem}.dcm"}
output: out/${image.stem}.dcm
"""


def write_template(path: Path, keyword: str) -> None:
    """Write a template with pixels of its own, and an attribute that may speak of them."""
    template = pydicom.Dataset()
    setattr(template, keyword, "1")
    template.add_new(0x7FE00010, "OB", bytes(2))
    template.file_meta = FileMetaDataset()
    template.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    template.save_as(path)


@pytest.fixture
def templates(work: Path) -> Path:
    for name, keyword in KEYWORDS.items():
        (work / f"{name}.bmp").write_bytes((work / "a.bmp").read_bytes())
        write_template(work / f"{name}.dcm", keyword)
    (work / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    return work


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_each_warning_is_said_once(cli: Cli, templates: Path, jobs: str) -> None:  # noqa: ARG001
    code, _, err = cli("run", "recipe.yaml", "--jobs", jobs, "--record", "run.jsonl")
    warnings = [line for line in err.splitlines() if line.startswith("warning: ")]
    assert code == 0, err
    assert warnings == ["warning: " + SAID.format("WindowCenter"), "warning: out/c.dcm: " + SAID.format("WindowWidth")]


def test_the_record_has_them_for_each_object(cli: Cli, templates: Path) -> None:
    cli("run", "recipe.yaml", "--record", "run.jsonl")
    lines = [json.loads(line) for line in (templates / "run.jsonl").read_text("ascii").splitlines()]
    assert [line["warnings"] for line in lines if line["kind"] == "object"] == [
        [SAID.format(k)] for k in KEYWORDS.values()
    ]
