"""What a plain scalar means: the core schema of YAML 1.2 (section 10.3.2)."""

from __future__ import annotations

import re
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

NULL = re.compile(r"null|Null|NULL|~|")
TRUE = re.compile(r"true|True|TRUE")
FALSE = re.compile(r"false|False|FALSE")
INTEGER = re.compile(r"[-+]?[0-9]+")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)")
LONGEST_NUMBER = 40


def is_null(text: str) -> bool:
    """Tell whether a plain scalar is null."""
    return NULL.fullmatch(text) is not None


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar.

    Numbers of more than 40 characters stay text: nothing in a recipe is that large, and converting them takes time
    that grows with the square of their length.
    """
    if is_null(text):
        return None
    if TRUE.fullmatch(text):
        return True
    if FALSE.fullmatch(text):
        return False
    return text if len(text) > LONGEST_NUMBER else _number(text)


def _number(text: str) -> Scalar:
    if INTEGER.fullmatch(text):
        return int(text)
    if OCTAL.fullmatch(text) or HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if FLOAT.fullmatch(text):
        return float(text)
    if INFINITE.fullmatch(text) or NOT_A_NUMBER.fullmatch(text):
        return float(text.replace(".", ""))
    return text
