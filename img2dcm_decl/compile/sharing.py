"""Warns of UIDs that objects share though they should not: a study has one patient, a series one study.

PS3.3 section A.1.2 has both rules. Which objects share a UID shows in the plan: in slots, and in the texts that fill
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from img2dcm_decl.compile.numbering import fixed_texts
from img2dcm_decl.compile.placeholder_use import ROW
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.recipe.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from img2dcm_decl.compile.building import Built
    from img2dcm_decl.compile.keys import Varying
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.plan.model import PlannedObject
    from img2dcm_decl.recipe.model import Recipe

_PATIENT_ID = 0x00100020
_STUDY_INSTANCE_UID = 0x0020000D
_SERIES_INSTANCE_UID = 0x0020000E
_ALL, _EACH = -1, -2

Reach: TypeAlias = int
"""Which objects have a value in common: those with the same text of this number, `_ALL`, or none (`_EACH`)."""


class Sharing(NamedTuple):
    """What objects with one value in common should have in common too.

    Attributes
    ----------
    part, whole : int
        How far the value reaches, and the one that it belongs to.
    warning : str
        What is said where it reaches further.
    """

    part: Reach
    whole: Reach
    warning: str


def warn_of_sharing(
    recipe: Recipe,
    built: Sequence[Built],
    varying: Sequence[Varying],
    objects: Sequence[PlannedObject],
    problems: Problems,
) -> None:
    """Warn where patients would be in one study, or studies in one series.

    Parameters
    ----------
    recipe : Recipe
        Says how many texts stand before those of keys.
    built : sequence of Built
        The variants, which show where the UIDs come from.
    varying : sequence of Varying
        The attributes whose texts the objects have behind those.
    objects : sequence of PlannedObject
        What is compared.
    problems : Problems
        Gets the warnings.
    """
    # Names of images often stand in for a Patient ID that nobody knows; a table knows its patients.
    patients = {
        position
        for position, attribute in enumerate(varying, len(fixed_texts(recipe)))
        if any(name.startswith(ROW) for name in names_in(attribute.key.parts))
    }
    wanted = {sharing: None for made in built if not made.rule.refuse for sharing in _sharings(made, patients)}
    for sharing in wanted:
        if _reaches_further(sharing, objects):
            problems.warn(sharing.warning)


def _sharings(made: Built, patients: set[int]) -> Iterator[Sharing]:
    """Yield what is to be looked at in a variant; what reaches no further by itself is not."""
    patient, study, series = (_reach(made, tag) for tag in (_PATIENT_ID, _STUDY_INSTANCE_UID, _SERIES_INSTANCE_UID))
    if patient in patients and study != _EACH:
        said = "objects of several patients have one Study Instance UID; uids.study says what a study is"
        yield Sharing(study, patient, said)
    if study not in (_ALL, series) and series != _EACH:
        said = "objects of several studies have one Series Instance UID; uids.series says what a series is"
        yield Sharing(series, study, said)


def _reach(made: Built, tag: int) -> Reach:
    attribute = made.dataset.get(tag)
    content = attribute.content if attribute else None
    if not isinstance(content, Slot):
        return _ALL
    if content.rule in ("text", "uid_of_value"):
        return int(content.argument.rpartition(":")[2])
    return _EACH if content.rule == "uid_of_object" else _ALL


def _reaches_further(sharing: Sharing, objects: Sequence[PlannedObject]) -> bool:
    owners: dict[bytes | int, bytes | int] = {}
    for planned in objects:
        owner = _value(planned, sharing.whole)
        if owners.setdefault(_value(planned, sharing.part), owner) != owner:
            return True
    return False


def _value(planned: PlannedObject, reach: Reach) -> bytes | int:
    if reach == _ALL:
        return b""
    return planned.number if reach == _EACH else planned.texts[reach]
