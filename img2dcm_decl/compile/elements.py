"""A finished dataset -> the elements of a plan: values padded, tags in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.encode.elements import pad
from img2dcm_decl.plan.model import Content, Element, Item, Slot

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dataset import Attribute, Dataset


def to_elements(dataset: Dataset) -> tuple[Element, ...]:
    """Return the elements of a dataset whose text is encoded already."""
    return tuple(Element(attribute.tag, attribute.vr, _content(attribute), attribute.origin) for attribute in dataset)


def _content(attribute: Attribute) -> Content:
    content = attribute.content
    if isinstance(content, Slot):
        return content
    if isinstance(content, bytes):
        return pad(attribute.vr, content)
    if isinstance(content, str):
        raise TypeError(f"text of {attribute.tag:08x} is not encoded")
    return tuple(Item(to_elements(item)) for item in content)
