"""The section `keys`: mappings and lists of the document -> a flat sequence of paths and values.

Checked here and not by the schema's validator, because this is the one part of a recipe that nests as deep, and
grows as long, as its author wants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.recipe import core
from img2dcm_decl.recipe.model import Key
from img2dcm_decl.recipe.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from img2dcm_decl.recipe.placeholders import PlaceholderError, parse
from img2dcm_decl.recipe.wording import quoted

if TYPE_CHECKING:
    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.recipe.model import Path
    from img2dcm_decl.recipe.references import Referable
    from img2dcm_decl.recipe.source import Source

EXAMPLE = "write 'PatientName: Bond^James', for example"
LONGEST_PATH = 1024
"""Most characters of a path, items included."""


class KeyReader:
    """Reads the section `keys`.

    Parameters
    ----------
    source : Source
        The text of the recipe.
    referable : Referable
        What placeholders can refer to.

    Attributes
    ----------
    keys : list of Key
        What was read, in the order of application.
    places : dict of Path to Place
        Where the value and the name of each key stand: `("keys", n)` and `("keys", n, "#name")`; and the mapping, of
        those under `keys`, that it is in: `("keys", n, "#mapping")`.
    problems : list of Diagnostic
        What is wrong, in the order of the text.
    """

    def __init__(self, source: Source, referable: Referable) -> None:
        self.source = source
        self.referable = referable
        self.keys: list[Key] = []
        self.places: dict[Path, Place] = {}
        self.problems: list[Diagnostic] = []

    def read(self, section: Entry) -> None:
        """Read the whole section."""
        node = section.value
        if isinstance(node, MappingNode):
            self._mapping(node)
        elif isinstance(node, SequenceNode):
            for step in node.items:
                if isinstance(step, MappingNode):
                    self._mapping(step)
                else:
                    self._problem(step, "each entry of this list must be a mapping of paths to values", EXAMPLE)
        elif _is_empty(node):
            self._problem(section.name, "keys has no value", "give it one, or leave keys out")
        else:
            self._problem(node, "keys must be a mapping of paths to values, or a list of such mappings", EXAMPLE)

    def _mapping(self, node: MappingNode) -> None:
        first, place = len(self.keys), self.source.place(node.start, node.end)
        self._attributes(node, "")
        for number in range(first, len(self.keys)):
            self.places["keys", number, "#mapping"] = place

    def _attributes(self, node: MappingNode, before: str) -> None:
        for entry in node.entries:
            path = before + entry.name.text
            if not entry.name.text:
                self._problem(entry.name, "the path of an attribute is empty")
            elif self._fits(path, entry):
                self._value(path, entry)

    def _fits(self, path: str, entry: Entry) -> bool:
        if len(path) > LONGEST_PATH:
            self._problem(entry.name, f"the path of an attribute has at most {LONGEST_PATH} characters")
        return len(path) <= LONGEST_PATH

    def _value(self, path: str, entry: Entry) -> None:
        node = entry.value
        if isinstance(node, ScalarNode):
            self._add(path, self._text(node), entry)
        elif isinstance(node, MappingNode):
            advice = "begin each item with '- '"
            self._problem(entry.name, f"the items of {_short(entry)} must be a list of mappings", advice)
        elif len(scalars := [item for item in node.items if isinstance(item, ScalarNode)]) == len(node.items):
            self._add(path, "\\".join(map(self._text, scalars)), entry)
        else:
            self._items(path, node, entry)

    def _items(self, path: str, node: SequenceNode, entry: Entry) -> None:
        if path.endswith("]"):
            advice = "leave out the number in brackets, or write the attributes of the item as paths"
            self._problem(entry.name, f"{_short(entry)} names one item already and cannot have a list of items", advice)
            return
        odd = next((item for item in node.items if not isinstance(item, MappingNode)), None)
        if odd is not None:
            message = f"{_short(entry)} must be a list of texts, or a list of mappings (items), but not both"
            self._problem(odd, message)
            return
        for number, item in enumerate(node.items):
            if isinstance(item, MappingNode) and item.entries:
                self._attributes(item, f"{path}[{number}].")
            elif self._fits(f"{path}[{number}]", entry):
                self._add(f"{path}[{number}]", "", Entry(entry.name, item))

    def _text(self, node: ScalarNode) -> str:
        if _is_null(node):
            return ""
        try:
            parse(node.text)
            self.referable.check(node.text)
        except PlaceholderError as error:
            self.problems.append(Diagnostic(error.message, placeholder_place(node, error, self.source), error.help))
        return node.text

    def _add(self, path: str, value: str, entry: Entry) -> None:
        name = self.source.place(entry.name.start, entry.name.end)
        node = entry.value
        place = name if node.start == node.end else self.source.place(node.start, node.end)
        self.places["keys", len(self.keys)] = place
        self.places["keys", len(self.keys), "#name"] = name
        self.keys.append(Key(path, value))

    def _problem(self, node: Node, message: str, advice: str = "") -> None:
        self.problems.append(Diagnostic(message, self.source.place(node.start, node.end), advice))


def placeholder_place(node: Node, error: PlaceholderError, source: Source) -> Place:
    """Return where a wrong placeholder stands, or its whole text where escapes or line breaks move it."""
    written = source.text[node.start : node.end]
    if isinstance(node, ScalarNode):
        inner = written.find(node.text, 0, len(node.text) + 1)
        if 0 <= inner <= 1:
            start = node.start + inner + error.offset
            return source.place(start, start + error.length)
    return source.place(node.start, node.end)


def _is_null(node: ScalarNode) -> bool:
    return node.plain and core.is_null(node.text)


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and _is_null(node)


def _short(entry: Entry) -> str:
    return quoted(entry.name.text)
