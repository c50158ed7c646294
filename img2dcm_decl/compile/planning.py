"""Makes the objects of a plan, each in a few microseconds, and checks that no two of them would be the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.compile.numbering import CONTENT, plan_uid_rules
from img2dcm_decl.compile.object_texts import encode_texts
from img2dcm_decl.compile.problems import Several
from img2dcm_decl.plan.model import PlannedObject
from img2dcm_decl.plan.objects import PackedObjects
from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expander
from img2dcm_decl.recipe.placeholders import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from img2dcm_decl.compile.object_texts import ObjectText
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.compile.subjects import Subjects
    from img2dcm_decl.recipe.model import Recipe


class OwnValues(NamedTuple):
    """What objects have of their own.

    Attributes
    ----------
    fixed : sequence of ObjectText
        The texts that stand before those of keys.
    texts : sequence of ObjectText
        Those of keys.
    sop_instance_uid : int or None
        The position among them of the one that is the SOP Instance UID.
    binding : collection of str or None
        Names of the placeholders whose values objects keep for the binding step, in place of the texts of keys, which
        are only checked then; None where the objects are complete without it.
    """

    fixed: Sequence[ObjectText] = ()
    texts: Sequence[ObjectText] = ()
    sop_instance_uid: int | None = None
    binding: Collection[str] | None = None


def plan_objects(
    recipe: Recipe, subjects: Subjects, outputs: Sequence[str], own: OwnValues, problems: Problems
) -> PackedObjects:
    """Return the objects of a plan.

    Parameters
    ----------
    recipe : Recipe
        Says what UIDs are derived from.
    subjects : Subjects
        The objects.
    outputs : sequence of str
        Their names; empty where something is wrong with them.
    own : OwnValues
        What each of them has of its own.
    problems : Problems
        Gets values that do not fit, and objects that would be given the same UID.
    """
    with Several(problems, "objects") as several:
        return PackedObjects(map(_Planner(recipe, subjects, outputs, own, several, problems), subjects))


class _Planner:
    """Makes single objects, in their order."""

    def __init__(
        self,
        recipe: Recipe,
        subjects: Subjects,
        outputs: Sequence[str],
        own: OwnValues,
        several: Several,
        problems: Problems,
    ) -> None:
        self._subjects = subjects
        self._outputs = outputs
        self._own = own
        self._several = several
        self._uids: dict[bytes, int] = {}
        self._identities = _Identities(recipe, subjects, several, problems)

    def __call__(self, number: int) -> PlannedObject:
        values = self._subjects.values(number)
        name = partial(self._subjects.named, number)
        fixed = encode_texts(self._own.fixed, values, name, self._several)
        of_keys = encode_texts(self._own.texts, values, name, self._several)
        if self._own.sop_instance_uid is not None and len(of_keys) == len(self._own.texts):
            self._check_uid(of_keys[self._own.sop_instance_uid], number)
        binding = self._own.binding
        return PlannedObject(
            self._subjects.images(number),
            self._outputs[number] if self._outputs else "",
            number + 1,
            fixed + of_keys if binding is None else fixed,
            self._identities.of(number, values),
            (),
            () if binding is None else tuple([(name, str(values[name])) for name in binding]),
        )

    def _check_uid(self, uid: bytes, number: int) -> None:
        other = self._uids.setdefault(uid, number)
        text = self._own.texts[self._own.sop_instance_uid or 0]
        if other != number:
            both = f"{self._subjects.named(other)} and {self._subjects.named(number)}"
            self._several.add(
                text.place, f"{both} would have the same SOP Instance UID", "each object has one of its own"
            )
        elif not uid:
            message = f"{self._subjects.named(number)} would have no SOP Instance UID"
            self._several.add(text.place, message, "leave the key out to have one generated")


class _Identities:
    """What makes each object itself where UIDs are derived, and whether two objects are told apart by it."""

    def __init__(self, recipe: Recipe, subjects: Subjects, several: Several, problems: Problems) -> None:
        rules = plan_uid_rules(recipe)
        self._derived = rules.method == "derived"
        self._content = rules.content
        self._facts = [expander(parse(fact)) for fact in recipe.uids.facts if fact != CONTENT]
        self._place = recipe.place("uids", "facts")
        self._subjects = subjects
        self._several = several
        self._problems = problems
        self._noted = False
        self._first: dict[str, int] = {}

    def of(self, number: int, values: Mapping[str, str | int]) -> str:
        """Return the identity of an object: each fact with its length, so that no two lists of facts are alike."""
        if not self._derived:
            return ""
        try:
            facts = [fact(values) for fact in self._facts]
        except ValueProblem as problem:
            self._several.add(self._place, f"{self._subjects.named(number)}: {problem.message}", problem.help)
            return ""
        identity = "".join([f"{len(fact)}:{fact}" for fact in facts])
        other = self._first.setdefault(identity, number)
        if other != number:
            self._say_alike(other, number)
        return identity

    def _say_alike(self, other: int, number: int) -> None:
        both = f"{self._subjects.named(other)} and {self._subjects.named(number)}"
        if not self._content or self._subjects.images(other) == self._subjects.images(number):
            advice = "add ${index} or ${image.folder} to uids.facts"
            self._several.add(self._place, f"{both} would have the same derived UIDs", advice)
        elif not self._noted:
            self._noted = True
            self._problems.note(f"the bytes of their images alone tell the derived UIDs of {both} apart")
