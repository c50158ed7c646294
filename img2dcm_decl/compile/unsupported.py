"""What the recipe language can say and this version cannot do yet: refused at its line, never ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe

#: Path of a setting, what it would do, and how to tell whether a recipe asks for it.
_NOT_YET: tuple[tuple[tuple[str, ...], str, Callable[[Recipe], bool]], ...] = (
    (("logging",), "logging settings", lambda r: r.logging != type(r.logging)()),
)


def refuse_unsupported(recipe: Recipe, problems: Problems) -> None:
    """Add a problem for each setting that asks for something that is not there yet."""
    for path, what, asked in _NOT_YET:
        if asked(recipe):
            problems.add(f"{'.'.join(path)}: {what} is not supported yet", *path, help="leave this setting out")
