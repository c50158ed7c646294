"""Placeholders in texts: `${image.stem}` stands for something of the image or object, `$$` for a dollar sign."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.recipe.suggest import suggest
from img2dcm_decl.recipe.wording import alternatives, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("image.stem", "image.name", "image.parent", "index")
"""What placeholders of version 1 may name: the image's file name without its extension and with it, the name of the
image's folder, and the position of the object, counted from 1."""

NUMBERS = frozenset({"index"})
"""Names whose value is a number, so that they may have a width."""

MARK = re.compile(r"\$\$|\$\{(?P<body>[^{}]*)(?P<end>[{}]?)")
WIDTH = re.compile(r"0?[1-9][0-9]?")


class Placeholder(NamedTuple):
    """A part of a text that is filled in per object.

    Attributes
    ----------
    name : str
        One of `NAMES`.
    width : str
        Format of a number: `4` fills up with blanks to four characters, `04` with zeros; empty for as it is.
    """

    name: str
    width: str = ""


Parts: TypeAlias = tuple[str | Placeholder, ...]


class PlaceholderError(Img2dcmError):
    """A placeholder is not one.

    Attributes
    ----------
    message : str
        What is wrong.
    offset, length : int
        Which characters of the text the message is about.
    help : str
        What to do about it; may be empty.
    """

    exit_code = 2

    def __init__(self, message: str, offset: int, length: int, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self.help = help


def parse(text: str) -> Parts:
    """Return the parts of a text: literal strings, with `$$` as one dollar, and placeholders.

    A dollar sign before any other character is itself.

    Raises
    ------
    PlaceholderError
        A placeholder is not closed, empty, inside another, of an unknown name, or with a width that is none.
    """
    parts: list[str | Placeholder] = []
    literal = ""
    position = 0
    for mark in MARK.finditer(text):
        literal += text[position : mark.start()]
        position = mark.end()
        if mark["body"] is None:
            literal += "$"
            continue
        if literal:
            parts.append(literal)
        literal = ""
        parts.append(_placeholder(mark))
    literal += text[position:]
    return (*parts, literal) if literal else tuple(parts)


def expand(parts: Parts, values: Mapping[str, str | int]) -> str:
    """Return a text with its placeholders filled in.

    Parameters
    ----------
    parts : tuple of str or Placeholder
        The text, as `parse` gives it.
    values : mapping of str to str or int
        The value of each name in `NAMES` that occurs.
    """
    return "".join(part if isinstance(part, str) else format(values[part.name], part.width) for part in parts)


def escape(text: str) -> str:
    """Return the text with placeholders that stands for a literal text: each dollar sign doubled."""
    return text.replace("$", "$$")


def literal(text: str) -> str:
    """Return what a text stands for where placeholders are not possible.

    Raises
    ------
    PlaceholderError
        There is a placeholder.
    """
    for mark in MARK.finditer(text):
        if mark["body"] is not None:
            message = "placeholders are possible only in output and in the values of keys"
            raise PlaceholderError(message, mark.start(), len(mark[0]), "write $${ for the two characters ${")
    return text.replace("$$", "$")


def _placeholder(mark: re.Match[str]) -> Placeholder:
    offset, length = mark.span()[0], len(mark[0])
    if mark["end"] == "{":
        advice = "close the first one with }"
        raise PlaceholderError("a placeholder cannot hold another brace", offset, length, advice)
    if not mark["end"]:
        raise PlaceholderError("this placeholder is not closed", offset, 2, "add }, or write $$ for a dollar sign")
    name, colon, width = mark["body"].partition(":")
    if not name:
        advice = f"the names are {alternatives(NAMES)}"
        raise PlaceholderError("this placeholder has no name", offset, length, advice)
    if name not in NAMES:
        meant = suggest(name, NAMES)
        advice = f"did you mean '${{{meant}}}'?" if meant else f"the names are {alternatives(NAMES)}"
        raise PlaceholderError(f"there is no placeholder named {quoted(name)}", offset, length, advice)
    if colon and (name not in NUMBERS or not WIDTH.fullmatch(width)):
        advice = "a width is one or two digits: ${index:04}" if name in NUMBERS else f"write ${{{name}}}"
        raise PlaceholderError(f"{quoted(':' + width)} is not a format of {name}", offset, length, advice)
    return Placeholder(name, width)
