"""The rules of slots: what a plan leaves open, and how each object fills it."""

from __future__ import annotations

from struct import pack

from img2dcm_decl.encode.elements import pad
from img2dcm_decl.encode.layout import PIXEL_DATA_RULE
from img2dcm_decl.encode.pixel_data import extended_lengths, extended_offsets
from img2dcm_decl.errors import PlanError
from img2dcm_decl.images.base import Facts
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import PIXEL_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from img2dcm_decl.plan.model import Element, PlannedObject, Variant
    from img2dcm_decl.run.sources import Sources


class Subject(NamedTuple):
    """The object that is being made, as far as rules look at it.

    Attributes
    ----------
    planned : PlannedObject
        What the plan says of it.
    facts : Facts
        Of its first frame; the other frames agree with it.
    sizes : sequence of int
        Bytes of each frame's compressed stream, or of its native pixels.
    lossy_method : str
        Method of the lossy frames, empty where every frame is lossless.
    sources : Sources
        Where new UIDs and the time of this object come from.
    """

    planned: PlannedObject
    facts: Facts
    sizes: Sequence[int]
    lossy_method: str
    sources: Sources


def _short(value: int) -> bytes:
    return pack("<H", value)


def _string(value: str) -> bytes:
    return pad("LO", value.encode())


def _uid(value: str) -> bytes:
    return pad("UI", value.encode())


def _planar_configuration(subject: Subject, _argument: str) -> bytes | None:
    return _short(0) if subject.facts.samples_per_pixel > 1 else None


def _pixel_aspect_ratio(subject: Subject, _argument: str) -> bytes | None:
    ratio = subject.facts.pixel_aspect_ratio
    return None if ratio is None else _string(f"{ratio[0]}\\{ratio[1]}")


def _lossy(subject: Subject, _argument: str) -> bytes | None:
    return b"01" if subject.lossy_method else None


def _lossy_method(subject: Subject, _argument: str) -> bytes | None:
    return _string(subject.lossy_method) if subject.lossy_method else None


def _lossy_ratio(subject: Subject, _argument: str) -> bytes | None:
    """Return the mean of the frames' ratios with five significant digits, as img2dcm writes it."""
    if not subject.lossy_method:
        return None
    facts = subject.facts
    bits = facts.rows * facts.columns * facts.samples_per_pixel * facts.bits_stored
    mean = sum(bits / 8 / size for size in subject.sizes) / len(subject.sizes)
    return _string(f"{mean:.5G}")


def _text(subject: Subject, argument: str) -> bytes:
    try:
        return subject.planned.texts[int(argument)]
    except IndexError:
        raise PlanError(
            f"{subject.planned.output}: this object of the plan has no text number {argument}, which its dataset needs"
        ) from None


def _uid_of_value(subject: Subject, argument: str) -> bytes:
    """Return the UID that stands for a text, whose padding is no part of it: `NAME:N`."""
    name, _, number = argument.partition(":")
    return _uid(subject.sources.uid_of_value(name, _text(subject, number).rstrip(b" ")))


def _number(subject: Subject, argument: str) -> bytes | None:
    """Return the object's position in the run, counted from the argument."""
    return _string(str(subject.planned.number - 1 + int(argument)))


#: Rule name -> what gives the padded value, or None where the attribute does not apply to the object.
RULES: dict[str, Callable[[Subject, str], bytes | None]] = {
    "rows": lambda s, _: _short(s.facts.rows),
    "columns": lambda s, _: _short(s.facts.columns),
    "samples_per_pixel": lambda s, _: _short(s.facts.samples_per_pixel),
    "photometric_interpretation": lambda s, _: _string(s.facts.photometric_interpretation),
    "planar_configuration": _planar_configuration,
    "bits_allocated": lambda s, _: _short(s.facts.bits_allocated),
    "bits_stored": lambda s, _: _short(s.facts.bits_stored),
    "high_bit": lambda s, _: _short(s.facts.bits_stored - 1),
    "pixel_aspect_ratio": _pixel_aspect_ratio,
    "lossy": _lossy,
    "lossy_method": _lossy_method,
    "lossy_ratio": _lossy_ratio,
    "number_of_frames": lambda s, _: _string(str(len(s.sizes))),
    "extended_offsets": lambda s, _: extended_offsets(s.sizes) if s.facts.compressed else None,
    "extended_lengths": lambda s, _: extended_lengths(s.sizes) if s.facts.compressed else None,
    "transfer_syntax": lambda s, _: _uid(s.facts.transfer_syntax),
    "uid_of_object": lambda s, name: _uid(s.sources.uid_of_object(name)),
    "uid_of_run": lambda s, name: _uid(s.sources.uid_of_run(name)),
    "uid_of_value": _uid_of_value,
    "number": _number,
    "date": lambda s, _: _string(s.sources.time("%Y%m%d")),
    "time": lambda s, _: _string(s.sources.time("%H%M%S")),
    "date_time": lambda s, _: _string(s.sources.time("%Y%m%d%H%M%S")),
    "text": _text,
}


