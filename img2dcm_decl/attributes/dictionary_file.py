"""Reads data dictionaries in the format that DCMTK's `DCMDICTPATH` names: one attribute a line, fields between tabs."""

from __future__ import annotations

import re
from typing import NamedTuple

from img2dcm_decl.attributes.dictionary import CODES, Entry, Span
from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.attributes.representations import ALL
from img2dcm_decl.diagnostics import Diagnostic, Place

MAX_LINE = 2048
MAX_PROBLEMS = 50

_VRS = ALL | CODES.keys()
_SPAN = r"([0-9a-fA-F]{1,4})(?:-(?:([oeu])-)?([0-9a-fA-F]{1,4}))?"
_TAG = re.compile(rf'\({_SPAN},(?:"([^"]*)",)?{_SPAN}\)')
_VM = re.compile(r"[0-9]+(?:-(?:[0-9]+|[0-9]*n))?|[0-9]*n")
_PARITIES = {"o": "odd", "e": "even", "u": "all", None: "even"}


class _BadFieldError(ValueError):
    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


class DictionaryText(NamedTuple):
    """What a dictionary file holds.

    Attributes
    ----------
    entries : tuple of Entry
        The good lines.
    problems : tuple of Diagnostic
        The bad ones; at most `MAX_PROBLEMS` are told apart.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Diagnostic, ...]


def read_dictionary(text: str, name: str) -> DictionaryText:
    """Read the text of a data dictionary.

    A line is `tag TAB vr TAB keyword [TAB vm [TAB version]]`; the tag is `(group,element)` or
    `(group,"private creator",element)` in hexadecimal digits. A range `6000-60FF` means its even numbers;
    `-o-`, `-e-` and `-u-` in place of the hyphen mean odd, even and all. Lines that begin with `#` are comments.

    Parameters
    ----------
    text : str
        The file's content.
    name : str
        The file's name, for messages.
    """
    entries: list[Entry] = []
    problems: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.rstrip("\r")
        if not content.strip() or content.lstrip().startswith("#"):
            continue
        try:
            entries.append(_entry(content))
        except _BadFieldError as error:
            problems.append(Diagnostic(str(error), _place(name, number, content, error.number)))
    if len(problems) > MAX_PROBLEMS:
        more = Diagnostic(f"{name}: {len(problems) - MAX_PROBLEMS} more lines are wrong")
        problems[MAX_PROBLEMS:] = [more]
    return DictionaryText(tuple(entries), tuple(problems))


def _entry(line: str) -> Entry:
    if len(line) > MAX_LINE:
        raise _BadFieldError(f"the line has {len(line)} characters; {MAX_LINE} are possible", 0)
    fields = line.split("\t")
    if len(fields) < 3:
        raise _BadFieldError("too few fields: tag, VR and keyword are needed, with one tab between them", 0)
    if len(fields) > 5:
        raise _BadFieldError("too many fields: tag, VR, keyword, VM and version are possible", 5)
    tag = _TAG.fullmatch(fields[0].strip())
    if not tag:
        raise _BadFieldError(f'{_quoted(fields[0])} is not a tag such as (0010,0010) or (0009,"ACME",01)', 0)
    vr, keyword, vm = ("".join(field.split(" ")) for field in (*fields[1:3], *(fields[3:4] or ["1"])))
    if vr not in _VRS:
        raise _BadFieldError(f"{_quoted(vr)} is not a value representation", 1)
    if not keyword:
        raise _BadFieldError("the keyword is empty", 2)
    if not _VM.fullmatch(vm):
        raise _BadFieldError(f"{_quoted(vm)} is not a value multiplicity such as 1, 1-3, 1-n or 2-2n", 3)
    group, element = _span(*tag.group(1, 2, 3)), _span(*tag.group(5, 6, 7))
    if group is None or element is None:
        raise _BadFieldError(f"the range in {_quoted(fields[0])} holds no number", 0)
    return Entry(group, element, vr, keyword, vm, tag.group(4) or "")


def _span(low: str, parity: str | None, high: str | None) -> Span | None:
    first = int(low, 16)
    if high is None:
        return Span(first, first)
    span = Span(first, int(high, 16), _PARITIES[parity])
    return span if span.low <= span.high and span.holds(span.first) else None


def _quoted(text: str) -> str:
    return shown(text.strip(), 40)


def _place(name: str, line: int, text: str, number: int) -> Place:
    """Return where a field of a line stands."""
    fields = text.split("\t")
    column = sum(len(field) + 1 for field in fields[:number]) + 1
    width = len(fields[number]) if number < len(fields) else 1
    return Place(name, line, column, max(1, min(width, 60)), text[:MAX_LINE])
