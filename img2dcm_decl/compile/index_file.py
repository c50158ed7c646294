"""Index files: text files that name an image on each line."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.compile.files import is_file
from img2dcm_decl.compile.problems import Several
from img2dcm_decl.plan.locations import is_url, join, open_input

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe

MAX_LINE = 8192
"""Most bytes of a line: twice what systems allow a path."""
MAX_LINES = 10_000_000

_COMMENT = "#"


def read_index(recipe: Recipe, position: int, index: str, problems: Problems) -> list[str]:
    """Return the images that an index names, in the order of its lines; those that are missing are problems.

    Blank lines and lines that begin with `#` say nothing. Names are relative to the folder of the index. What is at a
    URL is not looked at.

    Parameters
    ----------
    recipe : Recipe
        Its folder is what the index is relative to.
    position : int
        Of the entry in `inputs.images`.
    index : str
        Name of the index.
    problems : Problems
        Gets what is wrong with the index.
    """
    place = recipe.place("inputs", "images", position)
    folder = os.path.dirname(index)
    names: list[str] = []
    with Several(problems, "lines of the index") as several:
        try:
            for line, name in _lines(join(recipe.folder, index)):
                image = join(folder, name)
                path = join(recipe.folder, image)
                if is_url(path) or is_file(path):
                    names.append(image)
                else:
                    what = "is a folder" if os.path.isdir(path) else "does not exist"
                    advice = f"names are relative to the folder of the index, {join(recipe.folder, folder) or '.'}"
                    several.add(place, f"{index}:{line}: {shown(name)} {what}", advice)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.add_at(place, f"the index '{index}' cannot be read: {reason}")
            return []
    if not names and not several.count:
        problems.add_at(place, f"the index '{index}' names no image")
    return names


def _lines(path: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that name something, with their numbers.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        A line is no text, or is too long, or there are too many.
    """
    with open_input(path) as raw:
        file = io.BufferedReader(raw) if isinstance(raw, io.RawIOBase) else raw
        for line in range(1, MAX_LINES + 2):
            data = file.readline(MAX_LINE + 1)
            if not data:
                return
            if len(data) > MAX_LINE:
                raise ValueError(f"line {line} has more than {MAX_LINE} bytes")
            try:
                text = data.decode("utf-8-sig" if line == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                raise ValueError(f"line {line} is not UTF-8") from None
            if "\0" in text:
                raise ValueError(f"line {line} holds a null character")
            if text.strip() and not text.startswith(_COMMENT):
                yield line, text
    raise ValueError(f"it has more than {MAX_LINES:,} lines")
