"""The texts of a recipe outside `keys`: where placeholders are possible, and what dollar signs mean elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.recipe.placeholders import literal, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.recipe.model import Path
    from img2dcm_decl.recipe.schema import Data

WITH_PLACEHOLDERS = frozenset({("output",), ("output", "file")})
"""Settings that keep their placeholders; they are filled in for each object."""


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
    if path in WITH_PLACEHOLDERS:
        parse(text)
        return text
    return literal(text)


def literals(data: Data, path: Path = ()) -> Data:
    """Return plain data in which every text is what it means; all texts have been found to be right."""
    if isinstance(data, str):
        return meaning(path, data)
    if isinstance(data, dict):
        return {name: literals(value, (*path, name)) for name, value in data.items()}
    if isinstance(data, list):
        return [literals(value, (*path, number)) for number, value in enumerate(data)]
    return data
