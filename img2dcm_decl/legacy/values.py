"""What the values of img2dcm's options mean in the recipe language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.log4cplus import model
from img2dcm_decl.recipe.model import Key
from img2dcm_decl.recipe.placeholders import escape

Reader: TypeAlias = Callable[[str, str], object]

MOST_PADDING = 1 << 20
FORMATS = {"JPEG": "jpeg", "BMP": "bmp"}
LEVELS = {name.lower(): level for name, level in model.LEVELS.items()}

_NUMBER = re.compile(r"[ \t]*\+?0*([0-9]{1,7})", re.ASCII)


def shown(text: str, most: int = 60) -> str:
    """Return a piece of a command line as a message shows it: on one line, printable, not too long."""
    printable = "".join(c if c.isprintable() else "?" for c in text[: most + 1])
    return printable if len(printable) <= most else f"{printable[:most]}..."


def file_name(option: str, text: str) -> str:
    """Return the name of a file.

    Raises
    ------
    UsageError
        The name is empty.
    """
    if not text:
        raise UsageError(f"Invalid value for option {option}: the file name is empty")
    return text


def image_format(option: str, text: str) -> str:
    """Return the recipe's name for an image format.

    Raises
    ------
    UsageError
        There is no such format; capital letters matter.
    """
    if text not in FORMATS:
        raise UsageError(f"Invalid value for option {option} ({shown(text)}): it is JPEG or BMP, in capital letters")
    return FORMATS[text]


def log_level(option: str, text: str) -> str:
    """Return the recipe's name for a log level, given in any letter case.

    Raises
    ------
    UsageError
        There is no such level.
    """
    if text.lower() not in LEVELS:
        raise UsageError(f"Invalid log level for {option} option ({shown(text)}): it is one of {', '.join(LEVELS)}")
    return LEVELS[text.lower()]


def byte_count(option: str, text: str) -> int:
    """Return the multiple, in bytes, that something is padded to.

    Raises
    ------
    UsageError
        This is no decimal number, or one above 1 MiB.
    """
    number = _NUMBER.fullmatch(text)
    if number is None or int(number[1]) > MOST_PADDING:
        raise UsageError(
            f"Invalid value for option {option} ({shown(text)}): it is a number of bytes from 0 to {MOST_PADDING}"
        )
    return int(number[1])


def key(option: str, text: str) -> Key:
    """Return a key, split at its first equals sign; without one, the value is empty.

    Raises
    ------
    UsageError
        The argument holds bytes that are no text in the system's encoding.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"Invalid value for option {option} ({shown(text)}): character {error.start + 1} is no valid text, "
            "give the value in the system's encoding"
        ) from None
    path, _, value = text.partition("=")
    return Key(path, escape(value))
