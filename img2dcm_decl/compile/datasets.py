"""Puts a dataset together in the order of img2dcm: sources, image, SOP class, keys, checks, lossy compression."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.keys import Keys
from img2dcm_decl.attributes.problems import CharacterSetError
from img2dcm_decl.attributes.profile_values import ProfileValues
from img2dcm_decl.attributes.requirements import apply_requirements
from img2dcm_decl.attributes.study_source import INSTANCE_NUMBER
from img2dcm_decl.attributes.text import SPECIFIC_CHARACTER_SET, bring_into_declared, declared
from img2dcm_decl.attributes.values import convert, uid_values
from img2dcm_decl.compile.image_pixel import put_image_attributes, put_lossy_attributes
from img2dcm_decl.compile.keys import CompiledKey, Varying, apply_keys
from img2dcm_decl.compile.numbering import FRAME_OF_REFERENCE, SERIES, STUDY, number_slot, uid_slots
from img2dcm_decl.compile.sources import instance_number
from img2dcm_decl.compile.variants import NATIVE, holds
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import (
    FRAME_OF_REFERENCE_UID,
    SERIES_INSTANCE_UID,
    SOP_CLASS_UID,
    SOP_INSTANCE_UID,
    STUDY_INSTANCE_UID,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.attributes.paths import KeyPath
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.iod.model import Profile, VariantRule
    from img2dcm_decl.recipe.model import Recipe

_SHARED_UIDS = {STUDY_INSTANCE_UID: STUDY, SERIES_INSTANCE_UID: SERIES, FRAME_OF_REFERENCE_UID: FRAME_OF_REFERENCE}


class Ingredients(NamedTuple):
    """What the datasets of all variants are made from.

    Attributes
    ----------
    recipe : Recipe
        Says how missing attributes are treated.
    profile : Profile
        The rules of the SOP class.
    dictionary : Dictionary
        Gives value representations.
    base : Dataset
        What the sources gave.
    keys, removals : sequence
        What the recipe sets and takes out.
    objects : int
        How many objects will be made.
    """

    recipe: Recipe
    profile: Profile
    dictionary: Dictionary
    base: Dataset
    keys: Sequence[CompiledKey]
    removals: Sequence[KeyPath]
    objects: int

    @property
    def values(self) -> ProfileValues:
        """What turns the profile's values into attributes."""
        slots = uid_slots(self.recipe, self.keys)
        return ProfileValues(self.dictionary, {"study-uid": slots[STUDY], "series-uid": slots[SERIES]})


def build_dataset(ingredients: Ingredients, rule: VariantRule, problems: Problems) -> tuple[Dataset, list[Varying]]:
    """Return the dataset of one variant, its text not encoded yet, and the attributes that vary by object."""
    recipe, values = ingredients.recipe, ingredients.values
    dataset = copy.deepcopy(ingredients.base)
    _put_numbers(dataset, ingredients)
    native = holds(NATIVE, rule.when)
    put_image_attributes(dataset, native=native)
    _put_sop_class(dataset, ingredients.profile, rule, values)
    target = Keys(
        dataset,
        ingredients.dictionary,
        checked=recipe.values == "checked",
        compressed=not native,
    )
    terms = declared(dataset)
    varying = apply_keys(ingredients.keys, target, recipe, problems)
    # Values as written are img2dcm's, which leaves the text as it is.
    if terms and recipe.values == "checked":
        _convert_text(ingredients, dataset, terms, problems)
    for path in ingredients.removals:
        target.remove(path)
    requirements = [entry for entry in ingredients.profile.requirements if holds(entry.when, rule.when)]
    for message in apply_requirements(dataset, requirements, recipe.inference, values):
        problems.add(message, "sop_class", help="give it a value under keys")
    put_lossy_attributes(dataset)
    return dataset, varying


def _convert_text(ingredients: Ingredients, dataset: Dataset, terms: tuple[str, ...], problems: Problems) -> None:
    """Bring text of the sources into the character set that a key declares."""
    try:
        bring_into_declared(dataset, terms, ingredients.recipe.sources.characters)
    except CharacterSetError as error:
        [*_, key] = (one for one in ingredients.keys if one.path.leaf.tag == SPECIFIC_CHARACTER_SET)
        problems.add(str(error), "keys", key.position)


def _put_numbers(dataset: Dataset, ingredients: Ingredients) -> None:
    """Put new UIDs where none are given, and number the objects as the recipe says, or count them."""
    slots = uid_slots(ingredients.recipe, ingredients.keys)
    for tag, keyword in _SHARED_UIDS.items():
        if keyword in slots and dataset.lacks(tag):
            dataset.put(Attribute(tag, "UI", slots[keyword], "run"))
    dataset.put(Attribute(SOP_INSTANCE_UID, "UI", Slot("uid_of_object", "SOPInstanceUID"), "run"))
    number = number_slot(ingredients.recipe, ingredients.keys)
    if number is None and ingredients.objects > 1:
        counted = instance_number(dataset) if ingredients.recipe.sources.increment_instance_number else None
        number = Slot("number", str(1 if counted is None else counted))
    if number is not None:
        dataset.put(Attribute(INSTANCE_NUMBER, "IS", number, "run"))


def _put_sop_class(dataset: Dataset, profile: Profile, rule: VariantRule, values: ProfileValues) -> None:
    uid = rule.sop_class if rule.sop_class[:1].isdigit() else uid_values(f"={rule.sop_class}")
    dataset.put(Attribute(SOP_CLASS_UID, "UI", convert("UI", uid, checked=False), "IOD profile"))
    for write in profile.writes:
        if holds(write.when, rule.when):
            values.write(dataset, write, "IOD profile")
