"""Dates and times in a stated form -> values of DA, TM and DT (PS3.5 section 6.2).

The directives are those that strptime has where they mean the same everywhere: months are English, whatever the
locale, and a form is matched by the whole text or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.recipe.format_problem import FormatProblem
from img2dcm_decl.recipe.wording import alternatives, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_FORM = 100
"""Most characters of a form."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTH_NUMBERS = {name[:length].lower(): number for number, name in enumerate(MONTHS, 1) for length in (3, len(name))}
PIVOT = 69
"""Two digits from here on are a year of the 20th century, others one of the 21st (POSIX, strptime)."""
EARLIEST, LATEST = -12 * 60, 14 * 60
"""Offsets from UTC that DT can hold, in minutes."""


class Directive(NamedTuple):
    """What a letter behind a percent sign matches.

    Attributes
    ----------
    says : tuple of str
        Which parts of a date or time it tells.
    pattern : str
        Regular expression of what it matches.
    loose : str
        The same where no other digits stand beside it, so that a leading zero may be missing; empty where it may not.
    """

    says: tuple[str, ...]
    pattern: str
    loose: str = ""


DIRECTIVES: Mapping[str, Directive] = {
    "Y": Directive(("year",), "[0-9]{4}"),
    "y": Directive(("year",), "[0-9]{2}"),
    "m": Directive(("month",), "0[1-9]|1[0-2]", "0?[1-9]|1[0-2]"),
    "b": Directive(("month",), f"(?i:{'|'.join(name[:3] for name in MONTHS)})"),
    "B": Directive(("month",), f"(?i:{'|'.join(MONTHS)})"),
    "d": Directive(("day",), "0[1-9]|[12][0-9]|3[01]", "0?[1-9]|[12][0-9]|3[01]"),
    "j": Directive(("month", "day"), "[0-9]{3}"),
    "H": Directive(("hour",), "[01][0-9]|2[0-3]", "[01]?[0-9]|2[0-3]"),
    "I": Directive(("hour",), "0[1-9]|1[0-2]", "0?[1-9]|1[0-2]"),
    "p": Directive(("half",), "[AaPp][Mm]"),
    "M": Directive(("minute",), "[0-5][0-9]"),
    "S": Directive(("second",), "[0-5][0-9]|60"),
    "f": Directive(("fraction",), "[0-9]{1,6}"),
    "z": Directive(("offset",), "Z|[+-][0-9]{2}:?[0-9]{2}"),
}
NUMBERS = frozenset("YymdjHIMSf")

