"""The document of a recipe: mappings, sequences and scalars, each with where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A scalar.

    Attributes
    ----------
    text : str
        As it was written; where it was quoted, what the quotes stand for.
    start, end : int
        Offsets of its first character, and of the one behind its last.
    plain : bool
        Whether it was written without quotes, so that it may be something other than text.
    height : int
        The number of levels, itself included: always 1.
    """

    text: str
    start: int
    end: int
    plain: bool = True
    height: int = 1


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list of nodes. `height` is the number of levels, itself included."""

    items: tuple[Node, ...]
    start: int
    end: int
    height: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a mapping, and its value."""

    name: ScalarNode
    value: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping whose names are texts, each there once.

    Attributes
    ----------
    entries : tuple of Entry
        In the order of the text.
    start, end : int
        Offsets of its first character, and of the one behind its last.
    height : int
        The number of levels, itself included.
    complete : bool
        False where an entry could not be used and was reported, so that nothing follows from what is missing.
    """

    entries: tuple[Entry, ...]
    start: int
    end: int
    height: int = 1
    complete: bool = True

    def get(self, name: str) -> Entry | None:
        """Return the entry of a name, or None."""
        return next((entry for entry in self.entries if entry.name.text == name), None)


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class Found:
    """What a path of names and positions leads to.

    Attributes
    ----------
    node : Node
        The value there, or the innermost value around it where there is nothing.
    name : ScalarNode or None
        The name that it stands under, where it stands in a mapping.
    """

    node: Node
    name: ScalarNode | None = None


def find(root: Node, path: tuple[str | int, ...]) -> Found:
    """Return what a path leads to in a document."""
    found = Found(root)
    for part in path:
        node = found.node
        if isinstance(node, MappingNode) and isinstance(part, str):
            entry = node.get(part)
            if entry is None:
                break
            found = Found(entry.value, entry.name)
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
            found = Found(node.items[part])
        else:
            break
    return found


def shifted(node: MappingNode, by: int) -> MappingNode:
    """Return a mapping that stands further on in a text, by a number of characters."""
    entries = []
    for entry in node.entries:
        name = replace(entry.name, start=entry.name.start + by, end=entry.name.end + by)
        entries.append(Entry(name, _shifted(entry.value, by)))
    return replace(node, entries=tuple(entries), start=node.start + by, end=node.end + by)


def _shifted(node: Node, by: int) -> Node:
    if isinstance(node, MappingNode):
        return shifted(node, by)
    start, end = node.start + by, node.end + by
    if isinstance(node, SequenceNode):
        return replace(node, items=tuple(_shifted(item, by) for item in node.items), start=start, end=end)
    return replace(node, start=start, end=end)
