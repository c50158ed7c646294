"""The objects of a run, as they are handed out to whoever makes them."""

from __future__ import annotations

from img2dcm_decl.lean_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from img2dcm_decl.plan.model import PlannedObject
    from img2dcm_decl.run.runner import Job


class Task(NamedTuple):
    """An object to be made.

    Attributes
    ----------
    planned : PlannedObject
        The object.
    again : bool
        Whether an earlier attempt may have left its output, which may be replaced then.
    """

    planned: PlannedObject
    again: bool = False


def _never() -> bool:
    return False


def _unheard(_objects: Sequence[PlannedObject]) -> None:
    pass


class Run(NamedTuple):
    """What is to be done, by whomever.

    Attributes
    ----------
    job : Job
        What makes the objects.
    tasks : iterator of Task
        The objects, taken from it as they are needed.
    total : int
        How many there are.
    stop : callable
        Asked before objects are begun whether there shall be no more; those that were begun are finished.
    begin : callable
        Told of objects before they are begun.
    """

    job: Job
    tasks: Iterator[Task]
    total: int
    stop: Callable[[], bool] = _never
    begin: Callable[[Sequence[PlannedObject]], None] = _unheard
