"""Warns of UIDs that objects share though they should not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.compile.numbering import fixed_texts
from img2dcm_decl.compile.placeholder_use import ROW
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.recipe.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.compile.building import Built
    from img2dcm_decl.compile.keys import Varying
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.plan.model import PlannedObject
    from img2dcm_decl.recipe.model import Recipe

_PATIENT_ID = 0x00100020
_STUDY_INSTANCE_UID = 0x0020000D
_SHARED = "uid_of_run"


def warn_of_shared_study(
    recipe: Recipe,
    built: Sequence[Built],
    varying: Sequence[Varying],
    objects: Sequence[PlannedObject],
    problems: Problems,
) -> None:
    """Warn where a table's patients would be in one study, which belongs to one patient (PS3.3 section A.1.2).

    Parameters
    ----------
    recipe : Recipe
        Says how many texts stand before those of keys.
    built : sequence of Built
        The variants, which show where the Study Instance UID comes from.
    varying : sequence of Varying
        The attributes whose texts the objects have behind those.
    objects : sequence of PlannedObject
        What is compared, up to the first two patients.
    problems : Problems
        Gets the warning.
    """
    paths = [attribute.key.path for attribute in varying]
    patient = next((n for n, path in enumerate(paths) if len(path.steps) == 1 and path.leaf.tag == _PATIENT_ID), None)
    studies = [made.dataset.get(_STUDY_INSTANCE_UID) for made in built if not made.rule.refuse]
    shared = any(study and isinstance(study.content, Slot) and study.content.rule == _SHARED for study in studies)
    # Names of images often stand in for a Patient ID that nobody knows; a table knows its patients.
    if patient is None or not shared or not any(name.startswith(ROW) for name in names_in(varying[patient].key.parts)):
        return
    position = len(fixed_texts(recipe)) + patient
    first = objects[0].texts[position] if objects else b""
    if any(planned.texts[position] != first for planned in objects):
        problems.warn("objects of several patients have one Study Instance UID; uids.study says what a study is")
