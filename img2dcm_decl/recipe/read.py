"""Recipe text -> `Recipe`, or everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.build import build
from img2dcm_decl.recipe.check import check, place_of
from img2dcm_decl.recipe.document import open_document, read_file
from img2dcm_decl.recipe.extend import extended
from img2dcm_decl.recipe.keys import KeyReader, placeholder_place
from img2dcm_decl.recipe.nodes import find
from img2dcm_decl.recipe.placeholders import PlaceholderError
from img2dcm_decl.recipe.places import places
from img2dcm_decl.recipe.references import Referable, referable
from img2dcm_decl.recipe.rules import conflicts
from img2dcm_decl.recipe.schema import load_schema, plain
from img2dcm_decl.recipe.texts import literals, meaning, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from img2dcm_decl.recipe.model import Path, Recipe
    from img2dcm_decl.recipe.nodes import MappingNode
    from img2dcm_decl.recipe.schema import Data, Schema
    from img2dcm_decl.recipe.source import Source

ELSEWHERE = ("extends", "keys")
"""Sections that are read apart: by now, the document has what the recipe extends."""

MAX_SHOWN = 100
"""Most messages about one recipe."""


def load_recipe(path: str) -> Recipe:
    """Read the recipe in a file.

    Parameters
    ----------
    path : str
        The file; the folder that it is in is what the recipe's relative paths are relative to.

    Raises
    ------
    RecipeError
        The file cannot be read, or the recipe is wrong.
    """
    if not path:
        raise RecipeError([Diagnostic("the name of the recipe is empty")])
    try:
        data = read_file(path)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        message = f"cannot read the recipe {path}: {reason}"
        raise RecipeError([Diagnostic(message, help="check the name and the permissions of the file")]) from None
    return read_recipe(data, path, str(FilePath(path).parent))


def read_recipe(text: str | bytes, file: str, folder: str) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    text : str or bytes
        The recipe; bytes are UTF-8, with or without byte order mark.
    file : str
        Name of the file, for messages.
    folder : str
        What relative paths in the recipe are relative to.

    Raises
    ------
    RecipeError
        The recipe is wrong, or one that it is built on; with every mistake, in the order of the text.
    """
    document, source, problems = extended(open_document(text, file), folder)
    schema = load_schema()
    data = plain(document, schema)
    for name in ELSEWHERE:
        data.pop(name, None)
    known = referable(data)
    keys = KeyReader(source, known)
    section = document.get("keys")
    if section is not None:
        keys.read(section)
    wrong = _wrong_settings(data, known, schema, document, source)
    if data.get("recipe") not in (None, 1) and isinstance(data["recipe"], int):
        raise RecipeError([wrong["recipe",]])  # the rest follows from the version
    every = [*problems, *keys.problems, *wrong.values()]
    if every:
        raise RecipeError(_in_order(every, source.files))
    bases: dict[Path, Place] = {("extends", n): Place(name, 1, 1) for n, name in enumerate(source.files[1:])}
    return build(literals(data), tuple(keys.keys), folder, {**bases, **places(document, source), **keys.places})


def _wrong_settings(
    data: Data, known: Referable, schema: Schema, document: MappingNode, source: Source
) -> dict[Path, Diagnostic]:
    """Return what is wrong outside `keys`: for each setting the first thing, as the others follow from it."""
    wrong: dict[Path, Diagnostic] = {}
    for path, problem in check(data, schema, document, source):
        wrong.setdefault(path, problem)
    for path, text in texts(data):
        try:
            meaning(path, text)
            known.check(text)
        except PlaceholderError as error:
            place = placeholder_place(find(document, path).node, error, source)
            wrong.setdefault(path, Diagnostic(error.message, place, error.help))
    for conflict in conflicts(data):
        place = place_of(document, conflict.path, source)
        wrong.setdefault(conflict.path, Diagnostic(conflict.message, place, conflict.advice))
    return wrong


def _in_order(problems: Iterable[Diagnostic], files: Sequence[str]) -> list[Diagnostic]:
    """Return messages in the order of the files and their text, and not more than a person can use."""

    def position(problem: Diagnostic) -> tuple[int, int, int]:
        place = problem.place
        return (files.index(place.file), place.line, place.column) if place else (0, 0, 0)

    ordered = sorted(problems, key=position)
    more = len(ordered) - MAX_SHOWN
    return (
        [*ordered[:MAX_SHOWN], Diagnostic(f"and {more} more mistakes", ordered[MAX_SHOWN].place)]
        if more > 0
        else ordered
    )
