"""Recipes that are built on others: what is merged and how, where paths lead, and where mistakes are reported."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from recipe.recipe_strategies import recipes

from img2dcm_decl.errors import RecipeError
from img2dcm_decl.legacy.relocation import relocate
from img2dcm_decl.recipe.extend import MAX_CHAIN
from img2dcm_decl.recipe.model import Recipe
from img2dcm_decl.recipe.read import load_recipe
from img2dcm_decl.recipe.write import write_recipe

BASE = "recipe: 1\ninputs: {images: a.jpg}\noutput: out/${image.stem}.dcm\n"
OWN = "recipe: 1\nextends: base.yaml\n"


def load(folder: Path, own: str, base: str | bytes = BASE) -> Recipe:
    """Return a recipe that is built on `base.yaml` beside it."""
    (folder / "base.yaml").write_bytes(base.encode() if isinstance(base, str) else base)
    (folder / "own.yaml").write_text(own, encoding="utf-8")
    return load_recipe(str(folder / "own.yaml"))


def refusal(folder: Path, own: str, base: str | bytes = BASE) -> list[str]:
    """Return the messages about a recipe, with names of files relative to its folder."""
    with pytest.raises(RecipeError) as caught:
        load(folder, own, base)
    return [str(diagnostic).replace(f"{folder}{os.sep}", "") for diagnostic in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("base", "own", "whole"),
    [
        ("", "", ""),
        ("title: A\nsop_class: x", "title: B", "title: B\nsop_class: x"),
        ("values: as-written", "", "values: as-written"),
        ("uids: {study: object, series: object}", "uids: {series: run}", "uids: {study: object, series: run}"),
        ("remove: [A, B]", "remove: [C]", "remove: [A, B, C]"),
        ("remove: [A]", "", "remove: [A]"),
        ("dictionaries: [a.dic]", "dictionaries: [b.dic]", "dictionaries: [a.dic, b.dic]"),
        (
            "uids: {method: derived, facts: [content]}",
            'uids: {facts: ["${index}"]}',
            'uids: {method: derived, facts: ["${index}"]}',
        ),
        (
            "inference: {missing_type1: error}",
            "inference: {missing_type2: leave}",
            "inference: {missing_type1: error, missing_type2: leave}",
        ),
        (
            "encoding: {padding: {file: 8}}",
            "encoding: {group_length: create, padding: {item: 4}}",
            "encoding: {group_length: create, padding: {file: 8, item: 4}}",
        ),
        (
            "logging: {level: info, file: a.log}",
            "logging: {format: json}",
            "logging: {level: info, file: a.log, format: json}",
        ),
        ("table: {file: a.csv, column: X}", "table: {file: b.csv}", "table: {file: b.csv, column: X}"),
        (
            "parameters: {a: 1, b: {type: integer, default: 2}}",
            "parameters: {b: 3, c: 4}",
            "parameters: {a: 1, b: 3, c: 4}",
        ),
        (
            "sources: {template: a.dcm, study: b.dcm}",
            "sources: {template: {validate: true}}",
            "sources: {template: {file: a.dcm, validate: true}, study: b.dcm}",
        ),
        (
            "sources: {template: {file: a.xml, validate: true}}",
            "sources: {template: b.xml}",
            "sources: {template: {file: b.xml, validate: true}}",
        ),
        ("sources: {study: a.dcm}", "sources: {series: b.dcm}", "sources: {series: b.dcm}"),
        (
            "sources: {series: a.dcm}",
            "sources: {study: b.dcm, characters: discard}",
            "sources: {study: b.dcm, characters: discard}",
        ),
        ("reproducible: true", "reproducible: false", ""),
        ("reproducible: {time: 2026-01-31T10:15:00}", "reproducible: true", "reproducible: true"),
        ("keys: {A: 1, B: 2}", "keys: {C: 3, A: 4}", "keys: {A: 4, B: 2, C: 3}"),
        ("keys: {S: [{A: 1, B: 2}]}", "keys: {S: [{A: 3}]}", "keys: {S: [{A: 3}]}"),
        ("keys: {A: 1}", "keys: [{A: 2}, {A: 3}]", "keys: [{A: 1}, {A: 2}, {A: 3}]"),
        ("keys: [{A: 1}, {B: 2}]", "keys: {A: 3}", "keys: [{A: 1}, {B: 2}, {A: 3}]"),
        ("keys: [{A: 1}]", "keys: [{B: 2}]", "keys: [{A: 1}, {B: 2}]"),
        ("keys: {A: 010, B: 2020-01-31}", "", "keys: {A: 010, B: 2020-01-31}"),
        ("x: &x Doe\nkeys: {A: *x}", "keys: {B: 2}", "keys: {A: Doe, B: 2}"),
    ],
)
def test_settings_are_merged_section_by_section(tmp_path: Path, base: str, own: str, whole: str) -> None:
    base = base.replace("x: &x Doe", "title: &x Doe") if base.startswith("x:") else base
    recipe = load(tmp_path, OWN + own, BASE + base)
    (tmp_path / "whole.yaml").write_text(BASE + whole, encoding="utf-8")
    assert recipe == replace(load_recipe(str(tmp_path / "whole.yaml")), title=recipe.title)
    assert recipe.title == {"title: B": "B"}.get(own, "Doe" if "Doe" in base else "")


@pytest.mark.parametrize(
    ("base", "own", "whole"),
    [
        (
            "inputs: {images: [a.jpg, b.jpg], exclude: c.jpg}\noutput: o.dcm",
            "inputs: {images: d.jpg}",
            "inputs: {images: d.jpg, exclude: c.jpg}\noutput: o.dcm",
        ),
        (
            "inputs: {images: a.jpg, jpeg: {comments: remove}}\noutput: o.dcm",
            "inputs: {jpeg: {jfif: required}}",
            "inputs: {images: a.jpg, jpeg: {comments: remove, jfif: required}}\noutput: o.dcm",
        ),
        (
            "inputs: {images: a.jpg}\noutput: a.dcm",
            "output: {existing: skip}",
            "inputs: {images: a.jpg}\noutput: {file: a.dcm, existing: skip}",
        ),
        (
            "inputs: {images: a.jpg}\noutput: {existing: skip, file: a.dcm}",
            "output: b.dcm",
            "inputs: {images: a.jpg}\noutput: {file: b.dcm, existing: skip}",
        ),
        (
            "inputs: {format: bmp}\ntitle: no output",
            "inputs: {images: a.bmp}\noutput: b.dcm",
            "title: no output\ninputs: {images: a.bmp, format: bmp}\noutput: b.dcm",
        ),
    ],
)
def test_a_base_may_lack_inputs_and_output(tmp_path: Path, base: str, own: str, whole: str) -> None:
    recipe = load(tmp_path, OWN + own, "recipe: 1\n" + base)
    (tmp_path / "whole.yaml").write_text("recipe: 1\n" + whole, encoding="utf-8")
    assert recipe == load_recipe(str(tmp_path / "whole.yaml"))


def test_relative_paths_of_a_base_are_relative_to_its_own_folder(tmp_path: Path) -> None:
    site, own = tmp_path / "site [1] $", tmp_path / "own"
    site.mkdir()
    own.mkdir()
    (site / "base.yaml").write_text(
        "recipe: 1\n"
        "parameters: {near: {type: path, default: p}, far: x}\n"
        'inputs: {images: ["*.jpg", {path: "a*.jpg"}, {index: ./list.txt}, "${parameter.near}/*.jpg", /abs/*.jpg,'
        ' "s3://bucket/*.jpg"], exclude: "b*.jpg"}\n'
        "table: {file: t.csv, column: X}\n"
        'sources: {template: "${parameter.far}.dcm", study: "${parameter.near}.dcm"}\n'
        "sop_class: profiles/own.yaml\n"
        "dictionaries: [$$.dic]\n"
        "logging: {file: a.log}\n"
        'output: {file: "out/${index}.dcm", record: r.jsonl}\n',
        encoding="utf-8",
    )
    (own / "own.yaml").write_text('recipe: 1\nextends: "../site [1] $$/base.yaml"\n', encoding="utf-8")
    recipe = load_recipe(str(own / "own.yaml"))
    way = "../site [1] $$"
    assert [entry.pattern for entry in recipe.inputs.images] == [
        "../site [[]1] $$/*.jpg",
        f"{way}/a*.jpg",
        f"{way}/list.txt",
        "${parameter.near}/*.jpg",
        "/abs/*.jpg",
        "s3://bucket/*.jpg",
    ]
    assert recipe.inputs.exclude == ("../site [[]1] $$/b*.jpg",)
    assert recipe.table is not None
    assert recipe.table.file == f"{way}/t.csv"
    assert recipe.sources.template is not None
    assert (recipe.sources.template.file, recipe.sources.study) == (
        f"{way}/${{parameter.far}}.dcm",
        "${parameter.near}.dcm",
    )
    assert [parameter.default for parameter in recipe.parameters] == ["../site [1] $/p", "x"]
    assert recipe.sop_class == "../site [1] $/profiles/own.yaml"
    assert recipe.dictionaries == ("../site [1] $/$.dic",)
    assert recipe.logging.file == "../site [1] $/a.log"
    assert (recipe.output.file, recipe.output.record) == ("out/${index}.dcm", "r.jsonl")
    assert recipe.folder == str(own)


@pytest.mark.parametrize("name", ["vl-photographic", "vl_photographic", "vl photographic"])
def test_the_name_of_a_profile_is_no_path_however_it_is_written(tmp_path: Path, name: str) -> None:
    for folder in ("site", "own"):
        (tmp_path / folder).mkdir()
    (tmp_path / "site" / "base.yaml").write_text(f"{BASE}sop_class: {name}\n", encoding="utf-8")
    (tmp_path / "own" / "own.yaml").write_text("recipe: 1\nextends: ../site/base.yaml\n", encoding="utf-8")
    assert load_recipe(str(tmp_path / "own" / "own.yaml")).sop_class == name


def test_a_base_may_be_built_on_a_further_one_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "root.yaml").write_text(BASE + "dictionaries: [r.dic]\nkeys: {A: root, B: root}", encoding="utf-8")
    (tmp_path / "a" / "middle.yaml").write_text(
        "recipe: 1\nextends: ../root.yaml\ndictionaries: [m.dic]\nkeys: {B: middle, C: middle}", encoding="utf-8"
    )
    own = tmp_path / "a" / "b" / "own.yaml"
    own.write_text("recipe: 1\nextends: ../middle.yaml\ndictionaries: [o.dic]\nkeys: {C: own}", encoding="utf-8")
    recipe = load_recipe(str(own))
    assert recipe.dictionaries == ("../../r.dic", "../m.dic", "o.dic")
    assert [(key.path, key.value) for key in recipe.keys] == [("A", "root"), ("B", "middle"), ("C", "own")]
    assert [Path(place.file).name for n in range(3) if (place := recipe.place("keys", n))] == [
        "root.yaml",
        "middle.yaml",
        "own.yaml",
    ]


def test_places_lead_to_the_file_that_each_setting_stands_in(tmp_path: Path) -> None:
    base = BASE + "sources: {template: t.dcm}\nkeys:\n  A: 1\n  B: 2"
    recipe = load(tmp_path, OWN + "keys:\n  B: 3\n  C: 4\n", base)
    where = {
        (): ("own.yaml", 1, 1),
        ("extends",): ("own.yaml", 2, 10),
        ("extends", 0): ("base.yaml", 1, 1),
        ("inputs", "images", 0): ("base.yaml", 2, 18),
        ("sources", "template", "#name"): ("base.yaml", 4, 11),
        ("keys", 0): ("base.yaml", 6, 6),
        ("keys", 1): ("own.yaml", 4, 6),
        ("keys", 2, "#name"): ("own.yaml", 5, 3),
    }
    found = {path: recipe.places[path] for path in where}
    assert {path: (Path(place.file).name, *place[1:3]) for path, place in found.items()} == where
    assert found["keys", 0].text == "  A: 1"
    assert {Path(place.file).name for place in recipe.places.values()} == {"own.yaml", "base.yaml"}


@pytest.mark.parametrize(
    ("base", "own", "messages"),
    [
        ("sop_klass: x", "", ["base.yaml:4:1: there is no setting 'sop_klass' at the top of a recipe"]),
        (
            "title: [a]",
            "titel: x",
            ["own.yaml:3:1: there is no setting 'titel'", "base.yaml:4:8: title must be a text"],
        ),
        ("keys: {A: '${nam}'}", "", ["base.yaml:4:12: there is no placeholder"]),
        ("keys: {A: 1, A: 2}", "", ["base.yaml:4:14: 'A' is given twice; the first is on line 4"]),
        (
            "sources: {template: {file: a, format: dump}}",
            "sources: {template: {validate: true}}",
            ["own.yaml:3:32: only an XML"],
        ),
        ("keys: {A: '${row.X}'}", "", ["base.yaml:4:12: there is no table"]),
        ("keys: {A: '${row.X}'}", "table: {file: a.csv}", ["own.yaml:3:8: table.column is missing"]),
    ],
)
def test_a_mistake_is_reported_once_and_where_it_stands(
    tmp_path: Path, base: str, own: str, messages: list[str]
) -> None:
    found = refusal(tmp_path, OWN + own, BASE + base)
    assert len(found) == len(messages)
    assert all(text.startswith(message) for text, message in zip(found, messages, strict=True)), found


@pytest.mark.parametrize(
    ("own", "base", "message"),
    [
        (OWN, "inputs: {images: a.jpg}\noutput: a", "base.yaml:1:1: recipe is missing"),
        (OWN, "recipe: one\ninputs: {images: a}\noutput: a", "base.yaml:1:1: recipe must be the version"),
        (OWN, "recipe: 2\nnews: true", "base.yaml:1:9: version 2 of the recipe language is unknown here"),
        ("extends: base.yaml", BASE, "own.yaml:1:1: recipe is missing"),
        (OWN, "recipe: 1\noutput: a.dcm", "own.yaml:1:1: inputs is missing"),
        (OWN, "", "base.yaml:1:1: the recipe is empty"),
        (OWN, "[a]", "base.yaml:1:1: a recipe is a mapping of settings"),
        (OWN, "recipe: 1\nkeys: {A: 1", "base.yaml:2:7: this mapping is not closed"),
        (OWN, BASE.encode("utf-16"), "base.yaml:1:1: the file is in UTF-16"),
        (OWN, b"x" * 2_000_001, "base.yaml:1:1: a recipe has at most 2 MB"),
        ("recipe: 1\nextends:", BASE, "own.yaml:2:1: extends has no value"),
        ("recipe: 1\nextends: ''", BASE, "own.yaml:2:1: extends has no value"),
        ("recipe: 1\nextends: [base.yaml]", BASE, "own.yaml:2:10: extends must be a text"),
        ("recipe: 1\nextends: ${parameter.x}.yaml", BASE, "own.yaml:2:10: extends cannot hold placeholders"),
        (
            "recipe: 1\nextends: none.yaml",
            BASE,
            "own.yaml:2:10: cannot read the recipe that this one is built on: No such",
        ),
        (
            "recipe: 1\nextends: .",
            BASE,
            "own.yaml:2:10: cannot read the recipe that this one is built on: it is not a file",
        ),
        (
            "recipe: 1\nextends: /dev/zero",
            BASE,
            "own.yaml:2:10: cannot read the recipe that this one is built on: it is not",
        ),
        ('recipe: 1\nextends: "a\\0b"', BASE, "own.yaml:2:10: the name of a recipe cannot hold a null"),
        (
            "recipe: 1\nextends: own.yaml",
            BASE,
            "own.yaml:2:10: a recipe cannot be built on itself: own.yaml -> own.yaml",
        ),
        (
            OWN,
            "recipe: 1\nextends: ./own.yaml",
            "base.yaml:2:10: a recipe cannot be built on itself: own.yaml -> base.yaml -> own.yaml",
        ),
        (
            OWN,
            "recipe: 1\nextends: none.yaml",
            "base.yaml:2:10: cannot read the recipe that this one is built on: No such file or directory:"
            " own.yaml -> base.yaml -> none.yaml",
        ),
    ],
)
def test_what_cannot_be_built_on_is_told_where_it_is_named(
    tmp_path: Path, own: str, base: str | bytes, message: str
) -> None:
    assert refusal(tmp_path, own, base)[0].startswith(message)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "it is not a file" in refusal(tmp_path, "recipe: 1\nextends: pipe")[0]


@pytest.mark.parametrize("count", [MAX_CHAIN, MAX_CHAIN + 1])
def test_chains_have_a_bound(tmp_path: Path, count: int) -> None:
    for number in range(count - 1):
        text = f"recipe: 1\nextends: {number + 1}.yaml\nkeys: {{K{number}: x}}"
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / f"{count - 1}.yaml").write_text(BASE, encoding="utf-8")
    if count > MAX_CHAIN:
        with pytest.raises(RecipeError, match=f"at most {MAX_CHAIN} recipes can be built on each other"):
            load_recipe(str(tmp_path / "0.yaml"))
    else:
        expected = [f"K{number}" for number in reversed(range(count - 1))]
        assert [key.path for key in load_recipe(str(tmp_path / "0.yaml")).keys] == expected


@settings(max_examples=60, deadline=None)
@given(recipes)
def test_a_recipe_that_adds_nothing_is_its_base(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = replace(recipe, folder=str(folder / "base"))
        (folder / "base").mkdir()
        (folder / "base" / "base.yaml").write_text(write_recipe(base), encoding="utf-8")
        for own, way in ((folder, "base/"), (folder / "base", "")):
            (own / "own.yaml").write_text(f"recipe: 1\nextends: {way}base.yaml\n", encoding="utf-8")
            built = load_recipe(str(own / "own.yaml"))
            moved = relocate(base, str(own))
            parameters = built.parameters if way else base.parameters
            assert built == replace(moved, output=base.output, parameters=parameters)
