"""IOD profiles: the package's own are valid, and a site's profile is one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydicom import uid
from pydicom.datadict import tag_for_keyword

from img2dcm_decl.errors import RecipeError
from img2dcm_decl.iod.catalogue import load_profile, profile_names
from img2dcm_decl.iod.yaml_file import read_trusted
from img2dcm_decl.recipe.compose import compose
from img2dcm_decl.recipe.schema import plain
from img2dcm_decl.recipe.source import open_source
from img2dcm_decl.resources import iod_folder, schema_path

SCHEMA = json.loads(schema_path("iod").read_text(encoding="utf-8"))
VALID = """
profile: 1
name: site-photograph
title: Photograph
standard: PS3.3 2025e A.8.1
variants:
  - {sop_class: SecondaryCaptureImageStorage}
"""


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", profile_names())
def test_each_profile_of_the_package_meets_the_schema(name: str) -> None:
    document = yaml.safe_load((iod_folder() / f"{name}.yaml").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)] == []
    assert document["name"] == name


@pytest.mark.parametrize("name", profile_names())
def test_each_profile_names_attributes_and_sop_classes_of_the_standard(name: str) -> None:
    profile = load_profile(name)
    named = [(write.attribute, write.value) for write in profile.writes]
    named += [(asked.attribute, asked.value) for asked in profile.requirements]
    for attribute, value in named:
        assert tag_for_keyword(attribute) is not None, attribute
        for item in value.items or ():
            assert all(tag_for_keyword(keyword) is not None for keyword in item)
    for variant in profile.variants:
        assert bool(variant.sop_class) != bool(variant.refuse)
        assert not variant.sop_class or hasattr(uid, variant.sop_class)


@pytest.mark.parametrize("path", sorted(iod_folder().glob("*.yaml")), ids=lambda path: path.stem)
def test_files_of_the_package_mean_the_same_to_both_loaders(path: Path) -> None:
    root, problems = compose(open_source(path.read_bytes(), path.name))
    assert root is not None
    assert problems == []
    assert read_trusted(path.read_bytes()) == plain(root, {})


def test_profiles_go_by_name() -> None:
    assert "secondary-capture" in profile_names()
    assert load_profile("secondary-capture").title == "Secondary Capture Image"


def test_an_unknown_name_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(RecipeError) as caught:
        load_profile("secondary-captur")
    assert caught.value.diagnostics[0].help == "did you mean 'secondary-capture'?"


def test_a_site_has_a_profile_of_its_own_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(VALID, encoding="utf-8")
    assert load_profile("site.yaml", str(tmp_path)).name == "site-photograph"


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        ("", None, "the file is empty"),
        (VALID + "colour: red\n", 2, "'colour' was unexpected"),
        (VALID + "attributes: [{attribute: PatientName}]\n", 8, "'type' is a required property"),
        (VALID + "writes: [{attribute: Modality, value: OT, existing: never}]\n", 8, "'never' is not one of"),
        (VALID.replace("site-photograph", "Site"), 3, "does not match"),
        (VALID + "modules: [pateint]\n", 8, "'pateint' is not one of"),
        (VALID + "title: twice\n", 8, "twice"),
    ],
)
def test_mistakes_in_a_profile_are_shown_at_their_place(
    tmp_path: Path, change: str, line: int | None, said: str
) -> None:
    (tmp_path / "site.yaml").write_text(change, encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        load_profile("site.yaml", str(tmp_path))
    first = caught.value.diagnostics[0]
    assert said in first.message
    assert (first.place.line if first.place else None) == line


def test_a_missing_profile_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        load_profile("none.yaml", str(tmp_path))


@pytest.mark.parametrize("name", ["a\0b.yaml", "x" * 5000 + ".yaml", "\ud800.yaml"])
def test_a_name_that_no_file_can_have_is_an_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        load_profile(name, str(tmp_path))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no file without an end")
def test_a_profile_that_does_not_end_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    with pytest.raises(RecipeError, match="at most 2 MB"):
        load_profile("endless.yaml", str(tmp_path))
