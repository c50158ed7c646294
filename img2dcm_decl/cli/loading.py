"""Recipes and saved plans -> plans; all of them are good before the first is used."""

from __future__ import annotations

import io
import os
import stat
from typing import TYPE_CHECKING

from img2dcm_decl.cli.request import check_request, is_plan
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.errors import Img2dcmError, PlanError
from img2dcm_decl.plan.saved import MOST_BYTES, load_plan

if TYPE_CHECKING:
    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan


def load_plans(request: RunRequest) -> list[Plan]:
    """Return the plan of each file of a request, with what the request says over it.

    Raises
    ------
    UsageError
        The options of the request exclude each other.
    ExceptionGroup
        Files are wrong: the errors of all of them.
    """
    check_request(request)
    plans: list[Plan] = []
    errors: list[Img2dcmError] = []
    for file in request.files:
        try:
            plan = read_plan(file) if is_plan(file) else _compile(file, request)
        except Img2dcmError as error:
            errors.append(error)
        else:
            plans.append(plan._replace(existing=request.existing) if request.existing else plan)
    if errors:
        raise ExceptionGroup("some files are wrong", errors)
    return plans


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


def _compile(path: str, request: RunRequest) -> Plan:
    # The compiler's libraries take longer to import than most saved plans take to run.
    from img2dcm_decl.cli.compiling import to_plan
    from img2dcm_decl.cli.overriding import point_elsewhere
    from img2dcm_decl.recipe.read import load_recipe

    return to_plan(point_elsewhere(load_recipe(path), request))
