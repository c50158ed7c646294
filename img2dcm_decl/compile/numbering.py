"""How the objects of a run are told apart: the UIDs and Instance Numbers that are generated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.plan.model import Slot, UidRules
from img2dcm_decl.plan.tags import ISSUER_OF_PATIENT_ID, PATIENT_ID, PATIENT_NAME, STUDY_INSTANCE_UID
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import names_in, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.compile.keys import CompiledKey
    from img2dcm_decl.recipe.model import Recipe
    from img2dcm_decl.recipe.placeholders import Parts

STUDY, SERIES, FRAME_OF_REFERENCE = "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"
INSTANCE_NUMBER = "InstanceNumber"
CONTENT = "content"
"""The fact that stands for the bytes of an object's images."""

_SCOPES = {"run": "uid_of_run", "object": "uid_of_object"}
_SETTINGS = {STUDY: "study", SERIES: "series", FRAME_OF_REFERENCE: "frame_of_reference"}
_NO_UID = "none"
_BETWEEN = "\0"
"""Stands in no name and no cell, so that two texts with it between them are told apart."""
_COUNTED = "order"
# A width of one takes leading zeros away.
_NUMBER_OF_NAME = "${image.number:1}"


class FixedText(NamedTuple):
    """A text that each object has whatever the keys are; they stand before those of keys.

    Attributes
    ----------
    keyword : str
        The attribute that it is for, of which it is the value or, where that is a UID, what the UID stands for.
    vr : str
        `UI`: what a UID stands for, in UTF-8, of any length but not empty; `IS`: a value as that of a key.
    parts : tuple
        Literal texts and placeholders.
    setting : str
        The setting under `uids` that states it.
    """

    keyword: str
    vr: str
    parts: Parts
    setting: str


def stated_texts(recipe: Recipe) -> dict[str, Parts]:
    """Return the texts under `uids` that are filled in per object, by their settings."""
    texts = {setting: getattr(recipe.uids, setting) for setting in _SETTINGS.values()}
    stated = {setting: parse(text) for setting, text in texts.items() if text not in (*_SCOPES, _NO_UID)}
    number = recipe.uids.instance_number
    if number != _COUNTED:
        stated["instance_number"] = parse(_NUMBER_OF_NAME if number == "name" else number)
    return stated


def fixed_texts(recipe: Recipe, keys: Sequence[CompiledKey]) -> tuple[FixedText, ...]:
    """Return the texts of each object that its UIDs and its Instance Number come from, in their order."""
    found = [
        FixedText(keyword, "UI", parse(text), _SETTINGS[keyword])
        for keyword, text in _reaches(recipe, keys).items()
        if text not in (*_SCOPES, _NO_UID)
    ]
    number = stated_texts(recipe).get("instance_number")
    if number is not None:
        found.append(FixedText(INSTANCE_NUMBER, "IS", number, "instance_number"))
    return tuple(found)


def uid_slots(recipe: Recipe, keys: Sequence[CompiledKey]) -> dict[str, Slot]:
    """Return what generates the UIDs that reach further than an object, by keyword; those that are not wanted lack."""
    reaches = _reaches(recipe, keys)
    slots = {keyword: Slot(_SCOPES[reach], keyword) for keyword, reach in reaches.items() if reach in _SCOPES}
    for position, text in enumerate(fixed_texts(recipe, keys)):
        if text.vr == "UI":
            slots[text.keyword] = Slot("uid_of_value", f"{text.keyword}:{position}")
    return slots


def _reaches(recipe: Recipe, keys: Sequence[CompiledKey]) -> dict[str, str]:
    """Return how far each UID reaches, by keyword: what the recipe says, within the bounds that DICOM sets.

    A study is of one patient, and a series of one study (PS3.3 section A.1.2). Receivers that know a study or series
    file what is in it there, whoever it says that the patient is.
    """
    uids = recipe.uids
    study = _within(_patient(recipe, keys), uids.study)
    series = _within(_given_study(recipe, keys) or study, uids.series)
    return {STUDY: study, SERIES: series, FRAME_OF_REFERENCE: uids.frame_of_reference}


def _patient(recipe: Recipe, keys: Sequence[CompiledKey]) -> str:
    """Return what objects of one patient agree in: identifiers, or a name where there is none."""
    identifier, issuer, name = (
        _value_of(tag, recipe, keys) for tag in (PATIENT_ID, ISSUER_OF_PATIENT_ID, PATIENT_NAME)
    )
    told_by = (identifier, issuer) if identifier else (name,)
    return _BETWEEN.join([text for text in told_by if _varies(text)]) or "run"


def _given_study(recipe: Recipe, keys: Sequence[CompiledKey]) -> str:
    """Return what objects of one study agree in where a key gives its UID, or nothing."""
    given = _value_of(STUDY_INSTANCE_UID, recipe, keys)
    return given if _varies(given) else "run" if given else ""


def _value_of(tag: int, recipe: Recipe, keys: Sequence[CompiledKey]) -> str:
    """Return what the keys say of an attribute; the last one counts."""
    return next((recipe.keys[key.position].value for key in reversed(keys) if key.sets(tag)), "")


def _varies(text: str) -> bool:
    return bool(names_in(parse(text)))


def _within(outer: str, inner: str) -> str:
    """Return what objects with one UID agree in, where that is to be so for an outer one too."""
    if inner == "object" or outer in ("run", inner):
        return inner
    if outer == "object" or inner == "run" or outer.endswith(f"{_BETWEEN}{inner}"):
        return outer
    return f"{outer}{_BETWEEN}{inner}"


def number_slot(recipe: Recipe, keys: Sequence[CompiledKey]) -> Slot | None:
    """Return what gives an Instance Number that is stated, or None where objects are counted."""
    for position, text in enumerate(fixed_texts(recipe, keys)):
        if text.keyword == INSTANCE_NUMBER:
            return Slot("text", str(position))
    return None


def plan_uid_rules(recipe: Recipe) -> UidRules:
    """Return where generated UIDs come from; a reproducible recipe derives them."""
    uids = recipe.uids
    if recipe.reproducible is None and uids.method != "derived":
        return UidRules("fresh", uids.root)
    # Where no text says what a study is, its UID belongs to the run, and nobody expects one instance in two studies.
    of_run = uids.study in ("run", "object")
    return UidRules("derived", uids.root, expand(parse(uids.key), {}), CONTENT in uids.facts, of_run)
