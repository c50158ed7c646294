"""A document against the schema, in words for the author of a recipe."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.recipe.nodes import MappingNode, Node, find
from img2dcm_decl.recipe.schema import KINDS, homes, inner, types
from img2dcm_decl.recipe.shape import certainly_meets
from img2dcm_decl.recipe.suggest import suggest
from img2dcm_decl.recipe.wording import alternatives, dotted, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema import ValidationError

    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.recipe.model import Path
    from img2dcm_decl.recipe.schema import Data, Schema
    from img2dcm_decl.recipe.source import Source

Problem: TypeAlias = "tuple[Path, Diagnostic]"

MOST = 1000
"""Most errors of the schema that are looked at: explaining each takes as long as the document is wide."""


def check(data: Data, schema: Schema, root: Node, source: Source) -> Iterator[Problem]:
    """Yield what the schema says against a document, with the path that each is about: all, or very much of it.

    Parameters
    ----------
    data : plain data
        The document, as `schema.plain` gives it.
    schema : dict
        The schema of the language.
    root : Node
        The same document, with its places.
    source : Source
        The text.
    """
    if certainly_meets(data, schema):
        return
    from jsonschema import Draft202012Validator

    translation = _Translation(schema, root, source)
    for error in islice(Draft202012Validator(schema).iter_errors(data), MOST):
        yield from translation.problems(error)


class _Translation:
    """Turns errors of the schema into messages; each method speaks for some of its keywords."""

    def __init__(self, schema: Schema, root: Node, source: Source) -> None:
        self.schema = schema
        self.root = root
        self.source = source
        self.speakers: dict[str, Callable[[ValidationError, Path], Iterator[Problem]]] = {
            "type": self.wrong_type,
            "enum": self.wrong_word,
            "anyOf": self.wrong_text,
            "pattern": self.wrong_form,
            "const": self.wrong_version,
            "required": self.missing,
            "additionalProperties": self.unknown,
            "minLength": self.empty,
            "minItems": self.empty,
            "minProperties": self.choice,
            "maxProperties": self.choice,
            "maxLength": self.too_long,
            "minimum": self.out_of_range,
            "maximum": self.out_of_range,
        }

    def problems(self, error: ValidationError) -> Iterator[Problem]:
        path: Path = tuple(error.absolute_path)
        yield from self.speakers[str(error.validator)](error, path)

    def at(self, path: Path, message: str, advice: str = "") -> Problem:
        return path, Diagnostic(message, place_of(self.root, path, self.source), advice)

    def wrong_type(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        allowed = types(_schema_of(error))
        name = dotted(path) or "a recipe"
        if error.instance is None:
            yield self.at(path, f"{name} has no value", f"give it one, or leave {name} out" if path else "")
            return
        wanted = alternatives([KINDS[kind] for kind in allowed])
        yield self.at(path, f"{name} must be {wanted}, not {_given(error.instance)}", _advice(error, allowed, path))

    def wrong_word(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        words: list[str] = list(_schema_of(error)["enum"])
        if not isinstance(error.instance, str):
            return  # its type is wrong, which is said already
        yield self.not_among(error.instance, words, words, path)

    def wrong_text(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        schema = _schema_of(error)
        words: list[str] = [word for form in schema["anyOf"] for word in form.get("enum", ())]
        if isinstance(error.instance, str):
            example = next(text for text in schema["examples"] if text not in words)
            yield self.not_among(error.instance, words, [*words, f"a text with placeholders such as {example}"], path)

    def not_among(self, given: str, words: list[str], possible: list[str], path: Path) -> Problem:
        meant = suggest(given, words)
        message = f"{dotted(path)} must be {alternatives(possible)}, not {quoted(given)}"
        return self.at(path, message, f"did you mean '{meant}'?" if meant else "")

    def wrong_form(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        given, advice = str(error.instance), _schema_of(error)["patternErrorMessage"]
        if "propertyNames" not in error.absolute_schema_path:
            yield self.at(path, f"{dotted(path)} cannot be {quoted(given)}", advice)
            return
        name = find(self.root, (*path, given)).name
        place = self.source.place(name.start, name.end) if name else place_of(self.root, path, self.source)
        yield (*path, given), Diagnostic(f"{quoted(given)} cannot be a name in {dotted(path)}", place, advice)

    def wrong_version(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        if isinstance(error.instance, int) and not isinstance(error.instance, bool):
            message = f"version {error.instance} of the recipe language is unknown here"
            yield self.at(path, message, "this program reads version 1")

    def missing(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        node = find(self.root, path).node
        if not isinstance(node, MappingNode) or not node.complete:
            return
        for name in _schema_of(error)["required"]:
            if node.get(name) is None:
                message = f"{dotted((*path, name))} is missing"
                advice = _example("add", name, self.schema_at((*path, name))["examples"][0])
                yield (*path, name), Diagnostic(message, place_of(self.root, path, self.source), advice)

    def unknown(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        node = find(self.root, path).node
        known = list(_schema_of(error)["properties"])
        elsewhere = homes(self.schema)
        for entry in node.entries if isinstance(node, MappingNode) else ():
            name = entry.name
            if name.text in known:
                continue
            where = f"in {dotted(path)}" if path else "at the top of a recipe"
            place = self.source.place(name.start, name.end)
            message = f"there is no setting {quoted(name.text)} {where}"
            yield (*path, name.text), Diagnostic(message, place, _belongs(name.text, known, elsewhere))

    def schema_at(self, path: Path) -> Schema:
        schema = self.schema
        for part in path:
            schema = inner(schema, part)
        return schema

    def choice(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        known = _schema_of(error)["properties"]
        given: Data = error.instance
        if given.keys() <= known.keys():  # any other is reported anyway
            yield self.at(path, f"{dotted(path)} must have exactly one of {' and '.join(known)}", _hint(known))

    def empty(self, _error: ValidationError, path: Path) -> Iterator[Problem]:
        yield self.at(path, f"{dotted(path)} is empty")

    def too_long(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        yield self.at(path, f"{dotted(path)} has at most {_schema_of(error)['maxLength']} characters")

    def out_of_range(self, error: ValidationError, path: Path) -> Iterator[Problem]:
        schema = _schema_of(error)
        limits = f"from {schema['minimum']} to {schema['maximum']}"
        yield self.at(path, f"{dotted(path)} must be {limits}, not {error.instance}")


def place_of(root: Node, path: Path, source: Source) -> Place:
    """Return the place of a value; of its name, where nothing is written as the value."""
    found = find(root, path)
    node = found.name if found.name and found.node.start == found.node.end else found.node
    return source.place(node.start, node.end)


def _schema_of(error: ValidationError) -> Schema:
    schema: Any = error.schema
    return dict(schema)


def _given(instance: Data) -> str:
    kinds = ((bool, "true or false"), (dict, "a mapping"), (list, "a list"), (str, quoted(str(instance))))
    return next((words for kind, words in kinds if isinstance(instance, kind)), f"the number {instance}")


def _advice(error: ValidationError, allowed: tuple[str, ...], path: Path) -> str:
    if allowed == ("object",) and path:
        return _example("write", path[-1], _schema_of(error)["examples"][0])
    if allowed == ("array",) and isinstance(error.instance, str):
        return f"write [{error.instance}]" if len(error.instance) < 20 else "write it as a list, in [ ]"
    return ""


def _belongs(name: str, known: list[str], elsewhere: dict[str, list[tuple[str, ...]]]) -> str:
    if name in elsewhere:
        found = elsewhere[name]
        if () in found:
            return "it belongs at the top of the recipe, not indented"
        home = f"belongs under {alternatives([dotted(home) for home in found])}"
        begun = next((one for one in known if one.startswith(name)), "")
        return f"did you mean '{begun}'? '{name}' {home}" if begun else f"it {home}"
    meant = suggest(name, known)
    return f"did you mean '{meant}'?" if meant else f"the settings here are {alternatives(known)}"


def _hint(known: Schema) -> str:
    return "write " + alternatives([f"'{name}: {schema['examples'][0]}'" for name, schema in known.items()])


def _example(verb: str, name: str | int, example: Data) -> str:
    if not isinstance(example, dict):
        return f"{verb} '{name}: {example}', for example"
    below, value = next(iter(example.items()))
    return f"{verb} '{name}:' and below it '{below}: {value}', for example"
