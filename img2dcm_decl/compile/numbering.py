"""How the objects of a run are told apart: the UIDs and Instance Numbers that are generated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.plan.model import Slot, UidRules
from img2dcm_decl.recipe.placeholders import expand, names_in, parse

if TYPE_CHECKING:
    from collections.abc import Collection

    from img2dcm_decl.recipe.model import Recipe
    from img2dcm_decl.recipe.placeholders import Parts

STUDY, SERIES, FRAME_OF_REFERENCE = "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"
INSTANCE_NUMBER = "InstanceNumber"
CONTENT = "content"
"""The fact that stands for the bytes of an object's images."""

_SCOPES = {"run": "uid_of_run", "object": "uid_of_object"}
_SETTINGS = {STUDY: "study", SERIES: "series", FRAME_OF_REFERENCE: "frame_of_reference"}
# How keys write an attribute, case aside.
_PATIENT_ID = ("patientid", "(0010,0020)", "0010,0020")
_ISSUER = ("issuerofpatientid", "(0010,0021)", "0010,0021")
_PATIENT_NAME = ("patientname", "(0010,0010)", "0010,0010")
_STUDY = ("studyinstanceuid", "(0020,000d)", "0020,000d")
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


def fixed_texts(recipe: Recipe) -> tuple[FixedText, ...]:
    """Return the texts of each object that its UIDs and its Instance Number come from, in their order."""
    uids = recipe.uids
    found = [
        FixedText(keyword, "UI", parse(text), _SETTINGS[keyword])
        for keyword, text in _reaches(recipe).items()
        if text not in (*_SCOPES, _NO_UID)
    ]
    if uids.instance_number != _COUNTED:
        text = _NUMBER_OF_NAME if uids.instance_number == "name" else uids.instance_number
        found.append(FixedText(INSTANCE_NUMBER, "IS", parse(text), "instance_number"))
    return tuple(found)


def uid_slots(recipe: Recipe) -> dict[str, Slot]:
    """Return what generates the UIDs that reach further than an object, by keyword; those that are not wanted lack."""
    reaches = _reaches(recipe)
    slots = {keyword: Slot(_SCOPES[reach], keyword) for keyword, reach in reaches.items() if reach in _SCOPES}
    for position, text in enumerate(fixed_texts(recipe)):
        if text.vr == "UI":
            slots[text.keyword] = Slot("uid_of_value", f"{text.keyword}:{position}")
    return slots


def _reaches(recipe: Recipe) -> dict[str, str]:
    """Return how far each UID reaches, by keyword: what the recipe says, within the bounds that DICOM sets.

    A study is of one patient, and a series of one study (PS3.3 section A.1.2). Receivers that know a study or series
    file what is in it there, whoever it says that the patient is.
    """
    uids = recipe.uids
    study = _within(_patient(recipe), uids.study)
    series = _within(_given_study(recipe) or study, uids.series)
    return {STUDY: study, SERIES: series, FRAME_OF_REFERENCE: uids.frame_of_reference}


def _patient(recipe: Recipe) -> str:
    """Return what objects of one patient agree in: identifiers, or a name where there is none."""
    identifier, issuer, name = (_value_of(recipe, paths) for paths in (_PATIENT_ID, _ISSUER, _PATIENT_NAME))
    told_by = (identifier, issuer) if identifier else (name,)
    return _BETWEEN.join([text for text in told_by if _varies(text)]) or "run"


def _given_study(recipe: Recipe) -> str:
    """Return what objects of one study agree in where a key gives its UID, or nothing."""
    given = _value_of(recipe, _STUDY)
    return given if _varies(given) else "run" if given else ""


def _value_of(recipe: Recipe, paths: Collection[str]) -> str:
    """Return what the keys say of an attribute, by the ways in which its path is written; the last one counts."""
    return next((key.value for key in reversed(recipe.keys) if key.path.casefold() in paths), "")


def _varies(text: str) -> bool:
    return bool(names_in(parse(text)))


def _within(outer: str, inner: str) -> str:
    """Return what objects with one UID agree in, where that is to be so for an outer one too."""
    if inner == "object" or outer in ("run", inner):
        return inner
    if outer == "object" or inner == "run" or outer.endswith(f"{_BETWEEN}{inner}"):
        return outer
    return f"{outer}{_BETWEEN}{inner}"


def number_slot(recipe: Recipe) -> Slot | None:
    """Return what gives an Instance Number that is stated, or None where objects are counted."""
    for position, text in enumerate(fixed_texts(recipe)):
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
