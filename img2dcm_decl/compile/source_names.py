"""Names of sources: of the whole recipe, or each object's own, made of what is known of its image and row."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.problems import TemplateError, shown
from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expand
from img2dcm_decl.recipe.placeholders import Placeholder, escape, names_in, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe, Sources

#: The one value that is a path: where the image was found, below the fixed part of its pattern.
_A_PATH = "image.folder"
_NO_NAMES = frozenset({"", ".", ".."})


def source_texts(recipe: Recipe) -> dict[str, str]:
    """Return the name of each source that a recipe has, by its setting; it may hold placeholders."""
    given = recipe.sources
    template = given.template.file if given.template else None
    named = {"template": template, "study": given.study, "series": given.series}
    return {setting: text for setting, text in named.items() if text is not None}


def sources_vary(recipe: Recipe) -> bool:
    """Tell whether objects have sources of their own."""
    return any(names_in(parse(text)) for text in source_texts(recipe).values())


def own_sources(recipe: Recipe, values: Mapping[str, str | int], problems: Problems) -> Sources:
    """Return the sources of one object.

    Parameters
    ----------
    recipe : Recipe
        Names the sources.
    values : mapping
        Values of the placeholders.
    problems : Problems
        Gets names that cannot be.
    """
    names: dict[str, str] = {}
    for setting, text in source_texts(recipe).items():
        try:
            names[setting] = escape(_name(text, values))
        except (TemplateError, ValueProblem) as error:
            problems.add(str(error), "sources", setting)
            names[setting] = text
    template = recipe.sources.template
    return replace(
        recipe.sources,
        template=replace(template, file=names["template"]) if template else None,
        study=names.get("study"),
        series=names.get("series"),
    )


def _name(text: str, values: Mapping[str, str | int]) -> str:
    """Return the name of a file; what comes from data cannot lead out of the folder that the rest of it names.

    Raises
    ------
    TemplateError
        A value is no part of a file's name.
    ValueProblem
        A value does not fit its format.
    """
    levels: list[str] = [""]
    made: dict[int, str] = {}
    for piece, placeholder in _pieces(text, values):
        first, *others = piece.split("/")
        levels[-1] += first
        levels += others
        if placeholder:
            made[len(levels) - 1] = f"{placeholder.written} makes it {shown(piece)}"
    for level, said in made.items():
        if levels[level] in _NO_NAMES or os.path.splitdrive(levels[level])[0]:
            raise TemplateError(f"{said}, which is not the name of a file")
    return "/".join(levels)


def _pieces(text: str, values: Mapping[str, str | int]) -> Iterator[tuple[str, Placeholder | None]]:
    """Yield the parts of a name filled in, each with its placeholder if it has one."""
    for part in parse(text):
        piece = expand((part,), values)
        if isinstance(part, str):
            yield piece.replace(os.sep, "/"), None
        elif not piece.strip() and part.default is None:
            # What is left of the name may be that of another patient's file; an empty default says that it is meant.
            raise TemplateError(f"{part.written} is empty here, and the name of a file is to be made of it")
        elif part.name == _A_PATH:
            if "\0" in piece or ".." in piece.split("/") or os.path.isabs(piece):
                raise TemplateError(f"{part.written} makes it {shown(piece)}, which is not a folder below another")
            yield piece, None
        elif any(sign in piece for sign in "/\\\0"):
            raise TemplateError(f"{part.written} makes it {shown(piece)}, which cannot be part of a file name")
        else:
            yield piece, part
