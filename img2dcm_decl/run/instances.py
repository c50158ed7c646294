"""Objects of a run that come to the same SOP Instance UID: whoever stores them all keeps one of them."""

from __future__ import annotations

from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import SOP_INSTANCE_UID
from img2dcm_decl.run.files import remove

TYPE_CHECKING = False
if TYPE_CHECKING:
    from img2dcm_decl.plan.model import Plan, PlannedObject
    from img2dcm_decl.run.runner import Outcome

#: Bytes of a hash by which a UID is known: among millions, no two agree by chance.
_KNOWN_BY = 8


class Instances:
    """Knows which SOP Instance UIDs the objects of a run have, in a few bytes each.

    Random UIDs do not agree, and a UID that the plan itself gives to all objects is warned of when it is compiled.
    Others can turn out to agree when the objects are made: UIDs that are derived from the bytes of images, of which
    two may be copies of one, and UIDs that are given to each object by itself.

    Parameters
    ----------
    plan : Plan
        What is run.

    Attributes
    ----------
    watched : bool
        Whether UIDs could agree.
    """

    __slots__ = ("_numbers", "_plan", "watched")

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._numbers: dict[bytes, int] = {}
        self.watched = len(plan.objects) > 1 and _may_agree(plan)

    def keep(self, planned: PlannedObject, uid: str) -> str | None:
        """Note the UID of an object that an earlier part of the run has made.

        Returns
        -------
        str or None
            Why it cannot stay: this part of the run has made another one with its UID. None: it can.
        """
        if not self.watched or not uid:
            return None
        other = self._numbers.setdefault(_digest(uid), planned.number)
        return None if other == planned.number else f"it {self._agrees_with(other)}"

    def judged(self, outcome: Outcome) -> Outcome:
        """Return what became of an object: a failure where another one has its UID. Its file is removed then.

        Which objects agree is not known before they are made, by several processes at a time.
        """
        made = outcome.made
        if not self.watched or made is None or not made.instance_uid:
            return outcome
        other = self._numbers.setdefault(_digest(made.instance_uid), outcome.planned.number)
        if other == outcome.planned.number:
            return outcome
        message = f"{outcome.output}: {self._agrees_with(other)}; {_removed(outcome.output)}; {self._advice()}"
        return outcome._replace(status="failed", message=message, made=None)

    def _agrees_with(self, number: int) -> str:
        return f"has the SOP Instance UID of {self._output(number)}, and an archive would keep only one of them"

    def _advice(self) -> str:
        if self._plan.uids.method == "derived":
            return "where both are wanted, add ${image.stem} or ${index} to uids.facts"
        return "give each object a SOP Instance UID of its own"

    def _output(self, number: int) -> str:
        """Return the output of an object; one whose number a person has changed in the plan is called by that."""
        objects = self._plan.objects
        if 0 < number <= len(objects) and objects[number - 1].number == number:
            return objects[number - 1].output
        return f"object {number}"


def _may_agree(plan: Plan) -> bool:
    random = plan.uids.method == "fresh"
    elements = (element for variant in plan.variants for element in variant.elements)
    uids = (element.content for element in elements if element.tag == SOP_INSTANCE_UID)
    return any(isinstance(uid, Slot) and not (random and uid.rule == "uid_of_object") for uid in uids)


def _digest(uid: str) -> bytes:
    from hashlib import sha256

    return sha256(uid.encode()).digest()[:_KNOWN_BY]


def _removed(output: str) -> str:
    try:
        remove(output)
    except OSError as error:
        return f"it was written, and cannot be removed: {error.strerror or error}"
    return "it was removed again"
