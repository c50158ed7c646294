"""The text of a recipe, and where in it a character stands."""

from __future__ import annotations

import codecs
import re
from array import array
from bisect import bisect_right

from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import RecipeError

MAX_SIZE = 2_000_000
"""Largest recipe, in bytes (or characters, where the text is decoded already)."""

LINE_BREAK = re.compile(r"\r\n|\r|\n")
# What YAML 1.2 (section 5.1) calls not printable, and what YAML 1.1 takes for line breaks and 1.2 does not.
FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
DICOM_PREAMBLE = bytes(4)
"""Begins no text in any encoding."""


class Source:
    """The text of a recipe, and of the recipes that it is built on.

    Offsets go on from one file to the next, with one character between them, so that an offset leads to its own file.

    Parameters
    ----------
    file : str
        Name of the file, as messages give it.
    text : str
        What is in it, without byte order mark.
    base : Source or None
        What it is built on.

    Attributes
    ----------
    text : str
        The text of all files.
    offset : int
        Where the text of the base begins, whether there is one or not.
    files : tuple of str
        The names of all files.
    """

    def __init__(self, file: str, text: str, base: Source | None = None) -> None:
        self.file = file
        self.offset = len(text) + 1
        self.text: str = f"{text}\n{base.text}" if base else text
        self.files: tuple[str, ...] = (file, *base.files) if base else (file,)
        self._own = text
        self._base = base
        self._starts = array("L", [0])
        self._starts.extend(found.end() for found in LINE_BREAK.finditer(text))
        self._lines: dict[int, str] = {}

    def built_on(self, base: Source) -> Source:
        """Return the text together with that of what it is built on."""
        return Source(self.file, self._own, base)

    def place(self, start: int, end: int) -> Place:
        """Return the place of the characters from offset `start` to `end`, or of their first line."""
        if self._base and start >= self.offset:
            return self._base.place(start - self.offset, end - self.offset)
        number = bisect_right(self._starts, start)
        line = self._line(number)
        first = self._starts[number - 1]
        last = min(end - first, len(line.rstrip()))
        return Place(self.file, number, start - first + 1, max(1, last - (start - first)), line)

    def _line(self, number: int) -> str:
        """Return a line of the text; places on the same line share it."""
        if number not in self._lines:
            end = self._starts[number] if number < len(self._starts) else len(self._own)
            self._lines[number] = self._own[self._starts[number - 1] : end].rstrip("\r\n")
        return self._lines[number]

    def error(self, message: str, start: int, end: int, advice: str = "") -> RecipeError:
        """Return an error that consists of one message about the characters from `start` to `end`."""
        return RecipeError([Diagnostic(message, self.place(start, end), advice)])


def open_source(text: str | bytes, file: str) -> Source:
    """Return the text of a recipe, decoded and free of characters that YAML does not allow.

    Parameters
    ----------
    text : str or bytes
        The recipe; bytes are UTF-8, with or without byte order mark.
    file : str
        Name of the file, for messages.

    Raises
    ------
    RecipeError
        The text is too long, in another encoding, or holds control characters.
    """
    if len(text) > MAX_SIZE:
        message = f"a recipe has at most {MAX_SIZE // 1_000_000} MB, and this file is larger"
        raise RecipeError([Diagnostic(message, Place(file, 1, 1), "check that this is a recipe")])
    decoded = _decode(text, file) if isinstance(text, bytes) else text
    source = Source(file, decoded.removeprefix("\ufeff"))
    forbidden = FORBIDDEN.search(source.text)
    if forbidden:
        code = ord(forbidden[0])
        escape = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
        usable = not 0xD800 <= code <= 0xDFFF
        advice = f'remove it, or write it as {escape} in a text in "double quotes"' if usable else "remove it"
        raise source.error(f"the character U+{code:04X} cannot stand in a recipe", *forbidden.span(), advice)
    return source


def _decode(data: bytes, file: str) -> str:
    other = next((name for mark, name in OTHER_ENCODINGS if data.startswith(mark)), "")
    if not other and data.startswith(DICOM_PREAMBLE):
        raise _not_text(file)
    if not other and b"\0" in data[:4]:
        other = "UTF-16 or UTF-32"
    if other:
        message = f"the file is in {other}, and a recipe is in UTF-8"
        raise RecipeError([Diagnostic(message, Place(file, 1, 1), "save it as UTF-8")])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise _not_text(file) from None
        before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        source = Source(file, before + data[error.start :].decode("utf-8", "replace"))
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8, and a recipe is in UTF-8"
        advice = "save the file as UTF-8"
        raise source.error(message, len(before), len(before) + 1, advice) from None


def _not_text(file: str) -> RecipeError:
    advice = "images are named in a recipe, under inputs; init writes one for them"
    return RecipeError([Diagnostic("this file is not text, and a recipe is", Place(file, 1, 1), advice)])
