"""Placeholders in texts: `${image.stem}` stands for something of the image or object, `$$` for a dollar sign.

    ${NAME}   ${NAME:FORMAT}   ${NAME|DEFAULT}   ${NAME:FORMAT|DEFAULT}

A format makes another text of the value: a number of some width, a DICOM date of a date as people write it. The
default stands, as it is, where the value is empty. There are no expressions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.recipe.format_problem import FormatProblem
from img2dcm_decl.recipe.suggest import suggest
from img2dcm_decl.recipe.value_formats import ALL_FORMATS, EXAMPLES, FORMATS, TEXT_FORMATS, WIDTH, ValueFormat, Width
from img2dcm_decl.recipe.wording import alternatives, quoted

if TYPE_CHECKING:
    from collections.abc import Collection

NAMES = ("image.stem", "image.name", "image.parent", "image.folder", "image.number", "index")
"""What placeholders may name wherever there are images: the image's file name without its extension and with it, the
name of the image's folder, the path of that folder below the fixed part of the pattern that found the image (`.` for
none), the last digits in the stem, and the position of the object, counted from 1."""

OPEN_NAMES = {"row": "row.COLUMN", "parameter": "parameter.NAME"}
"""How names are written that the table's columns and the recipe's parameters make."""

ALL = frozenset({"image", "index", "row", "parameter"})
"""The families of names: what stands before the dot."""

FORMATS_OF = {
    "index": ("width",),
    "image.number": ("width",),
    "image.folder": (),
    "image": TEXT_FORMATS,
    "row": ALL_FORMATS,
    "parameter": ALL_FORMATS,
}
"""The formats that fit a name, or all others of a family."""

MARK = re.compile(r"\$\$|\$\{(?P<body>[^{}]*)(?P<end>[{}]?)")
AFTER_NAME = re.compile("[:|]")
ESCAPE = "write $${ for the two characters ${"


class Placeholder(NamedTuple):
    """A part of a text that is filled in per object, or per run.

    Attributes
    ----------
    name : str
        One of `NAMES`, `row.` and a column, or `parameter.` and a parameter.
    format : ValueFormat or None
        What is made of the value; None leaves it as it is.
    default : str or None
        What stands where the value is empty, or nothing but blanks.
    """

    name: str
    format: ValueFormat | None = None
    default: str | None = None

    @property
    def family(self) -> str:
        """What stands before the dot."""
        return self.name.partition(".")[0]

    @property
    def written(self) -> str:
        """The placeholder as it is written."""
        form = f":{self.format.written}" if self.format else ""
        return f"${{{self.name}{form}{'' if self.default is None else '|' + self.default}}}"


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


def parse(text: str, families: Collection[str] = ALL) -> Parts:
    """Return the parts of a text: literal strings, with `$$` as one dollar, and placeholders.

    A dollar sign before any other character is itself.

    Parameters
    ----------
    text : str
        The text.
    families : collection of str
        Which of `ALL` are possible where it stands.

    Raises
    ------
    PlaceholderError
        A placeholder is not closed, empty, inside another, of an unknown name or format, or not possible here.
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
        parts.append(_placeholder(mark, families))
    literal += text[position:]
    return (*parts, literal) if literal else tuple(parts)


def names_in(parts: Parts) -> tuple[str, ...]:
    """Return the names of the placeholders in a text, each once."""
    return tuple(dict.fromkeys(part.name for part in parts if isinstance(part, Placeholder)))


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
            raise PlaceholderError("placeholders are not possible here", mark.start(), len(mark[0]), ESCAPE)
    return text.replace("$$", "$")


