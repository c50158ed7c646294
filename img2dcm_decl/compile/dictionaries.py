"""The data dictionaries that a recipe names, layered on pydicom's."""

from __future__ import annotations

from io import BufferedReader
from typing import TYPE_CHECKING, cast

from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.dictionary_file import read_dictionary
from img2dcm_decl.plan.locations import join, open_input

if TYPE_CHECKING:
    from io import RawIOBase

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe

MAX_BYTES = 16 << 20
"""Size of one dictionary; DCMTK's own has half a megabyte."""


def load_dictionaries(recipe: Recipe, problems: Problems) -> Dictionary:
    """Return the data dictionary of a recipe; where two of its files differ, the later one counts.

    Parameters
    ----------
    recipe : Recipe
        Names the files, relative to its folder.
    problems : Problems
        Gets what is wrong with them. The good lines of a file are in force all the same, so that one bad line does
        not make each key wrong that depends on another.
    """
    dictionary = Dictionary()
    for position, name in enumerate(recipe.dictionaries):
        text = _text(join(recipe.folder, name), name, position, problems)
        if text is None:
            continue
        read = read_dictionary(text, name)
        for found in read.problems:
            problems.add_at(found.place or recipe.place("dictionaries", position), found.message, found.help)
        dictionary = dictionary.with_entries(read.entries)
    return dictionary


def _text(path: str, name: str, position: int, problems: Problems) -> str | None:
    try:
        with open_input(path) as opened, BufferedReader(cast("RawIOBase", opened)) as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.add(f"data dictionary {name}: cannot be read: {reason}", "dictionaries", position)
        return None
    if len(data) > MAX_BYTES:
        problems.add(f"data dictionary {name}: it has more than {MAX_BYTES >> 20} MiB", "dictionaries", position)
        return None
    # Keywords and private creators are ASCII; comments may be in any encoding.
    return data.decode("utf-8", "replace")
