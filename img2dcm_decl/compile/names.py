"""Values of placeholders for each object, and the names of outputs made with them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.placeholders import Placeholder, expand, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe

#: What Windows takes for devices, whatever follows a dot, and characters that no name has there.
_RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³")])
_FORBIDDEN = frozenset([*'<>:"|?*\\', *map(chr, range(32))])
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
    if any("\0" in part for part in parts if isinstance(part, str)):
        problems.add("NUL cannot be part of a file name", "output", "file")
    used = {part.name for part in parts if isinstance(part, Placeholder)}
    if used:
        _check_values([row[name] for row in values for name in used], problems)
        _check_portable(names, problems)
    if not _check_single(names, problems):
        return names
    _check_collisions(recipe, names, groups, problems)
    _check_folders(recipe, names, problems)
    return names


def _check_values(values: Sequence[str | int], problems: Problems) -> None:
    for value in dict.fromkeys(map(str, values)):
        if value in ("", ".", "..") or any(c in value for c in "/\0"):
            problems.add(f"{value!r} cannot be part of a file name", "output", "file")


def _check_portable(names: Sequence[str], problems: Problems) -> None:
    wrong = [name for name in names if not _is_portable(name)]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        problems.warn(f"output {wrong[0]}{more}: Windows does not allow this name")


def _is_portable(name: str) -> bool:
    """Tell whether a name can be that of a file on Windows too."""
    parts = os.path.splitdrive(name)[1].replace(os.sep, "/").split("/")
    return all(
        part in (".", "..")
        or (
            part.partition(".")[0].rstrip(" ").lower() not in _RESERVED
            and _FORBIDDEN.isdisjoint(part)
            and not part.endswith((" ", "."))
        )
        for part in parts
    )


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
