"""Values that an IOD profile gives, as attributes of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.attributes.dataset import Attribute, Content, Dataset
from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.problems import KeyPathError, shown
from img2dcm_decl.attributes.values import convert
from img2dcm_decl.plan.model import Slot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from img2dcm_decl.iod.model import Value, Write

_STANDARD = Dictionary()

#: What a profile calls a generated value -> the slot that gives it; those of UIDs depend on the recipe.
_GENERATED = {
    "date": Slot("date"),
    "time": Slot("time"),
    "date-time": Slot("date_time"),
    "number-of-frames": Slot("number_of_frames"),
}


class ProfileValues:
    """Turns the values of a profile into attributes.

    Parameters
    ----------
    dictionary : Dictionary
        Where keywords are looked up.
    uids : mapping
        Slots of new UIDs by what profiles call them; any other generated UID is one for each object, under the
        keyword of its attribute.
    """

    def __init__(self, dictionary: Dictionary, uids: Mapping[str, Slot]) -> None:
        self._dictionary = dictionary
        self._slots = {**_GENERATED, **uids}

    def tag(self, keyword: str) -> int:
        """Return the tag of an attribute that a profile names; DICOM's keywords hold whatever a site calls it.

        Raises
        ------
        KeyPathError
            The data dictionary has no such attribute.
        """
        tag = self._dictionary.tag_of(keyword)
        if tag is None:
            tag = _STANDARD.tag_of(keyword)
        if tag is None:
            raise KeyPathError(f"{shown(keyword)} is no keyword of the data dictionary")
        return tag

    def attribute(self, keyword: str, value: Value, origin: str) -> Attribute:
        """Return an attribute with the value that a profile gives, or with none.

        Raises
        ------
        KeyPathError
            The data dictionary has no such attribute.
        KeyValueError
            The value is not one of the attribute's value representation.
        """
        tag = self.tag(keyword)
        vr = self._dictionary.vr_of(tag)
        return Attribute(tag, vr, self._content(keyword, vr, value, origin), origin)

    def write(self, dataset: Dataset, rule: Write, origin: str) -> None:
        """Put an attribute that the SOP class brings with it into a dataset."""
        tag = self.tag(rule.attribute)
        keeps = (rule.existing == "keep" and tag in dataset) or (rule.existing == "fill" and not dataset.lacks(tag))
        if not keeps:
            dataset.put(self.attribute(rule.attribute, rule.value, origin))

    def complete_items(self, dataset: Dataset, keyword: str, value: Value, origin: str) -> None:
        """Add to the first item of an existing sequence what the profile gives and the item lacks."""
        present = dataset.get(self.tag(keyword))
        if present is None or not isinstance(present.content, tuple) or isinstance(present.content, Slot):
            return
        wanted = self.attribute(keyword, value, origin).content
        if present.content and isinstance(wanted, tuple) and not isinstance(wanted, Slot):
            for attribute in wanted[0]:
                if present.content[0].lacks(attribute.tag):
                    present.content[0].put(attribute)

    def _content(self, keyword: str, vr: str, value: Value, origin: str) -> Content:
        if value.generate:
            return self._slots.get(value.generate) or Slot("uid_of_object", keyword)
        if value.items is not None:
            return tuple(self._item(item, origin) for item in value.items)
        if vr == "SQ":
            return ()
        return convert(vr, value.text or "", checked=False)

    def _item(self, values: Mapping[str, str], origin: str) -> Dataset:
        item = Dataset()
        for keyword, text in values.items():
            tag = self.tag(keyword)
            vr = self._dictionary.vr_of(tag)
            item.put(Attribute(tag, vr, convert(vr, text, checked=False), origin))
        return item
