"""A progress bar, for runs that turn out to be long."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Made = TypeVar("Made")

_SETTLED = 0.3
_LONG = 1.0


def watched(outcomes: Iterable[Made], total: int, *, clock: Callable[[], float] = time.monotonic) -> Iterator[Made]:
    """Yield outcomes; where more than a second of work is ahead, with a progress bar on standard error.

    Parameters
    ----------
    outcomes : iterable
        What became of the objects, as they are made.
    total : int
        How many there will be.
    clock : callable
        Gives seconds.
    """
    started = clock()
    advance: Callable[[int], None] | None = None
    with ExitStack() as stack:
        for number, outcome in enumerate(outcomes, 1):
            if advance is None:
                elapsed = clock() - started
                if elapsed > _SETTLED and elapsed / number * (total - number) > _LONG:
                    advance = _bar(stack, total)
            if advance is not None:
                advance(number)
            yield outcome


def _bar(stack: ExitStack, total: int) -> Callable[[int], None]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("writing objects"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    stack.enter_context(progress)
    task = progress.add_task("", total=total)
    return lambda number: progress.update(task, completed=number)
