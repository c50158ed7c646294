from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.emit import emit
from img2dcm_decl.recipe.model import Inputs, Output, Parameter, Recipe, Reproducible, Table, TemplateSource
from img2dcm_decl.recipe.read import read_recipe
from img2dcm_decl.recipe.rules import LONGEST_PATTERN
from img2dcm_decl.recipe.schema import KINDS, Schema, load_schema, types
from img2dcm_decl.recipe.write import SCHEMA_ID

SCHEMA = load_schema()
SHAPES = {
    "inputs": Inputs,
    "output": Output,
    "table": Table,
    "template": TemplateSource,
    "reproducible": Reproducible,
}
"""Sections that the model's defaults do not show."""
ELSEWHERE = {"folder", "places", "name"}
"""Fields of the model that are no settings."""


def definitions(schema: Schema, name: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield the schema, its properties, items and definitions, at every depth, with their names."""
    yield name, schema
    inner = {**schema.get("properties", {}), **schema.get("$defs", {})}
    if "items" in schema:
        inner["[]"] = schema["items"]
    if "title" in (schema.get("additionalProperties") or {}):
        inner["*"] = schema["additionalProperties"]
    for part, deeper in inner.items():
        if "$ref" not in deeper:
            yield from definitions(deeper, f"{name}.{part}")


EVERY = dict(definitions(SCHEMA))


def test_the_schema_is_a_valid_one_under_a_stable_name() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == SCHEMA_ID


@pytest.mark.parametrize("name", EVERY)
def test_every_definition_is_a_page_of_the_manual(name: str) -> None:
    schema = EVERY[name]
    assert {"title", "description", "default", "examples"} <= schema.keys()
    assert schema["description"].endswith((".", ".)"))
    resolved = Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]})
    values = [*schema["examples"], *([schema["default"]] if schema["default"] is not None else [])]
    for value in values:
        resolved.validate(value)


@pytest.mark.parametrize(
    "name", [name for name, schema in EVERY.items() if "object" in types(schema) and "properties" in schema]
)
def test_mappings_refuse_what_they_do_not_know(name: str) -> None:
    assert EVERY[name]["additionalProperties"] is False


def test_every_type_has_a_name_in_messages() -> None:
    outside_keys = {
        kind
        for name, schema in EVERY.items()
        if ".$defs" not in name and "propertyNames" not in schema
        for kind in types(schema)
    }
    assert outside_keys - {"number", "null"} <= KINDS.keys()


def test_the_longest_pattern_of_the_schema_is_that_of_the_rules() -> None:
    parameter = SCHEMA["properties"]["parameters"]["additionalProperties"]
    assert parameter["properties"]["pattern"]["maxLength"] == LONGEST_PATTERN


def test_defaults_of_the_schema_are_those_of_the_model() -> None:
    compare(Recipe, SCHEMA, elsewhere=("recipe", "extends"))
    compare(Parameter, SCHEMA["properties"]["parameters"]["additionalProperties"])


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({}, False),
        ({"inputs": {"images": "a"}}, False),
        ({"inputs": {}, "output": "b"}, False),
        ({"inputs": {"images": "a"}, "output": "b"}, True),
        ({"inputs": {"images": "a"}, "output": "b", "table": {"file": "c"}}, False),
        ({"extends": "base.yaml"}, True),
        ({"extends": "base.yaml", "inputs": {"format": "jpeg"}, "table": {"sheet": "A"}}, True),
        ({"extends": "base.yaml", "sources": {"template": {"validate": True}}, "output": {"existing": "skip"}}, True),
        ({"extends": "base.yaml", "inputs": {"image": "a"}}, False),
        ({"extends": ""}, False),
    ],
)
def test_what_a_recipe_extends_may_have_what_it_lacks(settings: dict[str, Any], allowed: bool) -> None:
    assert Draft202012Validator(SCHEMA).is_valid({"recipe": 1, **settings}) is allowed


def compare(model: Any, schema: Schema, elsewhere: tuple[str, ...] = ()) -> None:
    stated = schema["properties"]
    fields = [field for field in dataclasses.fields(model) if field.name not in ELSEWHERE]
    assert {field.name for field in fields} | set(elsewhere) == stated.keys()
    for field in fields:
        inner, default = stated[field.name], field.default
        if field.name in SHAPES:
            compare(SHAPES[field.name], inner)
        if dataclasses.is_dataclass(default):
            assert inner["default"] == {}
            compare(type(default), inner)
        elif default is not dataclasses.MISSING:
            written = list(default) if isinstance(default, tuple) else default
            assert written == inner["default"] or not (written or inner["default"])


scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["a", ""])
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("AB"), inner, max_size=2)
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_the_schema_allows_the_same_keys_as_the_reader(keys: Any) -> None:
    document = {"recipe": 1, "inputs": {"images": "a"}, "keys": keys, "output": "b"}
    text = emit(document).replace("keys: none", "keys: null")
    allowed = Draft202012Validator(SCHEMA).is_valid(document)
    try:
        read_recipe(text.replace(": none", ": null").replace("- none", "- null"), "recipe.yaml", ".")
    except RecipeError:
        assert not allowed
    else:
        assert allowed
