"""A file -> the document in it: what recipes, and the recipes that they are built on, are read from."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.compose import compose
from img2dcm_decl.recipe.nodes import MappingNode, SequenceNode
from img2dcm_decl.recipe.source import MAX_SIZE, Source, open_source

if TYPE_CHECKING:
    from img2dcm_decl.recipe.nodes import Node


class Document(NamedTuple):
    """What was read of a recipe.

    Attributes
    ----------
    root : MappingNode
        Its settings.
    source : Source
        The text, which the settings' offsets lead into.
    problems : tuple of Diagnostic
        What is wrong with the text but leaves the rest readable.
    """

    root: MappingNode
    source: Source
    problems: tuple[Diagnostic, ...] = ()


def read_file(path: str) -> bytes:
    """Return the content of a file, and of one that is too large a byte more than a recipe may have.

    Raises
    ------
    OSError, ValueError
        It cannot be read.
    """
    with FilePath(path).open("rb") as file:
        return file.read(MAX_SIZE + 1)


def open_document(text: str | bytes, file: str) -> Document:
    """Read the document in the text of a recipe.

    Parameters
    ----------
    text : str or bytes
        The recipe; bytes are UTF-8, with or without byte order mark.
    file : str
        Name of the file, for messages.

    Raises
    ------
    RecipeError
        The text is no YAML, or no mapping of settings.
    """
    source = open_source(text, file)
    root, problems = compose(source)
    return Document(_mapping(root, source), source, tuple(problems))


def _mapping(root: Node | None, source: Source) -> MappingNode:
    """Return the document where it is a mapping."""
    example = "it begins with 'recipe: 1'"
    if root is None:
        raise RecipeError([Diagnostic("the recipe is empty", Place(source.file, 1, 1), example)])
    if not isinstance(root, MappingNode):
        kind = "a list" if isinstance(root, SequenceNode) else "a text"
        raise source.error(f"a recipe is a mapping of settings, and this is {kind}", root.start, root.end, example)
    plan = root.get("plan")
    if plan and root.get("variants") and not root.get("recipe"):
        advice = "img2dcm-decl plan shows it and img2dcm-run runs it, where its name ends in .json"
        raise source.error("this is a saved plan, not a recipe", plan.name.start, plan.name.end, advice)
    return root
