"""The text of a settings file: lines `key = value`, and variables `${name}` in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.legacy.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MOST_BYTES = 256 << 10
MOST_SETTINGS = 1000
MOST_EXPANSIONS = 10_000
MOST_CHARACTERS = 1 << 20
MOST_DEPTH = 32

_BLANKS = " \t\v\f\r"
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class Expanded(NamedTuple):
    """Settings whose variables are replaced.

    Attributes
    ----------
    settings : dict of str to str
        Values by their keys.
    problems : tuple of str
        What could not be replaced, and why, a line each.
    """

    settings: dict[str, str]
    problems: tuple[str, ...]


def read_lines(text: str) -> dict[str, str]:
    """Return the settings of a text as they are written; of a repeated key, the last one.

    A line is split at its first equals sign, and blanks around both parts do not count. Lines without one and those
    that begin with `#` say nothing. There are no comments behind a value, no continuation lines and no escapes.
    """
    settings: dict[str, str] = {}
    for line in text.removeprefix("\N{BYTE ORDER MARK}").split("\n"):
        key, equals, value = line.strip(_BLANKS).partition("=")
        key = key.rstrip(_BLANKS)
        if equals and key and not key.startswith("#"):
            settings[key] = value.lstrip(_BLANKS)
    return settings


def expand(settings: Mapping[str, str], variables: Callable[[str], str | None]) -> Expanded:
    """Replace the variables in keys and values, and those in what they stand for.

    A name stands for the setting of this key as it is written, else for what `variables` knows; a name that neither
    knows stays as it is, and so does a text that cannot be replaced: one with an unclosed brace, a variable that
    leads back to itself, or more than 32 variables deep. All replacements of a file together are held to 10,000 and to
    1,048,576 characters.

    Parameters
    ----------
    settings : mapping of str to str
        As `read_lines` gives them.
    variables : callable
        Gives the value of a variable that is no setting, None where there is none.
    """
    expander = _Expander(settings, variables)
    expanded: dict[str, str] = {}
    for key, value in settings.items():
        expanded[expander.replace(key)] = expander.replace(value)
    return Expanded(expanded, tuple(expander.problems))


class _UnexpandableError(Exception):
    """A text cannot be replaced; the message says why."""


class _Expander:
    """Replaces the variables of one file, within the bounds that hold for all of it."""

    def __init__(self, settings: Mapping[str, str], variables: Callable[[str], str | None]) -> None:
        self._settings = settings
        self._variables = variables
        self._expansions = 0
        self._characters = 0
        self.problems: dict[str, None] = {}

    def replace(self, text: str) -> str:
        """Return a text with its variables replaced, or as it is where that cannot be done."""
        if "${" not in text:
            return text
        try:
            return "".join(self._parts(text, ()))
        except _UnexpandableError as error:
            self.problems[f'the variables in "{shown(text)}" are not replaced: {error}'] = None
            return text

    def _parts(self, text: str, within: tuple[str, ...]) -> Iterator[str]:
        end = 0
        # Behind the last closing brace no variable can end, and looking for its end from every beginning takes long.
        for found in _VARIABLE.finditer(text, 0, text.rfind("}") + 1):
            yield text[end : found.start()]
            end = found.end()
            value = self._value(found[1])
            if value is None:
                yield found[0]
                continue
            self._check(found[1], value, within)
            yield from self._parts(value, (*within, found[1]))
        rest = text[end:]
        if "${" in rest:
            position = end + rest.index("${")
            raise _UnexpandableError(f"the brace opened at position {position} is not closed")
        yield rest

    def _value(self, name: str) -> str | None:
        value = self._settings.get(name)
        return self._variables(name) if value is None else value

    def _check(self, name: str, value: str, within: tuple[str, ...]) -> None:
        self._expansions += 1
        self._characters += len(value)
        if name in within:
            raise _UnexpandableError(f"{shown(name)} leads back to itself")
        if len(within) >= MOST_DEPTH:
            raise _UnexpandableError(f"they are more than {MOST_DEPTH} deep")
        if self._expansions > MOST_EXPANSIONS:
            raise _UnexpandableError(f"the file asks for more than {MOST_EXPANSIONS} replacements")
        if self._characters > MOST_CHARACTERS:
            raise _UnexpandableError(f"they stand for more than {MOST_CHARACTERS} characters")
