"""A plan as JSON, and back. What is read is checked: a saved plan is an input like any other.

Values that are plain ASCII are written as text, so that a person can review them; all others as hexadecimal digits.
"""

from __future__ import annotations

import json
import os
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from img2dcm_decl.errors import PlanError
from img2dcm_decl.plan.model import (
    PLAN_VERSION,
    Condition,
    Content,
    Element,
    Encoding,
    ImageRules,
    Item,
    LogRules,
    Plan,
    PlannedObject,
    Slot,
    Variant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA_ID = "https://img2dcm-decl.org/schemas/plan-v1.schema.json"
MOST_BYTES = 1 << 30
MOST_DEPTH = 32

_VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)
_CHOICES: dict[str, tuple[str, ...]] = {
    "progressive": ("accept", "reject"),
    "extended": ("accept", "reject"),
    "jfif": ("optional", "required"),
    "app_segments": ("remove", "keep"),
    "comments": ("keep", "remove"),
    "file_format": ("part10", "dataset"),
    "group_length": ("recalculate", "create", "remove"),
    "sequence_length": ("explicit", "undefined"),
    "existing": ("error", "replace", "skip"),
    "logging.level": ("off", "fatal", "error", "warn", "info", "debug", "trace"),
    "logging.format": ("text", "json"),
}
#: Commands, file meta information, and the items and delimiters of sequences (PS3.5 section 7.1, PS3.7, PS3.10).
_NO_DATASET_GROUPS = frozenset({"0000", "0002", "fffe"})
_MOST_PADDING = 1 << 20

Json: TypeAlias = Any
Checked = TypeVar("Checked")


# --- writing --------------------------------------------------------------------------------------


