"""Parameters: values that are given when a recipe is run, put in where `${parameter.NAME}` stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.parameter_filling import PREFIX, Filling, Value
from img2dcm_decl.recipe.parameter_mistakes import Given, ParameterMistakes
from img2dcm_decl.recipe.parameter_types import wrong_pattern, wrong_value
from img2dcm_decl.recipe.placeholders import Placeholder, escape, parse
from img2dcm_decl.recipe.settings import Setting, change_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from img2dcm_decl.recipe.model import Inference, Recipe

STAND_IN = "1"
"""A text, a number, and a file name."""


def resolve(recipe: Recipe, given: Mapping[str, str | Given]) -> Recipe:
    """Return a recipe without parameters: their values stand where their placeholders stood.

    Values are literal text: they bring no placeholders, no glob patterns, no further values of a key, and only those
    of type `path` lead into other folders.

    Parameters
    ----------
    recipe : Recipe
        The recipe.
    given : mapping of str to str or Given
        The values of its parameters, as far as they are given; the others have their defaults.

    Raises
    ------
    UsageError, RecipeError, ExceptionGroup
        All that is wrong: with what is given, with defaults and patterns, or with both.
    """
    known = {name: value if isinstance(value, Given) else Given(value) for name, value in given.items()}
    mistakes = ParameterMistakes(recipe, known)
    values = _values(recipe, known, mistakes)
    mistakes.raise_any()
    filled = change_texts(recipe, Filling(values, mistakes))
    mistakes.raise_any()
    return replace(filled, parameters=())


def without_missing(recipe: Recipe, names: Collection[str]) -> Recipe:
    """Return a recipe that can be checked without the values of some of its parameters."""
    wanted = {PREFIX + name for name in names}
    left = leave_out(recipe, lambda part, _: part.name in wanted)
    return replace(left, parameters=tuple(entry for entry in recipe.parameters if entry.name not in names))


def missing(recipe: Recipe, given: Collection[str]) -> tuple[str, ...]:
    """Return the names of the required parameters that are not given."""
    return tuple(entry.name for entry in recipe.parameters if entry.required and entry.name not in given)


def leave_out(recipe: Recipe, unknown: Callable[[Placeholder, Setting], bool]) -> Recipe:
    """Return a recipe that can be checked without the values of some placeholders.

    Keys that need them become empty, files that need them are left out, and elsewhere a text stands in for them.

    Parameters
    ----------
    recipe : Recipe
        The recipe.
    unknown : callable
        Tells whether the value of a placeholder is not known where it stands.
    """
    table = Setting(recipe.table.file if recipe.table else "", "path", ("table", "file"), "table.file")
    no_rows = any(unknown(part, table) for part in parse(table.text) if isinstance(part, Placeholder))

    def change(setting: Setting) -> str | None:
        parts = parse(setting.text)
        lost = {
            part
            for part in parts
            if isinstance(part, Placeholder) and (unknown(part, setting) or (no_rows and part.family == "row"))
        }
        if not lost:
            return setting.text
        if setting.kind in ("path", "pattern"):
            return None
        return "" if setting.kind == "key" else "".join(STAND_IN if part in lost else _written(part) for part in parts)

    changed = change_texts(recipe, change)
    return recipe if changed == recipe else replace(changed, inference=_lenient(recipe.inference))


def _lenient(inference: Inference) -> Inference:
    """Return rules to which attributes that something left out would have given are no mistakes."""
    return replace(
        inference,
        missing_type1="invent" if inference.missing_type1 == "error" else inference.missing_type1,
        missing_type2="insert" if inference.missing_type2 == "error" else inference.missing_type2,
    )


def _written(part: str | Placeholder) -> str:
    return escape(part) if isinstance(part, str) else part.written


def _values(recipe: Recipe, given: Mapping[str, Given], mistakes: ParameterMistakes) -> dict[str, Value]:
    """Return the value of each parameter, by the whole name of its placeholder."""
    values = {}
    for parameter in recipe.parameters:
        value = given.get(parameter.name)
        text = parameter.default if value is None else value.text
        if refusal := wrong_pattern(parameter.pattern):
            mistakes.add_pattern(parameter, *refusal)
        elif text is None and parameter.required:
            mistakes.add_value(parameter, "it is required, and not given")
        elif text is not None and (wrong := wrong_value(parameter, text)):
            mistakes.add_value(parameter, wrong)
        values[PREFIX + parameter.name] = Value(text or "", parameter, value.folder if value else "")
    declared = {parameter.name for parameter in recipe.parameters}
    for name in given:
        if name not in declared:
            mistakes.add_unknown(name)
    return values
