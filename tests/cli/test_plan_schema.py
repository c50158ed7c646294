"""The published schema of plans says what is read and written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from img2dcm_decl.errors import PlanError
from img2dcm_decl.plan import saved
from img2dcm_decl.plan.model import (
    Condition,
    Element,
    Encoding,
    ImageRules,
    Item,
    LogRules,
    Plan,
    PlannedObject,
    Slot,
    UidRules,
    Variant,
)
from img2dcm_decl.plan.saved import dump_plan, load_plan
from img2dcm_decl.resources import schema_path

SCHEMA: dict[str, Any] = json.loads(schema_path("plan").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

EVEN = st.binary(max_size=8).map(lambda value: value + bytes(len(value) & 1))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def plan(value: bytes = b"AB", text: str = "x") -> Plan:
    inner = Element(0x00400009, "SH", value, "key")
    elements = (
        Element(0x00100010, "PN", value, text),
        Element(0x00280010, "US", Slot("rows", text, value)),
        Element(0x00400275, "SQ", (Item((inner,)), Item())),
    )
    conditions = (Condition("rows", (1, 2)), Condition("frames", ("one",)))
    return Plan(
        "here",
        (Variant(conditions, text, elements), Variant()),
        (PlannedObject(("a.jpg",), "a.dcm", 1, (value,), text, (Variant(elements=elements),)),),
        title=text,
        uids=UidRules("derived", "1.2", text, content=True, of_run=True),
        time="20260131101500",
        notes=(text,),
    )


@given(EVEN, TEXT)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_valid(value: bytes, text: str) -> None:
    for keyword in (None, str):
        VALIDATOR.validate(json.loads(dump_plan(plan(value, text), keyword)))


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_what_is_refused_for_its_shape_is_not_valid(data: st.DataObject) -> None:
    document = json.loads(dump_plan(plan()))
    target: Any = document
    while True:
        key = data.draw(st.sampled_from(list(target) if isinstance(target, dict) else list(range(len(target)))))
        if isinstance(target[key], dict | list) and target[key] and data.draw(st.booleans()):
            target = target[key]
            continue
        target[key] = data.draw(ANYTHING)
        break
    refusal = ""
    try:
        load_plan(json.dumps(document))
    except PlanError as error:
        refusal = str(error)
    assert not refusal or "ascending order" in refusal or not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("name", ["plan", "folder", "variants", "objects"])
def test_what_must_be_there_is_required(name: str) -> None:
    document = json.loads(dump_plan(plan()))
    del document[name]
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize(
    ("section", "defaults"),
    [
        ("images", ImageRules._field_defaults),
        ("encoding", Encoding._field_defaults),
        ("logging", LogRules._field_defaults),
        ("uids", UidRules._field_defaults),
    ],
)
def test_defaults_are_those_of_the_model(section: str, defaults: dict[str, Any]) -> None:
    stated = SCHEMA["properties"][section]["properties"]
    assert {name: setting["default"] for name, setting in stated.items()} == defaults


def test_the_schema_names_itself_as_plans_do() -> None:
    assert SCHEMA["$id"] == saved.SCHEMA_ID == json.loads(dump_plan(plan()))["$schema"]


def settings_of(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        yield f"{path}.{name}", inner
        yield from settings_of(inner, f"{path}.{name}")
    if "title" in schema.get("items", {}):
        yield f"{path}[]", schema["items"]
        yield from settings_of(schema["items"], f"{path}[]")


@pytest.mark.parametrize(("path", "setting"), [pytest.param(*row, id=row[0]) for row in settings_of(SCHEMA)])
def test_every_setting_is_explained_with_a_default_and_examples_that_are_valid(
    path: str, setting: dict[str, Any]
) -> None:
    assert setting["title"], path
    assert setting["description"].endswith("."), path
    validator = Draft202012Validator({**setting, "$defs": SCHEMA["$defs"]})
    for example in (setting["default"], *setting["examples"]):
        validator.validate(example)
    assert setting["examples"]
