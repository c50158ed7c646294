"""YAML text -> nodes, with bounds on what a text may ask for.

PyYAML's parser gives the events; what they mean is decided here, because its own composer and constructors follow
YAML 1.1 and have no bounds. Its pure Python parser is used throughout: its marks count characters, its problems say
more than libyaml's, and the same recipe gets the same messages on every installation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from img2dcm_decl.recipe.source import MAX_SIZE
from img2dcm_decl.recipe.syntax import explain
from img2dcm_decl.recipe.wording import quoted

if TYPE_CHECKING:
    from img2dcm_decl.recipe.source import Source

MAX_NODES = 50_000
"""Most values and names of a recipe, where each alias counts as all that it repeats."""
MAX_DEPTH = 64
"""Most levels of a recipe, aliases included."""

SPLIT = "make several recipes of it"
Event = Any  # PyYAML's events have no types


class _Anchor(NamedTuple):
    node: Node
    nodes: int
    characters: int


def compose(source: Source) -> tuple[Node | None, list[Diagnostic]]:
    """Return the document of a YAML text, and what is wrong with it but leaves the rest readable.

    Parameters
    ----------
    source : Source
        The text.

    Returns
    -------
    node : Node or None
        The document; None where there is none.
    problems : list of Diagnostic
        Names that are given twice, merge keys, tags, names that are not texts.

    Raises
    ------
    RecipeError
        The text is not YAML, holds several documents, or asks for more than the bounds allow.
    """
    return _Composer(source).document()


class _Composer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.loader = yaml.SafeLoader(source.text)
        self.problems: list[Diagnostic] = []
        self.anchors: dict[str, _Anchor | None] = {}
        self.nodes = 0
        self.characters = 0

    def document(self) -> tuple[Node | None, list[Diagnostic]]:
        try:
            return self._document(), self.problems
        except yaml.MarkedYAMLError as error:
            raise RecipeError([*self.problems, explain(error, self.source)]) from None
        except (ValueError, OverflowError):
            # chr() and int() inside PyYAML's scanner
            at = self.loader.get_mark().index
            message = "this is not a number that YAML knows here"
            advice = 'escapes in "double quotes" end with \\U0010FFFF, the last Unicode character'
            raise self.source.error(message, at, at + 1, advice) from None
        finally:
            self.loader.dispose()

    def _document(self) -> Node | None:
        self._next()
        if self.loader.check_event(yaml.StreamEndEvent):
            return None
        self._next()
        node = self._node(1)
        self._next()
        if not self.loader.check_event(yaml.StreamEndEvent):
            event = self._next()
            raise self._fatal("a second document starts here", event, "a file holds one recipe: make two files of it")
        return node

    def _next(self) -> Event:
        return self.loader.get_event()  # type: ignore[no-untyped-call]

    def _node(self, depth: int) -> Node:
        event = self._next()
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        if depth > MAX_DEPTH:
            raise self._fatal(f"more than {MAX_DEPTH} levels inside each other", event, SPLIT)
        nodes, characters = self.nodes, self.characters
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if event.tag is not None and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._report(f"the tag {quoted(tag)} is not part of the recipe language", event, "leave it out")
        node = self._content(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(node, self.nodes - nodes, self.characters - characters)
        return node

    def _content(self, event: Event, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        self._count(1, 0, event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _alias(self, event: Event, depth: int) -> Node:
        if event.anchor not in self.anchors:
            message = f"nothing is named '&{quoted(event.anchor)[1:-1]}', which this alias would repeat"
            raise self._fatal(message, event, "a text that begins with * needs quotes")
        anchor = self.anchors[event.anchor]
        if anchor is None:
            raise self._fatal("this alias would repeat what it is itself a part of", event, "write it out")
        if depth + anchor.node.height - 1 > MAX_DEPTH:
            raise self._fatal(f"with this alias, more than {MAX_DEPTH} levels inside each other", event, SPLIT)
        self._count(anchor.nodes, anchor.characters, event)
        return replace(anchor.node, start=event.start_mark.index, end=event.end_mark.index)

    def _scalar(self, event: Event) -> ScalarNode:
        self._count(1, len(event.value), event)
        try:
            event.value.encode()
        except UnicodeEncodeError:
            message = "this text holds half a surrogate pair"
            self._report(message, event, "write the character itself, or \\U and eight digits")
        start, end = event.start_mark.index, event.end_mark.index
        plain = event.style is None and (event.tag is None or event.value != "")
        return ScalarNode(event.value, start, end, plain)

    def _sequence(self, event: Event, depth: int) -> SequenceNode:
        items: list[Node] = []
        while not self.loader.check_event(yaml.SequenceEndEvent):
            items.append(self._node(depth + 1))
        end = self._next().end_mark.index
        height = 1 + max((item.height for item in items), default=0)
        return SequenceNode(tuple(items), event.start_mark.index, end, height)

    def _mapping(self, event: Event, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        complete = True
        while not self.loader.check_event(yaml.MappingEndEvent):
            name, value = self._node(depth + 1), self._node(depth + 1)
            problem = self._refusal(name, entries)
            if problem or not isinstance(name, ScalarNode):
                self.problems.extend([problem] if problem else [])
                complete = False
            else:
                entries[name.text] = Entry(name, value)
        end = self._next().end_mark.index
        height = 1 + max((entry.value.height for entry in entries.values()), default=0)
        return MappingNode(tuple(entries.values()), event.start_mark.index, end, height, complete)

    def _refusal(self, name: Node, entries: dict[str, Entry]) -> Diagnostic | None:
        """Return why an entry cannot be used."""
        place = self.source.place(name.start, name.end)
        if not isinstance(name, ScalarNode):
            return Diagnostic("a list or a mapping cannot be a name", place, "put the name in quotes")
        if name.text == "<<" and name.plain:
            message = "merge keys (<<) are not part of YAML 1.2, nor of the recipe language"
            return Diagnostic(message, place, "write out what is to be merged")
        if name.text in entries:
            line = self.source.place(entries[name.text].name.start, 0).line
            message = f"{quoted(name.text)} is given twice; the first is on line {line}"
            return Diagnostic(message, place, "remove one; under keys, a list of mappings can set a path twice")
        return None

    def _count(self, nodes: int, characters: int, event: Event) -> None:
        self.nodes += nodes
        self.characters += characters
        if self.nodes > MAX_NODES or self.characters > MAX_SIZE:
            limits = f"{MAX_NODES} values or {MAX_SIZE // 1_000_000} MB of text"
            raise self._fatal(f"a recipe has at most {limits}, counting what aliases repeat", event, SPLIT)

    def _report(self, message: str, event: Event, advice: str) -> None:
        self.problems.append(Diagnostic(message, self._place(event), advice))

    def _fatal(self, message: str, event: Event, advice: str = "") -> RecipeError:
        return RecipeError([*self.problems, Diagnostic(message, self._place(event), advice)])

    def _place(self, event: Event) -> Any:
        return self.source.place(event.start_mark.index, event.end_mark.index)
