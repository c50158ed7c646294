"""The words that settings can say are the same in the language, the plan, the schemas, and in what is said and read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from img2dcm_decl.cli.log_layouts import NUMBERS
from img2dcm_decl.legacy import values
from img2dcm_decl.legacy.log4cplus import model as log4cplus
from img2dcm_decl.plan.choices import CHOICES, LEVELS
from img2dcm_decl.recipe import model
from img2dcm_decl.resources import schema_path

SECTIONS: dict[str, type[Any]] = {
    "": model.Recipe,
    "parameters.*": model.Parameter,
    "inputs": model.Inputs,
    "inputs.jpeg": model.JpegRules,
    "table": model.Table,
    "sources": model.Sources,
    "sources.template": model.TemplateSource,
    "inference": model.Inference,
    "uids": model.Uids,
    "encoding": model.EncodingRules,
    "logging": model.LoggingRules,
    "output": model.Output,
}
#: Where the recipe has what the plan has under another name.
MOVED = {"images": "inputs.jpeg", "existing": "output.existing"}


def choices_of_model() -> dict[str, tuple[str, ...]]:
    hints = {path: get_type_hints(section, vars(model)) for path, section in SECTIONS.items()}
    return {
        f"{path}.{name}".removeprefix("."): get_args(hint)
        for path, fields in hints.items()
        for name, hint in fields.items()
        if get_origin(hint) is Literal
    }


def choices_of_schema(name: str) -> dict[str, tuple[str, ...]]:
    schema = json.loads(schema_path(name).read_text(encoding="utf-8"))
    return dict(choices_below(schema, ""))


def choices_below(schema: dict[str, Any], path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    inner = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        inner["*"] = schema["additionalProperties"]
    for name, setting in inner.items():
        if "enum" in setting:
            yield f"{path}{name}", tuple(setting["enum"])
        yield from choices_below(setting, f"{path}{name}.")


def test_every_section_of_the_language_is_looked_at() -> None:
    with_choices = {
        found
        for found in vars(model).values()
        if dataclasses.is_dataclass(found) and any("Literal[" in str(field.type) for field in dataclasses.fields(found))
    }
    assert with_choices <= set(SECTIONS.values())


def test_the_language_and_its_schema_have_the_same_choices() -> None:
    assert choices_of_model() == choices_of_schema("recipe")


def test_plans_and_their_schema_have_the_same_choices() -> None:
    assert choices_of_schema("plan") == CHOICES


@pytest.mark.parametrize("path", CHOICES)
def test_plans_have_the_choices_of_recipes(path: str) -> None:
    section, dot, name = path.partition(".")
    assert choices_of_model()[MOVED.get(section, section) + dot + name] == CHOICES[path]


@pytest.mark.parametrize("levels", [NUMBERS, log4cplus.LEVELS.values(), values.LEVELS.values()])
def test_levels_are_those_of_the_language(levels: Any) -> None:
    assert set(levels) == set(LEVELS)
