"""Whether the text of a value conforms to its value representation (PS3.5 section 6.2) and multiplicity (6.4)."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.attributes.representations import BULK, SINGLE, STRINGS

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTROLS = "\x00-\x1f\x7f-\x9f"
_TIME = r"(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\.[0-9]{1,6})?)?)?"
_MULTIPLICITY = re.compile(r"([0-9]+)(?:-([0-9]*)(n?))?")


class _Rule(NamedTuple):
    """How one value must look.

    Attributes
    ----------
    most : int
        Characters that it may have; 0 is no limit.
    form : re.Pattern
        What it consists of, blanks that count for nothing left out.
    what : str
        The form in words.
    strip : str
        Blanks that count for nothing: `both` ends, or only at the `end`.
    further : callable or None
        Gives what else is wrong, or an empty string.
    """

    most: int
    form: re.Pattern[str]
    what: str
    strip: str = "end"
    further: Callable[[str], str] | None = None


def complaint(vr: str, text: str, vm: str = "1-n") -> str | None:
    """Return in what way a value does not conform, in one line; None where it does.

    Parameters
    ----------
    vr : str
        Value representation.
    text : str
        The value, as for `img2dcm_decl.attributes.values.convert`; UIDs by their numbers.
    vm : str
        Value multiplicity of the attribute: `1`, `1-3`, `1-n`, `2-2n` ...
    """
    return complaints(vr, vm)(text)


def complaints(vr: str, vm: str = "1-n") -> Callable[[str], str | None]:
    """Return what `complaint` does with the values of an attribute, one after the other."""
    if vr == "SQ" or vr in BULK:
        return _no_complaint
    of_value = _value_complaints(vr) if vr in STRINGS else _no_complaint
    divided, one_will_do = vr not in SINGLE, multiplicity_allows(vm, 1)

    def complain(text: str) -> str | None:
        if not text.rstrip(" "):
            return None
        if one_will_do and not (divided and "\\" in text):
            return of_value(text) or None
        values = text.split("\\") if divided else [text]
        if not multiplicity_allows(vm, len(values)):
            return f"the number of values is {len(values)}, the attribute's value multiplicity {vm}"
        return next(filter(None, map(of_value, values)), None)

    return complain


def multiplicity_allows(vm: str, count: int) -> bool:
    """Tell whether an attribute of a value multiplicity may have so many values (PS3.5 section 6.4)."""
    found = _MULTIPLICITY.fullmatch(vm)
    if not found:
        return True
    low = int(found[1])
    if found[2] is None:
        return count == low
    if found[3]:
        step = int(found[2] or 1)
        return count >= low and count % step == 0
    return low <= count <= int(found[2] or 0)


def _no_complaint(_text: str) -> None:
    return None


def _value_complaints(vr: str) -> Callable[[str], str | None]:
    """Return what gives the complaint about a single value, if there is one."""
    most, form, what, strip, further = _RULES[vr]
    fits, both_ends = form.fullmatch, strip == "both"

    def complain(value: str) -> str | None:
        counted = value.rstrip(" ")
        content = counted.lstrip(" ") if both_ends else counted
        if not content:
            return None
        if most and len(counted) > most:
            return f"{shown(value)} has {len(counted)} characters, {vr} has {most} at most"
        if not fits(content):
            return f"{shown(value)} is not {what} ({vr})"
        return further(content) if further else None

    return complain


def _date(value: str) -> str:
    try:
        datetime.date(int(value[:4]), int(value[4:6] or 1), int(value[6:8] or 1))
    except ValueError:
        return f"{shown(value)} is not a day of the calendar"
    return ""


def _datetime(value: str) -> str:
    offset = re.search(r"([+-])([0-9]{4})$", value)
    if offset:
        minutes = int(offset[1] + "1") * (int(offset[2][:2]) * 60 + int(offset[2][2:]))
        if not -720 <= minutes <= 840 or offset[0] == "-0000" or int(offset[2][2:]) > 59:
            return f"{offset[0]} is not an offset from UTC between -1200 and +1400 (DT)"
    digits = re.match("[0-9]+", value)
    return _date(digits[0][:8]) if digits else ""


def _integer_string(value: str) -> str:
    return "" if -(1 << 31) <= int(value) < 1 << 31 else f"{shown(value)} is beyond the range of IS, 32 bits"


def _uid(value: str) -> str:
    if any(part != "0" and part.startswith("0") for part in value.split(".")):
        return f"{shown(value)} has a component with a leading zero (UI)"
    return ""


def _person_name(value: str) -> str:
    groups = value.split("=")
    if len(groups) > 3:
        return f"{shown(value)} has {len(groups)} component groups, PN has three at most"
    for group in groups:
        if len(group) > 64:
            return f"{shown(group)} has {len(group)} characters, a component group of PN has 64 at most"
        if group.count("^") > 4:
            return f"{shown(group)} has {group.count('^') + 1} components, PN has five at most"
    return ""


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.DOTALL)


_LINE = _form(f"[^{_CONTROLS}\\\\]+")
_LINES = _form("[^\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]+")
_ONE_LINE = "text without control characters"
_RULES = {
    "AE": _Rule(16, _form(r"[\x20-\x5b\x5d-\x7e]+"), "an application entity title", "both"),
    "AS": _Rule(4, _form("[0-9]{3}[DWMY]"), "an age such as 018M"),
    "CS": _Rule(16, _form("[A-Z0-9_ ]+"), "a code string: capital letters, digits, blanks and underscores", "both"),
    "DA": _Rule(8, _form("[0-9]{8}"), "a date YYYYMMDD", further=_date),
    "DS": _Rule(16, _form(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"), "a decimal number", "both"),
    "DT": _Rule(
        26,
        _form(rf"[0-9]{{4}}(?:[0-9]{{2}}(?:[0-9]{{2}}(?:{_TIME})?)?)?(?:[+-][0-9]{{4}})?"),
        "a date and time YYYYMMDDHHMMSS.FFFFFF+ZZXX",
        further=_datetime,
    ),
    "IS": _Rule(12, _form("[+-]?[0-9]+"), "a whole number", "both", _integer_string),
    "LO": _Rule(64, _LINE, _ONE_LINE, "both"),
    "LT": _Rule(10240, _LINES, "text"),
    "PN": _Rule(0, _LINE, "a person's name, " + _ONE_LINE, "both", _person_name),
    "SH": _Rule(16, _LINE, _ONE_LINE, "both"),
    "ST": _Rule(1024, _LINES, "text"),
    "TM": _Rule(14, _form(_TIME), "a time HHMMSS.FFFFFF"),
    "UC": _Rule(0, _LINE, _ONE_LINE),
    "UI": _Rule(64, _form(r"[0-9]+(?:\.[0-9]+)*"), "a UID: numbers with dots between them", further=_uid),
    "UR": _Rule(0, _form(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"), "a URI (RFC 3986)"),
    "UT": _Rule(0, _LINES, "text"),
}
