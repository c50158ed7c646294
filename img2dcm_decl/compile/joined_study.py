"""The study that a source gives: its patient is that of the objects, and series of single objects stay within it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.compile.numbering import SERIES
from img2dcm_decl.compile.placeholder_use import ROW
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import PATIENT_ID, SERIES_INSTANCE_UID, STUDY_INSTANCE_UID
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from img2dcm_decl.attributes.dataset import Attribute, Dataset
    from img2dcm_decl.compile.building import Built
    from img2dcm_decl.compile.keys import CompiledKey, Varying
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.compile.subjects import Subjects
    from img2dcm_decl.recipe.placeholders import Parts

OTHER_PATIENT = "name the source of this patient, or give a Study Instance UID of its own under keys"
"""What to do about an object of another patient than that of its study."""

_BETWEEN = b"\0"


class JoinedStudy(NamedTuple):
    """A study that objects join.

    Attributes
    ----------
    uid : bytes
        Its Study Instance UID.
    patient : str
        The Patient ID that its source has; empty where it has none.
    parts : tuple
        What the keys make of Patient ID, where that depends on the object.
    series : int or None
        The text of objects that told their series apart before; None where one series was that of the run.
    """

    uid: bytes
    patient: str
    parts: Parts
    series: int | None

    def other_patient(self, values: Mapping[str, str | int]) -> str:
        """Return what is wrong where the keys say that an object is of another patient; empty where nothing is."""
        given = expand(self.parts, values).strip() if self.parts else ""
        if not given or not self.patient or given == self.patient:
            return ""
        return f"its source joins it to a study of the patient {shown(self.patient)}, and Patient ID is {shown(given)}"

    def series_text(self, texts: Sequence[bytes]) -> bytes:
        """Return what the Series Instance UID of an object stands for."""
        own = b"" if self.series is None else _BETWEEN + texts[self.series]
        data = self.uid + own
        return data + b" " * (len(data) & 1)


def join_study(base: Dataset, built: Sequence[Built], varying: Sequence[Varying], position: int) -> JoinedStudy | None:
    """Return the study that a source gives, if it gives one that the datasets have.

    A generated Series Instance UID then stands for a further text of each object, in place: the study would share its
    series with those of other sources otherwise (PS3.3 section A.1.2).

    Parameters
    ----------
    base : Dataset
        What the source gave.
    built : sequence of Built
        The datasets.
    varying : sequence of Varying
        Their attributes that vary by object.
    position : int
        The number of the further text.
    """
    joined = _joined(base, built, _patient_id(varying))
    if joined is None:
        return None
    series: int | None = None
    for dataset in _datasets(built):
        attribute = dataset.get(SERIES_INSTANCE_UID)
        if (
            attribute
            and isinstance(attribute.content, Slot)
            and attribute.content.rule in ("uid_of_run", "uid_of_value")
        ):
            if attribute.content.rule == "uid_of_value":
                series = int(attribute.content.argument.rpartition(":")[2])
            dataset.put(replace(attribute, content=Slot("uid_of_value", f"{SERIES}:{position}")))
    return joined._replace(series=series)


def check_patients(
    base: Dataset, built: Sequence[Built], varying: Sequence[Varying], subjects: Subjects, problems: Problems
) -> None:
    """Find an object of another patient than the study that a source gives to all of them.

    Where the table says who the patient is, that is wrong; names of images and folders are warned of, as they often
    stand in for a Patient ID that nobody knows.

    Parameters
    ----------
    base : Dataset
        What the source gave.
    built : sequence of Built
        The datasets.
    varying : sequence of Varying
        Their attributes that vary by object.
    subjects : Subjects
        The objects.
    problems : Problems
        Gets what is wrong, or the warning.
    """
    key = _patient_id(varying)
    joined = _joined(base, built, key)
    if key is None or joined is None or not joined.patient:
        return
    for number in subjects:
        other = joined.other_patient(subjects.values(number))
        if other:
            message = f"{subjects.named(number)}: {other}"
            if any(name.startswith(ROW) for name in names_in(key.parts)):
                problems.add(message, "keys", key.position, help=OTHER_PATIENT)
            else:
                problems.warn(message)
            return


def _joined(base: Dataset, built: Sequence[Built], patient: CompiledKey | None) -> JoinedStudy | None:
    """Return the study that a source gives, if it gives one that the datasets have."""
    uid = _text(base.get(STUDY_INSTANCE_UID))
    if not uid or any(_text(dataset.get(STUDY_INSTANCE_UID)) != uid for dataset in _datasets(built)):
        return None
    return JoinedStudy(uid.encode(), _text(base.get(PATIENT_ID)), patient.parts if patient else (), None)


def _datasets(built: Sequence[Built]) -> list[Dataset]:
    return [made.dataset for made in built if not made.rule.refuse]


def _patient_id(varying: Sequence[Varying]) -> CompiledKey | None:
    """Return the key that makes Patient ID depend on the object; the last one counts."""
    keys = [attribute.key for attribute in varying]
    return next((key for key in reversed(keys) if key.sets(PATIENT_ID)), None)


def _text(attribute: Attribute | None) -> str:
    content = attribute.content if attribute else b""
    text = content.decode("latin-1") if isinstance(content, bytes) else content
    return text.strip(" \0") if isinstance(text, str) else ""
