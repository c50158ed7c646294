"""Sets, and takes out, the attributes that paths lead to; sequences and items on the way are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.conformance import complaint
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dictionary import is_private, is_private_creator, tag_text
from img2dcm_decl.attributes.limits import MAX_TOUCHED_ITEMS
from img2dcm_decl.attributes.paths import EVERY_ITEM
from img2dcm_decl.attributes.problems import KeyPathError, KeyValueError
from img2dcm_decl.attributes.values import convert, uid_values
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import PIXEL_DATA

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.attributes.paths import KeyPath, Step


class Leaf(NamedTuple):
    """An attribute that a path leads to; it need not exist yet.

    Attributes
    ----------
    dataset : Dataset
        The dataset or item that holds it.
    tag : int
        Group and element number.
    vr : str
        The value representation that it has, or will have.
    vm : str
        Its value multiplicity.
    """

    dataset: Dataset
    tag: int
    vr: str
    vm: str


class Keys:
    """Applies keys to one dataset, in the order in which they are given.

    A missing attribute is created, an existing one keeps its value representation and gets another value. Missing
    sequences and items are created up to the item that a path names; `[*]` stands for the items that exist.

    Parameters
    ----------
    dataset : Dataset
        What the keys are applied to. Where a key fails, items that it created on its way stay.
    dictionary : Dictionary
        Gives the value representation of what is created.
    checked : bool
        Refuse values that do not conform to PS3.5 (else `set` says what does not).
    compressed : bool
        The object's pixel data will be compressed, and can not be given by a key then.
    origin : str
        Where the values come from, as `Attribute.origin` has it.
    """

    def __init__(
        self,
        dataset: Dataset,
        dictionary: Dictionary,
        *,
        checked: bool = True,
        compressed: bool = True,
        origin: str = "key",
    ) -> None:
        self._dataset = dataset
        self._dictionary = dictionary
        self._checked = checked
        self._compressed = compressed
        self._origin = origin
        self._touched = 0

    def set(self, path: KeyPath, text: str) -> str | None:
        """Give the attributes that a path leads to a value.

        An empty value empties an attribute, and of a sequence or item only makes sure that it exists.

        Returns
        -------
        str or None
            In what way the value does not conform, where values are not checked.

        Raises
        ------
        KeyPathError
            The path does not fit the dataset.
        KeyValueError
            The value does not fit the attribute.
        """
        if path.leaf.tag == PIXEL_DATA and len(path.steps) == 1 and self._compressed:
            self._refuse_compressed_pixel_data(text)
            return None
        leaves = self.open(path)
        if text and (path.leaf.item is not None or any(leaf.vr == "SQ" for leaf in leaves)):
            raise KeyValueError(
                f"{path.leaf} is a sequence or an item and cannot have a value",
                width=len(text),
                help="name an attribute in one of its items",
            )
        contents = {
            leaf.vr: convert(leaf.vr, text, checked=self._checked, vm=leaf.vm) for leaf in leaves if leaf.vr != "SQ"
        }
        for leaf in leaves:
            if leaf.vr != "SQ":
                leaf.dataset.put(Attribute(leaf.tag, leaf.vr, contents[leaf.vr], self._origin))
            elif leaf.tag not in leaf.dataset:
                leaf.dataset.put(Attribute(leaf.tag, "SQ", (), self._origin))
        return None if self._checked else next(filter(None, (_complaint(leaf, text) for leaf in leaves)), None)

    def put(self, path: KeyPath, slot: Slot) -> None:
        """Put a slot where a path leads: the value is filled in per object.

        `open` gives the value representations that it will have to be encoded for.

        Raises
        ------
        KeyPathError
            The path does not fit the dataset, or leads to a sequence or an item.
        """
        leaves = self.open(path)
        if path.leaf.item is not None or any(leaf.vr == "SQ" for leaf in leaves):
            raise KeyPathError(f"{path.leaf} is a sequence or an item and cannot have a value", offset=path.leaf.offset)
        for leaf in leaves:
            leaf.dataset.put(Attribute(leaf.tag, leaf.vr, slot, self._origin))

    def open(self, path: KeyPath) -> tuple[Leaf, ...]:
        """Create what is missing on the way to the attributes that a path leads to, and return these.

        Of a path that ends with an item, the item is created and nothing is returned.

        Raises
        ------
        KeyPathError
            The path does not fit the dataset.
        """
        holders = [self._dataset]
        for step in path.steps:
            if step.item is None:
                return tuple(self._leaf(holder, step) for holder in holders)
            holders = [item for holder in holders for item in self._enter(holder, step)]
        return ()

    def remove(self, path: KeyPath) -> int:
        """Take out the attributes, or items, that a path leads to, and return how many there were.

        Nothing is created, and what does not exist need not be removed.
        """
        holders = [self._dataset]
        for step in path.steps[:-1]:
            holders = [item for holder in holders for item in self._existing(holder, step)]
        leaf = path.leaf
        if leaf.item is None:
            return sum(holder.remove(leaf.tag) is not None for holder in holders)
        return sum(self._remove_items(holder, leaf) for holder in holders)

    def _refuse_compressed_pixel_data(self, text: str) -> None:
        if text:
            raise KeyValueError(
                "PixelData cannot be given by a key where the image is compressed: its stream is taken as it is",
                width=len(text),
            )

    def _leaf(self, holder: Dataset, step: Step) -> Leaf:
        creator = self._creator(holder, step)
        existing = holder.get(step.tag)
        known = self._dictionary.vr_of(step.tag, creator)
        # UN says that whoever wrote the attribute did not know it (PS3.5 section 6.2.2).
        vr = existing.vr if existing and existing.vr != "UN" else known
        return Leaf(holder, step.tag, vr, self._dictionary.vm_of(step.tag, creator))

    def _creator(self, holder: Dataset, step: Step) -> str | None:
        """Return the private creator of an attribute's block; None for standard attributes and for creators."""
        tag = step.tag
        if not is_private(tag) or is_private_creator(tag):
            return None
        reservation = tag & 0xFFFF0000 | tag >> 8 & 0xFF
        attribute = holder.get(reservation)
        if attribute is None or attribute.empty:
            raise KeyPathError(
                f"{tag_text(tag)} needs its private creator {tag_text(reservation)} in the same dataset or item",
                offset=step.offset,
                width=len(step.name),
                help="give the creator in a key before this one",
            )
        return creator_text(attribute)

    def _enter(self, holder: Dataset, step: Step) -> tuple[Dataset, ...]:
        """Return the items of a sequence that a step means; those that are missing are created."""
        items = self._items(holder, step)
        if step.item == EVERY_ITEM:
            if not items:
                raise KeyPathError(
                    f"{step.name} has no items that [*] could stand for", offset=step.offset, width=len(step.name)
                )
            self._touch(len(items), step)
            return items
        number = step.item or 0
        missing = number + 1 - len(items)
        if missing > 0:
            self._touch(missing, step)
            items += tuple(Dataset() for _ in range(missing))
            holder.put(Attribute(step.tag, "SQ", items, self._origin))
        return (items[number],)

    def _items(self, holder: Dataset, step: Step) -> tuple[Dataset, ...]:
        attribute = holder.get(step.tag)
        if attribute is None:
            creator = self._creator(holder, step)
            # A private attribute that no dictionary knows may well be a sequence.
            possible = {"SQ", "UN"} if is_private(step.tag) else {"SQ"}
            if self._dictionary.vr_of(step.tag, creator) in possible:
                return ()
        elif attribute.vr == "SQ" and not isinstance(attribute.content, Slot):
            return attribute.items
        raise KeyPathError(f"{step.name} is not a sequence and has no items", offset=step.offset, width=len(step.name))

    def _existing(self, holder: Dataset, step: Step) -> tuple[Dataset, ...]:
        items = self._items(holder, step) if step.tag in holder else ()
        if step.item == EVERY_ITEM:
            self._touch(len(items), step)
            return items
        return items[step.item : step.item + 1] if step.item is not None else ()

    def _remove_items(self, holder: Dataset, step: Step) -> int:
        gone = self._existing(holder, step)
        if gone:
            items = self._items(holder, step)
            first = 0 if step.item == EVERY_ITEM else step.item or 0
            kept = items[:first] + items[first + len(gone) :]
            holder.put(Attribute(step.tag, "SQ", kept, self._origin))
        return len(gone)

    def _touch(self, count: int, step: Step) -> None:
        self._touched += count
        if self._touched > MAX_TOUCHED_ITEMS:
            raise KeyPathError(
                f"the keys create or address more than {MAX_TOUCHED_ITEMS} items",
                offset=step.offset,
                width=len(step.name),
            )


def creator_text(attribute: Attribute) -> str:
    """Return the Private Creator that an attribute holds; empty where it is filled per object."""
    content = attribute.content
    if isinstance(content, bytes):
        return content.decode("latin-1").strip(" \0")
    return content.strip(" ") if isinstance(content, str) else ""


def _complaint(leaf: Leaf, text: str) -> str | None:
    if leaf.vr != "UI":
        return complaint(leaf.vr, text, leaf.vm)
    uids = uid_values(text)
    if any(character.isspace() for character in text):
        return "the UID contains white space, which is left out"
    return complaint("UI", uids, leaf.vm)