#: Rules that give the same for all objects of a run whose facts, lossy method and number of frames are the same.
RULES_OF_KINDS = frozenset(
    {
        *("rows", "columns", "samples_per_pixel", "photometric_interpretation", "planar_configuration"),
        *("bits_allocated", "bits_stored", "high_bit", "pixel_aspect_ratio", "transfer_syntax"),
        *("lossy", "lossy_method", "number_of_frames", "uid_of_run"),
    }
)
#: Rules that depend on where frames begin, which is the same for all objects of a single frame.
RULES_OF_OFFSETS = frozenset({"extended_offsets", "extended_lengths"})

#: Rules whose argument is a whole number; the others take any text.
_COUNTING = frozenset({"text", "number"})
_MOST_DIGITS = 10
_FACTS = frozenset({*Facts._fields, "frames"}) - {"warnings", "pixel_aspect_ratio"}


def value_of(subject: Subject) -> Callable[[Slot], bytes | None]:
    """Return the function that fills slots for one object."""

    def value(slot: Slot) -> bytes | None:
        return RULES[slot.rule](subject, slot.argument)

    return value


def choose(variants: Sequence[Variant], facts: Facts, frames: int) -> int | None:
    """Return the position of the first variant whose conditions all hold, or None where there is none."""
    count = "one" if frames == 1 else "many"
    for position, variant in enumerate(variants):
        if all((count if fact == "frames" else getattr(facts, fact)) in values for fact, values in variant.when):
            return position
    return None


def check_variants(variants: Iterable[Variant]) -> None:
    """Check that every slot and condition of some variants can be used; texts are looked at when they are needed.

    Raises
    ------
    PlanError
        A rule or a fact is unknown, or its argument does not fit.
    """
    for variant in variants:
        for condition in variant.when:
            if condition.fact not in _FACTS:
                raise PlanError(f"{condition.fact!r} is not a fact about images")
        for slot in _slots(element for element in variant.elements if not _is_pixel_data(element)):
            _check_slot(slot)


def _is_pixel_data(element: Element) -> bool:
    content = element.content
    return element.tag == PIXEL_DATA and isinstance(content, Slot) and content.rule == PIXEL_DATA_RULE


def _slots(elements: Iterable[Element]) -> Iterator[Slot]:
    for element in elements:
        if isinstance(element.content, tuple) and not isinstance(element.content, Slot):
            for item in element.content:
                yield from _slots(item.elements)
        elif isinstance(element.content, Slot):
            yield element.content


def _check_slot(slot: Slot) -> None:
    if slot.rule == PIXEL_DATA_RULE:
        raise PlanError(f"slot rule {slot.rule!r} has its place in Pixel Data (7fe0,0010) alone")
    if slot.rule not in RULES:
        raise PlanError(f"slot rule {slot.rule!r} is unknown")
    number = slot.argument
    if slot.rule == "uid_of_value":
        name, _, number = slot.argument.partition(":")
        if not name:
            raise PlanError(f"slot rule {slot.rule!r} needs a name and the number of a text, not {slot.argument!r}")
    elif slot.rule not in _COUNTING:
        return
    if not number.isascii() or not number.isdigit() or len(number) > _MOST_DIGITS:
        raise PlanError(f"slot rule {slot.rule!r} needs a whole number, not {number!r}")
