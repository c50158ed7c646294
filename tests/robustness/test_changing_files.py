"""Images and folders that change under a run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from benchmarks.inputs import write_bmp, write_jpeg
from robustness.commands import write_recipe
from support import outcomes_of

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.images.registry import FORMATS
from img2dcm_decl.plan.model import Plan
from img2dcm_decl.recipe.read import load_recipe
from img2dcm_decl.run.runner import Job
from img2dcm_decl.run.sources import Sources
from img2dcm_decl.run.uids import random_uid


def plan_for(recipe: Path) -> Plan:
    return compile_recipe(load_recipe(str(recipe)), FORMATS)


def shrink(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "shrinks": (shrink, ""),
    "vanishes": (Path.unlink, "No such file or directory"),
    "becomes a folder": (replace_by_folder, "directory"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("write", "name"), [(write_jpeg, "a.jpg"), (write_bmp, "a.bmp")])
def test_an_image_that_changes_between_header_and_pixels_fails_in_one_line(
    tmp_path: Path, write: Callable[[Path, int], None], name: str, change: str
) -> None:
    image = tmp_path / name
    write(image, 6_000_000)
    alter, reason = CHANGES[change]

    def uid_and_change() -> str:
        """Give a new UID: asked for when the header has been read and nothing is written yet."""
        if image.is_file() and image.stat().st_size > 5_000_000:
            alter(image)
        return random_uid()

    (outcome,) = outcomes_of(Job(plan_for(write_recipe(tmp_path, name)), sources=Sources(uid_and_change)))
    assert outcome.status == "failed"
    assert outcome.message.startswith(f"{image}: ")
    assert reason in outcome.message
    assert "\n" not in outcome.message
    assert os.listdir(tmp_path / "out") == []


def test_an_image_that_vanishes_before_its_turn_fails_alone(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_jpeg(tmp_path / f"{name}.jpg", 50_000)
    plan = plan_for(write_recipe(tmp_path, "*.jpg"))
    (tmp_path / "b.jpg").unlink()
    outcomes = list(outcomes_of(Job(plan)))
    assert [outcome.status for outcome in outcomes] == ["written", "failed", "written"]
    assert outcomes[1].message == f"{tmp_path / 'b.jpg'}: cannot be read: No such file or directory"


def test_an_output_folder_that_vanishes_fails_or_is_made_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_jpeg(tmp_path / f"{name}.jpg", 50_000)
    outcomes = []
    for outcome in outcomes_of(Job(plan_for(write_recipe(tmp_path, "*.jpg")))):
        outcomes.append(outcome)
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
    assert outcomes[0].status == "written"
    assert outcomes[1].status == "written" or "b.dcm: cannot be written: " in outcomes[1].message


def written(recipe: Path) -> list[str]:
    return [outcome.status for outcome in outcomes_of(Job(plan_for(recipe)))]


def test_existing_outputs_are_replaced_or_skipped_as_the_recipe_says(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "a.jpg", 50_000)
    output = tmp_path / "out" / "a.dcm"
    output.parent.mkdir()
    output.write_bytes(b"old")
    assert written(write_recipe(tmp_path, "a.jpg", existing="skip")) == ["skipped"]
    assert output.read_bytes() == b"old"
    assert written(write_recipe(tmp_path, "a.jpg", existing="replace")) == ["written"]
    assert pydicom.dcmread(output).Rows


def symlink(link: Path, target: Path) -> None:
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this user cannot make symbolic links")


@pytest.mark.parametrize("target", ["existing", "missing"])
def test_a_symbolic_link_stays_and_the_file_it_names_is_replaced(tmp_path: Path, target: str) -> None:
    write_jpeg(tmp_path / "a.jpg", 50_000)
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    named = tmp_path / "elsewhere" / "real.dcm"
    if target == "existing":
        named.write_bytes(b"old")
    link = tmp_path / "out" / "a.dcm"
    symlink(link, named)
    assert written(write_recipe(tmp_path, "a.jpg", existing="skip")) == ["skipped"]
    assert written(write_recipe(tmp_path, "a.jpg", existing="replace")) == ["written"]
    assert link.is_symlink()
    assert pydicom.dcmread(named).Rows
    assert os.listdir(named.parent) == ["real.dcm"]


def test_a_symbolic_link_to_itself_gives_way_or_is_one_line(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "a.jpg", 50_000)
    (tmp_path / "out").mkdir()
    symlink(tmp_path / "out" / "a.dcm", tmp_path / "out" / "a.dcm")
    (outcome,) = outcomes_of(Job(plan_for(write_recipe(tmp_path, "a.jpg", existing="replace"))))
    assert outcome.status in ("written", "failed")
    assert "\n" not in outcome.message
    assert len(os.listdir(tmp_path / "out")) == 1
