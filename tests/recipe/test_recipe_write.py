from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from recipe.recipe_strategies import recipes

from img2dcm_decl.recipe.model import ImageEntry, Inputs, Key, LoggingRules, Output, Recipe, Sources, TemplateSource
from img2dcm_decl.recipe.read import read_recipe
from img2dcm_decl.recipe.write import write_recipe

SMALL = Recipe(Inputs((ImageEntry("photos/*.jpg"),)), Output("out/${image.stem}.dcm"))
MODELINE = "# yaml-language-server: $schema=https://img2dcm-decl.org/schemas/recipe-v1.schema.json\n"


@settings(max_examples=150, deadline=None)
@given(recipes)
def test_any_recipe_reads_back_as_it_was(recipe: Recipe) -> None:
    text = write_recipe(recipe, comments={("keys", 0): "first\nkey", ("sources", "study"): "join", (): "head"})
    assert read_recipe(text, "recipe.yaml", ".") == recipe


def test_only_what_differs_from_the_defaults_is_written() -> None:
    expected = "recipe: 1\ninputs:\n  images: photos/*.jpg\noutput: out/${image.stem}.dcm\n"
    assert write_recipe(SMALL) == MODELINE + expected
    assert write_recipe(SMALL, schema="") == expected


def test_recipes_are_laid_out_for_people() -> None:
    recipe = Recipe(
        Inputs((ImageEntry("a [1].jpg", exact=True), ImageEntry("*.jpg"))),
        Output("out/${index:04}.dcm", "replace"),
        sources=Sources(template=TemplateSource("base.dcm")),
        keys=(Key("PatientName", "NO"), Key("StudyDate", "20200131"), Key("PatientComments", "null"), Key("StudyID")),
        remove=("PatientAge",),
        logging=LoggingRules(file="run.log"),
    )
    assert write_recipe(recipe, schema="", comments={(): "Head", ("keys", 1): "-k"}) == (
        "# Head\nrecipe: 1\n"
        "inputs:\n  images:\n    - path: a [1].jpg\n    - '*.jpg'\n"
        "sources:\n  template: base.dcm\n"
        "keys:\n  PatientName: NO\n  # -k\n  StudyDate: 20200131\n  PatientComments: 'null'\n  StudyID: \"\"\n"
        "remove:\n  - PatientAge\n"
        "logging:\n  file: run.log\n"
        "output:\n  file: out/${index:04}.dcm\n  existing: replace\n"
    )


def test_a_path_that_is_set_twice_makes_a_list() -> None:
    recipe = Recipe(SMALL.inputs, SMALL.output, keys=(Key("A", "1"), Key("B", "2"), Key("A", "3")))
    data = yaml.safe_load(write_recipe(recipe))
    assert data["keys"] == [{"A": 1, "B": 2}, {"A": 3}]


@pytest.mark.parametrize(
    ("path", "below"),
    [
        (("inputs",), "inputs:"),
        (("inputs", "format"), "inputs:"),
        (("keys", 1), "B: 2"),
        (("keys",), "keys:"),
        (("logging", "file"), "recipe: 1"),
        (("output", "existing"), "output: out/${image.stem}.dcm"),
    ],
)
def test_comments_stand_above_the_nearest_setting(path: tuple[str | int, ...], below: str) -> None:
    recipe = Recipe(SMALL.inputs, SMALL.output, keys=(Key("A", "1"), Key("B", "2")))
    lines = write_recipe(recipe, comments={path: "two\x07\nlines"}).split("\n")
    at = next(number for number, line in enumerate(lines) if line.strip() == below)
    assert [line.strip() for line in lines[at - 2 : at]] == ["# two", "# lines"]
