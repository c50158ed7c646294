"""What values parameters of each type may have."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.recipe.expressions import LONGEST_MATCHED, is_expression, is_quick
from img2dcm_decl.recipe.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from img2dcm_decl.recipe.model import Parameter

LONGEST_VALUE = 4096
"""Most characters of a value."""

INTEGER = re.compile("[+-]?[0-9]{1,40}")
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
SURROGATE = re.compile("[\ud800-\udfff]")


class ParameterType(NamedTuple):
    """A type of parameters.

    Attributes
    ----------
    meaning : str
        What a value is.
    example : str
        One that is right.
    fits : callable
        Tells whether a text is a value of the type.
    """

    meaning: str
    example: str
    fits: Callable[[str], object]


def _is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


TYPES: Mapping[str, ParameterType] = {
    "string": ParameterType("a text", "VALUE", lambda _: True),
    "integer": ParameterType("a whole number", "3", INTEGER.fullmatch),
    "number": ParameterType("a number", "1.5", NUMBER.fullmatch),
    "boolean": ParameterType("true or false", "true", {"true", "false"}.__contains__),
    "date": ParameterType("a date (ISO 8601)", "2026-01-31", _is_date),
    "path": ParameterType("a path", "PATH", lambda text: "\0" not in text),
}


def wrong_value(parameter: Parameter, text: str) -> str:
    """Return why a text cannot be the value of a parameter; empty where it can.

    The parameter's pattern is right.
    """
    if len(text) > LONGEST_VALUE:
        return f"a value has at most {LONGEST_VALUE} characters"
    if parameter.type != "path" and SURROGATE.search(text):
        return f"{quoted(text)} holds bytes that are not UTF-8"
    if not text:
        return "it is required, and the value is empty" if parameter.required else ""
    kind = TYPES[parameter.type]
    if not kind.fits(text):
        return f"{quoted(text)} is not {kind.meaning}"
    if parameter.pattern is None:
        return ""
    if len(text) > LONGEST_MATCHED:
        return f"a value that has a pattern has at most {LONGEST_MATCHED} characters"
    fits = re.fullmatch(parameter.pattern, text)
    return "" if fits else f"{quoted(text)} does not match the pattern {quoted(parameter.pattern)}"


def wrong_pattern(pattern: str | None) -> tuple[str, str] | None:
    """Return why a text cannot be the pattern of a parameter, and what to do about it; None where it can."""
    if pattern is None:
        return None
    if not is_expression(pattern):
        return "its pattern is not a regular expression", "write \\. for a dot, for example"
    if is_quick(pattern):
        return None
    return (
        "the repetitions in its pattern can be combined in too many ways",
        "say how often at most: {1,8} in place of +",
    )
