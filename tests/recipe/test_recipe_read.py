from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.compose import MAX_NODES
from img2dcm_decl.recipe.model import ImageEntry, Inputs, Key, Parameter, Recipe, Reproducible, Table, Uids
from img2dcm_decl.recipe.read import MAX_SHOWN, load_recipe, read_recipe
from img2dcm_decl.recipe.source import MAX_SIZE

GOOD = Path(__file__).parent / "good"
MANY = "parameters: {" + ", ".join(f"p{n}: x" for n in range(5000)) + "}\n"
ODD = Parameter("odd", default="null")
FRAME = "recipe: 1\ninputs: {{images: a.jpg}}\n{}\noutput: a.dcm\n"


def read(middle: str) -> Recipe:
    return read_recipe(FRAME.format(middle), "recipe.yaml", ".")


def messages(text: str | bytes) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        read_recipe(text, "recipe.yaml", ".")
    return [diagnostic.message for diagnostic in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2020-01-31", "2020-01-31"),
        ("1e3", "1e3"),
        ("0o17", "0o17"),
        ("true", "true"),
        ("", ""),
        ("null", ""),
        ("~", ""),
        ("'null'", "null"),
        ('""', ""),
        (r"A\B", r"A\B"),
        ("[A, B]", r"A\B"),
        ("[A, null, 1.50]", r"A\\1.50"),
        ("[]", ""),
        ("'# no comment'", "# no comment"),
    ],
)
def test_values_of_keys_are_the_text_that_was_written(written: str, value: str) -> None:
    assert read(f"keys: {{X: {written}}}" if written else "keys: {X: }").keys == (Key("X", value),)


def test_items_become_paths_in_order() -> None:
    recipe = read("keys:\n  A: [{B: 1, C: [{D: x}, {}]}, {}]\n  E: []\n  A[0].B: 2")
    paths = ["A[0].B", "A[0].C[0].D", "A[0].C[1]", "A[1]", "E", "A[0].B"]
    assert [key.path for key in recipe.keys] == paths
    assert [key.value for key in recipe.keys] == ["1", "x", "", "", "", "2"]


def test_places_say_where_settings_and_their_names_stand() -> None:
    recipe = read("sources:\n  template: base.dcm\nkeys:\n  A:\n    - B: 1\n  C: 2\nremove: [D]")
    where = {
        ("sources", "template"): (4, 13, 8),
        ("sources", "template", "#name"): (4, 3, 8),
        ("inputs", "images", 0): (2, 18, 5),
        ("keys", 0): (7, 10, 1),
        ("keys", 0, "#name"): (7, 7, 1),
        ("keys", 1, "#name"): (8, 3, 1),
        ("remove", 0): (9, 10, 1),
        ("output",): (10, 9, 5),
        (): (1, 1, 9),
    }
    assert {path: recipe.places[path][1:4] for path in where} == where
    assert recipe.place("sources", "template", "format") == recipe.places["sources", "template"]


def test_places_say_where_parameters_and_single_entries_stand() -> None:
    text = "recipe: 1\nparameters:\n  a: {default: b}\n  c: d\ninputs: {images: {path: e}, exclude: f}\noutput: g\n"
    recipe = read_recipe(text, "recipe.yaml", ".")
    where = {("parameters", "a", "default"): (3, 16), ("parameters", "c"): (4, 6), ("inputs", "exclude", 0): (5, 38)}
    assert {path: recipe.places[path][1:3] for path in where} == where
    assert recipe.place("parameters", "c", "default") == recipe.places["parameters", "c"]


def test_dollar_signs_are_doubled_outside_texts_with_placeholders_too() -> None:
    recipe = load_recipe(str(GOOD / "dollars.yaml"))
    assert (recipe.sop_class, recipe.dictionaries) == ("a$b$.yaml", ("5$.dic",))
    assert (recipe.title, recipe.inputs.images) == ("5 $$", (ImageEntry("a$$b$.jpg"),))
    assert recipe.keys[0].value == "$$ ${index:04} $"


def test_parameters_keep_the_text_that_was_written() -> None:
    recipe = load_recipe(str(GOOD / "archive.yaml"))
    assert {parameter.name: parameter.default for parameter in recipe.parameters} == {
        "site": "010",
        "day": None,
        "root": "photos",
        "code": "2026-01-31",
        "count": "1e3",
        "switch": "true",
        "free": None,
    }
    assert recipe.parameters[1] == Parameter("day", "date", required=True, description="Day of the photographs")
    assert (recipe.parameters[3].pattern, recipe.parameters[3].description) == ("[0-9-]{10}$", "costs 5 $")


