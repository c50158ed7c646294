"""Names of outputs are made from images, and checked for every system that may read them."""

from __future__ import annotations

import os
from array import array
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.compile.collisions import check_outputs
from img2dcm_decl.compile.groups import Groups
from img2dcm_decl.compile.inputs import Images
from img2dcm_decl.compile.names import UnfitNameError, output_namer, output_names
from img2dcm_decl.compile.problems import Problems
from img2dcm_decl.compile.subjects import Subjects
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.placeholders import parse
from img2dcm_decl.recipe.read import read_recipe

NOT_ON_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows has no such images")


def subjects_of(output: str, *images: str, folder: str = ".", base: str = "") -> tuple[Subjects, Problems]:
    text = f"recipe: 1\ninputs: {{images: '*.jpg'}}\noutput: '{output}'\n"
    recipe = read_recipe(text, "recipe.yaml", folder)
    found = Images(list(images), array("I", [0]) * len(images), [base])
    each = Groups(range(len(images)), range(len(images) + 1))
    return Subjects(recipe, found, None, each), Problems(recipe)


def checked(output: str, *images: str, folder: str = ".", base: str = "") -> tuple[list[str], Problems]:
    subjects, problems = subjects_of(output, *images, folder=folder, base=base)
    recipe = read_recipe(f"recipe: 1\ninputs: {{images: '*.jpg'}}\noutput: '{output}'\n", "recipe.yaml", folder)
    names = output_names(recipe, subjects, problems)
    check_outputs(recipe, names, subjects, problems)
    return names, problems


EVERY = "${image.name} ${image.stem} ${image.parent} ${image.number} ${image.folder} ${index}"


@pytest.mark.parametrize(
    ("image", "base", "expected"),
    [
        ("left/eye.1.jpg", "", ("eye.1.jpg", "eye.1", "left", "1", "left")),
        ("a/b/c07d8x.jpg", "a", ("c07d8x.jpg", "c07d8x", "b", "8", "b")),
        ("a/b/x.jpg", "a/b", ("x.jpg", "x", "b", "", ".")),
        ("../a/0012", "..", ("0012", "0012", "a", "0012", "a")),
        ("s3://bucket/in/day/1.jpg", "s3://bucket/in", ("1.jpg", "1", "day", "1", "day")),
        ("s3://bucket/in/1.jpg", "s3a://bucket/in", ("1.jpg", "1", "in", "1", ".")),
        ("/data/x.jpg", "/", ("x.jpg", "x", "data", "", "data")),
        ("./a//b/../x.jpg", "", ("x.jpg", "x", "a", "", "a")),
    ],
)
def test_what_placeholders_of_an_image_stand_for(tmp_path: Path, image: str, base: str, expected: tuple[str]) -> None:
    subjects, _ = subjects_of(EVERY, image, folder=str(tmp_path), base=base)
    names = ("image.name", "image.stem", "image.parent", "image.number", "image.folder")
    assert subjects.values(0) == dict(zip(names, expected, strict=True)) | {"index": 1}


def test_only_placeholders_that_are_used_have_values() -> None:
    subjects, _ = subjects_of("${index}.dcm", "a.jpg")
    assert subjects.values(0).keys() == {"index"}


def test_the_parent_of_an_image_beside_the_recipe_is_the_recipes_folder(tmp_path: Path) -> None:
    assert checked("${image.parent}.dcm", "a.jpg", folder=str(tmp_path))[0] == [f"{tmp_path.name}.dcm"]


@pytest.mark.parametrize(
    ("image", "allowed"),
    [
        ("eye.jpg", True),
        ("con.1.jpg", False),
        ("LPT9.jpg", False),
        ("com².jpg", False),
        ("console.jpg", True),
        ("nul .jpg", False),
        pytest.param("a:b.jpg", False, marks=NOT_ON_WINDOWS),
        pytest.param("a?.jpg", False, marks=NOT_ON_WINDOWS),
    ],
)
@pytest.mark.parametrize("output", ["${image.stem}.dcm", "../out/./${image.stem}.dcm", "${image.stem}/1.dcm"])
def test_a_name_that_windows_does_not_allow_is_warned_of(output: str, image: str, allowed: bool) -> None:
    _, problems = checked(output, image)
    assert ("Windows does not allow this name" in " ".join(problems.warnings)) is not allowed


