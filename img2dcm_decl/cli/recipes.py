"""The recipes of one command line -> plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.cli.overriding import point_elsewhere
from img2dcm_decl.cli.parameters import GivenParameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan, PlannedObject


class Recipes:
    """Compiles recipes as a request wants them.

    Parameters
    ----------
    request : RunRequest
        Gives parameters, and may point the recipe at other files.
    """

    def __init__(self, request: RunRequest) -> None:
        self._request = request
        self._given = GivenParameters(request.settings, request.parameters)

    def load(self, file: str) -> tuple[Plan, Callable[[PlannedObject], PlannedObject] | None]:
        """Return the plan of a recipe, and what completes its objects where they need that.

        Raises
        ------
        Img2dcmError, ExceptionGroup
            Everything that is wrong with it, or with its parameters.
        """
        resolved = self._given.resolve(point_elsewhere(self._given.read(file), self._request))
        # What is wrong with the text of a recipe is said at once: loading the compiler takes far longer than that.
        from img2dcm_decl.cli.compiling import to_binder, to_plan

        plan = to_plan(resolved)
        return plan, to_binder(resolved) if plan.bound else None

    def errors(self) -> list[Exception]:
        """Return what is wrong with the parameters of the command line, once all recipes are loaded."""
        return self._given.errors()
