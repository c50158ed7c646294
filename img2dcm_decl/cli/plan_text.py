"""A plan as text for people: what would be written, from what, and where each attribute comes from."""

from __future__ import annotations

import textwrap
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.cli.plan_values import condition_words, keyword, slot_words, value_words
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.errors import one_line
from img2dcm_decl.plan.locations import STDIO
from img2dcm_decl.plan.model import Slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from img2dcm_decl.plan.model import Element, Plan, PlannedObject, Variant

_CHARACTER_SET = 0x00080005
_EXISTING = {"error": "an error", "replace": "replaced", "skip": "kept, and their objects skipped"}
_INDENT = "  "
_MOST_OBJECTS = 20
_MOST_IMAGES = 20


class Row(NamedTuple):
    """A line of a dataset.

    Attributes
    ----------
    head : str
        Tag, value representation and origin.
    name : str
        Keyword, indented by its depth.
    value : str
        Value, or what will fill it.
    """

    head: str
    name: str
    value: str = ""


def describe(plan: Plan, width: int = 0, first: PlannedObject | None = None) -> str:
    """Return the text of a plan.

    Parameters
    ----------
    plan : Plan
        What to describe.
    width : int
        Columns of the terminal, to which long values are wrapped; 0 wraps nothing.
    first : PlannedObject, optional
        The first object of a plan whose objects are still to be bound, bound; by default the plan's own.
    """
    parts = [_head(plan), _objects(plan.objects), *_datasets(plan, first, width)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(plan: Plan) -> list[str]:
    number = len(plan.objects)
    lines = [plan.title] if plan.title else []
    lines.append(
        f"{number} object{'s' * (number != 1)}; paths are relative to {shown(plan.folder)}; "
        f"outputs that exist are {_EXISTING[plan.existing]}"
    )
    for name, settings in (("images", plan.images), ("encoding", plan.encoding), ("logging", plan.logging)):
        special = [
            f"{field} {value}" for field, value in settings._asdict().items() if value != _usual(settings, field)
        ]
        if special:
            lines.append(f"{name}: {', '.join(special)}")
    lines += _reproducibility(plan)
    if plan.record:
        lines.append(f"record: {shown(plan.record)}")
    lines += [f"warning: {warning}" for warning in plan.warnings]
    lines += [f"note: {note}" for note in plan.notes]
    return lines


def _usual(settings: NamedTuple, field: str) -> object:
    return settings._field_defaults[field]


def _reproducibility(plan: Plan) -> Iterator[str]:
    """Yield where UIDs and the time come from, where that is not as usual. The key itself is nobody's business."""
    rules = plan.uids
    if rules != type(rules)():
        said = [rules.method, f"below {rules.root}"]
        said += ["with a key"] * bool(rules.key) + ["from the images' bytes too"] * rules.content
        yield f"uids: {', '.join(said)}"
    if plan.time:
        parts = [plan.time[:4], *(plan.time[at : at + 2] for at in range(4, len(plan.time), 2))]
        yield f"time: {'-'.join(parts[:3])} {':'.join(parts[3:])} in every run"


def _objects(objects: Sequence[PlannedObject]) -> list[str]:
    lines = ["Objects"]
    for planned in islice(objects, _MOST_OBJECTS):
        output = "standard output" if planned.output == STDIO else one_line(planned.output)
        first, *others = map(one_line, planned.images[:_MOST_IMAGES])
        lines.append(f"{_INDENT}{output}  from  {first}")
        lines += [f"{_INDENT}{'':{len(output)}}   and  {image}" for image in others]
        more = len(planned.images) - _MOST_IMAGES
        if more > 0:
            lines.append(f"{_INDENT}{'':{len(output)}}   and  {more} more images")
    more = len(objects) - _MOST_OBJECTS
    if more > 0:
        lines.append(f"{_INDENT}... and {more} more")
    return lines


def _datasets(plan: Plan, first: PlannedObject | None, width: int) -> Iterator[list[str]]:
    """Yield the datasets of the plan or, where objects have their own, those of the first one."""
    if first is None and plan.objects and plan.objects[0].variants:
        first = plan.objects[0]
    if first is None:
        yield from _variants(plan, width)
        return
    yield ["Sources differ from object to object: what follows is the first object's"]
    yield from _variants(plan._replace(variants=first.variants, objects=(first,)), width)


def _variants(plan: Plan, width: int) -> Iterator[list[str]]:
    """Yield the datasets: the first in full, of each other one only what it has of its own."""
    first: dict[Element, None] | None = None
    for variant in plan.variants:
        words = condition_words(variant.when)
        where = f" where {words}" if words else ""
        if variant.refuse:
            yield [f"Refused{where or ' otherwise'}: {variant.refuse}"]
        elif first is None:
            first = dict.fromkeys(variant.elements)
            yield [f"Attributes{where}", *_lines(_rows(plan, variant.elements, _terms(variant)), width)]
        else:
            yield [f"Attributes{where or ' otherwise'}: as above, but", *_differences(plan, first, variant, width)]


def _differences(plan: Plan, first: dict[Element, None], variant: Variant, width: int) -> list[str]:
    own = [element for element in variant.elements if element not in first]
    tags = {element.tag for element in variant.elements}
    lines = _lines(_rows(plan, own, _terms(variant)), width)
    return lines + [
        f"{_INDENT}{_tag(element.tag)} without {keyword(element.tag)}" for element in first if element.tag not in tags
    ]


def _terms(variant: Variant) -> list[str]:
    for element in variant.elements:
        if element.tag == _CHARACTER_SET and isinstance(element.content, bytes):
            return element.content.decode("latin-1").strip().split("\\")
    return [""]


def _rows(plan: Plan, elements: Iterable[Element], terms: Sequence[str], depth: int = 0) -> Iterator[Row]:
    margin = _INDENT * depth
    for element in elements:
        head = f"{_tag(element.tag)} {element.vr} {element.origin:<13}"
        name = margin + (keyword(element.tag) or "(private)" * (element.tag >> 16 & 1))
        content = element.content
        if isinstance(content, Slot):
            yield Row(head, name, slot_words(plan, content, element.vr, terms))
        elif isinstance(content, bytes):
            yield Row(head, name, value_words(element.vr, content, terms))
        else:
            yield Row(head, name, f"{len(content)} item{'s' * (len(content) != 1)}")
            for number, item in enumerate(content):
                yield Row(f"{'':{len(head)}}", f"{margin}{_INDENT}[{number}]")
                yield from _rows(plan, item.elements, terms, depth + 2)


def _lines(rows: Iterable[Row], width: int) -> list[str]:
    found = list(rows)
    widest = min(max((len(row.name) for row in found), default=0), 32)
    lines: list[str] = []
    for row in found:
        start = f"{_INDENT}{row.head} {row.name:<{widest}}  "
        lines += _wrapped(start, row.value, width)
    return lines


def _wrapped(start: str, value: str, width: int) -> list[str]:
    """Return a row on as many lines as it takes; where the value has too little room beside its name, below it."""
    if not width or len(start) + len(value) <= width:
        return [(start + value).rstrip()]
    room = width - len(start)
    if room < min(len(value), 24):
        below = " " * max(8, width - 48)
        return [start.rstrip(), *(below + part for part in textwrap.wrap(value, width - len(below)))]
    first, *others = textwrap.wrap(value, room)
    return [start + first, *(" " * len(start) + part for part in others)]


def _tag(tag: int) -> str:
    return f"({tag >> 16:04x},{tag & 0xFFFF:04x})"
