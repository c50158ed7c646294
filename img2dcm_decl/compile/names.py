"""Values of placeholders for each object, and the names of outputs made with them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.placeholders import Placeholder, expand, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe

_RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))])
_FORBIDDEN = frozenset('<>:"|?*')
_STDOUT = "-"


def placeholder_values(folder: str, images: tuple[str, ...], number: int) -> dict[str, str | int]:
    """Return the values of placeholders for one object: those of its first image, and its number."""
    base = os.path.basename(images[0])
    parent = os.path.basename(os.path.dirname(os.path.abspath(os.path.join(folder, images[0]))))
    return {"image.name": base, "image.stem": os.path.splitext(base)[0], "image.parent": parent, "index": number}


def output_names(
    recipe: Recipe, groups: Sequence[tuple[str, ...]], values: Sequence[dict[str, str | int]], problems: Problems
) -> list[str]:
    """Return the output file of each object, relative to the recipe's folder.

    Two objects with the same name, and a name that is one of the inputs, are errors of the recipe.
    """
    parts = parse(recipe.output.file)
    names = [expand(parts, row) for row in values]
    if any(isinstance(part, Placeholder) for part in parts):
        for name, row in zip(names, values, strict=True):
            _check_values(name, row, problems)
    if not _check_single(names, problems):
        return names
    _check_collisions(recipe, names, groups, problems)
    _check_folders(recipe, names, problems)
    return names


def _check_values(name: str, row: dict[str, str | int], problems: Problems) -> None:
    for value in row.values():
        if str(value) in ("", ".", "..") or any(c in str(value) for c in "/\0"):
            problems.add(f"{str(value)!r} cannot be part of a file name", "output", "file")
    for part in name.split("/"):
        if part.split(".")[0].lower() in _RESERVED or _FORBIDDEN & set(part) or part != part.rstrip(" ."):
            if part not in (".", ".."):
                problems.warn(f"output {name}: Windows does not allow this name")
            break


def _check_single(names: list[str], problems: Problems) -> bool:
    if len(names) < 2 or len(set(names)) > 1:
        return True
    what = "standard output takes" if names[0] == _STDOUT else f"'{names[0]}' is one file for"
    problems.add(
        f"{what} one object, but there are {len(names)}",
        "output",
        "file",
        help="give each its own name, as in out/${image.stem}.dcm, or make them frames of one: group_by: all",
    )
    return False


def _check_collisions(recipe: Recipe, names: list[str], groups: Sequence[tuple[str, ...]], problems: Problems) -> None:
    real = RealPaths(recipe.folder)
    inputs = {real(image): image for images in groups for image in images}
    first: dict[str, int] = {}
    folded: dict[str, str] = {}
    for position, name in enumerate(names):
        if name == _STDOUT:
            continue
        path = real(name)
        if path in inputs:
            problems.add(f"the output '{name}' is one of the images, {inputs[path]}", "output", "file")
        other = first.setdefault(path, position)
        if other != position:
            both = f"{groups[other][0]} and {groups[position][0]}"
            problems.add(f"{both} would both become '{name}'", "output", "file", help="${index} tells them apart")
        elif folded.setdefault(path.casefold(), name) != name:
            problems.warn(f"outputs {folded[path.casefold()]} and {name} are one file where case does not count")


def _check_folders(recipe: Recipe, names: list[str], problems: Problems) -> None:
    for name in names:
        if name.endswith("/") or os.path.isdir(os.path.join(recipe.folder, name)):
            help_text = f"name the file in it: {name.rstrip('/')}/${{image.stem}}.dcm"
            problems.add(f"the output '{name}' is a folder", "output", "file", help=help_text)
            return


class RealPaths:
    """Names relative to a folder -> files without symbolic links; each folder is looked up once."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._folders: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        """Return the file that a name stands for."""
        path = os.path.join(self._folder, name)
        if os.path.islink(path):
            return os.path.realpath(path)
        parent, base = os.path.split(path)
        if parent not in self._folders:
            self._folders[parent] = os.path.realpath(parent)
        return os.path.join(self._folders[parent], base)
