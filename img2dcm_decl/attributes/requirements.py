"""Type 1 and type 2 attributes: checked, inserted empty, or invented (PS3.5 section 7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from img2dcm_decl.attributes.dataset import Dataset
    from img2dcm_decl.attributes.profile_values import ProfileValues
    from img2dcm_decl.iod.model import Conditions, Requirement
    from img2dcm_decl.recipe.model import Inference

ORIGIN = "invention"


def apply_requirements(
    dataset: Dataset, requirements: Iterable[Requirement], inference: Inference, values: ProfileValues
) -> list[str]:
    """Insert and invent what a SOP class asks for, as far as a recipe allows it.

    Parameters
    ----------
    dataset : Dataset
        Changed in place.
    requirements : iterable of Requirement
        Those that hold for the image.
    inference : Inference
        What happens to missing attributes.
    values : ProfileValues
        Makes the values.

    Returns
    -------
    list of str
        One line for each attribute that is missing and could not, or may not, be filled in.
    """
    missing: list[str] = []
    for rule in requirements:
        if not _applies(dataset, rule.only_if, values):
            continue
        if rule.type.startswith("1"):
            missing += _type1(dataset, rule, inference.missing_type1, values)
        else:
            missing += _type2(dataset, rule, inference.missing_type2, values)
    return missing


def _type1(dataset: Dataset, rule: Requirement, mode: str, values: ProfileValues) -> list[str]:
    tag = values.tag(rule.attribute)
    if mode == "leave":
        return []
    if not dataset.lacks(tag):
        if mode == "invent" and rule.value.items is not None:
            values.complete_items(dataset, rule.attribute, rule.value, ORIGIN)
        return []
    state = "is empty" if tag in dataset else "is missing"
    if mode == "error":
        return [f"type {rule.type} attribute {rule.attribute} {state}"]
    if not rule.value.given:
        return [f"type {rule.type} attribute {rule.attribute} {state} and cannot be invented"]
    dataset.put(values.attribute(rule.attribute, rule.value, ORIGIN))
    return []


def _type2(dataset: Dataset, rule: Requirement, mode: str, values: ProfileValues) -> list[str]:
    if mode == "leave" or values.tag(rule.attribute) in dataset:
        return []
    if mode == "error":
        return [] if rule.uncertain else [f"type {rule.type} attribute {rule.attribute} is missing"]
    dataset.put(values.attribute(rule.attribute, rule.value, ORIGIN))
    return []


def _applies(dataset: Dataset, conditions: Conditions, values: ProfileValues) -> bool:
    return all(_plain(dataset, values.tag(keyword)) in wanted for keyword, wanted in conditions.items())


def _plain(dataset: Dataset, tag: int) -> str | None:
    """Return the text of an attribute; empty where it has no value, None where only the object will tell."""
    attribute = dataset.get(tag)
    if attribute is None or attribute.empty:
        return ""
    if isinstance(attribute.content, bytes):
        return attribute.content.decode("latin-1").strip(" \0")
    return attribute.content if isinstance(attribute.content, str) else None
