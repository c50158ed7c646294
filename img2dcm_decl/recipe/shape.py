"""Tells at once that a document meets a schema, for the usual case: jsonschema takes longer to load than to answer.

Only the keywords that recipes use outside of `keys` are known here. Whoever uses another, or does not meet one, is
told nothing: jsonschema decides then, and says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
Data: TypeAlias = Any

_TYPES: Mapping[str, Callable[[Data], bool]] = {
    "object": lambda data: isinstance(data, dict),
    "array": lambda data: isinstance(data, list),
    "string": lambda data: isinstance(data, str),
    "boolean": lambda data: isinstance(data, bool),
    "integer": lambda data: isinstance(data, int) and not isinstance(data, bool),
    "number": lambda data: _number(data),
}


def certainly_meets(data: Data, schema: Schema, root: Schema | None = None) -> bool:
    """Tell whether a document meets a schema for certain.

    Parameters
    ----------
    data : plain data
        What JSON can hold.
    schema : mapping
        JSON Schema 2020-12.
    root : mapping or None
        The whole schema that this one is a part of, where references lead.

    Returns
    -------
    bool
        False also where the answer is not known.
    """
    whole = schema if root is None else root
    return all(
        keyword in _KEYWORDS and _KEYWORDS[keyword](Context(data, schema, whole), value)
        for keyword, value in schema.items()
    )


class Context(NamedTuple):
    """What a keyword is asked about: the data, the schema that the keyword stands in, and the whole one."""

    data: Data
    schema: Schema
    root: Schema


def _always(_at: Context, _value: Data) -> bool:
    return True


def _type(at: Context, value: Data) -> bool:
    allowed = [value] if isinstance(value, str) else value
    return any(name in _TYPES and _TYPES[name](at.data) for name in allowed)


def _properties(at: Context, value: Data) -> bool:
    return not isinstance(at.data, dict) or all(
        certainly_meets(at.data[name], inner, at.root) for name, inner in value.items() if name in at.data
    )


def _additional(at: Context, value: Data) -> bool:
    known = at.schema.get("properties", {}).keys()
    others = [data for name, data in at.data.items() if name not in known] if isinstance(at.data, dict) else []
    if isinstance(value, bool):
        return value or not others
    return all(certainly_meets(data, value, at.root) for data in others)


def _names(at: Context, value: Data) -> bool:
    return not isinstance(at.data, dict) or all(certainly_meets(name, value, at.root) for name in at.data)


def _any(at: Context, value: Data) -> bool:
    return any(certainly_meets(at.data, alternative, at.root) for alternative in value)


def _otherwise(at: Context, value: Data) -> bool:
    """Tell whether the condition or what is asked without it is met: in either case nothing is left to ask."""
    return certainly_meets(at.data, at.schema.get("if", {}), at.root) or certainly_meets(at.data, value, at.root)


def _required(at: Context, value: Data) -> bool:
    return not isinstance(at.data, dict) or all(name in at.data for name in value)


def _items(at: Context, value: Data) -> bool:
    return not isinstance(at.data, list) or all(certainly_meets(item, value, at.root) for item in at.data)


def _reference(at: Context, value: Data) -> bool:
    start, _, name = value.rpartition("/")
    inner = at.root.get("$defs", {}).get(name) if start == "#/$defs" else None
    return inner is not None and certainly_meets(at.data, inner, at.root)


def _const(at: Context, value: Data) -> bool:
    return bool(at.data == value) and type(at.data) is type(value)


def _enum(at: Context, value: Data) -> bool:
    return any(_const(at, allowed) for allowed in value)


def _number(data: Data) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool)


#: Keyword -> what tells from the context and the keyword's value whether it is met.
_KEYWORDS: Mapping[str, Callable[[Context, Data], bool]] = {
    **dict.fromkeys(("$schema", "$id", "$defs", "title", "description", "default", "examples"), _always),
    **dict.fromkeys(("patternErrorMessage", "if"), _always),
    "$ref": _reference,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "required": _required,
    "items": _items,
    "anyOf": _any,
    "else": _otherwise,
    "const": _const,
    "enum": _enum,
    "minLength": lambda at, value: not isinstance(at.data, str) or len(at.data) >= value,
    "maxLength": lambda at, value: not isinstance(at.data, str) or len(at.data) <= value,
    "pattern": lambda at, value: not isinstance(at.data, str) or re.search(value, at.data) is not None,
    "minProperties": lambda at, value: not isinstance(at.data, dict) or len(at.data) >= value,
    "maxProperties": lambda at, value: not isinstance(at.data, dict) or len(at.data) <= value,
    "minItems": lambda at, value: not isinstance(at.data, list) or len(at.data) >= value,
    "minimum": lambda at, value: not _number(at.data) or at.data >= value,
    "maximum": lambda at, value: not _number(at.data) or at.data <= value,
}
