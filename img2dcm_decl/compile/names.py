"""Names of outputs: made with placeholders, so that no value leads out of the folder that the recipe states."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.compile.problems import Several
from img2dcm_decl.plan.locations import is_url
from img2dcm_decl.recipe.placeholders import Placeholder, ValueProblem, expand, names_in, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.compile.subjects import Subjects
    from img2dcm_decl.recipe.model import Recipe

STDOUT = "-"
LONGEST = 255
"""Most bytes of a part of a path: what the file systems of all systems have in common."""

#: Values that may hold slashes: they are paths already, which must not lead up.
_PATHS = frozenset({"image.folder"})
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
#: What would begin another part of a path, on any system, or name another drive.
_SEPARATORS = re.compile(r"[/\\:]" if os.name == "nt" else r"[/\\]")
#: Names of devices, whatever follows a dot, characters that no name has on Windows, and ends that it drops.
_NOT_PORTABLE = re.compile(
    r"""(?:^|/) (?:con|prn|aux|nul|(?:com|lpt)[1-9¹²³]) [ ]* (?:\.|/|$)
    | [<>:"|?*\\\x00-\x1f]
    | (?:^|/) (?!\.\.?(?:/|$)) [^/]* [ .] (?:/|$)""",
    re.IGNORECASE | re.VERBOSE,
)


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
    values = subjects.giving(names_in(parts))
    with Several(problems, "objects") as several:
        for number in subjects:
            try:
                names.append(output_name(parts, values(number)))
            except ValueProblem as problem:
                several.add(place, f"{subjects.named(number)}: {problem.message}", problem.help)
            except UnfitNameError as problem:
                several.add(place, f"{subjects.named(number)}: {problem}")
    if several.count:
        return []
    _check_portable(names, problems)
    return names


def output_name(parts: Sequence[str | Placeholder], values: Mapping[str, str | int]) -> str:
    """Return the name of an output.

    Raises
    ------
    ValueProblem
        A value does not fit its format.
    UnfitNameError
        A value, or the name that it makes, cannot be that of a file in the stated folder.
    """
    name = "".join([part if isinstance(part, str) else _component(part, values) for part in parts])
    if name == STDOUT:
        raise UnfitNameError("the name of the output would be '-', which is standard output")
    if len(name) > LONGEST or not name.isascii():
        _check_lengths(name)
    return name


def _component(part: Placeholder, values: Mapping[str, str | int]) -> str:
    value = expand((part,), values)
    if part.name in _PATHS:
        unfit = value.startswith("/") or ".." in value.split("/") or "\\" in value or not value
    else:
        # Of dots and blanks alone, systems make the folder itself or the one above.
        unfit = not value.strip(". ") or _SEPARATORS.search(value) is not None
    if unfit or _CONTROLS.search(value):
        raise UnfitNameError(f"{shown(value)}, which is {part.written}, cannot be part of a file name")
    return value


def _check_lengths(name: str) -> None:
    try:
        longest = max(len(os.fsencode(part)) for part in name.split("/"))
    except UnicodeEncodeError:
        raise UnfitNameError(f"{shown(name)} is no name that a file can have here") from None
    if longest > LONGEST:
        raise UnfitNameError(f"{shown(name)} has a part of {longest} bytes, and names of files have {LONGEST} at most")


def _check_portable(names: Sequence[str], problems: Problems) -> None:
    wrong = [name for name in names if not _is_portable(name)]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        problems.warn(f"output {wrong[0]}{more}: Windows does not allow this name")


def _is_portable(name: str) -> bool:
    """Tell whether a name can be that of a file on Windows too."""
    return is_url(name) or not _NOT_PORTABLE.search(os.path.splitdrive(name)[1].replace(os.sep, "/"))
