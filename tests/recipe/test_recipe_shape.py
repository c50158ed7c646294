"""The quick answer about a document never contradicts jsonschema, and is given for usual recipes."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support import ROOT

from img2dcm_decl.recipe.schema import load_schema
from img2dcm_decl.recipe.shape import certainly_meets

SCHEMA = load_schema()
USUAL = {"recipe": 1, "inputs": {"images": "*.jpg", "jpeg": {"comments": "keep"}}, "output": {"file": "a.dcm"}}
ARCHIVE = {
    **USUAL,
    "parameters": {"site": "A", "day": {"type": "date", "required": True}},
    "inputs": {"images": [{"index": "a.txt"}], "exclude": ["b"], "group_by": "${image.folder}"},
    "table": {"file": "a.csv", "column": "File", "delimiter": ";"},
    "uids": {"method": "derived", "root": "1.2.3", "facts": ["content"], "study": "${row.ID}", "series": "run"},
    "reproducible": {"time": "2026-01-31T10:15:00"},
}
SCALARS = st.none() | st.booleans() | st.integers(-1, 3) | st.floats(0, 3) | st.sampled_from(["", "a", "keep", "error"])
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "file", "path"]), inner, max_size=3)
    ),
    max_leaves=5,
)
SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string", "boolean", "integer", ["string", "object"], "null"]),
            "enum": st.lists(SCALARS, min_size=1, max_size=3),
            "const": SCALARS,
            "minLength": st.integers(0, 2),
            "minItems": st.integers(0, 2),
            "minimum": st.integers(0, 2),
            "maximum": st.integers(0, 2),
            "pattern": st.sampled_from(["a", "^.$", "(?!a)"]),
            "minProperties": st.integers(0, 2),
            "maxProperties": st.integers(0, 2),
            "required": st.lists(st.sampled_from(["a", "file"]), unique=True),
            "title": st.just("x"),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array"]),
            "properties": st.dictionaries(st.sampled_from(["a", "file"]), inner, max_size=2),
            "additionalProperties": st.booleans() | inner,
            "propertyNames": inner,
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "if": inner,
            "then": inner,
            "else": inner,
        },
    ),
    max_leaves=4,
)


@example(1.0, {"maximum": 0})
@example(-0.5, {"minimum": 0})
@given(ANYTHING, SCHEMAS)
@settings(max_examples=400, deadline=None)
def test_a_certain_yes_is_jsonschemas_yes(data: Any, schema: dict[str, Any]) -> None:
    if certainly_meets(data, schema):
        assert Draft202012Validator(schema).is_valid(data)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_of_recipes_with_something_else_somewhere_the_same_holds(data: st.DataObject) -> None:
    document: Any = copy.deepcopy(data.draw(st.sampled_from([USUAL, ARCHIVE])))
    target = data.draw(st.sampled_from([document, *(part for part in document.values() if isinstance(part, dict))]))
    target[data.draw(st.sampled_from([*target, "format", "title", "x"]))] = data.draw(ANYTHING)
    if certainly_meets(document, SCHEMA):
        assert Draft202012Validator(SCHEMA).is_valid(document)


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_answer_is_known_for_usual_recipes(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document.pop("keys", None)
    assert certainly_meets(document, SCHEMA)


def test_the_answer_is_known_for_recipes_of_archives() -> None:
    assert certainly_meets(ARCHIVE, SCHEMA)
    assert not certainly_meets({**ARCHIVE, "parameters": {"a b": "c"}}, SCHEMA)
