"""The texts of a recipe outside `keys`: where which placeholders are possible, and what dollar signs mean elsewhere."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.placeholders import ALL, escape, literal, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from img2dcm_decl.recipe.model import Path
    from img2dcm_decl.recipe.schema import Data

OF_THE_RUN = frozenset({"parameter"})
OF_AN_IMAGE = frozenset({"image", "parameter"})
OF_A_GROUP = frozenset({"image", "row", "parameter"})
OF_AN_OBJECT = ALL

#: Where placeholders are possible, positions in lists left out -> the families of their names.
WITH_PLACEHOLDERS: Mapping[tuple[str, ...], Collection[str]] = MappingProxyType(
    {
        ("title",): OF_THE_RUN,
        ("inputs", "images"): OF_THE_RUN,
        ("inputs", "images", "path"): OF_THE_RUN,
        ("inputs", "images", "index"): OF_THE_RUN,
        ("inputs", "exclude"): OF_THE_RUN,
        ("inputs", "group_by"): OF_A_GROUP,
        ("table", "file"): OF_THE_RUN,
        ("table", "key"): OF_AN_IMAGE,
        ("sources", "template"): OF_AN_OBJECT,
        ("sources", "template", "file"): OF_AN_OBJECT,
        ("sources", "study"): OF_AN_OBJECT,
        ("sources", "series"): OF_AN_OBJECT,
        ("uids", "key"): OF_THE_RUN,
        ("uids", "facts"): OF_AN_OBJECT,
        ("uids", "study"): OF_AN_OBJECT,
        ("uids", "series"): OF_AN_OBJECT,
        ("uids", "frame_of_reference"): OF_AN_OBJECT,
        ("uids", "instance_number"): OF_AN_OBJECT,
        ("output",): OF_AN_OBJECT,
        ("output", "file"): OF_AN_OBJECT,
        ("output", "record"): OF_THE_RUN,
    }
)


def texts(data: Data, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text in plain data, with its path."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from texts(value, (*path, name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from texts(value, (*path, number))


def meaning(path: Path, text: str) -> str:
    """Return what a text is in the recipe: itself where placeholders are possible, else what `$$` stands for.

    Raises
    ------
    PlaceholderError
        A placeholder is wrong, or is not possible here.
    """
    families = _families(path)
    if families:
        parse(text, families)
        return text
    return literal(text)


def literals(data: Data) -> Data:
    """Return plain data in which every text is what it means; all texts have been found to be right."""
    return _changed(data, (), meaning)


def written(data: Data, path: Path) -> Data:
    """Return the part of a recipe at a path as `literals` reads it back: literal texts with their dollars doubled."""
    return _changed(data, path, lambda at, text: text if _families(at) else escape(text))


def _families(path: Path) -> Collection[str]:
    return WITH_PLACEHOLDERS.get(tuple(part for part in path if isinstance(part, str)), ())


def _changed(data: Data, path: Path, change: Callable[[Path, str], str]) -> Data:
    if isinstance(data, str):
        return change(path, data)
    if isinstance(data, dict):
        return {name: _changed(value, (*path, name), change) for name, value in data.items()}
    if isinstance(data, list):
        return [_changed(value, (*path, number), change) for number, value in enumerate(data)]
    return data
