"""What is irregular about a template and was put up with, in the same words whatever its format is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.attributes.dictionary import tag_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NOTES = 50

#: Commands and file meta information.
_GROUPS_OF_NO_DATASET = frozenset({0x0000, 0x0002})
#: Value representations that many attributes may have the one or the other of.
_CHOICES = ({"OB", "OW"}, {"SS", "US"})


class Notes:
    """Collects notes, each once and the first fifty of them; they are iterated over in their order."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def add(self, note: str) -> None:
        """Add a note."""
        if len(self._said) < MAX_NOTES:
            self._said[note] = None

    def leaves_out(self, tag: int) -> bool:
        """Tell whether an attribute belongs into no dataset, and note it where it does not."""
        outside = tag >> 16 in _GROUPS_OF_NO_DATASET
        if outside:
            self.add(f"{tag_text(tag)} does not belong into a dataset and is left out")
        return outside

    def twice(self, tag: int, taken: str) -> None:
        """Note that an attribute stands twice, and which of the two is taken."""
        self.add(f"{tag_text(tag)} stands twice; the {taken} is taken")

    def inner_pixels(self, tag: int) -> None:
        """Note that compressed pixel data inside a sequence is left out."""
        self.add(f"compressed pixel data inside a sequence, {tag_text(tag)}, is left out")

    def compare(self, tag: int, vr: str, known: str) -> None:
        """Note where the dictionary knows another value representation than the template states."""
        if known not in {vr, "UN"} and {known, vr} not in _CHOICES:
            self.add(f"{tag_text(tag)} has the value representation {vr}; in the dictionary it is {known}")
