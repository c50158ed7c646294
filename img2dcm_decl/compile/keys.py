"""The keys of a recipe: paths read once, values checked and encoded, placeholders turned into slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.dictionary import is_private
from img2dcm_decl.attributes.paths import KeyPath, parse_path
from img2dcm_decl.attributes.problems import AttributeProblem, KeyPathError
from img2dcm_decl.attributes.representations import STRINGS
from img2dcm_decl.attributes.text import SPECIFIC_CHARACTER_SET, UNICODE
from img2dcm_decl.compile.numbering import fixed_texts
from img2dcm_decl.compile.problems import line_break_advice
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import SOP_INSTANCE_UID
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import Placeholder, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.attributes.keys import Keys
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.recipe.model import Recipe
    from img2dcm_decl.recipe.placeholders import Parts


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

    def sets(self, tag: int) -> bool:
        """Tell whether the path leads to this attribute of the dataset itself, in whatever way it is written."""
        return len(self.path.steps) == 1 and self.path.leaf.tag == tag


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
            compiled = CompiledKey(position, path, parse(key.value))
            if compiled.varies and path.leaf.tag == SPECIFIC_CHARACTER_SET:
                message = f"key {key.path}: all objects share one character set; it cannot depend on the object"
                problems.add(message, "keys", position, help=f"{UNICODE} has all characters")
            keys.append(compiled)
    if recipe.values == "checked":
        _check_spellings(recipe, keys, problems)
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


def sop_instance_uid(varying: Sequence[Varying]) -> int | None:
    """Return which of the attributes that vary is the SOP Instance UID of objects, or None."""
    positions = [position for position, attribute in enumerate(varying) if attribute.key.sets(SOP_INSTANCE_UID)]
    return positions[-1] if positions else None


def warn_of_shared_uid(keys: Sequence[CompiledKey], objects: int, problems: Problems) -> None:
    """Warn where a key gives all objects one SOP Instance UID, by which a receiver takes them for the same."""
    given = [key for key in keys if key.sets(SOP_INSTANCE_UID)]
    if objects > 1 and given and given[-1].parts and not given[-1].varies:
        problems.warn(f"all {objects} objects have the same SOP Instance UID, which the keys give")


def is_certain(attribute: Varying) -> bool:
    """Tell whether an attribute has this value representation whatever a template says of it."""
    return attribute.vr in STRINGS and not is_private(attribute.key.path.leaf.tag)


def apply_keys(keys: Sequence[CompiledKey], target: Keys, recipe: Recipe, problems: Problems) -> list[Varying]:
    """Apply the keys of a recipe to a dataset.

    Returns
    -------
    list of Varying
        The attributes that got a slot: the text of the n-th entry is the n-th behind the fixed texts of an object.
    """
    varying: list[Varying] = []
    fixed = len(fixed_texts(recipe, keys))
    silent = is_silent(recipe)
    for key in keys:
        try:
            if key.varies:
                leaves = target.open(key.path)
                target.put(key.path, Slot("text", str(fixed + len(varying))))
                varying.append(Varying(key, leaves[0].vr, leaves[0].vm))
            else:
                said = target.set(key.path, expand(key.parts, {}))
                if said and not silent:
                    problems.warn(f"the value of {key.path} does not conform to DICOM; it is stored as given")
                    problems.note(f"{key.path}: {said}")
        except AttributeProblem as problem:
            _add(recipe, problems, problem, key.position, named=isinstance(problem, KeyPathError))
    return varying


def is_silent(recipe: Recipe) -> bool:
    """Tell whether a recipe asks not to be told of values that do not conform, as img2dcm's --no-checks does."""
    return (recipe.inference.missing_type1, recipe.inference.missing_type2) == ("leave", "leave")


def _check_spellings(recipe: Recipe, keys: Sequence[CompiledKey], problems: Problems) -> None:
    """Find what one mapping gives twice, its path written in two ways.

    A recipe and its base share a mapping, in which the recipe has the last word. Where values are stored as written
    it is the last one that counts, as in img2dcm, whose command lines become such recipes.
    """
    known: dict[tuple[Place, str, tuple[tuple[int, int | None], ...]], tuple[str, int]] = {}
    for key in keys:
        path = recipe.keys[key.position].path
        name, mapping = (recipe.places.get(("keys", key.position, part)) for part in ("#name", "#mapping"))
        if name and mapping:
            target = tuple((step.tag, step.item) for step in key.path.steps)
            first, line = known.setdefault((mapping, name.file, target), (path, name.line))
            if first != path:
                message = f"key {path} is given twice; the first is {first} on line {line}"
                problems.add_at(name, message, "remove one; a list of mappings can set a path twice")


def _add(recipe: Recipe, problems: Problems, problem: AttributeProblem, position: int, *, named: bool) -> None:
    path = recipe.keys[position].path
    if named:
        place = _shifted(recipe.place("keys", position, "#name"), path, problem)
        problems.add_at(place, f"key {path}: {problem.message}", problem.help)
    else:
        place = recipe.place("keys", position)
        problems.add_at(place, f"key {path}: {problem.message}", problem.help or line_break_advice(place))


def _shifted(place: Place | None, text: str, problem: AttributeProblem) -> Place | None:
    """Return the place of the part that is wrong, where the text stands on the line as it is."""
    if place is None or not place.text.startswith(text, place.column - 1):
        return place
    return place._replace(column=place.column + problem.offset, width=problem.width)