def test_short_forms_mean_the_same_as_long_ones() -> None:
    recipe = load_recipe(str(GOOD / "archive-short.yaml"))
    assert recipe.parameters == (Parameter("number", default="4711"), Parameter("text", default=""), ODD)
    assert recipe.inputs == Inputs((ImageEntry("images.txt", index=True),), exclude=("*.tmp.jpg",))
    assert recipe.table == Table("patients.xlsx", "ID", "${image.stem}", sheet="2026")
    assert (recipe.uids, recipe.reproducible) == (Uids("derived", instance_number="name"), Reproducible())
    assert read("reproducible: false").reproducible is None


def test_a_tab_is_written_as_in_other_languages_or_as_it_is() -> None:
    written = [r"delimiter: \t", r'delimiter: "\t"', 'delimiter: "\t"', "delimiter: ;", "format: csv"]
    tables = [read(f"table: {{file: a.csv, column: B, {setting}}}").table for setting in written]
    assert [table.delimiter for table in tables if table] == ["\t", "\t", "\t", ";", None]


def test_what_aliases_repeat_is_read_at_each_place() -> None:
    recipe = load_recipe(str(GOOD / "aliases.yaml"))
    assert [key.value for key in recipe.keys] == ["1", "One", "1", "One", "One"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"x" * (MAX_SIZE + 1), "at most 2 MB"),
        ("x" * (MAX_SIZE + 1), "at most 2 MB"),
        (FRAME.format("keys:\n" + "".join(f"  A{n}: x\n" for n in range(MAX_NODES // 2))), "at most 50000 values"),
        (FRAME.format("keys: {A: [&x " + "x" * 100_000 + ", *x" * 101 + "]}"), "at most 50000 values"),
        (FRAME.format("keys: " + "[" * 100_000), "more than 64 levels"),
        (FRAME.format("keys: " + "- " * 100_000), "cannot stand here"),
        (FRAME.format(MANY + "keys:\n" + "".join(f"  A{n}: ${{parameter.q{n}}}\n" for n in range(5000))), "'q0'"),
        (FRAME.format("parameters: {" + ", ".join(f"p {n}: x" for n in range(20_000)) + "}"), "'p 0' cannot be"),
        (FRAME.format("parameters: {a: {pattern: '" + "(a|b)" * 300_000 + "'}}"), "at most 1000 characters"),
        (FRAME.format("parameters: {a: {pattern: '" + "(" * 499 + ")" * 499 + "'}}"), "is not a regular expression"),
        (FRAME.format("title: \ud800"), "U+D800"),
        ("%YAML 1." + "9" * 5000 + "\n---\na", "is not a number that YAML knows"),
    ],
    ids=[
        *("bytes", "text", "nodes", "characters", "depth", "dashes"),
        *("references", "names", "long pattern", "deep pattern", "surrogate", "version"),
    ],
)
def test_hostile_texts_are_refused_in_bounded_time(text: str | bytes, message: str) -> None:
    begin = time.perf_counter()
    assert message in messages(text)[0]
    assert time.perf_counter() - begin < 10


def test_mistakes_beyond_a_hundred_are_counted_only() -> None:
    found = messages(FRAME.format("\n".join(f"x{n}: y" for n in range(500))))
    assert len(found) == MAX_SHOWN + 1
    assert found[-1] == "and 400 more mistakes"


def test_a_recipe_that_cannot_be_read_is_one_message(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.yaml", tmp_path / "nul\0.yaml"):
        with pytest.raises(RecipeError, match="cannot read the recipe"):
            load_recipe(str(path))


def test_an_endless_file_is_refused() -> None:
    if not os.path.exists("/dev/zero"):
        pytest.skip("this system has no endless file")
    with pytest.raises(RecipeError, match="at most 2 MB"):
        load_recipe("/dev/zero")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_gives_a_recipe_or_messages(text: str | bytes) -> None:
    outcome(text)


YAML_PIECES = st.sampled_from(
    [
        *"-:?[]{}&*!|>'\"%@`,# \n\t\\",
        ": ",
        "- ",
        "\n  ",
        "&a ",
        "*a",
        "!!x ",
        "${",
        "}",
        "null",
        "<<: ",
        '"\\U',
        "---\n",
        "\ufeff",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(GOOD.glob("*.yaml"))), st.data())
def test_mutated_recipes_give_a_recipe_or_messages(path: Path, data: st.DataObject) -> None:
    text = path.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 5)))
        text = text[:start] + data.draw(YAML_PIECES | st.text(max_size=3)) + text[end:]
    outcome(text)


def outcome(text: str | bytes) -> None:
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        read_recipe(text, "recipe.yaml", ".")
    except RecipeError as error:
        diagnostics = error.diagnostics
    for message, place, advice, _ in diagnostics:
        assert "\n" not in message + advice
        assert place is not None
        assert 1 <= place.column <= len(place.text) + 1