def _placeholder(mark: re.Match[str], families: Collection[str]) -> Placeholder:
    offset, length = mark.start(), len(mark[0])
    if mark["end"] == "{":
        advice = "close the first one with }"
        raise PlaceholderError("a placeholder cannot hold another brace", offset, length, advice)
    if not mark["end"]:
        raise PlaceholderError("this placeholder is not closed", offset, 2, "add }, or write $$ for a dollar sign")
    body = mark["body"]
    name = _name(body, offset, length, families)
    rest = body[len(name) :]
    if not rest.startswith(":"):
        return Placeholder(name, None, rest[1:] if rest else None)
    end = _end_of_format(rest, mark.start("body") + len(name))
    form = _format(mark, name, rest[1:end])
    return Placeholder(name, form, rest[end + 1 :] if end < len(rest) else None)


def _name(body: str, offset: int, length: int, families: Collection[str]) -> str:
    name = AFTER_NAME.split(body, maxsplit=1)[0]
    family, dot, own = name.partition(".")
    known = _names(families)
    every = f"the names are {alternatives(known)}" if known else ESCAPE
    if not name:
        raise PlaceholderError("this placeholder has no name", offset, length, every)
    if name not in NAMES and not (family in OPEN_NAMES and own):
        _unknown_name(name, offset, length, every)
    if family not in families:
        what = f"{family}{dot and '.'} placeholders" if families else "placeholders"
        raise PlaceholderError(f"{what} are not possible here", offset, length, every)
    return name


def _unknown_name(name: str, offset: int, length: int, every: str) -> NoReturn:
    family, _, own = name.partition(".")
    if family in OPEN_NAMES:
        message = f"{family} needs a name behind a dot"
        raise PlaceholderError(message, offset, length, f"write ${{{OPEN_NAMES[family]}}}")
    close = suggest(family, OPEN_NAMES) if own else None
    meant = f"{close}.{own}" if close else suggest(name, NAMES)
    advice = f"did you mean '${{{meant}}}'?" if meant else every
    raise PlaceholderError(f"there is no placeholder named {quoted(name)}", offset, length, advice)


def _names(families: Collection[str]) -> list[str]:
    fixed = [name for name in NAMES if name.partition(".")[0] in families]
    return fixed + [name for family, name in OPEN_NAMES.items() if family in families]


def _end_of_format(rest: str, offset: int) -> int:
    """Return where a format ends that begins behind the colon of `rest`: at a bar, or behind its parentheses."""
    bar = rest.find("|")
    bar = len(rest) if bar < 0 else bar
    opening = rest.find("(", 0, bar)
    if opening < 0:
        return bar
    end = rest.find(")", opening) + 1
    if not end:
        raise PlaceholderError("this parenthesis is not closed", offset + opening, 1, "add )")
    if end < len(rest) and rest[end] != "|":
        advice = "a default begins with a bar: |"
        raise PlaceholderError("nothing but a default can follow a format", offset + end, len(rest) - end, advice)
    return end


def _format(mark: re.Match[str], name: str, written: str) -> ValueFormat:
    fitting = FORMATS_OF[name if name in FORMATS_OF else name.partition(".")[0]]
    if "width" in fitting and WIDTH.fullmatch(written):
        return Width(written)
    word, opening, form = written.partition("(")
    if not opening or word not in FORMATS or word not in fitting:
        raise PlaceholderError(
            f"{quoted(':' + written)} is not a format of {name}",
            mark.start(),
            len(mark[0]),
            _which_format(name, word if opening else "", fitting),
        )
    try:
        return FORMATS[word](form[:-1])
    except FormatProblem as problem:
        start = mark.start("body") + len(name) + 1 + len(word) + 1 + problem.offset
        raise PlaceholderError(problem.message, start, problem.length or 1, problem.help) from None


def _which_format(name: str, word: str, fitting: tuple[str, ...]) -> str:
    meant = suggest(word, [kind for kind in fitting if kind in FORMATS])
    if meant:
        return f"did you mean '{EXAMPLES[meant]}'?"
    if fitting == ("width",):
        return f"a width is one or two digits: ${{{name}:04}}"
    return f"its formats are {alternatives([EXAMPLES[kind] for kind in fitting])}" if fitting else f"write ${{{name}}}"