def dump_plan(plan: Plan, keyword: Callable[[int], str] | None = None) -> str:
    """Return a plan as JSON text.

    Parameters
    ----------
    plan : Plan
        What to write.
    keyword : callable, optional
        Gives the keyword of a tag, which is written beside it for people; it is not read back.
    """
    document = {
        "$schema": SCHEMA_ID,
        "plan": plan.version,
        "title": plan.title,
        "folder": plan.folder,
        "warnings": list(plan.warnings),
        "notes": list(plan.notes),
        "images": plan.images._asdict(),
        "encoding": plan.encoding._asdict(),
        "existing": plan.existing,
        "logging": plan.logging._asdict(),
        "variants": [
            {
                "when": {condition.fact: list(condition.values) for condition in variant.when},
                "refuse": variant.refuse,
                "elements": [_element_out(element, keyword) for element in variant.elements],
            }
            for variant in plan.variants
        ],
        "objects": [
            {
                "images": list(planned.images),
                "output": planned.output,
                "number": planned.number,
                "texts": [_value_out(text) for text in planned.texts],
            }
            for planned in plan.objects
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _element_out(element: Element, keyword: Callable[[int], str] | None) -> Json:
    out: dict[str, Json] = {"tag": f"{element.tag:08x}"}
    if keyword is not None:
        out["keyword"] = keyword(element.tag)
    out |= {"vr": element.vr, "origin": element.origin}
    content = element.content
    if isinstance(content, bytes):
        out["value"] = _value_out(content)
    elif isinstance(content, Slot):
        out["slot"] = {"rule": content.rule, "argument": content.argument}
        if content.otherwise is not None:
            out["slot"]["otherwise"] = _value_out(content.otherwise)
    else:
        out["items"] = [[_element_out(inner, keyword) for inner in item.elements] for item in content]
    return out


def _value_out(value: bytes) -> Json:
    text = value.decode("latin-1")
    return {"text": text} if text.isascii() and text.isprintable() else {"hex": value.hex()}


# --- reading --------------------------------------------------------------------------------------


def load_plan(text: str) -> Plan:
    """Read a plan from JSON text.

    Raises
    ------
    PlanError
        The text is not a plan of this version, or a value in it is out of bounds. The message says where.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanError(f"not JSON: {error}") from None
    top = _object(document, "plan file")
    version = top.get("plan")
    if version != PLAN_VERSION or isinstance(version, bool):
        raise PlanError(f"plan format {version!r} is unknown; this program reads format {PLAN_VERSION}")
    return Plan(
        folder=_path(_need(top, "folder", ""), "folder"),
        variants=tuple(_variant(row, f"variants[{n}]") for n, row in enumerate(_list(top, "variants", ""))),
        objects=tuple(_planned(row, f"objects[{n}]") for n, row in enumerate(_list(top, "objects", ""))),
        title=_text(top.get("title", ""), "title"),
        images=ImageRules(**_settings(top, "images", ImageRules._field_defaults)),
        encoding=Encoding(**_settings(top, "encoding", Encoding._field_defaults)),
        existing=_choice("existing", top.get("existing", "error"), "existing"),
        logging=LogRules(**_settings(top, "logging", LogRules._field_defaults)),
        warnings=_texts(top, "warnings"),
        notes=_texts(top, "notes"),
    )


def _variant(row: Json, where: str) -> Variant:
    found = _object(row, where)
    when = _object(found.get("when", {}), f"{where}.when")
    return Variant(
        when=tuple(
            Condition(
                fact, tuple(_fact(value, f"{where}.when.{fact}") for value in _list(when, fact, f"{where}.when."))
            )
            for fact in when
        ),
        refuse=_text(found.get("refuse", ""), f"{where}.refuse"),
        elements=_elements(_list(found, "elements", f"{where}."), f"{where}.elements", MOST_DEPTH),
    )


def _elements(rows: list[Json], where: str, depth: int) -> tuple[Element, ...]:
    if depth == 0:
        raise PlanError(f"{where}: sequences are nested more than {MOST_DEPTH} deep")
    elements = tuple(_element(row, f"{where}[{n}]", depth) for n, row in enumerate(rows))
    for before, after in pairwise(elements):
        if after.tag <= before.tag:
            raise PlanError(f"{where}: ({after.tag >> 16:04x},{after.tag & 0xFFFF:04x}) is not in ascending order")
    return elements


def _element(row: Json, where: str, depth: int) -> Element:
    found = _object(row, where)
    digits = _text(_need(found, "tag", where), f"{where}.tag")
    if len(digits) != 8 or any(c not in "0123456789abcdef" for c in digits):
        raise PlanError(f"{where}.tag: {digits!r} is not eight hexadecimal digits")
    if digits[:4] in _NO_DATASET_GROUPS:
        raise PlanError(f"{where}.tag: group {digits[:4]} has no place in a dataset")
    vr = _text(found.get("vr"), f"{where}.vr")
    if vr not in _VRS:
        raise PlanError(f"{where}.vr: {vr!r} is not a value representation")
    return Element(int(digits, 16), vr, _content(found, where, depth), _text(found.get("origin", ""), where))


def _content(found: dict[str, Json], where: str, depth: int) -> Content:
    kinds = [kind for kind in ("value", "slot", "items") if kind in found]
    if len(kinds) != 1:
        raise PlanError(f"{where}: needs exactly one of value, slot, items")
    if kinds == ["value"]:
        return _value(found["value"], f"{where}.value")
    if kinds == ["items"]:
        items = _list(found, "items", f"{where}.")
        return tuple(
            Item(_elements(_rows(item, f"{where}.items[{n}]"), f"{where}.items[{n}]", depth - 1))
            for n, item in enumerate(items)
        )
    slot = _object(found["slot"], f"{where}.slot")
    otherwise = slot.get("otherwise")
    return Slot(
        rule=_text(_need(slot, "rule", f"{where}.slot"), f"{where}.slot.rule"),
        argument=_text(slot.get("argument", ""), f"{where}.slot.argument"),
        otherwise=None if otherwise is None else _value(otherwise, f"{where}.slot.otherwise"),
    )


def _planned(row: Json, where: str) -> PlannedObject:
    found = _object(row, where)
    images = tuple(_path(image, f"{where}.images") for image in _list(found, "images", f"{where}."))
    if not images:
        raise PlanError(f"{where}.images: an object needs at least one image")
    return PlannedObject(
        images=images,
        output=_path(_need(found, "output", where), f"{where}.output"),
        number=_number(found.get("number", 1), f"{where}.number", 1 << 31),
        texts=tuple(_value(text, f"{where}.texts") for text in _optional(found, "texts", f"{where}.")),
    )


def _settings(top: dict[str, Json], section: str, defaults: dict[str, Json]) -> dict[str, Json]:
    found = _object(top.get(section, {}), section)
    unknown = sorted(set(found) - set(defaults))
    if unknown:
        raise PlanError(f"{section}.{unknown[0]}: unknown setting")
    return {name: _setting(name, value, f"{section}.{name}") for name, value in found.items()}


def _setting(name: str, value: Json, where: str) -> str | int:
    for choice in (name, where):
        if choice in _CHOICES:
            return _choice(choice, value, where)
    if where == "logging.file":
        return _path(value, where) if value else ""
    if name.startswith("pad_"):
        return _number(value, where, _MOST_PADDING)
    return _text(value, where)


def _object(value: Json, where: str) -> dict[str, Json]:
    return _of(dict, value, where, "an object")


def _rows(value: Json, where: str) -> list[Json]:
    return _of(list, value, where, "a list")


def _list(found: dict[str, Json], name: str, where: str) -> list[Json]:
    return _rows(found.get(name), f"{where}{name}")


def _optional(found: dict[str, Json], name: str, where: str) -> list[Json]:
    return _list(found, name, where) if name in found else []


def _texts(top: dict[str, Json], name: str) -> tuple[str, ...]:
    return tuple(_text(text, f"{name}[{n}]") for n, text in enumerate(_optional(top, name, "")))


def _text(value: Json, where: str) -> str:
    return _of(str, value, where, "a text")


def _of(kind: type[Checked], value: Json, where: str, words: str) -> Checked:
    if not isinstance(value, kind):
        raise PlanError(f"{where}: must be {words}")
    return value


def _need(found: dict[str, Json], name: str, where: str) -> Json:
    if name not in found:
        raise PlanError(f"{where or 'plan file'}: {name} is missing")
    return found[name]


def _path(value: Json, where: str) -> str:
    path = _text(value, where)
    try:
        usable = b"\0" not in os.fsencode(path) and path != ""
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can write
        usable = False
    if not usable:
        raise PlanError(f"{where}: {path!r} is not a file name")
    return path


def _choice(name: str, value: Json, where: str) -> str:
    if value not in _CHOICES[name]:
        raise PlanError(f"{where}: must be one of {', '.join(_CHOICES[name])}")
    return str(value)


def _number(value: Json, where: str, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise PlanError(f"{where}: must be a whole number from 0 to {most}")
    return value


def _fact(value: Json, where: str) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PlanError(f"{where}: must hold texts or numbers")
    return value


def _value(value: Json, where: str) -> bytes:
    found = _object(value, where)
    try:
        encoded = found["text"].encode("ascii") if "text" in found else bytes.fromhex(found["hex"])
    except (KeyError, AttributeError, TypeError, ValueError):
        raise PlanError(f"{where}: needs text (plain ASCII) or hex") from None
    if len(encoded) & 1:
        raise PlanError(f"{where}: its length, {len(encoded)} bytes, is odd")
    return bytes(encoded)
