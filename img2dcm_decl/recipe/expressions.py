"""Regular expressions of recipes: whether a text is one, and how long it may take, told before it is used."""

from __future__ import annotations

import re
import warnings

LONGEST_MATCHED = 100
"""Most characters of a text that a regular expression is held against."""
MOST_WAYS = 10**8
"""Most ways of matching that are tried: about a second."""

TOKEN = re.compile(
    r"""\\.                                    # an escape
    | \[\^?\]?(?:\\.|[^\]\\])*\]               # a set of characters
    | (?P<comment>\(\?\#[^)]*\))               # what follows repeats what is before it
    | (?P<flags>\(\?[a-zA-Z]*x)                # blanks and what follows # may say nothing from here on
    | (?P<open>\((?:\?(?:\([^)]*\)|.))?)      # "(?:" and the like are no repetitions; "(?(1)" is a condition
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<repeat>[*+?]|\{(?P<low>\d*)(?P<comma>,(?P<high>\d*))?\})[+?]?
    | .""",
    re.DOTALL | re.VERBOSE,
)
BOUNDS = {"*": (0, LONGEST_MATCHED), "+": (1, LONGEST_MATCHED), "?": (0, 1)}


class _Group:
    """The ways in which what stands in a pair of parentheses can match."""

    def __init__(self) -> None:
        self.before = 0
        self.sequence = 1
        self.last = 1

    def append(self, ways: int) -> None:
        self.sequence = min(self.sequence * self.last, MOST_WAYS + 1)
        self.last = ways

    def alternative(self) -> None:
        self.before = self.total
        self.sequence = self.last = 1

    @property
    def total(self) -> int:
        return min(self.before + self.sequence * self.last, MOST_WAYS + 1)


def is_expression(text: str) -> bool:
    """Tell whether a text is a regular expression, and not one whose meaning Python is about to change."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(text)
        except (re.error, RecursionError, OverflowError, Warning):
            return False
    return True


def is_quick(pattern: str) -> bool:
    """Tell whether a regular expression is done soon with any text of `LONGEST_MATCHED` characters.

    Repetitions try each length, and those inside of each other each combination of lengths. What is counted is an
    upper bound: a few expressions that are quick are refused, but none that is not passes.
    """
    groups = [_Group()]
    for token in TOKEN.finditer(pattern):
        if token["flags"]:
            return False
        if token["comment"]:
            continue
        if token["open"]:
            groups.append(_Group())
        elif token["close"]:
            ways = groups.pop().total if len(groups) > 1 else 1
            groups[-1].append(ways)
        elif token["bar"]:
            groups[-1].alternative()
        elif token["repeat"]:
            groups[-1].last = _repeated(groups[-1].last, *_bounds(token))
        else:
            groups[-1].append(1)
    return groups[0].total <= MOST_WAYS


def _bounds(token: re.Match[str]) -> tuple[int, int]:
    if token["repeat"] in BOUNDS:
        return BOUNDS[token["repeat"]]
    low = _number(token["low"], 0)
    return low, (_number(token["high"], LONGEST_MATCHED) if token["comma"] else low)


def _number(digits: str, otherwise: int) -> int:
    """Return a bound of a repetition; more than a text has characters says nothing."""
    return (int(digits) if len(digits) < 4 else LONGEST_MATCHED) if digits else otherwise


def _repeated(ways: int, low: int, high: int) -> int:
    if ways == 1:
        return max(high - low, 0) + 1
    total = 1
    for _ in range(max(high, low)):
        total = min(total * ways, MOST_WAYS + 1)
    return total + (high - low if high > low else 0)
