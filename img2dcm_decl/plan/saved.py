"""A plan as JSON, and back. What is read is checked: a saved plan is an input like any other.

Values that are plain ASCII are written as text, so that a person can review them; all others as hexadecimal digits.
"""

from __future__ import annotations

import json
import os
from itertools import pairwise

from img2dcm_decl.errors import PlanError
from img2dcm_decl.plan.checked import (
    a_choice,
    a_fact,
    a_flag,
    a_list,
    a_number,
    a_path,
    a_root,
    a_text,
    a_time,
    a_value,
    an_object,
    list_in,
    needed,
    no_others,
    optional_list_in,
    texts_in,
)
from img2dcm_decl.plan.choices import CHOICES
from img2dcm_decl.plan.locations import STDIO
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
    UidRules,
    Variant,
)
from img2dcm_decl.plan.objects import PackedObjects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from img2dcm_decl.plan.checked import Json

    Keyword: TypeAlias = Callable[[int], str]
    Bind: TypeAlias = Callable[[PlannedObject], PlannedObject]

SCHEMA_ID = "https://img2dcm-decl.org/schemas/plan-v1.schema.json"
MOST_BYTES = 1 << 30
MOST_DEPTH = 32

VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)
#: The members of each object of the JSON; keywords and `$schema` are for people and editors.
_PLAN = frozenset({*Plan._fields, "plan", "$schema"}) - {"version", "bound"}
_OBJECT = frozenset(PlannedObject._fields) - {"values", "warnings"}
_VARIANT = frozenset(Variant._fields)
_ELEMENT = frozenset({"tag", "keyword", "vr", "origin", "value", "slot", "items"})
_SLOT = frozenset(Slot._fields)
#: Commands, file meta information, and the items and delimiters of sequences (PS3.5 section 7.1, PS3.7, PS3.10).
_NO_DATASET_GROUPS = frozenset({"0000", "0002", "fffe"})
_HEX_DIGITS = frozenset("0123456789abcdef")
_MOST_PADDING = 1 << 20


# --- writing --------------------------------------------------------------------------------------


def dump_plan(plan: Plan, keyword: Keyword | None = None, bind: Bind | None = None) -> str:
    """Return a plan as JSON text.

    Parameters
    ----------
    plan : Plan
        What to write.
    keyword : callable, optional
        Gives the keyword of a tag, which is written beside it for people; it is not read back.
    bind : callable, optional
        Completes objects that are to be bound: what is saved is complete.

    Raises
    ------
    PlanError
        Objects of the plan are still to be bound.
    ConversionError
        One of them cannot be.
    """
    return "".join(dumped(plan, keyword, bind))


def dumped(plan: Plan, keyword: Keyword | None = None, bind: Bind | None = None) -> Iterator[str]:
    """Yield a plan as JSON text piece by piece, so that a long one need not be held; as for `dump_plan`."""
    if plan.bound and bind is None:
        raise PlanError("objects of this plan are not complete before they are bound, so that it cannot be saved")
    shared = {
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
        "uids": plan.uids._asdict(),
        "time": plan.time,
        "record": plan.record,
        "variants": [_variant_out(variant, keyword) for variant in plan.variants],
    }
    yield json.dumps(shared, indent=1, ensure_ascii=False).removesuffix("\n}") + ',\n "objects": ['
    separator = "\n  "
    for planned in map(bind, plan.objects) if bind is not None and plan.bound else plan.objects:
        # Most objects take a line; those with a dataset of their own are laid out like it.
        indent = 1 if planned.variants else None
        row = json.dumps(_planned_out(planned, keyword), indent=indent, ensure_ascii=False)
        yield separator + row.replace("\n", "\n  ")
        separator = ",\n  "
    yield "\n ]\n}\n" if plan.objects else "]\n}\n"


def _variant_out(variant: Variant, keyword: Keyword | None) -> Json:
    return {
        "when": {condition.fact: list(condition.values) for condition in variant.when},
        "refuse": variant.refuse,
        "elements": [_element_out(element, keyword) for element in variant.elements],
    }


def _planned_out(planned: PlannedObject, keyword: Keyword | None) -> Json:
    if planned.values:
        raise PlanError(f"object {planned.number} is not complete before it is bound, so that it cannot be saved")
    out: dict[str, Json] = {
        "images": list(planned.images),
        "output": planned.output,
        "number": planned.number,
        "texts": [_value_out(text) for text in planned.texts],
    }
    if planned.identity:
        out["identity"] = planned.identity
    if planned.variants:
        out["variants"] = [_variant_out(variant, keyword) for variant in planned.variants]
    return out


def _element_out(element: Element, keyword: Keyword | None) -> Json:
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
    # Of a hundred thousand objects, the text and what was read of it would take much memory beside them.
    del text
    top = an_object(document, "plan file")
    if "plan" not in top:
        raise PlanError("this is no saved plan: it does not state a plan format")
    version = top["plan"]
    if version != PLAN_VERSION or isinstance(version, bool):
        raise PlanError(f"plan format {version!r} is unknown; this program reads format {PLAN_VERSION}")
    no_others(top, _PLAN, "")
    return Plan(
        folder=a_path(needed(top, "folder", ""), "folder"),
        variants=_variants(list_in(top, "variants", ""), "variants"),
        objects=PackedObjects(_every_planned(list_in(top, "objects", ""))),
        title=a_text(top.get("title", ""), "title"),
        images=ImageRules(**_settings(top, "images", ImageRules._field_defaults)),
        encoding=Encoding(**_settings(top, "encoding", Encoding._field_defaults)),
        existing=a_choice(CHOICES["existing"], top.get("existing", "error"), "existing"),
        logging=LogRules(**_settings(top, "logging", LogRules._field_defaults)),
        uids=UidRules(**_settings(top, "uids", UidRules._field_defaults)),
        time=_unless_empty(a_time, top.get("time", ""), "time"),
        record=_unless_empty(a_path, top.get("record", ""), "record"),
        warnings=texts_in(top, "warnings"),
        notes=texts_in(top, "notes"),
    )


