"""The study that the source of a single object gives: its series stay within it, and its patient is the object's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.compile.numbering import SERIES
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.recipe.placeholders import expand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from img2dcm_decl.attributes.dataset import Attribute, Dataset
    from img2dcm_decl.compile.building import Built
    from img2dcm_decl.compile.keys import Varying
    from img2dcm_decl.recipe.placeholders import Parts

_PATIENT_ID = 0x00100020
_STUDY_INSTANCE_UID = 0x0020000D
_SERIES_INSTANCE_UID = 0x0020000E
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
    datasets = [made.dataset for made in built if not made.rule.refuse]
    uid = _text(base.get(_STUDY_INSTANCE_UID))
    if not uid or any(_text(dataset.get(_STUDY_INSTANCE_UID)) != uid for dataset in datasets):
        return None
    series: int | None = None
    for dataset in datasets:
        attribute = dataset.get(_SERIES_INSTANCE_UID)
        if (
            attribute
            and isinstance(attribute.content, Slot)
            and attribute.content.rule in ("uid_of_run", "uid_of_value")
        ):
            if attribute.content.rule == "uid_of_value":
                series = int(attribute.content.argument.rpartition(":")[2])
            dataset.put(replace(attribute, content=Slot("uid_of_value", f"{SERIES}:{position}")))
    parts = next((one.key.parts for one in reversed(varying) if _is_patient_id(one)), ())
    return JoinedStudy(uid.encode(), _text(base.get(_PATIENT_ID)), parts, series)


def _is_patient_id(attribute: Varying) -> bool:
    return len(attribute.key.path.steps) == 1 and attribute.key.path.leaf.tag == _PATIENT_ID


def _text(attribute: Attribute | None) -> str:
    content = attribute.content if attribute else b""
    text = content.decode("latin-1") if isinstance(content, bytes) else content
    return text.strip(" \0") if isinstance(text, str) else ""
