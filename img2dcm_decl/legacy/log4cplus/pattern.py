"""Conversion patterns of log4cplus: `%D{%H:%M} %-5p %m%n`."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.log4cplus.model import Field
from img2dcm_decl.legacy.values import shown

if TYPE_CHECKING:
    from img2dcm_decl.legacy.log4cplus.model import Pattern
    from img2dcm_decl.legacy.log4cplus.remarks import Remarks

DATE_FORMAT = "%Y-%m-%d %H:%M:%S"
MOST_WIDTH = 1000
#: Letters that are filled, and those of them that stand for nothing here: the place in the C++ source, diagnostic
#: contexts.
LETTERS = frozenset("mnpPcDdihHFbLlMtTrxX")
WITHOUT_COUNTERPART = frozenset("FbLlMxX")

# The system's strftime knows widths, %-9999999p, and takes as much memory as 256 times the length of the format.
_LONGEST_DATE_FORMAT = 200
_WITH_OPTION = frozenset("cDdX")
_CONVERSION = re.compile(r"%(?:(%)|(-?)(\d*)(?:\.(\d+))?(.)(?:\{([^}]*)\})?)", re.DOTALL)
_OWN_DIRECTIVES = re.compile(r"%([%qQ])")


def read_pattern(text: str, remarks: Remarks) -> Pattern:
    """Return a conversion pattern by its parts; what in it means nothing is kept as text, with a remark."""
    parts: list[str | Field] = []
    end = 0
    while (found := _CONVERSION.search(text, end)) is not None:
        parts.append(text[end : found.start()])
        percent, minus, least, most, letter, option = found.groups()
        end = found.end()
        if percent:
            parts.append("%")
            continue
        if letter not in LETTERS:
            remarks.problem(
                f"unexpected character [{shown(letter)}] at position {found.start(5)} in a conversion pattern: "
                "it is kept as text"
            )
            parts.append(found[0])
            continue
        if letter not in _WITH_OPTION and option is not None:
            end, option = found.end(5), ""
        if letter in WITHOUT_COUNTERPART:
            remarks.without_counterpart(f"%{letter} in a conversion pattern, which stays empty")
        parts.append(
            Field(
                letter,
                _option(letter, option or "", remarks),
                _width(least, remarks) or 0,
                _width(most, remarks),
                "left" if minus else "right",
            )
        )
    parts.append(text[end:])
    return tuple(part for part in parts if part != "")


def split_date_format(text: str) -> list[str]:
    """Return a date format cut at log4cplus's own directives: every second part is `q`, `Q` or `%`."""
    return _OWN_DIRECTIVES.split(text)


def check_date_format(text: str, remarks: Remarks) -> str:
    """Return a date format that the system can use: the one given, else the default, with a remark."""
    try:
        valid = len(text) <= _LONGEST_DATE_FORMAT
        for part in split_date_format(text)[::2] if valid else ():
            time.strftime(part, time.gmtime(0))
    except (ValueError, UnicodeError):
        valid = False
    if not valid:
        remarks.problem(f'the date format "{shown(text)}" is invalid: "{DATE_FORMAT}" is used')
        return DATE_FORMAT
    return text


def _option(letter: str, option: str, remarks: Remarks) -> str:
    if letter in "Dd":
        return check_date_format(option, remarks) if option else DATE_FORMAT
    if letter == "c" and option and not option.isdecimal():
        remarks.problem(f'"{shown(option)}" is no number of logger name parts: the whole name is used')
        return ""
    return option[:4]


def _width(digits: str | None, remarks: Remarks) -> int | None:
    if not digits:
        return None
    if len(digits) > 4 or int(digits) > MOST_WIDTH:
        remarks.problem(
            f"the width {shown(digits, 10)} in a conversion pattern is more than {MOST_WIDTH}: that is used"
        )
        return MOST_WIDTH
    return int(digits)
