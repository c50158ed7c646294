"""Which image files a recipe means, in their order."""

from __future__ import annotations

import glob
import os
import re
from array import array
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.compile.files import Files, is_file
from img2dcm_decl.compile.index_file import read_index
from img2dcm_decl.compile.patterns import in_any_case, matching
from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.plan.locations import glob_urls, is_url, join
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import ImageEntry, Recipe

_DIGITS = re.compile(r"\d+")
_ANY_FOLDERS = "**"


class Images(NamedTuple):
    """The images of a recipe.

    Attributes
    ----------
    names : list of str
        Their files, relative to the recipe's folder.
    bases : array of int
        For each of them, the position of its base folder among `folders`.
    folders : list of str
        Base folders: the fixed part of each pattern, and the folder of each exact name and of each index.
    """

    names: list[str]
    bases: array[int]
    folders: list[str]

    def only(self, positions: Iterable[int]) -> Images:
        """Return some of the images, by their positions."""
        kept = list(positions)
        return Images([self.names[n] for n in kept], array("I", [self.bases[n] for n in kept]), self.folders)


def find_images(recipe: Recipe, problems: Problems) -> Images:
    """Return the images that a recipe names, without those that it excludes.

    Patterns give files in natural order (`2.jpg` before `10.jpg`), indexes in the order of their lines, and both give
    each file once; files that are named exactly are taken as often as they are named.
    """
    images = Images([], array("I"), [])
    excluded = _excluded(recipe, problems)
    seen: set[str] = set()
    left_out = False
    for position, entry in enumerate(recipe.inputs.images):
        found = _found(recipe, position, entry, problems)
        if not entry.exact and (seen or entry.index):
            found = [name for name in dict.fromkeys(found) if name not in seen]
        if position + 1 < len(recipe.inputs.images):
            seen.update(found)
        if excluded:
            kept = [name for name in found if _normal(name) not in excluded]
            left_out = left_out or len(kept) < len(found)
            found = kept
        images.names.extend(found)
        images.bases.extend(array("I", [position]) * len(found))
        images.folders.append(_base(expand(parse(entry.pattern), {}), entry))
    if left_out and not images.names:
        problems.add("every image is excluded", "inputs", "exclude")
    return images


def in_natural_order(names: Iterable[str]) -> list[str]:
    """Return names as people number them, `2.jpg` before `10.jpg`; those that are numbered alike as they come."""
    folders: dict[str, str] = {}

    def key(name: str) -> str:
        folder, slash, base = name.rpartition("/")
        known = folders.get(folder)
        if known is None:
            known = folders[folder] = _natural_key(folder + slash)
        return known + _natural_key(base)

    return sorted(names, key=key)


def _natural_key(name: str) -> str:
    """Return what sorts names: a text in which a number of more digits comes later."""
    return _DIGITS.sub(_sortable, name)


def _sortable(digits: re.Match[str]) -> str:
    number = str(int(digits[0]))
    # No name holds NUL, so that a number comes before any other character.
    return f"\0{chr(len(number))}{number}"


def _found(recipe: Recipe, position: int, entry: ImageEntry, problems: Problems) -> list[str]:
    pattern = expand(parse(entry.pattern), {})
    try:
        if entry.index:
            return read_index(recipe, position, pattern, problems)
        closed: set[str] = set()
        found = _named(recipe.folder, pattern) if entry.exact else _matching(recipe.folder, pattern, closed)
    except (Img2dcmError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.add(f"'{pattern}' cannot be looked at: {reason}", "inputs", "images", position)
        return []
    if not found:
        message, advice = _nothing(recipe.folder, pattern, exact=entry.exact)
        problems.add(message, "inputs", "images", position, help=_closed_folder(closed) if closed else advice)
    elif closed:
        problems.warn(f"{_closed_folder(closed)}: images in it are left out")
    return found


def _closed_folder(closed: Collection[str]) -> str:
    more = f" (and {len(closed) - 1} more)" if len(closed) > 1 else ""
    return f"folder {min(closed).rstrip('/') or '.'}{more} is closed to this user"


def _named(folder: str, name: str) -> list[str]:
    # Whether there is something at a URL, the storage is asked once: when it is read.
    return [name] if is_url(name) or is_file(join(folder, name)) else []


def _matching(folder: str, pattern: str, closed: set[str]) -> list[str]:
    if is_url(pattern):
        files = glob_urls(pattern)
    elif is_url(folder):
        raise ValueError("patterns are relative to a local folder, or URLs")
    else:
        known = Files(folder)
        files = [name for name in matching(folder, pattern, closed) if not known.is_folder(name)]
    if _ANY_FOLDERS in pattern:
        files = list(dict.fromkeys(files))  # two of them find a file in as many ways as it can be reached
    # Names such as 1.jpg and 01.jpg are numbered alike; the order in which a folder lists them says nothing.
    files.sort()
    return in_natural_order(files)


def _excluded(recipe: Recipe, problems: Problems) -> set[str]:
    """Return the files that the recipe leaves out."""
    excluded: set[str] = set()
    for position, text in enumerate(recipe.inputs.exclude):
        pattern = expand(parse(text), {})
        try:
            excluded.update(map(_normal, _matching(recipe.folder, pattern, set())))
            folder = not is_url(pattern) and os.path.isdir(os.path.join(recipe.folder, pattern))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.add(f"'{pattern}' cannot be looked at: {reason}", "inputs", "exclude", position)
            continue
        if folder:
            advice = f"leave out what is in it: {pattern.rstrip('/')}/**"
            problems.add(f"'{pattern}' is a folder", "inputs", "exclude", position, help=advice)
    return excluded


def _normal(name: str) -> str:
    return name if is_url(name) else os.path.normpath(name)


def _base(pattern: str, entry: ImageEntry) -> str:
    """Return the folder that the folders of images are counted from."""
    folder = os.path.dirname(pattern)
    if entry.exact or entry.index:
        return folder
    parts = folder.split("/")
    magic = next((n for n, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return "/".join(parts[:magic]) or ("/" if folder.startswith("/") else "")


def _nothing(folder: str, pattern: str, *, exact: bool) -> tuple[str, str]:
    path = join(folder, pattern)
    if is_url(path):
        return f"no file matches '{pattern}'", ""
    if os.path.isdir(path):
        return f"'{pattern}' is a folder", f"name the files in it: {pattern.rstrip('/')}/*"
    outer = os.path.dirname(path)
    if os.path.isdir(outer) and not os.access(outer, os.R_OK | os.X_OK):
        return f"there is no file '{pattern}' that can be seen", _closed_folder([outer])
    if exact:
        return f"there is no file '{pattern}'", _relative_to(folder)
    if os.path.exists(path):
        return (
            f"no file matches '{pattern}', in which brackets are part of a pattern",
            f'a file of exactly this name is written {{path: "{pattern}"}}',
        )
    above, slash, name = pattern.rpartition("/")
    alike = next(matching(folder, above + slash + in_any_case(name), set()), "")
    advice = f"'{alike}' differs only in capital letters" if alike else _relative_to(folder)
    return f"no file matches '{pattern}'", advice


def _relative_to(folder: str) -> str:
    # It is the recipe's, or where an img2dcm command line is typed.
    return f"paths are relative to the folder {os.path.abspath(folder)}"
