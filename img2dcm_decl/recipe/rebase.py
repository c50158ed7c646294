"""The settings of a recipe for another folder than the one that their relative paths are relative to."""

from __future__ import annotations

import glob
import os
from dataclasses import replace
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from img2dcm_decl.plan.locations import STDIO, is_url
from img2dcm_decl.recipe.core import is_null
from img2dcm_decl.recipe.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from img2dcm_decl.recipe.placeholders import escape
from img2dcm_decl.recipe.profile_name import is_profile_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


Mover: TypeAlias = "Callable[[str, str], str]"


def way_to(target: str, start: str) -> str:
    """Return the path that leads from one folder to another, links resolved, with slashes.

    Links have to be resolved: the system follows them before it goes to a parent folder.
    """
    resolved = FilePath(target).resolve()
    try:
        return FilePath(os.path.relpath(resolved, FilePath(start).resolve())).as_posix()
    except ValueError:
        return resolved.as_posix()


def moved(way: str, name: str) -> str:
    """Return a relative path with the way to its folder before it; others, URLs and `-` stay as they are."""
    if name == STDIO or is_url(name) or FilePath(name).anchor:
        return name
    return f"{way}/{name.removeprefix('./')}"


def moved_pattern(way: str, pattern: str) -> str:
    """Return a glob pattern with the way to its folder before it."""
    return moved(glob.escape(way), pattern)


def moved_profile(way: str, sop_class: str) -> str:
    """Return a SOP class with the way before it where it is the path of an IOD profile, not the name of one."""
    return moved(way, sop_class) if is_profile_path(sop_class) else sop_class


#: Settings that are paths, positions in lists left out -> how they are moved. Those of `output` are not among them:
#: what is written belongs to the recipe that is run.
PATHS: Mapping[tuple[str, ...], Mover] = MappingProxyType(
    {
        ("inputs", "images"): moved_pattern,
        ("inputs", "images", "path"): moved,
        ("inputs", "images", "index"): moved,
        ("inputs", "exclude"): moved_pattern,
        ("table", "file"): moved,
        ("sources", "template"): moved,
        ("sources", "template", "file"): moved,
        ("sources", "study"): moved,
        ("sources", "series"): moved,
        ("sop_class",): moved_profile,
        ("dictionaries",): moved,
        ("logging", "file"): moved,
    }
)


def rebase(root: MappingNode, way: str, path_parameters: Collection[str] = ()) -> MappingNode:
    """Return the settings of a recipe, which mean the same in another folder.

    Parameters
    ----------
    root : MappingNode
        The settings.
    way : str
        What leads from the new folder to theirs.
    path_parameters : collection of str
        Names of parameters that are paths. Their defaults are moved, and not the texts that begin with them.
    """
    if way == os.curdir:
        return root
    movers = dict(PATHS)
    movers.update({("parameters", name, "default"): moved for name in path_parameters})
    beginnings = tuple(f"${{parameter.{name}{end}" for name in path_parameters for end in "}:|")
    return _Rebase(escape(way), movers, beginnings).settings(root, ())


class _Rebase:
    def __init__(self, way: str, movers: Mapping[tuple[str, ...], Mover], beginnings: tuple[str, ...]) -> None:
        self._way = way
        self._movers = movers
        self._beginnings = beginnings
        self._sections = {path[:length] for path in movers for length in range(1, len(path) + 1)}

    def settings(self, node: MappingNode, path: tuple[str, ...]) -> MappingNode:
        entries = tuple(Entry(entry.name, self._node(entry.value, (*path, entry.name.text))) for entry in node.entries)
        return replace(node, entries=entries)

    def _node(self, node: Node, path: tuple[str, ...]) -> Node:
        if path not in self._sections:
            return node
        if isinstance(node, MappingNode):
            return self.settings(node, path)
        if isinstance(node, SequenceNode):
            return replace(node, items=tuple(self._node(item, path) for item in node.items))
        mover = self._movers.get(path)
        if mover is None or _is_empty(node) or node.text.startswith(self._beginnings):
            return node
        return replace(node, text=mover(self._way, node.text))


def _is_empty(node: ScalarNode) -> bool:
    return not node.text or (node.plain and is_null(node.text))
