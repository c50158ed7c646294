"""Names of outputs: made with placeholders, so that no value leads out of the folder that the recipe states."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.compile.files import split
from img2dcm_decl.compile.problems import Several
from img2dcm_decl.plan.locations import STDIO, is_url
from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expand, expander, template
from img2dcm_decl.recipe.placeholders import Placeholder, names_in, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.compile.subjects import Subjects
    from img2dcm_decl.recipe.model import Recipe
    from img2dcm_decl.recipe.placeholders import Parts

    _Filling: TypeAlias = Callable[[Mapping[str, str | int]], str]

LONGEST = 255
"""Most bytes of a part of a path: what the file systems of all systems have in common."""

#: Values that may hold slashes: they are paths already, which must not lead up.
_PATHS = frozenset({"image.folder"})
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
#: What would begin another part of a path, on any system, or name another drive.
_SEPARATORS = re.compile(r"[/\\:]" if os.name == "nt" else r"[/\\]")
#: Names of devices on Windows, whatever follows a dot.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[1-9¹²³]) *(?:\.|$)", re.IGNORECASE)
#: Characters that no name has there, and ends that it drops.
_NOT_PORTABLE = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$')
_HERE_AND_ABOVE = frozenset({".", ".."})
#: So many folders are remembered; names come folder by folder.
_MOST_FOLDERS = 256


class UnfitNameError(Exception):
    """A value cannot be part of the name of an output; the message says why."""


def output_names(recipe: Recipe, subjects: Subjects, problems: Problems) -> list[str]:
    """Return the output file of each object, relative to the recipe's folder; none where something is wrong.

    A value that is empty, would begin or leave a folder, or holds control characters is a problem of the recipe.
    """
    parts = parse(recipe.output.file)
    place = recipe.place("output", "file")
    if any("\0" in part for part in parts if isinstance(part, str)):
        problems.add_at(place, "NUL cannot be part of a file name")
    if not any(isinstance(part, Placeholder) for part in parts):
        return [expand(parts, {})] * len(subjects)
    names = []
    name_of, values = output_namer(parts), subjects.giving(names_in(parts))
    with Several(problems, "objects") as several:
        for number in subjects:
            try:
                names.append(name_of(values(number)))
            except ValueProblem as problem:
                several.add(place, f"{subjects.named(number)}: {problem.message}", problem.help)
            except UnfitNameError as problem:
                several.add(place, f"{subjects.named(number)}: {problem}")
    if several.count:
        return []
    _check_portable(names, problems)
    return names


def output_namer(parts: Parts) -> _Filling:
    """Return what makes the names of outputs, of the values of one object after the other.

    It raises `ValueProblem` where a value does not fit its format, and `UnfitNameError` where a value, or the name
    that it makes, cannot be that of a file in the stated folder.
    """
    form, components = template(parts), [_component(part) for part in parts if isinstance(part, Placeholder)]

    def name_of(values: Mapping[str, str | int]) -> str:
        name = form % tuple([component(values) for component in components])
        if name == STDIO:
            raise UnfitNameError("the name of the output would be '-', which is standard output")
        if len(name) > LONGEST or not name.isascii():
            _check_lengths(name)
        return name

    return name_of


def _component(part: Placeholder) -> _Filling:
    fill = expander((part,))
    is_fit = lru_cache(_MOST_FOLDERS)(_is_path) if part.name in _PATHS else _is_part

    def component(values: Mapping[str, str | int]) -> str:
        value = fill(values)
        if not is_fit(value):
            raise UnfitNameError(f"{shown(value)}, which is {part.written}, cannot be part of a file name")
        return value

    return component


def _is_path(value: str) -> bool:
    leading_up = value.startswith("/") or ".." in value.split("/") or "\\" in value
    return bool(value) and not leading_up and not _CONTROLS.search(value)


def _is_part(value: str) -> bool:
    # Of dots and blanks alone, systems make the folder itself or the one above.
    return bool(value.strip(". ")) and not _SEPARATORS.search(value) and not _CONTROLS.search(value)


def _check_lengths(name: str) -> None:
    try:
        longest = max(len(os.fsencode(part)) for part in name.split("/"))
    except UnicodeEncodeError:
        raise UnfitNameError(f"{shown(name)} is no name that a file can have here") from None
    if longest > LONGEST:
        raise UnfitNameError(f"{shown(name)} has a part of {longest} bytes, and names of files have {LONGEST} at most")


def _check_portable(names: Sequence[str], problems: Problems) -> None:
    folder_is_portable = lru_cache(_MOST_FOLDERS)(_is_portable_folder)
    wrong = [
        name
        for name, (folder, base) in zip(names, map(split, names), strict=True)
        if not (folder_is_portable(folder) and (_is_portable(base) or is_url(name)))
    ]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        problems.warn(f"output {wrong[0]}{more}: Windows does not allow this name")


def _is_portable_folder(folder: str) -> bool:
    parts = os.path.splitdrive(folder)[1].replace(os.sep, "/").split("/")
    return is_url(folder) or all(map(_is_portable, parts))


def _is_portable(part: str) -> bool:
    """Tell whether a part of a path can be the name of a file or folder on Windows too."""
    return not (_NOT_PORTABLE.search(part) or _DEVICE.match(part)) or part in _HERE_AND_ABOVE
