"""`Recipe` -> recipe text, in the order in which people explain a conversion, without what the defaults say."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from img2dcm_decl.recipe.comments import NO_COMMENTS, annotate
from img2dcm_decl.recipe.emit import emit
from img2dcm_decl.recipe.model import Output, Recipe, TemplateSource
from img2dcm_decl.recipe.texts import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from img2dcm_decl.recipe.model import ImageEntry, Key, Parameter, Path, Reproducible
    from img2dcm_decl.recipe.schema import Data

SCHEMA_ID = "https://img2dcm-decl.org/schemas/recipe-v1.schema.json"
ORDER = (
    *("title", "parameters", "inputs", "table", "sources", "sop_class", "inference", "keys", "values", "remove"),
    *("uids", "reproducible", "encoding", "dictionaries", "logging", "output"),
)


def write_recipe(recipe: Recipe, schema: str = SCHEMA_ID, comments: Mapping[Path, str] = NO_COMMENTS) -> str:
    """Return the text of a recipe, which reads back as an equal one.

    Parameters
    ----------
    recipe : Recipe
        What to write. Its folder and places are not part of the text.
    schema : str
        Where editors find the schema: a URL, or a path relative to the recipe. Empty: nothing is said about it.
    comments : mapping of path to str
        What to write above a setting, by its path in `Recipe.places`: `("sources", "template")`, `("keys", 3)`; `()`
        is the head of the recipe. A comment on a setting that the text leaves out stands above the one around it.
    """
    settings = {field.name: field for field in fields(recipe)}
    document: Data = {"recipe": 1}
    for name in ORDER:
        value = getattr(recipe, name)
        if value != _default(settings[name]):
            document[name] = _keys(value) if name == "keys" else written(_form(name, value), (name,))
    body = annotate(emit(document), comments)
    return f"# yaml-language-server: $schema={' '.join(schema.split())}\n{body}" if schema else body


def _data(value: Any) -> Data:
    """Return a part of a recipe as plain data: what differs from the defaults, in the shortest form."""
    if isinstance(value, Output):
        return _short({**_differences(value), "file": value.file})
    if isinstance(value, TemplateSource):
        return _short(_differences(value))
    if is_dataclass(value):
        return _differences(value)
    if isinstance(value, tuple):
        return [_data(entry) for entry in value]
    return value


def _form(name: str, value: Any) -> Data:
    return FORMS.get(name, _data)(value)


def _differences(value: Any) -> Data:
    differing = [field.name for field in fields(value) if getattr(value, field.name) != _default(field)]
    return {name: _form(name, getattr(value, name)) for name in differing}


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _short(data: Data) -> Data:
    """Return a file's name alone where nothing else is said about the file."""
    return data["file"] if data.keys() == {"file"} else {"file": data["file"], **data}


def _images(images: tuple[ImageEntry, ...]) -> Data:
    return _single([_image(image) for image in images])


def _image(entry: ImageEntry) -> Data:
    if entry.exact:
        return {"path": entry.pattern}
    return {"index": entry.pattern} if entry.index else entry.pattern


def _exclude(patterns: tuple[str, ...]) -> Data:
    return _single(list(patterns))


def _single(entries: list[Data]) -> Data:
    """Return an entry alone where there is no other."""
    return entries[0] if len(entries) == 1 else entries


def _parameters(parameters: tuple[Parameter, ...]) -> Data:
    return {parameter.name: _parameter(parameter) for parameter in parameters}


def _parameter(parameter: Parameter) -> Data:
    """Return the default alone where nothing else is said about a parameter."""
    said = {name: value for name, value in _differences(parameter).items() if name != "name"}
    return said["default"] if said.keys() == {"default"} else said


def _reproducible(reproducible: Reproducible) -> Data:
    return _differences(reproducible) or True


def _keys(keys: tuple[Key, ...]) -> Data:
    """Return one mapping, or a list of mappings where a path is there twice."""
    steps: list[dict[str, str]] = [{}]
    for key in keys:
        if key.path in steps[-1]:
            steps.append({})
        steps[-1][key.path] = key.value
    return steps[0] if len(steps) == 1 else steps


FORMS: Mapping[str, Callable[[Any], Data]] = {
    "images": _images,
    "exclude": _exclude,
    "parameters": _parameters,
    "reproducible": _reproducible,
}
"""How settings are written whose form is their own."""
