"""The keys of a recipe: paths read once, values checked and encoded, placeholders turned into slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.paths import KeyPath, parse_path
from img2dcm_decl.attributes.problems import AttributeProblem, CharacterSetError, KeyPathError
from img2dcm_decl.attributes.text import encode_value
from img2dcm_decl.attributes.values import convert
from img2dcm_decl.encode.elements import pad
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.recipe.placeholders import Placeholder, expand, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.attributes.keys import Keys
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.recipe.model import Recipe
    from img2dcm_decl.recipe.placeholders import Parts

_MOST_MESSAGES = 10


class CompiledKey(NamedTuple):
    """A key whose path is read.

    Attributes
    ----------
    position : int
        Its position in the recipe's `keys`.
    path : KeyPath
        Where it leads.
    parts : tuple
        Literal texts and placeholders of its value.
    """

    position: int
    path: KeyPath
    parts: Parts

    @property
    def varies(self) -> bool:
        """Whether the value depends on the object."""
        return any(isinstance(part, Placeholder) for part in self.parts)


class Varying(NamedTuple):
    """An attribute whose value depends on the object."""

    key: CompiledKey
    vr: str
    vm: str


def compile_keys(recipe: Recipe, dictionary: Dictionary, problems: Problems) -> list[CompiledKey]:
    """Read the paths of a recipe's keys; a wrong one is a problem at its place."""
    keys = []
    for position, key in enumerate(recipe.keys):
        try:
            path = parse_path(key.path, dictionary, lenient=recipe.values == "as-written")
        except AttributeProblem as problem:
            _add(recipe, problems, problem, position, named=True)
        else:
            keys.append(CompiledKey(position, path, parse(key.value)))
    return keys


def compile_removals(recipe: Recipe, dictionary: Dictionary, problems: Problems) -> list[KeyPath]:
    """Read the paths of what a recipe takes out."""
    paths = []
    for position, text in enumerate(recipe.remove):
        try:
            paths.append(parse_path(text, dictionary))
        except AttributeProblem as problem:
            place = _shifted(recipe.place("remove", position), text, problem)
            problems.add_at(place, f"{text}: {problem.message}", problem.help)
    return paths


def apply_keys(keys: Sequence[CompiledKey], target: Keys, recipe: Recipe, problems: Problems) -> list[Varying]:
    """Apply the keys of a recipe to a dataset.

    Returns
    -------
    list of Varying
        The attributes that got a slot: the text of number n is that of the n-th entry.
    """
    varying: list[Varying] = []
    # img2dcm's --no-checks, which asks not to be told.
    silent = (recipe.inference.missing_type1, recipe.inference.missing_type2) == ("leave", "leave")
    for key in keys:
        try:
            if key.varies:
                leaves = target.open(key.path)
                target.put(key.path, Slot("text", str(len(varying))))
                varying.append(Varying(key, leaves[0].vr, leaves[0].vm))
            else:
                said = target.set(key.path, expand(key.parts, {}))
                if said and not silent:
                    problems.warn(f"the value of {key.path} does not conform to DICOM; it is stored as given")
                    problems.note(f"{key.path}: {said}")
        except AttributeProblem as problem:
            _add(recipe, problems, problem, key.position, named=isinstance(problem, KeyPathError))
    return varying


def object_values(
    varying: Sequence[Varying], values: Sequence[Mapping[str, str | int]], recipe: Recipe, problems: Problems
) -> list[list[bytes | str]]:
    """Return, for each object, the values of the attributes that depend on it; text waits for its character set."""
    checked = recipe.values == "checked"
    rows: list[list[bytes | str]] = []
    said = 0
    for row in values:
        texts: list[bytes | str] = []
        for attribute in varying:
            text = expand(attribute.key.parts, row)
            try:
                texts.append(convert(attribute.vr, text, checked=checked, vm=attribute.vm))
            except AttributeProblem as problem:
                said += 1
                if said <= _MOST_MESSAGES:
                    place = recipe.place("keys", attribute.key.position)
                    message = f"{row['image.name']} makes it {text!r}: {problem.message}"
                    problems.add_at(place, message, problem.help)
        rows.append(texts)
    return rows


def encode_values(
    rows: Sequence[Sequence[bytes | str]],
    varying: Sequence[Varying],
    terms: Sequence[str],
    problems: Problems,
) -> list[tuple[bytes, ...]]:
    """Encode the text among the values of each object in the character set of the dataset."""
    encoded = []
    for row in rows:
        values = []
        for value, attribute in zip(row, varying, strict=False):
            try:
                encoded_value = encode_value(value, attribute.vr, terms) if isinstance(value, str) else value
                values.append(pad(attribute.vr, encoded_value))
            except CharacterSetError as error:
                problems.add(str(error), "keys", attribute.key.position)
        encoded.append(tuple(values))
    return encoded


def _add(recipe: Recipe, problems: Problems, problem: AttributeProblem, position: int, *, named: bool) -> None:
    path = recipe.keys[position].path
    if named:
        place = _shifted(recipe.place("keys", position, "#name"), path, problem)
        problems.add_at(place, f"key {path}: {problem.message}", problem.help)
    else:
        problems.add_at(recipe.place("keys", position), f"key {path}: {problem.message}", problem.help)


def _shifted(place: Place | None, text: str, problem: AttributeProblem) -> Place | None:
    """Return the place of the part that is wrong, where the text stands on the line as it is."""
    if place is None or not place.text.startswith(text, place.column - 1):
        return place
    return place._replace(column=place.column + problem.offset, width=problem.width)
