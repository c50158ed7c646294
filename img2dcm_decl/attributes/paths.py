"""Paths to attributes, as dcmodify and img2dcm know them: `RequestAttributesSequence[0].(0040,0008)[*].CodeValue`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.dictionary import RETIRED, is_private, tag_text
from img2dcm_decl.attributes.limits import MAX_DEPTH, MAX_ITEM
from img2dcm_decl.attributes.problems import KeyPathError, shown
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dictionary import Dictionary

EVERY_ITEM = -1
"""The item number of `[*]`."""

_STRICT_TAG = re.compile(r"([0-9a-fA-F]{4}),([0-9a-fA-F]{4})")
# What `%x,%x` of C accepts: short forms, a prefix and blanks; what follows is not looked at.
_LENIENT_TAG = re.compile(
    r"\s*(?:0[xX])?0*([0-9a-fA-F]{1,4})(?![0-9a-fA-F]),\s*(?:0[xX])?0*([0-9a-fA-F]{1,4})(?![0-9a-fA-F])"
)
_STRICT_ITEM = re.compile(r"[0-9]+")
_LENIENT_ITEM = re.compile(r"\s*[+]?([0-9]+)")
_LENIENT_NEGATIVE = re.compile(r"\s*-[0-9]")
_UNCLOSED = 'write ) at its end; between { } or [ ] of YAML, a tag needs quotes: "(0010,0010)"'
_FORBIDDEN_GROUPS = {
    0x0000: "belongs to the command set, which no file has (PS3.7)",
    0x0002: "belongs to the file meta information, which is written anew for each object (PS3.10)",
    0xFFFE: "delimits items and sequences and is no attribute (PS3.5 section 7.5)",
}


class Step(NamedTuple):
    """One attribute on the way.

    Attributes
    ----------
    tag : int
        Group and element number.
    item : int or None
        Item of the sequence, counted from 0; `EVERY_ITEM` for `[*]`; None where no item is named.
    name : str
        Keyword, or `(gggg,eeee)`.
    offset : int
        Where it stands in the text of the path.
    """

    tag: int
    item: int | None
    name: str
    offset: int = 0

    def __str__(self) -> str:
        if self.item is None:
            return self.name
        return f"{self.name}[{'*' if self.item == EVERY_ITEM else self.item}]"


class KeyPath(NamedTuple):
    """Where an attribute, or an item, stands in a dataset. As text it is in the form that recipes have."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.steps))

    @property
    def leaf(self) -> Step:
        """The last step: what the path is about."""
        return self.steps[-1]


def parse_path(text: str, dictionary: Dictionary, *, lenient: bool = False) -> KeyPath:
    """Read a path.

    Parameters
    ----------
    text : str
        Keywords or tags `gggg,eeee`, in parentheses or not, with items in brackets, separated by dots.
    dictionary : Dictionary
        Where keywords are looked up.
    lenient : bool
        Read it as `img2dcm` does: short numbers (`10,10`), any separator character behind `]`, blanks and what
        follows a number. Retired attributes go by their keyword with `RETIRED_` only, as they do there.

    Raises
    ------
    KeyPathError
        The path cannot be read, or leads to what a key cannot set.
    """
    if not text:
        raise KeyPathError("the path is empty", help="it begins with a keyword or a tag")
    return KeyPath(tuple(_Parser(text, dictionary, lenient=lenient).steps()))


