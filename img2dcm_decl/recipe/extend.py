"""A recipe that is built on another one: `extends` names it, and its settings hold where the recipe states none."""

from __future__ import annotations

import os
from functools import reduce
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.recipe.core import is_null, resolve
from img2dcm_decl.recipe.document import Document, open_document, read_file
from img2dcm_decl.recipe.merge import merge
from img2dcm_decl.recipe.nodes import MappingNode, ScalarNode, find, shifted
from img2dcm_decl.recipe.placeholders import PlaceholderError, literal
from img2dcm_decl.recipe.rebase import rebase, way_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.recipe.nodes import Entry
    from img2dcm_decl.recipe.source import Source

MAX_CHAIN = 8
"""Most recipes that are built on each other."""
VERSION = 1


class _Link(NamedTuple):
    """One recipe of a chain, and the folder that its relative paths are relative to."""

    document: Document
    folder: str


def extended(document: Document, folder: str) -> Document:
    """Return a recipe together with all that it is built on.

    Parameters
    ----------
    document : Document
        The recipe.
    folder : str
        What its relative paths are relative to; those of a base are relative to the base's own folder, and are
        rewritten.

    Returns
    -------
    Document
        The settings of all of them, each with offsets that lead to the file that it stands in.

    Raises
    ------
    RecipeError
        A base cannot be read, is no recipe, or is built on itself; or there are too many.
    """
    chain = _chain(_Link(document, folder))
    if len(chain) == 1:
        return document
    paths = _path_parameters(chain)
    roots: list[MappingNode] = []
    offset = 0
    for link in chain:
        moved = rebase(link.document.root, way_to(link.folder, folder), paths)
        roots.append(shifted(moved, offset))
        offset += link.document.source.offset
    sources = [link.document.source for link in reversed(chain)]
    source = reduce(lambda base, own: own.built_on(base), sources)
    problems = tuple(problem for link in chain for problem in link.document.problems)
    return Document(reduce(merge, reversed(roots)), source, problems)


def _chain(first: _Link) -> list[_Link]:
    """Return a recipe, what it is built on, what that is built on, and so on."""
    chain = [first]
    while entry := chain[-1].document.root.get("extends"):
        source = chain[-1].document.source
        path = str(FilePath(chain[-1].folder) / _name(entry, source))
        files = [link.document.source.file for link in chain]
        problem = ""
        if os.path.realpath(path) in map(os.path.realpath, files):
            problem = "a recipe cannot be built on itself"
        elif len(chain) == MAX_CHAIN:
            problem = f"at most {MAX_CHAIN} recipes can be built on each other"
        if problem:
            at = (entry.value.start, entry.value.end)
            raise source.error(f"{problem}: {' -> '.join((*files, path))}", *at, "leave extends out in one of them")
        chain.append(_Link(_base(path, entry, source, files), str(FilePath(path).parent)))
    return chain


def _name(entry: Entry, source: Source) -> str:
    """Return the file that `extends` names."""
    node = entry.value
    if not isinstance(node, ScalarNode):
        raise source.error("extends must be a text", node.start, node.end, "write 'extends: base.yaml', for example")
    if not node.text or (node.plain and is_null(node.text)):
        advice = "name the recipe that this one is built on, or leave extends out"
        raise source.error("extends has no value", entry.name.start, entry.name.end, advice)
    if "\0" in node.text:
        raise source.error("the name of a recipe cannot hold a null character", node.start, node.end, "remove it")
    try:
        return literal(node.text)
    except PlaceholderError as error:
        message = "extends cannot hold placeholders: it is read before all else"
        raise source.error(message, node.start, node.end, error.help) from None


def _base(path: str, entry: Entry, source: Source, files: Sequence[str]) -> Document:
    """Return what is in a file that a recipe is built on."""
    try:
        # Opening a pipe, or a device, may wait for ever.
        if FilePath(path).exists() and not FilePath(path).is_file():
            raise ValueError("it is not a file")
        text = read_file(path)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        chain = " -> ".join((*files, path))
        message = f"cannot read the recipe that this one is built on: {reason}: {chain}"
        advice = "the path is relative to the folder of the recipe that names it"
        raise source.error(message, entry.value.start, entry.value.end, advice) from None
    document = open_document(text, path)
    return document._replace(problems=(*document.problems, *_wrong_version(document)))


def _wrong_version(document: Document) -> list[Diagnostic]:
    """Return what is wrong with the version of a base, where that is not so much that nothing else can be said."""
    root, source = document.root, document.source
    entry = root.get("recipe")
    if entry is None:
        place = source.place(root.start, root.end)
        return [Diagnostic("recipe is missing", place, f"add 'recipe: {VERSION}', for example")]
    node = entry.value
    version = resolve(node.text) if isinstance(node, ScalarNode) and node.plain else None
    if type(version) is int and version != VERSION:
        message = f"version {version} of the recipe language is unknown here"
        raise source.error(message, node.start, node.end, f"this program reads version {VERSION}")
    if version != VERSION:
        place = source.place(entry.name.start, entry.name.end)
        return [Diagnostic(f"recipe must be the version of the language, {VERSION}", place)]
    return []


def _path_parameters(chain: Sequence[_Link]) -> frozenset[str]:
    """Return the names of the parameters that are paths; who declares one first, from the recipe on, says its type."""
    types: dict[str, bool] = {}
    for link in chain:
        declared = find(link.document.root, ("parameters",))
        for entry in declared.node.entries if declared.name and isinstance(declared.node, MappingNode) else ():
            stated = entry.value.get("type") if isinstance(entry.value, MappingNode) else None
            is_path = stated is not None and isinstance(stated.value, ScalarNode) and stated.value.text == "path"
            types.setdefault(entry.name.text, is_path)
    return frozenset(name for name, is_path in types.items() if is_path)
