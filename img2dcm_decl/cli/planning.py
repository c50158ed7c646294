"""`plan`: shows or saves what a recipe would do."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.cli.loading import load
from img2dcm_decl.cli.plan_text import describe
from img2dcm_decl.cli.plan_values import keyword
from img2dcm_decl.cli.results import put, save
from img2dcm_decl.cli.streams import printable, say, shown
from img2dcm_decl.plan.saved import dump_plan, dumped

if TYPE_CHECKING:
    from img2dcm_decl.cli.request import RunRequest


class PlanRequest(NamedTuple):
    """What of a plan is asked for.

    Attributes
    ----------
    run : RunRequest
        What is to be planned: one recipe or saved plan.
    as_json : bool
        Whether the plan is shown in the form in which it is saved.
    save : str or None
        Where it is saved instead of being shown.
    replace : bool
        Whether an existing file may be replaced by it.
    """

    run: RunRequest
    as_json: bool = False
    save: str | None = None
    replace: bool = False


def show_plan(request: PlanRequest) -> int:
    """Show or save the plan of a recipe; no object is written.

    Raises
    ------
    Img2dcmError, ExceptionGroup
        What is wrong with the request or its file.
    """
    [(plan, bind)] = load(request.run)
    if request.save is None and not request.as_json:
        width = shutil.get_terminal_size((100, 0)).columns if sys.stdout is not None and sys.stdout.isatty() else 0
        first = bind(plan.objects[0]) if plan.bound and bind is not None and plan.objects else None
        put(printable(describe(plan, width, first)))
        return 0
    # Who reads a saved plan may stand in another folder.
    plan = plan._replace(folder=os.path.abspath(plan.folder))
    if request.save is None:
        put(dump_plan(plan, keyword, bind))
        return 0
    save(dumped(plan, keyword, bind), request.save, replace=request.replace, private=True)
    number = len(plan.objects)
    say(f"saved the plan of {number} object{'s' * (number != 1)} as {shown(request.save)}")
    return 0