class _Parser:
    def __init__(self, text: str, dictionary: Dictionary, *, lenient: bool) -> None:
        self.text = text
        self.dictionary = dictionary
        self.lenient = lenient
        self.at = 0

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        while not steps or self.at < len(self.text):
            if len(steps) == MAX_DEPTH:
                raise KeyPathError(f"the path goes through more than {MAX_DEPTH} attributes", offset=self.at)
            start = self.at
            tag, name = self._tag()
            item = self._item()
            steps.append(Step(tag, item, name, start))
            if item is not None:
                self._separator()
        return steps

    def _tag(self) -> tuple[int, str]:
        start, text = self.at, self.text
        if text.startswith("(", start):
            end = text.find(")", start)
            if end < 0:
                raise KeyPathError("the parenthesis is not closed", offset=start, help=_UNCLOSED)
            word, self.at = text[start + 1 : end], end + 1
            if self.at < len(text) and text[self.at] != "[":
                raise self._unexpected()
        else:
            end = text.find("[", start)
            self.at = len(text) if end < 0 else end
            word = text[start : self.at]
        tag = self._number(word, start)
        if tag is None:
            tag = self._keyword(word, start)
        self._check(tag, start, word)
        return tag, self._name(tag)

    def _number(self, word: str, start: int) -> int | None:
        found = _LENIENT_TAG.match(word) if self.lenient else _STRICT_TAG.fullmatch(word)
        if found:
            return int(found[1], 16) << 16 | int(found[2], 16)
        if "," in word:
            raise KeyPathError(
                f"{shown(word)} is not a tag", offset=start, width=len(word), help="a tag is written (gggg,eeee)"
            )
        return None

    def _keyword(self, word: str, start: int) -> int:
        tag = self.dictionary.tag_of(word)
        if tag is None:
            raise self._unknown(word, start)
        if self.lenient and not word.startswith(RETIRED) and self.dictionary.is_retired(tag):
            raise KeyPathError(f"{word} is retired", offset=start, width=len(word), help=f"write {RETIRED}{word}")
        return tag

    def _name(self, tag: int) -> str:
        keyword = self.dictionary.keyword_of(tag)
        # In a repeating group, and where two attributes share a keyword, only the number says which is meant.
        return keyword if keyword and self.dictionary.tag_of(keyword) == tag else tag_text(tag)

    def _check(self, tag: int, start: int, word: str) -> None:
        """Refuse what makes a file unreadable: other groups than a data set's, and group lengths."""
        group, element = tag >> 16, tag & 0xFFFF
        why = _FORBIDDEN_GROUPS.get(group)
        if why is None and element == 0:
            why = "is a group length, which is computed when the object is written"
        if why is None and is_private(tag) and (element < 0x10 or 0xFF < element < 0x1000):
            why = "cannot exist: private elements begin at 1000, their creators at 0010 (PS3.5 section 7.8.1)"
        if why is not None:
            raise KeyPathError(f"{tag_text(tag)} {why}", offset=start, width=len(word))

    def _item(self) -> int | None:
        if self.at == len(self.text):
            return None
        start = self.at
        end = self.text.find("]", start)
        if end < 0:
            raise KeyPathError("the bracket is not closed", offset=start)
        word = self.text[start + 1 : end]
        self.at = end + 1
        return self._item_number(word, start + 1)

    def _item_number(self, word: str, start: int) -> int:
        if word == "*" or (self.lenient and word.startswith("*")):
            return EVERY_ITEM
        if _LENIENT_NEGATIVE.match(word):
            raise KeyPathError(f"item numbers begin at 0, not {shown(word)}", offset=start, width=len(word))
        found = _LENIENT_ITEM.match(word) if self.lenient else _STRICT_ITEM.fullmatch(word)
        if not found:
            raise KeyPathError(
                f"{shown(word)} is not an item", offset=start, width=len(word) or 1, help="a number from 0, or *"
            )
        digits = (found[1] if self.lenient else found[0]).lstrip("0") or "0"
        if len(digits) > len(str(MAX_ITEM)) or int(digits) > MAX_ITEM:
            raise KeyPathError(f"item numbers go up to {MAX_ITEM}", offset=start, width=len(word))
        return int(digits)

    def _separator(self) -> None:
        if self.at == len(self.text):
            return
        if not self.lenient:
            if self.text[self.at] != ".":
                raise self._unexpected()
            if self.at + 1 == len(self.text):
                raise KeyPathError("the path ends with a dot", offset=self.at, help="leave it out")
        self.at += 1

    def _unexpected(self) -> KeyPathError:
        return KeyPathError(
            f"{shown(self.text[self.at])} was not expected here",
            offset=self.at,
            help="an item in brackets follows a sequence, and a dot the item",
        )

    def _unknown(self, word: str, start: int) -> KeyPathError:
        if not word:
            return KeyPathError("a keyword or tag is missing", offset=start)
        first, dot, _ = word.partition(".")
        tag = self.dictionary.tag_of(first) if dot else None
        if tag is not None and self.dictionary.vr_of(tag) == "SQ":
            return KeyPathError(
                f"{first} is followed by a dot, not by an item", offset=start, width=len(first), help=f"{first}[0]."
            )
        if tag is not None:
            return KeyPathError(f"{first} is not a sequence and has no items", offset=start, width=len(first))
        return KeyPathError(
            f"{shown(word)} is no keyword of the data dictionary",
            offset=start,
            width=len(word),
            help=_meant(word, self.dictionary),
        )


def _meant(word: str, dictionary: Dictionary) -> str:
    if re.fullmatch("[0-9a-fA-F]{8}", word):
        return f"did you mean {word[:4]},{word[4:]}?"
    nearest = suggest(word, dictionary.keywords())
    return f"did you mean {nearest}?" if nearest else ""
