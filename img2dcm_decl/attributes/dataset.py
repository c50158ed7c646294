"""A dataset while it is being put together: each attribute with its encoded value and where that came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from img2dcm_decl.attributes.representations import BINARY
from img2dcm_decl.plan.model import Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

Content: TypeAlias = "bytes | str | Slot | tuple[Dataset, ...]"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute.

    Attributes
    ----------
    tag : int
        Group and element number, `0xggggeeee`.
    vr : str
        Value representation.
    content : bytes, str, Slot or tuple of Dataset
        Bytes are the encoded value, little endian, without padding. A string is text that waits for the dataset's
        character set (the value representations that Specific Character Set governs, PS3.5 section 6.1.2.3).
        A slot is filled when the object is written. Datasets are the items of a sequence.
    origin : str
        Where the value came from, in the words of `img2dcm_decl.plan.model.Element.origin`.
    """

    tag: int
    vr: str
    content: Content
    origin: str

    @property
    def items(self) -> tuple[Dataset, ...]:
        """The items of a sequence; none of any other attribute."""
        return () if isinstance(self.content, bytes | str | Slot) else self.content

    @property
    def empty(self) -> bool:
        """Whether the value has zero length; blanks alone count as no value."""
        if isinstance(self.content, bytes):
            return not self.content.strip(b" \0") if self.vr not in BINARY else not self.content
        if isinstance(self.content, str):
            return not self.content.strip(" ")
        return self.content == ()


class Dataset:
    """Attributes by tag. Iteration is in ascending order of tags, at every level."""

    __slots__ = ("_attributes",)

    def __init__(self) -> None:
        self._attributes: dict[int, Attribute] = {}

    def __iter__(self) -> Iterator[Attribute]:
        return iter([self._attributes[tag] for tag in sorted(self._attributes)])

    def __len__(self) -> int:
        return len(self._attributes)

    def __contains__(self, tag: int) -> bool:
        return tag in self._attributes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self._attributes == other._attributes

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Dataset({list(self)})"

    def get(self, tag: int) -> Attribute | None:
        """Return an attribute, or None where there is none."""
        return self._attributes.get(tag)

    def put(self, attribute: Attribute) -> None:
        """Add an attribute, in place of one with the same tag."""
        self._attributes[attribute.tag] = attribute

    def remove(self, tag: int) -> Attribute | None:
        """Take an attribute out and return it, or None where there was none."""
        return self._attributes.pop(tag, None)

    def lacks(self, tag: int) -> bool:
        """Tell whether an attribute is absent or has no value."""
        attribute = self._attributes.get(tag)
        return attribute is None or attribute.empty