def _variants(rows: list[Json], where: str) -> tuple[Variant, ...]:
    return tuple(_variant(row, f"{where}[{n}]") for n, row in enumerate(rows))


def _variant(row: Json, where: str) -> Variant:
    found = an_object(row, where)
    no_others(found, _VARIANT, where)
    when = an_object(found.get("when", {}), f"{where}.when")
    return Variant(
        when=tuple(
            Condition(
                fact, tuple(a_fact(value, f"{where}.when.{fact}") for value in list_in(when, fact, f"{where}.when."))
            )
            for fact in when
        ),
        refuse=a_text(found.get("refuse", ""), f"{where}.refuse"),
        elements=_elements(list_in(found, "elements", f"{where}."), f"{where}.elements", MOST_DEPTH),
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
    found = an_object(row, where)
    no_others(found, _ELEMENT, where)
    digits = a_text(needed(found, "tag", where), f"{where}.tag")
    if len(digits) != 8 or not _HEX_DIGITS.issuperset(digits):
        raise PlanError(f"{where}.tag: {digits!r} is not eight hexadecimal digits")
    if digits[:4] in _NO_DATASET_GROUPS:
        raise PlanError(f"{where}.tag: group {digits[:4]} has no place in a dataset")
    vr = a_text(found.get("vr"), f"{where}.vr")
    if vr not in VRS:
        raise PlanError(f"{where}.vr: {vr!r} is not a value representation")
    return Element(int(digits, 16), vr, _content(found, where, depth), a_text(found.get("origin", ""), where))


def _content(found: dict[str, Json], where: str, depth: int) -> Content:
    kinds = [kind for kind in ("value", "slot", "items") if kind in found]
    if len(kinds) != 1:
        raise PlanError(f"{where}: needs exactly one of value, slot, items")
    if kinds == ["value"]:
        return a_value(found["value"], f"{where}.value")
    if kinds == ["items"]:
        items = list_in(found, "items", f"{where}.")
        return tuple(
            Item(_elements(a_list(item, f"{where}.items[{n}]"), f"{where}.items[{n}]", depth - 1))
            for n, item in enumerate(items)
        )
    slot = an_object(found["slot"], f"{where}.slot")
    no_others(slot, _SLOT, f"{where}.slot")
    otherwise = slot.get("otherwise")
    return Slot(
        rule=a_text(needed(slot, "rule", f"{where}.slot"), f"{where}.slot.rule"),
        argument=a_text(slot.get("argument", ""), f"{where}.slot.argument"),
        otherwise=None if otherwise is None else a_value(otherwise, f"{where}.slot.otherwise"),
    )


def _every_planned(rows: list[Json]) -> Iterator[PlannedObject]:
    """Yield the objects, each with an output of its own, and let go of what each was read from."""
    outputs: dict[str, int] = {}
    for number, row in enumerate(rows):
        rows[number] = None
        planned = _planned(row, f"objects[{number}]")
        if planned.output != STDIO:
            first = outputs.setdefault(os.path.normcase(os.path.normpath(planned.output)), number)
            if first != number:
                raise PlanError(f"objects[{number}].output: {planned.output!r} is the output of objects[{first}] too")
        yield planned


def _planned(row: Json, where: str) -> PlannedObject:
    found = an_object(row, where)
    no_others(found, _OBJECT, where)
    images = tuple(a_path(image, f"{where}.images") for image in list_in(found, "images", f"{where}."))
    if not images:
        raise PlanError(f"{where}.images: an object needs at least one image")
    return PlannedObject(
        images=images,
        output=a_path(needed(found, "output", where), f"{where}.output"),
        number=a_number(found.get("number", 1), f"{where}.number", 1 << 31),
        texts=tuple(a_value(text, f"{where}.texts") for text in optional_list_in(found, "texts", f"{where}.")),
        identity=a_text(found.get("identity", ""), f"{where}.identity"),
        variants=_variants(optional_list_in(found, "variants", f"{where}."), f"{where}.variants"),
    )


def _settings(top: dict[str, Json], section: str, defaults: dict[str, Json]) -> dict[str, Json]:
    found = an_object(top.get(section, {}), section)
    no_others(found, defaults.keys(), section)
    return {name: _setting(name, value, f"{section}.{name}") for name, value in found.items()}


def _setting(name: str, value: Json, where: str) -> str | int:
    if where in CHOICES:
        return a_choice(CHOICES[where], value, where)
    if where == "logging.file":
        return _unless_empty(a_path, value, where)
    if where == "uids.root":
        return a_root(value, where)
    if where in ("uids.content", "uids.of_run"):
        return a_flag(value, where)
    if name.startswith("pad_"):
        return a_number(value, where, _MOST_PADDING)
    return a_text(value, where)


def _unless_empty(check: Callable[[Json, str], str], value: Json, where: str) -> str:
    return "" if value == "" else check(value, where)