WORDS = {"date": "a date", "time": "a time", "datetime": "a date and time"}
NEEDED = {"date": ("year", "month", "day"), "time": ("hour",), "datetime": ("year",)}
"""What a form has to say, by what is made of it."""
PRECISION = {
    "date": (),
    "time": ("hour", "minute", "second", "fraction"),
    "datetime": ("year", "month", "day", "hour", "minute", "second", "fraction"),
}
"""Parts that are not known without those before them."""
HOW_TO_SAY = {
    "year": "%Y (or %y, of which two digits are known)",
    "month": "%m, %b or %B",
    "day": "%d",
    "hour": "%H, or %I with %p",
    "minute": "%M",
    "second": "%S",
}
TOKEN = re.compile("%(?P<letter>.?)|[^%]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateForm:
    """A form of dates or times.

    Attributes
    ----------
    kind : str
        What is made of it: `date`, `time` or `datetime`. It may say more than that needs: the rest is left out.
    form : str
        Directives and literal text: `%d.%m.%Y`.
    pattern : re.Pattern
        What it matches.
    """

    kind: str
    form: str
    pattern: re.Pattern[str] = field(compare=False, repr=False)

    @property
    def written(self) -> str:
        """How it stands in a placeholder."""
        return f"{self.kind}({self.form})"

    @property
    def meaning(self) -> str:
        """What it expects a value to be."""
        return f"{WORDS[self.kind]} of the form {self.form}"

    def __call__(self, value: str) -> str | None:
        """Return the value of DA, TM or DT that a text stands for, as precise as the text is; None for other text."""
        match = self.pattern.fullmatch(value)
        if match is None:
            return None
        found = match.groupdict()
        if self.kind == "time":
            return _time(found)
        day = _day(found)
        if day is None or self.kind == "date":
            return day
        offset = _offset(found.get("z"))
        return None if offset is None else day + _time(found) + offset


def date_form(kind: str, form: str) -> DateForm:
    """Return what reads dates or times of a form.

    Parameters
    ----------
    kind : str
        `date` (for DA), `time` (for TM) or `datetime` (for DT).
    form : str
        What stands in the parentheses.

    Raises
    ------
    FormatProblem
        A directive is unknown, something is said twice, or not at all.
    """
    if len(form) > LONGEST_FORM:
        raise FormatProblem(f"a form has at most {LONGEST_FORM} characters", 0, len(form))
    letters = [token["letter"] for token in _tokens(form) if token["letter"] not in (None, "%")]
    _check_parts(kind, form, letters)
    return DateForm(kind, form, re.compile("".join(_patterns(form))))


def _tokens(form: str) -> Iterator[re.Match[str]]:
    for token in TOKEN.finditer(form):
        letter = token["letter"]
        if letter is not None and letter != "%" and letter not in DIRECTIVES:
            known = alternatives([f"%{name}" for name in DIRECTIVES] + ["%% for a percent sign"])
            message = f"{quoted(token[0])} says nothing about a date or time"
            raise FormatProblem(message, token.start(), len(token[0]), f"write {known}")
        yield token


def _check_parts(kind: str, form: str, letters: list[str]) -> None:
    said: dict[str, str] = {}
    for letter in letters:
        for part in DIRECTIVES[letter].says:
            if part in said:
                offset = form.rindex(f"%{letter}")
                raise FormatProblem(f"%{said[part]} tells the {part} already", offset, 2, "leave one of them out")
            said[part] = letter
    if ("half" in said) != (said.get("hour") == "I"):
        raise FormatProblem("%I and %p need each other", 0, len(form), "write %H for hours from 00 to 23")
    chain = PRECISION[kind]
    last = max((chain.index(part) for part in said if part in chain), default=-1)
    missing = [part for part in (*NEEDED[kind], *chain[:last]) if part not in said]
    if missing:
        message = f"this form does not tell the {missing[0]}"
        raise FormatProblem(message, 0, len(form), f"write {HOW_TO_SAY[missing[0]]}")


def _patterns(form: str) -> Iterator[str]:
    tokens = list(_tokens(form))
    for position, token in enumerate(tokens):
        letter = token["letter"]
        if letter is None or letter == "%":
            yield re.escape(letter or token[0])
            continue
        directive = DIRECTIVES[letter]
        before = tokens[position - 1] if position else None
        after = tokens[position + 1] if position + 1 < len(tokens) else None
        alone = not (_digits_at(before, -1) or _digits_at(after, 0))
        yield f"(?P<{letter}>{directive.loose if alone and directive.loose else directive.pattern})"


def _digits_at(token: re.Match[str] | None, end: int) -> bool:
    """Tell whether what a token matches has a digit at its first (0) or last (-1) character."""
    if token is None:
        return False
    return token["letter"] in NUMBERS if token["letter"] else token[0][end].isdigit()


def _day(found: Mapping[str, str]) -> str | None:
    """Return year, month and day, or as many of them as are told; None where there is no such day."""
    year = int(found["Y"]) if "Y" in found else _century(int(found["y"]))
    if not year:
        return None
    if "j" in found:
        number = int(found["j"])
        if not 1 <= number <= date(year, 12, 31).timetuple().tm_yday:
            return None
        return (date(year, 1, 1) + timedelta(number - 1)).strftime(f"{year:04}%m%d")
    month = int(found["m"]) if "m" in found else MONTH_NUMBERS.get(found.get("b", found.get("B", "")).lower())
    if month is None:
        return f"{year:04}"
    if "d" not in found:
        return f"{year:04}{month:02}"
    try:
        date(year, month, int(found["d"]))
    except ValueError:
        return None
    return f"{year:04}{month:02}{int(found['d']):02}"


def _century(year: int) -> int:
    return year + (1900 if year >= PIVOT else 2000)


def _time(found: Mapping[str, str]) -> str:
    """Return hour, minute, second and fraction, as many of them as are told."""
    if "I" in found:
        hour = int(found["I"]) % 12 + (12 if found["p"].lower() == "pm" else 0)
    elif "H" in found:
        hour = int(found["H"])
    else:
        return ""
    fraction = f".{found['f']}" if "f" in found else ""
    return f"{hour:02}{found.get('M', '')}{found.get('S', '')}{fraction}"


def _offset(zone: str | None) -> str | None:
    """Return `&ZZXX` of DT, which has no -0000; None where no place on Earth has this offset."""
    if zone is None:
        return ""
    if zone == "Z":
        return "+0000"
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    if not EARLIEST <= (-minutes if zone[0] == "-" else minutes) <= LATEST or int(zone[-2:]) > 59:
        return None
    return f"{zone[0] if minutes else '+'}{zone[1:3]}{zone[-2:]}"
