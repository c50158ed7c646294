"""Recipes and saved plans -> plans; all of them are good before the first is used."""

from __future__ import annotations

import io
import os
import stat

from img2dcm_decl.cli.request import PARAMETERS, SET, check_request, is_plan
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.errors import Img2dcmError, PlanError, UsageError
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.saved import MOST_BYTES, load_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.cli.recipes import Recipes
    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan, PlannedObject


class Loaded(NamedTuple):
    """What is to be run.

    Attributes
    ----------
    plan : Plan
        The plan.
    bind : callable or None
        Completes objects where the plan leaves something to them, as no saved plan does.
    """

    plan: Plan
    bind: Callable[[PlannedObject], PlannedObject] | None = None


def load(request: RunRequest) -> list[Loaded]:
    """Return what each file of a request asks for, with what the request says over it.

    Raises
    ------
    UsageError
        The options of the request exclude each other.
    ExceptionGroup
        Files or parameters are wrong: the errors of all of them.
    """
    check_request(request)
    _check_parameters(request)
    every: list[Loaded] = []
    errors: list[Exception] = []
    recipes = _recipes(request)
    for file in request.files:
        try:
            loaded = Loaded(read_plan(file)) if recipes is None or is_plan(file) else Loaded(*recipes.load(file))
        except (Img2dcmError, ExceptionGroup) as error:
            errors.append(error)
        else:
            every.append(loaded if request.existing is None else _with_existing(loaded, request.existing))
    if recipes is not None:
        # What could not be read of the parameters comes first: others are not given because of it.
        errors = [*recipes.errors(), *errors]
    if errors:
        raise ExceptionGroup("some files are wrong", errors)
    return every


def read_plan(path: str) -> Plan:
    """Read a saved plan.

    Raises
    ------
    PlanError
        It cannot be read, or is not a plan of this version.
    """
    try:
        return load_plan(_read(path))
    except PlanError as error:
        raise PlanError(f"{shown(path)}: {error}") from None


def _check_parameters(request: RunRequest) -> None:
    given = [option.names[0] for option in (SET, PARAMETERS) if getattr(request, option.field)]
    plan = next(filter(is_plan, request.files), None)
    if given and plan is not None:
        message = f"{given[0]} is for recipes: the parameters of a saved plan such as {shown(plan)} have their values"
        raise UsageError(f"{message} (make a new one of its recipe)")


def _recipes(request: RunRequest) -> Recipes | None:
    """Return what compiles the recipes of a request; None where there are none."""
    if all(map(is_plan, request.files)):
        return None
    # The compiler's libraries take longer to import than most saved plans take to run.
    from img2dcm_decl.cli.recipes import Recipes

    return Recipes(request)


def _with_existing(loaded: Loaded, existing: str) -> Loaded:
    return loaded._replace(plan=loaded.plan._replace(existing=existing))


def _read(path: str) -> str:
    try:
        with io.FileIO(path) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise PlanError("is not a regular file")
            if status.st_size > MOST_BYTES:
                raise PlanError(f"is larger than a plan may be, {MOST_BYTES >> 20} MiB")
            return file.readall().decode("utf-8", "surrogateescape")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise PlanError(f"cannot be read: {reason or error}") from None
