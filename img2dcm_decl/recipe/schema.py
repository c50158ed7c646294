"""The published schema, and a document read as the schema wants it."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from img2dcm_decl.recipe import core
from img2dcm_decl.recipe.nodes import MappingNode, Node, ScalarNode
from img2dcm_decl.resources import schema_path

Schema: TypeAlias = dict[str, Any]
Data: TypeAlias = Any  # what JSON can hold

KINDS = {
    "object": "a mapping of settings",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
"""How messages name the types of the schema."""


def load_schema() -> Schema:
    """Return the schema of the recipe language."""
    schema: Schema = json.loads(schema_path("recipe").read_text(encoding="utf-8"))
    return schema


def types(schema: Schema) -> tuple[str, ...]:
    """Return the types that a schema allows; nothing where it does not say."""
    stated = schema.get("type", ())
    return (stated,) if isinstance(stated, str) else tuple(stated)


def plain(node: Node, schema: Schema) -> Data:
    """Return a document as plain data.

    A plain scalar that is not null is kept as the text that was written where the schema wants a text, and is
    resolved by the core schema of YAML 1.2 where it does not.
    """
    if isinstance(node, ScalarNode):
        wants_text = "string" in types(schema) and not core.is_null(node.text)
        return core.resolve(node.text) if node.plain and not wants_text else node.text
    if isinstance(node, MappingNode):
        return {entry.name.text: plain(entry.value, inner(schema, entry.name.text)) for entry in node.entries}
    return [plain(item, schema.get("items", {})) for item in node.items]


def inner(schema: Schema, part: str | int) -> Schema:
    """Return the schema of one setting of a mapping, or of the entries of a list; an empty one where it has none."""
    if isinstance(part, int):
        found = schema.get("items", {})
    else:
        found = schema.get("properties", {}).get(part) or schema.get("additionalProperties")
    return found if isinstance(found, dict) else {}


def homes(schema: Schema, path: tuple[str, ...] = ()) -> dict[str, list[tuple[str, ...]]]:
    """Return for each name of a setting the paths of the mappings that it belongs to."""
    found = {name: [path] for name in schema.get("properties", {})}
    for name, section in schema.get("properties", {}).items():
        for deeper, paths in homes(section, (*path, name)).items():
            found.setdefault(deeper, []).extend(paths)
    return found
