"""Names of outputs are made from images, and checked for every system that may read them."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from img2dcm_decl.compile.names import output_names, placeholder_values
from img2dcm_decl.compile.problems import Problems
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.read import read_recipe

NOT_ON_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows has no such images")


def checked(output: str, *images: str, folder: str = ".") -> tuple[list[str], Problems]:
    text = f"recipe: 1\ninputs: {{images: '*.jpg'}}\noutput: '{output}'\n"
    recipe = read_recipe(text, "recipe.yaml", folder)
    problems = Problems(recipe)
    groups = [(image,) for image in images]
    values = [placeholder_values(folder, group, number) for number, group in enumerate(groups, 1)]
    return output_names(recipe, groups, values, problems), problems


def test_placeholders_are_those_of_the_first_image(tmp_path: Path) -> None:
    values = placeholder_values(str(tmp_path), ("left/eye.1.jpg", "right/eye.2.jpg"), 7)
    assert values == {"image.name": "eye.1.jpg", "image.stem": "eye.1", "image.parent": "left", "index": 7}


def test_the_parent_of_an_image_beside_the_recipe_is_the_recipes_folder(tmp_path: Path) -> None:
    assert placeholder_values(str(tmp_path), ("a.jpg",), 1)["image.parent"] == tmp_path.name


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
        pytest.param("a\\b.jpg", False, marks=NOT_ON_WINDOWS),
        pytest.param("a\tb.jpg", False, marks=NOT_ON_WINDOWS),
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
    with pytest.raises(RecipeError, match="'' cannot be part of a file name") if wrong else nullcontext():
        problems.raise_any()


def test_names_that_differ_in_case_alone_are_warned_of() -> None:
    _, problems = checked("${image.stem}.dcm", "a.jpg", "A.jpg")
    assert problems.warnings == ("outputs a.dcm and A.dcm are one file where case does not count",)
