"""Recipes that are saved in another folder than the one their command line was meant for."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.relocation import relocate
from img2dcm_decl.recipe.model import ImageEntry, LoggingRules, Recipe, Table

if TYPE_CHECKING:
    from pathlib import Path


def recipe_of(*argv: str) -> Recipe:
    recipe = parse(argv, environ={"DCMDICTPATH": "site.dic"}).recipe
    assert recipe is not None
    return recipe


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    (tmp_path / "recipes" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


@pytest.mark.usefixtures("root")
def test_relative_paths_are_rewritten() -> None:
    recipe = recipe_of("-df", "t.dcm", "-stf", "../s.dcm", "a b.jpg", "./c.jpg", "out/$x.dcm")
    moved = relocate(recipe, "../recipes/deep")
    assert [entry.pattern for entry in moved.inputs.images] == ["../../here/a b.jpg", "../../here/c.jpg"]
    assert moved.sources.template is not None
    assert moved.sources.template.file == "../../here/t.dcm"
    assert moved.sources.study == "../../here/../s.dcm"
    assert moved.output.file == "../../here/out/$$x.dcm"
    assert moved.dictionaries == ("../../here/site.dic",)
    assert moved.folder == "../recipes/deep"


def test_absolute_paths_and_standard_streams_stay(root: Path) -> None:
    image = str(root / "a.jpg")
    moved = relocate(recipe_of("-df", "-", "-sef", "-", image, "-"), "../recipes")
    assert moved.inputs.images == (ImageEntry(image, exact=True),)
    assert moved.sources.template is not None
    assert (moved.sources.template.file, moved.sources.series, moved.output.file) == ("-", "-", "-")


@pytest.mark.usefixtures("root")
def test_an_image_named_dash_stays_a_file() -> None:
    (entry,) = relocate(recipe_of("-", "o.dcm"), "../recipes").inputs.images
    assert entry.pattern == "../here/-"


@pytest.mark.parametrize("folder", [".", "", "../here", "../recipes/../here"])
@pytest.mark.usefixtures("root")
def test_nothing_changes_in_the_same_folder(folder: str) -> None:
    recipe = recipe_of("-df", "t.dcm", "a.jpg", "o.dcm")
    assert relocate(recipe, folder) == recipe


def test_links_are_resolved_before_going_up(root: Path) -> None:
    link = root / "link"
    try:
        link.symlink_to(root / "recipes" / "deep", target_is_directory=True)
    except OSError as error:
        pytest.skip(f"links are not to be had here: {error}")
    (entry,) = relocate(recipe_of("a.jpg", "o.dcm"), str(link)).inputs.images
    assert (link / entry.pattern).resolve() == root / "here" / "a.jpg"


def test_patterns_placeholders_and_profiles_keep_their_meaning(root: Path) -> None:
    odd = root / "[odd] $dir"
    odd.mkdir()
    os.chdir(odd)
    recipe = replace(recipe_of("a.jpg", "o.dcm"), sop_class="profiles/mine.yaml", logging=LoggingRules(file="run.log"))
    images = (ImageEntry("*.jpg"), ImageEntry("list.txt", index=True), ImageEntry("s3://b/*.jpg"))
    recipe = replace(recipe, inputs=replace(recipe.inputs, images=images, exclude=("t-*",)))
    recipe = replace(recipe, output=replace(recipe.output, file="out/${image.stem}.dcm", record="run.jsonl"))
    recipe = replace(recipe, table=Table("t.csv", "File"))
    moved = relocate(recipe, "../recipes")
    assert moved.inputs.images == (
        ImageEntry("../[[]odd] $$dir/*.jpg"),
        ImageEntry("../[odd] $$dir/list.txt", index=True),
        ImageEntry("s3://b/*.jpg"),
    )
    assert moved.inputs.exclude == ("../[[]odd] $$dir/t-*",)
    assert moved.table == Table("../[odd] $$dir/t.csv", "File")
    assert moved.output.record == "../[odd] $$dir/run.jsonl"
    assert moved.output.file == "../[odd] $$dir/out/${image.stem}.dcm"
    assert moved.sop_class == "../[odd] $dir/profiles/mine.yaml"
    assert moved.logging.file == "../[odd] $dir/run.log"
    assert relocate(recipe_of("-vlp", "a", "o"), "../recipes").sop_class == "vl-photographic"
