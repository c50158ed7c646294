"""Where each setting of a document stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.recipe.nodes import MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.recipe.model import Path
    from img2dcm_decl.recipe.source import Source

LISTS = (("inputs", "images"), ("inputs", "exclude"))
"""Lists whose only entry may be written without the list; it stands where the first one does."""


def places(root: MappingNode, source: Source) -> dict[Path, Place]:
    """Return the places of all settings and of their names, as `Recipe.places` has them, without those of keys.

    A value of which nothing is written stands where its name does.
    """
    found: dict[Path, Place] = {(): source.place(root.start, root.end)}
    for path, node in _nodes(root, ()):
        found[path] = source.place(node.start, node.end)
    return found


def _nodes(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    if isinstance(node, MappingNode):
        for entry in node.entries:
            inner = (*path, entry.name.text)
            yield inner, entry.name if entry.value.start == entry.value.end else entry.value
            yield (*inner, "#name"), entry.name
            if inner != ("keys",):
                yield from _nodes(entry.value, inner)
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.items):
            yield (*path, number), item
            yield from _nodes(item, (*path, number))
    elif isinstance(node, ScalarNode) and path in LISTS:
        yield (*path, 0), node
