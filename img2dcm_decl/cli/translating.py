"""`translate`: an img2dcm command line -> the recipe that says the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.cli.results import put, save
from img2dcm_decl.cli.streams import say, shown
from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.differences import notes
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.relocation import relocate
from img2dcm_decl.recipe.write import write_recipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def translate(arguments: Sequence[str], file: str | None, environ: Mapping[str, str], *, replace: bool = False) -> int:
    """Write the recipe that converts as an img2dcm command line does.

    Parameters
    ----------
    arguments : sequence of str
        The command line, without the name of the program; its paths are relative to the current folder.
    file : str or None
        The recipe; None shows it, for the current folder.
    environ : mapping
        The environment, which may name data dictionaries.
    replace : bool
        Whether an existing file may be replaced.

    Raises
    ------
    UsageError
        The command line is wrong, or converts nothing.
    OutputError
        The file exists, or cannot be written.
    """
    invocation = parse(arguments, environ=environ)
    if invocation.recipe is None:
        raise UsageError("this command line converts nothing, so there is no recipe for it")
    for note in invocation.notes:
        say(f"note: {note}")
    folder = os.path.dirname(file) if file else ""
    text = write_recipe(relocate(invocation.recipe, folder or "."), comments=notes(invocation))
    if file is None:
        put(text)
        return 0
    save(text, file, replace=replace)
    say(f"wrote {shown(file)}")
    return 0
