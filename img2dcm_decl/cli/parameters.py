"""What the command line gives to the parameters of recipes: `--set` and `--parameters`."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from img2dcm_decl.cli.request import PARAMETERS, SET
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import Img2dcmError, RecipeError, UsageError
from img2dcm_decl.recipe import core
from img2dcm_decl.recipe.compose import compose
from img2dcm_decl.recipe.nodes import MappingNode, ScalarNode
from img2dcm_decl.recipe.parameter_mistakes import Given, unknown_parameter
from img2dcm_decl.recipe.parameters import missing, resolve, without_missing
from img2dcm_decl.recipe.read import load_recipe
from img2dcm_decl.recipe.source import MAX_SIZE, Source, open_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.recipe.model import Recipe
    from img2dcm_decl.recipe.nodes import Entry

EXAMPLE = "a file of parameters is a mapping of names to values, as 'site: north'"


class GivenParameters:
    """The parameters of one command line, for all its recipes.

    Parameters
    ----------
    settings : sequence of str
        What `--set` says, each `NAME=VALUE`. It wins over the file. Paths in it are relative to the current folder.
    file : str or None
        The file of `--parameters`; paths in it are relative to its folder.
    """

    def __init__(self, settings: Sequence[str], file: str | None) -> None:
        self._errors: list[Exception] = []
        self._unread = False
        self._declared: dict[str, None] = {}
        self._given: dict[str, Given] = {}
        if file is not None:
            try:
                self._given.update(_read_file(file, self._errors))
            except Img2dcmError as error:
                self._errors.append(error)
        if settings:
            self._given.update(_read_settings(settings, self._errors))

    def read(self, file: str) -> Recipe:
        """Read a recipe that these parameters are for.

        Raises
        ------
        RecipeError
            It cannot be read, or is wrong.
        """
        try:
            return load_recipe(file)
        except RecipeError:
            self._unread = True
            raise

    def resolve(self, recipe: Recipe) -> Recipe:
        """Return a recipe with the values of its parameters put in.

        Raises
        ------
        UsageError, RecipeError, ExceptionGroup
            Everything that is wrong with them.
        """
        return resolve(recipe, self._of(recipe))

    def resolve_known(self, recipe: Recipe) -> tuple[Recipe, tuple[str, ...]]:
        """Return a recipe in which nothing needs a required parameter that is not given, and the names of those.

        Raises
        ------
        UsageError, RecipeError, ExceptionGroup
            Everything that is wrong with the others.
        """
        given = self._of(recipe)
        names = missing(recipe, given)
        return resolve(without_missing(recipe, names) if names else recipe, given), names

    def errors(self) -> list[Exception]:
        """Return what is wrong with the parameters of the command line, once all recipes are read and resolved."""
        # A recipe that could not be read may have had any parameter.
        unknown = {} if self._unread else {n: given for n, given in self._given.items() if n not in self._declared}
        return self._errors + [unknown_parameter(name, self._declared, given.place) for name, given in unknown.items()]

    def _of(self, recipe: Recipe) -> dict[str, Given]:
        names = dict.fromkeys(parameter.name for parameter in recipe.parameters)
        self._declared.update(names)
        return {name: given for name, given in self._given.items() if name in names}


def _read_settings(settings: Sequence[str], errors: list[Exception]) -> dict[str, Given]:
    option, folder = SET.names[0], os.getcwd()
    given: dict[str, Given] = {}
    for setting in settings:
        name, mark, value = setting.partition("=")
        if not mark or not name:
            errors.append(UsageError(f"{option}: {shown(setting)} is not of the form NAME=VALUE"))
        elif name in given and given[name].text != value:
            errors.append(UsageError(f"{option}: {shown(name)} is given two values"))
        else:
            given[name] = Given(value, None, folder)
    return given


def _read_file(path: str, errors: list[Exception]) -> dict[str, Given]:
    source = open_source(_read(path), path)
    root, problems = compose(source)
    given: dict[str, Given] = {}
    folder = os.path.dirname(os.path.abspath(path))
    if isinstance(root, MappingNode):
        for entry in root.entries:
            _add(given, problems, entry, source, folder)
    elif root is not None:
        problems.append(Diagnostic("this is not a mapping", source.place(root.start, root.end), EXAMPLE))
    else:
        problems.append(Diagnostic("the file of parameters is empty", Place(path, 1, 1), EXAMPLE))
    if problems:
        errors.append(RecipeError(problems))
    return given


def _add(given: dict[str, Given], problems: list[Diagnostic], entry: Entry, source: Source, folder: str) -> None:
    node = entry.value
    place = (
        source.place(node.start, node.end) if node.end > node.start else source.place(entry.name.start, entry.name.end)
    )
    if isinstance(node, ScalarNode):
        given[entry.name.text] = Given("" if node.plain and core.is_null(node.text) else node.text, place, folder)
    else:
        problems.append(Diagnostic("the value of a parameter is a text, number, true or false", place, EXAMPLE))


def _read(path: str) -> bytes:
    option = PARAMETERS.names[0]
    try:
        with open(path, "rb") as file:
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{option}: {shown(path)} is a folder")
            return file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(f"{option}: {shown(path)} cannot be read: {reason}") from None
