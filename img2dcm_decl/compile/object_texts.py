"""Texts that each object has of its own: placeholders filled in, checked and encoded, one after the other."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.conformance import complaints
from img2dcm_decl.attributes.problems import AttributeProblem, CharacterSetError, KeyValueError, shown
from img2dcm_decl.attributes.representations import LONG, MAX_SHORT_LENGTH, SINGLE
from img2dcm_decl.attributes.text import UNICODE, encode_value
from img2dcm_decl.attributes.values import converter
from img2dcm_decl.compile.keys import is_silent
from img2dcm_decl.compile.numbering import fixed_texts
from img2dcm_decl.compile.problems import line_break_advice
from img2dcm_decl.encode.elements import pad
from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expand, expander
from img2dcm_decl.recipe.placeholders import Placeholder, names_in, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from img2dcm_decl.compile.keys import CompiledKey, Varying
    from img2dcm_decl.compile.numbering import FixedText
    from img2dcm_decl.compile.problems import Problems, Several
    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.recipe.model import Recipe
    from img2dcm_decl.recipe.placeholders import Parts

_MOST_KEPT = 4096
_UNDECLARED = ("",)
_NO_TEXTS = ("run", "object")
_NAME_DELIMITERS = "^="


class _Empty(NamedTuple):
    """What is said where there is nothing that a UID could stand for."""

    message: str
    help: str


_NO_SUBJECT = _Empty("there is nothing that the UID could stand for", "state a default: ${row.COLUMN|none}")
_NO_STUDY = _Empty(
    "it is empty, and tells which study the object is in",
    "give every patient one, or make a study of each object: uids: {study: object}",
)


class ObjectText:
    """A text with placeholders that becomes a value of each object.

    Parameters
    ----------
    name : str
        What messages call it.
    parts : tuple
        Literal texts and placeholders.
    place : Place or None
        Where it stands in the recipe.
    encode : callable
        Gives the padded value for the text of an object; raises AttributeProblem or CharacterSetError.
    delimiters : str
        Characters that divide the value: data must not hold them.
    complaint : callable, optional
        Tells what is wrong with a text that is encoded all the same.

    Attributes
    ----------
    key : callable
        Gives what tells the text of an object from others; raises ValueProblem where a value does not fit its format.
    known : dict
        Values that were made lately, by it.
    beyond_ascii : bool
        Whether a value so far has needed more than ASCII.
    said : str
        What is wrong with the first value that was encoded all the same; empty where none was.
    """

    def __init__(
        self,
        name: str,
        parts: Parts,
        place: Place | None,
        encode: Callable[[str], bytes],
        delimiters: str = "",
        complaint: Callable[[str], str | None] | None = None,
    ) -> None:
        self.name = name
        self.place = place
        self.beyond_ascii = False
        self.said = ""
        self._complaint = complaint
        self._parts = parts
        self._fill = expander(parts)
        self._encode = encode
        literal = "".join(part for part in parts if isinstance(part, str))
        self._delimiters = [(sign, literal.count(sign)) for sign in delimiters]
        # What a single placeholder stands for tells texts apart as well as the text that is made of it.
        self._single = len(parts) == 1 and isinstance(parts[0], Placeholder)
        self.key: Callable[[Mapping[str, str | int]], str | int]
        self.key = itemgetter(*names_in(parts)) if self._single else self._fill
        self.known: dict[str | int, bytes] = {}

    def make(self, key: str | int, values: Mapping[str, str | int]) -> bytes:
        """Return the padded value for an object whose key is not among those that are known.

        Raises
        ------
        ValueProblem
            A value does not fit the format of its placeholder.
        AttributeProblem, CharacterSetError
            The text does not fit the attribute, or data would divide it.
        """
        text = self._fill(values) if self._single else str(key)
        for sign, expected in self._delimiters:
            if text.count(sign) != expected:
                self._check_data(values, sign)
        encoded = self._encode(text)
        self.beyond_ascii = self.beyond_ascii or not text.isascii()
        if self._complaint is not None and not self.said and (said := self._complaint(text)):
            self.said = said
        if len(self.known) == _MOST_KEPT:
            self.known.clear()
        self.known[key] = encoded
        return encoded

    def _check_data(self, values: Mapping[str, str | int], sign: str) -> None:
        """Refuse a delimiter that is in the data, and was not made by the format of a placeholder."""
        for part in self._parts:
            if isinstance(part, Placeholder):
                value = str(values[part.name])
                if sign in value and sign in expand((part,), values):
                    raise KeyValueError(
                        f"{shown(value)}, which is {part.written}, holds {shown(sign)}, which would divide the value",
                        help="take it out of the data",
                    )


def fixed_object_texts(recipe: Recipe, keys: Sequence[CompiledKey]) -> list[ObjectText]:
    """Return the texts that stand before those of keys (`img2dcm_decl.compile.numbering.fixed_texts`)."""
    return [
        ObjectText(name, text.parts, place, _subject_encoder(empty) if text.vr == "UI" else _number_encoder())
        for text in fixed_texts(recipe, keys)
        for name, place, empty in [_origin(recipe, text)]
    ]


def _origin(recipe: Recipe, text: FixedText) -> tuple[str, Place | None, _Empty]:
    """Return how messages call a text, where it stands, and what is wrong where it is empty.

    It stands in its setting, or in the key that tells studies apart.
    """
    if text.vr == "UI" and getattr(recipe.uids, text.setting) in _NO_TEXTS:
        for position, key in enumerate(recipe.keys):
            if "$" in key.value and parse(key.value) == text.parts:
                return f"key {key.path}", recipe.place("keys", position), _NO_STUDY
    return text.keyword, recipe.place("uids", text.setting), _NO_SUBJECT


def key_texts(recipe: Recipe, varying: Sequence[Varying], terms: Sequence[str]) -> list[ObjectText]:
    """Return the texts of the keys whose values vary by object.

    Parameters
    ----------
    recipe : Recipe
        Says whether values are checked.
    varying : sequence of Varying
        The attributes.
    terms : sequence of str
        The values of Specific Character Set; where none is declared, `("",)`, text beyond ASCII becomes UTF-8, and has
        to be declared as such.
    """
    terms = (UNICODE,) if tuple(terms) == _UNDECLARED else terms
    checked = recipe.values == "checked"
    return [
        ObjectText(
            f"key {recipe.keys[attribute.key.position].path}",
            attribute.key.parts,
            recipe.place("keys", attribute.key.position),
            _encoder(attribute, terms, checked=checked),
            _delimiters(attribute),
            None if checked else complaints(attribute.vr, attribute.vm),
        )
        for attribute in varying
    ]


def encode_texts(
    texts: Sequence[ObjectText], values: Mapping[str, str | int], name: Callable[[], str], several: Several
) -> tuple[bytes, ...]:
    """Return the values of one object; what is wrong is added to its kind of problems.

    Parameters
    ----------
    texts : sequence of ObjectText
        What is encoded.
    values : mapping
        The values of placeholders for the object.
    name : callable
        Gives what messages call the object.
    several : Several
        Gets what is wrong.
    """
    encoded = []
    for text in texts:
        try:
            key = text.key(values)
            known = text.known.get(key)
            encoded.append(text.make(key, values) if known is None else known)
        except (AttributeProblem, ValueProblem) as problem:
            several.add(
                text.place, f"{text.name}: {name()}: {problem.message}", problem.help or line_break_advice(text.place)
            )
        except CharacterSetError as error:
            several.add(text.place, f"{text.name}: {name()}: {error}")
    return tuple(encoded)


def warn_of_texts(recipe: Recipe, texts: Sequence[ObjectText], problems: Problems) -> None:
    """Warn of values of objects that do not conform and are stored as given, unless the recipe asks not to be told."""
    if is_silent(recipe):
        return
    for text in texts:
        if text.said:
            problems.warn(f"values of {text.name} do not conform to DICOM; they are stored as given")
            problems.note(f"{text.name}: {text.said}")


def _delimiters(attribute: Varying) -> str:
    """Return the characters that divide the value of an attribute, where a value of the data would be a part of it."""
    signs = "" if attribute.vr in SINGLE else "\\"
    return signs + _NAME_DELIMITERS if attribute.vr == "PN" and len(attribute.key.parts) > 1 else signs


def _encoder(attribute: Varying, terms: Sequence[str], *, checked: bool) -> Callable[[str], bytes]:
    vr = attribute.vr
    convert = converter(vr, checked=checked, vm=attribute.vm)

    def encode(text: str) -> bytes:
        try:
            converted = convert(text)
        except AttributeProblem as problem:
            if shown(text)[1:-1] in problem.message:
                raise
            raise KeyValueError(f"{shown(text)}: {problem.message}", help=problem.help) from None
        encoded = encode_value(converted, vr, terms) if isinstance(converted, str) else converted
        if vr not in LONG and len(encoded) > MAX_SHORT_LENGTH:
            raise KeyValueError(f"the value is longer than the {MAX_SHORT_LENGTH} bytes that {vr} can have")
        return pad(vr, encoded)

    return encode


def _subject_encoder(empty: _Empty) -> Callable[[str], bytes]:
    """Return what encodes what a UID stands for: UTF-8, with a blank where its length would be odd."""

    def encode(text: str) -> bytes:
        if not text.strip():
            raise KeyValueError(empty.message, help=empty.help)
        try:
            data = text.encode()
        except UnicodeEncodeError:
            raise KeyValueError(f"{shown(text)} is no text") from None
        return data + b" " * (len(data) & 1)

    return encode


def _number_encoder() -> Callable[[str], bytes]:
    convert = converter("IS", checked=True, vm="1")

    def encode(text: str) -> bytes:
        if not text.strip():
            raise KeyValueError("there is no number", help="state a default: ${image.number|0}")
        converted = convert(text)
        return pad("IS", converted if isinstance(converted, bytes) else converted.encode())

    return encode