def test_many_such_names_are_warned_of_once() -> None:
    _, problems = checked("${image.stem}.dcm", "con.jpg", "a.jpg", "nul.jpg", "aux.jpg")
    assert problems.warnings == ("output con.dcm (and 2 more): Windows does not allow this name",)


@NOT_ON_WINDOWS
@pytest.mark.parametrize(
    ("output", "wrong"), [("${image.stem}.dcm", False), ("${image.parent}.dcm", True), ("${image.parent}/a.dcm", True)]
)
def test_only_placeholders_that_are_used_must_be_names(output: str, wrong: bool) -> None:
    _, problems = checked(output, "/a.jpg", folder="/")
    said = r"/a.jpg: '', which is \$\{image.parent\}, cannot be part of a file name"
    with pytest.raises(RecipeError, match=said) if wrong else nullcontext():
        problems.raise_any()


UNFIT = ["", "..", ".", "...", ". .", " ", "a/b", "/a", "a\\b", "a\tb", "a\nb", "a\0b", "\x85", "x" * 256, "ä" * 128]


@pytest.mark.parametrize("output", ["out/${row.A}", "${row.A}.dcm", "out/${row.A}/1.dcm", "${row.A|..}.dcm"])
@pytest.mark.parametrize("value", [*UNFIT, "\ud800"])
def test_no_value_leads_an_output_out_of_its_folder(output: str, value: str) -> None:
    with pytest.raises(UnfitNameError):
        output_namer(parse(output))({"row.A": value})


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_the_values_an_output_is_a_file_below_the_stated_folder(one: str, other: str) -> None:
    with suppress(UnfitNameError):
        name = output_namer(parse("out/${row.A}${row.B}/-${row.B}"))({"row.A": one, "row.B": other})
        assert [*map(bool, name.split("/"))] == [True] * 3
        assert os.path.normpath(name) == name
        assert name.isprintable() or not any(c < " " for c in name)


@pytest.mark.parametrize(
    ("image", "base", "said"),
    [
        ("in/../../a.jpg", "in", "'../..', which is ${image.folder}, cannot be"),
        ("/data/a.jpg", "in", "'/data', which is ${image.folder}, cannot be"),
        ("in/a/b/1.jpg", "in", ""),
        ("in/1.jpg", "in", ""),
    ],
)
def test_folders_of_images_are_kept_below_the_folder_of_outputs(image: str, base: str, said: str) -> None:
    _, problems = checked("out/${image.folder}/${image.stem}.dcm", image, base=base)
    with pytest.raises(RecipeError) if said else nullcontext() as caught:
        problems.raise_any()
    assert caught is None or said in str(caught.value)


def test_an_output_that_data_would_make_standard_output_is_refused() -> None:
    _, problems = checked("${image.stem}", "-.jpg")
    with pytest.raises(RecipeError, match="which is standard output"):
        problems.raise_any()


def test_a_hundred_mistakes_of_one_kind_are_five_messages_and_a_count() -> None:
    _, problems = checked("${image.stem}/1.dcm", *(f"a{n}\x07.jpg" for n in range(100)))
    with pytest.raises(RecipeError) as caught:
        problems.raise_any()
    assert len(caught.value.diagnostics) == 6
    assert caught.value.diagnostics[-1].message == "and 95 more objects"


def test_names_that_differ_in_case_alone_are_warned_of() -> None:
    _, problems = checked("${image.stem}.dcm", "a.jpg", "A.jpg")
    assert problems.warnings == ("outputs a.dcm and A.dcm are one file where case does not count",)
