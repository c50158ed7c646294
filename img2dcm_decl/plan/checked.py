"""Values of a saved plan, each checked as it is taken: of its kind, and within bounds.

Every function raises a `PlanError` that says where the value stands, and what it must be.
"""

from __future__ import annotations

import os

from img2dcm_decl.errors import PlanError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence, Set
    from typing import Any, TypeAlias, TypeVar

    Json: TypeAlias = Any
    Checked = TypeVar("Checked")

#: Leaves room for a dot and 26 digits among the 64 characters of a UID (PS3.5 section 9.1).
MOST_OF_ROOT = 37
_DIGITS = frozenset("0123456789")
_LENGTH_OF_TIME = len("YYYYMMDDHHMMSS")
_VALUE = frozenset({"text", "hex"})
_LONGEST_SHOWN = 40


def an_object(value: Json, where: str) -> dict[str, Json]:
    """Return an object of the JSON."""
    return _of(dict, value, where, "an object")


def no_others(found: dict[str, Json], known: Set[str], where: str) -> None:
    """Check that an object has no members but those that are known: what is misspelt is not passed over."""
    if not found.keys() <= known:
        unknown = min(found.keys() - known)
        raise PlanError(f"{where}{'.' * bool(where)}{unknown[:_LONGEST_SHOWN]}: unknown setting")


def a_list(value: Json, where: str) -> list[Json]:
    """Return a list."""
    return _of(list, value, where, "a list")


def list_in(found: dict[str, Json], name: str, where: str) -> list[Json]:
    """Return the list that an object must have under a name."""
    return a_list(found.get(name), f"{where}{name}")


def optional_list_in(found: dict[str, Json], name: str, where: str) -> list[Json]:
    """Return the list that an object may have under a name."""
    return list_in(found, name, where) if name in found else []


def texts_in(top: dict[str, Json], name: str) -> tuple[str, ...]:
    """Return the texts that an object may have under a name."""
    return tuple(a_text(text, f"{name}[{n}]") for n, text in enumerate(optional_list_in(top, name, "")))


def a_text(value: Json, where: str) -> str:
    """Return a text."""
    return _of(str, value, where, "a text")


def _of(kind: type[Checked], value: Json, where: str, words: str) -> Checked:
    if not isinstance(value, kind):
        raise PlanError(f"{where}: must be {words}")
    return value


def needed(found: dict[str, Json], name: str, where: str) -> Json:
    """Return what an object must have under a name."""
    if name not in found:
        raise PlanError(f"{where or 'plan file'}: {name} is missing")
    return found[name]


def a_path(value: Json, where: str) -> str:
    """Return a name that a file can have."""
    path = a_text(value, where)
    if not path or "\0" in path or not (path.isascii() or _is_encodable(path)):
        raise PlanError(f"{where}: {path!r} is not a file name")
    return path


def _is_encodable(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can write
        return False
    return True


def a_choice(choices: Sequence[str], value: Json, where: str) -> str:
    """Return one of some words."""
    if value not in choices:
        raise PlanError(f"{where}: must be one of {', '.join(choices)}")
    return str(value)


def a_number(value: Json, where: str, most: int) -> int:
    """Return a whole number from 0 to the largest one that is sensible."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise PlanError(f"{where}: must be a whole number from 0 to {most}")
    return value


def a_fact(value: Json, where: str) -> str | int:
    """Return a value of an image fact."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PlanError(f"{where}: must hold texts or numbers")
    return value


def a_value(value: Json, where: str) -> bytes:
    """Return an encoded value."""
    found = an_object(value, where)
    no_others(found, _VALUE, where)
    if len(found) != 1:
        raise PlanError(f"{where}: needs text (plain ASCII) or hex")
    try:
        encoded = found["text"].encode("ascii") if "text" in found else bytes.fromhex(found["hex"])
    except (AttributeError, TypeError, ValueError):
        raise PlanError(f"{where}: needs text (plain ASCII) or hex") from None
    if len(encoded) & 1:
        raise PlanError(f"{where}: its length, {len(encoded)} bytes, is odd")
    return bytes(encoded)


def a_flag(value: Json, where: str) -> bool:
    """Return true or false."""
    return _of(bool, value, where, "true or false")


def a_root(value: Json, where: str) -> str:
    """Return the root of UIDs (PS3.5 section 9.1)."""
    root = a_text(value, where)
    parts = root.split(".")
    wrong = any(not part or not _DIGITS.issuperset(part) or part != (part.lstrip("0") or "0") for part in parts)
    if wrong or len(parts) < 2 or parts[0] not in ("0", "1", "2") or len(root) > MOST_OF_ROOT:
        raise PlanError(
            f"{where}: {root[:MOST_OF_ROOT]!r} is not the root of UIDs of at most {MOST_OF_ROOT} characters"
        )
    return root


def a_time(value: Json, where: str) -> str:
    """Return a date and time of fourteen digits."""
    text = a_text(value, where)
    if len(text) != _LENGTH_OF_TIME or not _DIGITS.issuperset(text) or not _is_time(text):
        raise PlanError(f"{where}: {text[:_LENGTH_OF_TIME]!r} is not a date and time, YYYYMMDDHHMMSS")
    return text


def _is_time(digits: str) -> bool:
    year = int(digits[:4])
    month, day, hour, minute, second = (int(digits[start : start + 2]) for start in range(4, _LENGTH_OF_TIME, 2))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return year > 0 and 1 <= month <= len(days) and 1 <= day <= days[month - 1] and hour < 24 and minute < 60 > second
