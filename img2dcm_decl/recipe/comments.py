"""Comments in the text of a recipe, put where a setting is by asking the reader where that is."""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.compose import compose
from img2dcm_decl.recipe.keys import KeyReader
from img2dcm_decl.recipe.nodes import MappingNode
from img2dcm_decl.recipe.places import places
from img2dcm_decl.recipe.references import Referable
from img2dcm_decl.recipe.source import FORBIDDEN, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from img2dcm_decl.recipe.model import Path, Places

NO_COMMENTS: Mapping[Path, str] = MappingProxyType({})


def annotate(text: str, comments: Mapping[Path, str]) -> str:
    """Return the text of a recipe with comments.

    Parameters
    ----------
    text : str
        A recipe as it was emitted: lines end in line feeds, and each setting begins on a line of its own.
    comments : mapping of path to str
        What to write above each setting. Where one is not in the text, its comment stands above the nearest setting
        around it; `()` is the first line.
    """
    if not comments:
        return text
    where = _places(text)
    above: defaultdict[int, list[str]] = defaultdict(list)
    for path, comment in comments.items():
        above[_line(path, where)].extend(comment.splitlines())
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        indent = line[: len(line) - len(line.lstrip(" "))]
        lines.extend(f"{indent}# {FORBIDDEN.sub(' ', said)}".rstrip() for said in above[number])
        lines.append(line)
    return "\n".join(lines)


def _places(text: str) -> Places:
    source = Source("", text)
    root, _ = compose(source)
    if not isinstance(root, MappingNode):
        return {}
    keys = KeyReader(source, Referable())
    section = root.get("keys")
    if section is not None:
        keys.read(section)
    return {**places(root, source), **keys.places}


def _line(path: Path, where: Places) -> int:
    while path:
        place = where.get((*path, "#name")) or where.get(path)
        if place is not None:
            return place.line
        path = path[:-1]
    return 1
