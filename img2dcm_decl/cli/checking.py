"""`check`: says everything that is wrong with recipes."""

from __future__ import annotations

from typing import NamedTuple

from img2dcm_decl.cli.compiling import to_plan
from img2dcm_decl.cli.imageless import without_images
from img2dcm_decl.cli.parameters import GivenParameters
from img2dcm_decl.cli.report import report
from img2dcm_decl.cli.results import put
from img2dcm_decl.cli.streams import printable
from img2dcm_decl.errors import Img2dcmError


class CheckRequest(NamedTuple):
    """What is to be checked.

    Attributes
    ----------
    files : tuple of str
        The recipes.
    images : bool
        Whether the images have to be there, and values for all required parameters.
    quiet : bool
        Whether nothing is said about recipes that are right.
    settings : tuple of str
        Parameters of the recipes, each `NAME=VALUE`.
    parameters : str or None
        A file of parameters.
    """

    files: tuple[str, ...]
    images: bool = True
    quiet: bool = False
    settings: tuple[str, ...] = ()
    parameters: str | None = None


def check(request: CheckRequest) -> int:
    """Compile recipes without using the plans.

    Returns
    -------
    int
        The exit code: 2 where any recipe is wrong.
    """
    given = GivenParameters(request.settings, request.parameters)
    errors: list[Exception] = []
    for file in request.files:
        try:
            found = _compiled(file, given, images=request.images)
        except (Img2dcmError, ExceptionGroup) as error:
            errors.append(error)
        else:
            if not request.quiet:
                put(printable(f"{file}: ok, {found}\n"))
    # What could not be read of the parameters comes first: others are not given because of it.
    return max([0, *map(_reported, [*given.errors(), *errors])])


def _compiled(file: str, given: GivenParameters, *, images: bool) -> str:
    """Compile a recipe as far as it can be, and return what was found."""
    recipe = given.read(file)
    if images:
        number = len(to_plan(given.resolve(recipe)).objects)
        return f"{number} object{'s' * (number != 1)}"
    resolved, missing = given.resolve_known(recipe)
    to_plan(without_images(resolved, file))
    without = f"; not given, and what needs it not checked: {', '.join(missing)}" if missing else ""
    return f"images not looked for{without}"


def _reported(error: Exception) -> int:
    """Say what is wrong, and return its exit code."""
    if isinstance(error, ExceptionGroup):
        return max(map(_reported, error.exceptions))
    if not isinstance(error, Img2dcmError):
        raise error
    report(error)
    return error.exit_code
