"""The settings of a recipe over those of the recipe that it is built on."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.core import is_null
from img2dcm_decl.recipe.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = ("keys",)
#: Sections that are merged setting by setting; everything else is replaced as a whole.
SECTIONS = frozenset(
    {
        (),
        ("parameters",),
        ("inputs",),
        ("inputs", "jpeg"),
        ("table",),
        ("sources",),
        ("sources", "template"),
        ("inference",),
        ("uids",),
        ("encoding",),
        ("encoding", "padding"),
        ("logging",),
        ("output",),
    }
)
#: Lists that begin with what the base has.
LISTS = frozenset({("remove",), ("dictionaries",)})
#: Settings that may be written as a text -> what that text is in their long form.
SHORT_FORMS: Mapping[tuple[str, ...], str] = MappingProxyType({("output",): "file", ("sources", "template"): "file"})
#: Settings of a section that exclude each other: any of them replaces all.
ALTERNATIVES: Mapping[tuple[str, ...], frozenset[str]] = MappingProxyType(
    {("sources",): frozenset({"study", "series"})}
)
#: What each recipe has for itself.
OF_EACH = frozenset({"recipe", "extends"})


def merge(base: MappingNode, own: MappingNode) -> MappingNode:
    """Return the settings of a recipe, with those of its base where it states none itself.

    Parameters
    ----------
    base : MappingNode
        The settings of what it is built on; its paths are relative to the folder of the recipe.
    own : MappingNode
        The settings of the recipe.
    """
    inherited = tuple(entry for entry in base.entries if entry.name.text not in OF_EACH)
    return _settings(replace(base, entries=inherited), own, ())


def _merged(base: Node, own: Node, path: tuple[str, ...]) -> Node:
    if path == KEYS:
        return _keys(base, own)
    if path in LISTS and isinstance(base, SequenceNode) and isinstance(own, SequenceNode):
        return replace(own, items=(*base.items, *own.items), height=max(base.height, own.height))
    if path in SHORT_FORMS and isinstance(own, MappingNode):
        base = _long_form(base, SHORT_FORMS[path])
    elif path in SHORT_FORMS and isinstance(base, MappingNode):
        own = _long_form(own, SHORT_FORMS[path])
    if path in SECTIONS and isinstance(base, MappingNode) and isinstance(own, MappingNode):
        return _settings(base, own, path)
    return own


def _settings(base: MappingNode, own: MappingNode, path: tuple[str, ...]) -> MappingNode:
    """Return a mapping in the order of the base, with what only the recipe has behind."""
    mine = {entry.name.text: entry for entry in own.entries}
    left_out = ALTERNATIVES.get(path, frozenset())
    if left_out.isdisjoint(mine):
        left_out = frozenset()
    entries: dict[str, Entry] = {}
    for entry in base.entries:
        name = entry.name.text
        if name in mine:
            entries[name] = Entry(mine[name].name, _merged(entry.value, mine[name].value, (*path, name)))
        elif name not in left_out:
            entries[name] = entry
    return replace(
        own,
        entries=tuple({**entries, **{name: entry for name, entry in mine.items() if name not in entries}}.values()),
        height=max(base.height, own.height),
        complete=base.complete and own.complete,
    )


def _keys(base: Node, own: Node) -> Node:
    """Return the keys of both: one mapping where both are mappings, else one list of mappings, applied in order."""
    if isinstance(base, MappingNode) and isinstance(own, MappingNode):
        return _settings(base, own, KEYS)
    if isinstance(base, ScalarNode) or isinstance(own, ScalarNode):
        return own
    steps = (*_steps(base), *_steps(own))
    return SequenceNode(steps, own.start, own.end, 1 + max(base.height, own.height))


def _steps(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else (node,)


def _long_form(node: Node, name: str) -> Node:
    """Return the mapping that a text is short for."""
    if not isinstance(node, ScalarNode) or (node.plain and is_null(node.text)):
        return node
    return MappingNode((Entry(ScalarNode(name, node.start, node.start), node),), node.start, node.end, 2)
