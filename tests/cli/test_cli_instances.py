"""Two objects of a run never share a SOP Instance UID unheard: an archive would keep one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

Cli = Callable[..., tuple[int, str, str]]
RECIPE = """\
recipe: 1
inputs: {images: "*.bmp"}
uids: {method: derived, key: secret, facts: [content]}
reproducible: {time: 2026-01-31T10:15:00}
output: {file: "out/${image.stem}.dcm", record: run.jsonl, existing: EXISTING}
"""
FAILED = (
    "error: out/b.dcm: has the SOP Instance UID of out/a.dcm, and an archive would keep only one of them; "
    "it was removed again; where both are wanted, add ${image.stem} or ${index} to uids.facts"
)


@pytest.fixture(params=["error", "replace"])
def copies(work: Path, request: pytest.FixtureRequest) -> Path:
    """Three images, of which the first two are copies of each other."""
    (work / "c.bmp").write_bytes((work / "a.bmp").read_bytes() + b"\0")
    (work / "recipe.yaml").write_text(RECIPE.replace("EXISTING", request.param), encoding="utf-8")
    return work


def outputs(work: Path) -> list[str]:
    return sorted(path.name for path in (work / "out").iterdir())


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_second_copy_of_an_image_fails_and_leaves_no_file(cli: Cli, copies: Path, jobs: str) -> None:
    code, _, err = cli("run", "recipe.yaml", "--jobs", jobs)
    assert (code, FAILED in err.splitlines()) == (1, True), err
    assert err.splitlines()[-1] == "wrote 2 objects to out/, failed 1"
    assert outputs(copies) == ["a.dcm", "c.dcm"]


def test_going_on_says_it_again_until_the_recipe_tells_copies_apart(cli: Cli, copies: Path) -> None:
    cli("run", "recipe.yaml")
    code, _, err = cli("run", "recipe.yaml", "--resume")
    assert (code, FAILED in err.splitlines()) == (1, True), err
    assert err.splitlines()[-1] == "wrote nothing, kept 2, failed 1"
    assert outputs(copies) == ["a.dcm", "c.dcm"]
    text = (copies / "recipe.yaml").read_text("utf-8")
    told_apart = text.replace("[content]", '["${image.stem}", content]')
    (copies / "recipe.yaml").write_text(told_apart, encoding="utf-8")
    code, _, err = cli("run", "recipe.yaml", "--resume")
    assert code == 0, err
    assert len({pydicom.dcmread(path).SOPInstanceUID for path in (copies / "out").iterdir()}) == 3


def test_a_copy_that_comes_before_what_is_there_is_told_of_too(cli: Cli, copies: Path) -> None:
    # With a number of its own no object is made anew because another one comes before it.
    recipe = copies / "recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "keys: {InstanceNumber: 1}\n", encoding="utf-8")
    (copies / "a.bmp").rename(copies / "a")
    cli("run", "recipe.yaml")
    (copies / "a").rename(copies / "a.bmp")
    code, _, err = cli("run", "recipe.yaml", "--resume")
    assert (code, FAILED in err.splitlines()) == (1, True), err
    assert outputs(copies) == ["a.dcm", "c.dcm"]
    ended = json.loads((copies / "run.jsonl").read_text("utf-8").splitlines()[-1])
    assert (ended["written"], ended["kept"], ended["failed"]) == (1, 1, 1)


def test_the_record_has_the_failure(cli: Cli, copies: Path) -> None:
    cli("run", "recipe.yaml")
    lines = [json.loads(line) for line in (copies / "run.jsonl").read_text("ascii").splitlines()]
    status = {line["output"]: (line["status"], "file" in line) for line in lines if line["kind"] == "object"}
    assert status == {
        "out/a.dcm": ("written", True),
        "out/b.dcm": ("failed", False),
        "out/c.dcm": ("written", True),
    }


def test_uids_that_a_saved_plan_gives_are_compared_too(cli: Cli, work: Path) -> None:
    text = (
        (work / "recipe.yaml").read_text("utf-8").replace("  PatientID", "  SOPInstanceUID: 1.2.${index}\n  PatientID")
    )
    (work / "recipe.yaml").write_text(text, encoding="utf-8")
    assert cli("plan", "recipe.yaml", "-o", "plan.json")[0] == 0
    plan = (work / "plan.json").read_text("utf-8")
    (work / "plan.json").write_text(
        plan.replace('"text": "1.2.2 "', '"text": "1.2.1 "').replace("312e322e3200", "312e322e3100")
    )
    code, _, err = cli("run", "plan.json")
    assert code == 1
    assert "b.dcm: has the SOP Instance UID of " in err
    assert "give each object a SOP Instance UID of its own" in err
    assert outputs(work) == ["a.dcm"]


def test_one_uid_for_all_objects_is_warned_of_and_written(cli: Cli, work: Path) -> None:
    text = (work / "recipe.yaml").read_text("utf-8").replace("  PatientID", "  SOPInstanceUID: 1.2.3\n  PatientID")
    (work / "recipe.yaml").write_text(text, encoding="utf-8")
    code, _, err = cli("run", "recipe.yaml")
    assert (code, outputs(work)) == (0, ["a.dcm", "b.dcm"])
    assert "all 2 objects have the same SOP Instance UID" in err
