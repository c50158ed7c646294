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
from img2dcm_decl.recipe.model import Inputs, Output, Recipe, TemplateSource
from img2dcm_decl.recipe.read import read_recipe
from img2dcm_decl.recipe.schema import KINDS, Schema, load_schema, types
from img2dcm_decl.recipe.write import SCHEMA_ID

SCHEMA = load_schema()
SHAPES = {"inputs": Inputs, "output": Output, "template": TemplateSource}


def definitions(schema: Schema, name: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield the schema, its properties, items and definitions, at every depth, with their names."""
    yield name, schema
    inner = {**schema.get("properties", {}), **schema.get("$defs", {})}
    if "items" in schema:
        inner["[]"] = schema["items"]
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


def test_defaults_of_the_schema_are_those_of_the_model() -> None:
    compare(Recipe, SCHEMA)


def compare(model: Any, schema: Schema) -> None:
    stated = schema["properties"]
    known = {field.name for field in dataclasses.fields(model)} - {"folder", "places"}
    assert known == stated.keys() - {"recipe"}
    for field in dataclasses.fields(model):
        if field.name not in stated or field.name in schema.get("required", ()):
            if field.name in SHAPES and field.name != "template":
                compare(SHAPES[field.name], stated[field.name])
            continue
        value, default = field.default, stated[field.name]["default"]
        if dataclasses.is_dataclass(value):
            assert default == {}
            compare(type(value), stated[field.name])
        else:
            assert value == default or (value == () and default in ([], {}))
        if field.name == "template":
            compare(TemplateSource, stated[field.name])


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
