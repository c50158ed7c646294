"""Puts the values of parameters into texts, as literal text that changes nothing of what is around it."""

from __future__ import annotations

import glob
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.plan.locations import STDIO, is_url
from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expand
from img2dcm_decl.recipe.placeholders import Placeholder, escape, parse
from img2dcm_decl.recipe.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from img2dcm_decl.recipe.model import Parameter
    from img2dcm_decl.recipe.parameter_mistakes import ParameterMistakes
    from img2dcm_decl.recipe.settings import Setting

PREFIX = "parameter."
USUAL = "x"
"""A value that leaves a path with as many names as it has without it."""
SEPARATOR = re.compile(r"[\x00-\x1f\x7f/\\]")
"""What a value cannot hold that becomes part of a file's name."""
NAME_PART = re.compile("[=^]")
"""What separates the parts of a person's name (PS3.5 section 6.2.1)."""


class Value(NamedTuple):
    """The value of a parameter.

    Attributes
    ----------
    text : str
        It fits the parameter's type and pattern.
    parameter : Parameter
        The parameter.
    folder : str
        What it is relative to if it is a relative path; empty for the recipe's folder.
    """

    text: str
    parameter: Parameter
    folder: str


class Filling:
    """Fills in parameters.

    Parameters
    ----------
    values : mapping of str to Value
        By the whole name of the placeholder: `parameter.site`.
    mistakes : ParameterMistakes
        Gets to know what does not fit.
    """

    def __init__(self, values: Mapping[str, Value], mistakes: ParameterMistakes) -> None:
        self._values = values
        self._mistakes = mistakes

    def __call__(self, setting: Setting) -> str:
        """Return the text of a setting without placeholders of parameters; all others are kept."""
        if PREFIX not in setting.text:
            return setting.text
        filled, usual = [], []
        for position, part in enumerate(parse(setting.text)):
            if isinstance(part, str):
                text = marker = escape(part)
            elif part.family != "parameter":
                text = marker = part.written
            else:
                text, marker = self._filled(part, setting, first=not position)
            filled.append(text)
            usual.append(marker)
        if setting.is_path:
            self._check_names("".join(filled), "".join(usual), setting)
        return "".join(filled)

    def _filled(self, part: Placeholder, setting: Setting, *, first: bool) -> tuple[str, str]:
        """Return what stands for a placeholder, and what would if the value were a usual name."""
        value = self._values.get(part.name)
        if value is None:
            self._mistakes.add_undeclared(part.name.removeprefix(PREFIX), setting)
            return USUAL, USUAL
        if part.default is not None and not value.text.strip():
            return escape(part.default), escape(part.default)
        try:
            text = expand((part,), {part.name: value.text})
        except ValueProblem as problem:
            self._mistakes.add_value(value.parameter, problem.message)
            return USUAL, USUAL
        refusal = _refusal(text, value.parameter, setting, first=first)
        if refusal:
            self._mistakes.add_value(value.parameter, f"{quoted(text)} cannot be put into {setting.name}: {refusal}")
            return USUAL, USUAL
        is_path = setting.is_path and value.parameter.type == "path" and text != ""
        if is_path and first:
            text = _absolute(value.folder, text)
        text = escape(glob.escape(text) if setting.kind == "pattern" else text)
        return text, text if is_path else USUAL

    def _check_names(self, filled: str, usual: str, setting: Setting) -> None:
        """Find parts of a path that values made empty, or the current or the parent folder."""
        pairs = zip(filled.split("/"), usual.split("/"), strict=True)
        if all(name.strip(".") or name == marker for name, marker in pairs):
            return
        for part in parse(setting.text):
            value = self._values.get(part.name) if isinstance(part, Placeholder) else None
            if value is not None and not value.text.strip("."):
                message = f"{quoted(value.text)} is not enough for a name in {setting.name}"
                self._mistakes.add_value(value.parameter, message)


def _refusal(text: str, parameter: Parameter, setting: Setting, *, first: bool) -> str:
    """Return why a value would change the structure of a setting; empty where it would not."""
    if setting.kind == "key":
        return _key_refusal(text, setting)
    if not setting.is_path:
        return ""
    if parameter.type == "path":
        absolute = os.path.isabs(text) or is_url(text)  # noqa: PTH117 - it may be a URL
        return "an absolute path can only be the beginning" if absolute and not first else ""
    if not SEPARATOR.search(text):
        return ""
    return (
        "only a parameter of type path can lead into other folders"
        if text.isprintable()
        else ("control characters cannot be part of a name")
    )


def _key_refusal(text: str, setting: Setting) -> str:
    if "\\" in text:
        return "a backslash separates the values of an attribute"
    # Which attributes are names is not known here, but who writes a caret between placeholders thinks of one.
    return "^ and = separate the parts of a name" if "^" in setting.text and NAME_PART.search(text) else ""


def _absolute(folder: str, path: str) -> str:
    if not folder or path == STDIO or is_url(path):
        return path
    return os.path.normpath(os.path.join(folder, path))  # noqa: PTH118 - pathlib drops what glob patterns need
