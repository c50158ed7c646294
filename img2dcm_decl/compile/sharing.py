"""Finds UIDs that objects share though they should not: a study has one patient, a series one study.

PS3.3 section A.1.2 has both rules. Which objects share a UID shows in the plan: in slots, and in the texts that fill
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from img2dcm_decl.compile.placeholder_use import ROW
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import (
    ISSUER_OF_PATIENT_ID,
    PATIENT_ID,
    PATIENT_NAME,
    SERIES_INSTANCE_UID,
    STUDY_INSTANCE_UID,
)
from img2dcm_decl.recipe.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from img2dcm_decl.compile.building import Built
    from img2dcm_decl.compile.keys import Varying
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.plan.model import PlannedObject

_OF_ONE_PATIENT = "give each patient a Study Instance UID, or leave it out of keys and sources to have one generated"
_FOLDERS = frozenset({"image.folder", "image.parent"})
"""Folders are named after patients more often than single images are."""
_ALL, _EACH = -1, -2

Reach: TypeAlias = int
"""Which objects have a value in common: those with the same text of this number, `_ALL`, or none (`_EACH`)."""


class Sharing(NamedTuple):
    """What objects with one value in common should have in common too.

    Attributes
    ----------
    part : int
        How far the value reaches.
    whole : tuple of int
        How far the values reach that tell apart what it belongs to.
    unnamed : tuple of int
        The same where the first of those values is empty.
    what : str
        What objects would have in common that have different ones of `whole`, and should not.
    setting : str
        The setting under `uids` that says how far the value reaches; empty where keys alone do.
    """

    part: Reach
    whole: tuple[Reach, ...]
    unnamed: tuple[Reach, ...]
    what: str
    setting: str


def check_sharing(
    built: Sequence[Built],
    varying: Sequence[Varying],
    start: int,
    objects: Sequence[PlannedObject],
    problems: Problems,
) -> None:
    """Find patients that would be in one study, and studies that would be in one series.

    Where a table says who the patients are, it is wrong that several of them would be in one study, and odd that one
    of them has several names: a Patient ID may be mistyped, or a default. Names of images and folders often stand in
    for a Patient ID that nobody knows, and all the rest is warned of.

    Parameters
    ----------
    built : sequence of Built
        The variants, which show where the UIDs come from.
    varying : sequence of Varying
        The attributes whose texts the objects have.
    start : int
        How many texts stand before those.
    objects : sequence of PlannedObject
        What is compared.
    problems : Problems
        Gets what is wrong, and the warnings.
    """
    texts = {position: attribute.key for position, attribute in enumerate(varying, start)}
    wanted = dict.fromkeys(sharing for made in built if not made.rule.refuse for sharing in _sharings(made))
    for sharing, pair in _first_pairs([*wanted], objects):
        told_by = [texts[reach] for reach in (*sharing.whole, *sharing.unnamed) if reach in texts]
        names = {name for key in told_by for name in names_in(key.parts)}
        of_rows = any(name.startswith(ROW) for name in names)
        message = f"{pair[0].images[0]} and {pair[1].images[0]} {sharing.what}"
        if sharing.setting == "study" and of_rows:
            problems.add(message, "keys", told_by[0].position, help=_OF_ONE_PATIENT)
        elif not sharing.setting and of_rows:
            problems.warn(message)
        elif sharing.setting == "series" or (sharing.setting and names & _FOLDERS):
            problems.warn(f"objects {sharing.what}; uids.{sharing.setting} says what a {sharing.setting} is")


def _sharings(made: Built) -> Iterator[Sharing]:
    """Yield what is to be looked at in a variant; what reaches no further by itself is not."""
    study, series, name = (_reach(made, tag) for tag in (STUDY_INSTANCE_UID, SERIES_INSTANCE_UID, PATIENT_NAME))
    number, issuer = _reach(made, PATIENT_ID), _reach(made, ISSUER_OF_PATIENT_ID)
    identifier = made.dataset.get(PATIENT_ID)
    patient = (name,) if identifier is None or identifier.empty else (number, issuer)
    if number != _ALL and issuer == _ALL and name not in (_ALL, number):
        yield Sharing(number, (name,), (name,), "have the same Patient ID, but not the same Patient's Name", "")
    if study != _EACH and any(reach not in (_ALL, study) for reach in (*patient, name)):
        yield Sharing(study, patient, (name,), "are of several patients, and would be in one study", "study")
    if study not in (_ALL, series) and series != _EACH:
        yield Sharing(series, (study,), (study,), "are of several studies, and would be in one series", "series")


def _reach(made: Built, tag: int) -> Reach:
    attribute = made.dataset.get(tag)
    content = attribute.content if attribute else None
    if not isinstance(content, Slot):
        return _ALL
    if content.rule in ("text", "uid_of_value"):
        return int(content.argument.rpartition(":")[2])
    return _EACH if content.rule == "uid_of_object" else _ALL


def _first_pairs(
    sharings: Sequence[Sharing], objects: Sequence[PlannedObject]
) -> Iterator[tuple[Sharing, tuple[PlannedObject, PlannedObject]]]:
    """Yield what is shared and should not be, each with the first two objects that do."""
    reaches = {reach for sharing in sharings for reach in (sharing.part, *sharing.whole, *sharing.unnamed)}
    positions = sorted(reach for reach in reaches if reach >= 0)
    found: dict[Sharing, PlannedObject] = {}
    wholes: dict[Sharing, dict[bytes | int, int]] = {sharing: {} for sharing in sharings}
    before: list[bytes] | None = None
    for planned in objects if sharings else ():
        texts = planned.texts
        alike = [texts[position] for position in positions]
        # Objects of a study or patient mostly follow each other, and the second one tells nothing new.
        if alike == before and _EACH not in reaches:
            continue
        before = alike
        for sharing, known in wholes.items():
            part, whole = _value(planned, sharing.part), hash(_whole(planned, sharing))
            if (part or sharing.part == _ALL) and known.setdefault(part, whole) != whole:
                found.setdefault(sharing, planned)
    for sharing in sharings:
        if sharing in found:
            part = _value(found[sharing], sharing.part)
            yield sharing, (next(other for other in objects if _value(other, sharing.part) == part), found[sharing])


def _whole(planned: PlannedObject, sharing: Sharing) -> tuple[bytes | int, ...]:
    values = tuple([_value(planned, reach) for reach in sharing.whole])
    known = values[0] != b"" or sharing.whole[0] == _ALL
    return values if known else tuple([_value(planned, reach) for reach in sharing.unnamed])


def _value(planned: PlannedObject, reach: Reach) -> bytes | int:
    """Return what objects within a reach agree in; blanks at the end of a value say nothing (PS3.5 section 6.2)."""
    if reach == _ALL:
        return b""
    return planned.number if reach == _EACH else planned.texts[reach].rstrip(b" \0")
