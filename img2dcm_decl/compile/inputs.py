"""Which image files a recipe means, and how they form objects."""

from __future__ import annotations

import glob
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import ImageEntry, Recipe

_DIGITS = re.compile(r"(\d+)")


def image_groups(recipe: Recipe, problems: Problems) -> list[tuple[str, ...]]:
    """Return the images of each object, relative to the recipe's folder.

    Patterns give files in natural order (`2.jpg` before `10.jpg`), each once; files that are named exactly are taken
    as often as they are named.
    """
    images: list[str] = []
    seen: set[str] = set()
    for position, entry in enumerate(recipe.inputs.images):
        found = _named(recipe.folder, entry) if entry.exact else _matching(recipe.folder, entry)
        if not found:
            message, advice = _nothing(recipe.folder, entry)
            problems.add(message, "inputs", "images", position, help=advice)
        images += found if entry.exact else [name for name in found if name not in seen]
        seen.update(found)
    if recipe.inputs.group_by == "all":
        return [tuple(images)] if images else []
    return [(name,) for name in images]


def natural_key(name: str) -> list[tuple[int, int | str]]:
    """Return what sorts names as people number them."""
    parts = _DIGITS.split(name)
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts]


def _named(folder: str, entry: ImageEntry) -> list[str]:
    path = os.path.join(folder, entry.pattern)
    return [entry.pattern] if os.path.exists(path) and not os.path.isdir(path) else []


def _matching(folder: str, entry: ImageEntry) -> list[str]:
    found = glob.iglob(entry.pattern, root_dir=folder, recursive=True)
    files = [name for name in found if not os.path.isdir(os.path.join(folder, name))]
    # Names such as 1.jpg and 01.jpg are numbered alike; the order in which a folder lists them says nothing.
    return sorted(sorted(files), key=natural_key)


def _nothing(folder: str, entry: ImageEntry) -> tuple[str, str]:
    path = os.path.join(folder, entry.pattern)
    if os.path.isdir(path):
        return f"'{entry.pattern}' is a folder", f"name the files in it: {entry.pattern.rstrip('/')}/*"
    if entry.exact:
        return f"there is no file '{entry.pattern}'", _relative_to(folder)
    if os.path.exists(path):
        return (
            f"no file matches '{entry.pattern}', in which brackets are part of a pattern",
            f'a file of exactly this name is written {{path: "{entry.pattern}"}}',
        )
    return f"no file matches '{entry.pattern}'", _relative_to(folder)


def _relative_to(folder: str) -> str:
    return f"paths are relative to the recipe's folder, {os.path.abspath(folder)}"
