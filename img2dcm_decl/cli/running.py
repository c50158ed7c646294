"""`run`: recipes and saved plans -> DICOM files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from img2dcm_decl.cli.loading import load_plans
from img2dcm_decl.cli.log import About
from img2dcm_decl.cli.log_details import say_details
from img2dcm_decl.cli.log_run import RunLog, RunLogs
from img2dcm_decl.cli.outputs import check_apart, streams
from img2dcm_decl.cli.results import raw_stdout
from img2dcm_decl.cli.streams import on_terminal, shown
from img2dcm_decl.run.runner import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan
    from img2dcm_decl.run.runner import Outcome

_MANY = 16
_DONE = {"written": "wrote", "skipped": "skipped"}


def run(request: RunRequest, *, clock: Callable[[], float] = time.time) -> int:
    """Make the objects of all files of a request; nothing is written before each of them is found to be right.

    Parameters
    ----------
    request : RunRequest
        What is to be run.
    clock : callable
        Gives seconds since 1970, for logs.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    Img2dcmError, ExceptionGroup
        What is wrong with the request or its files.
    """
    plans = load_plans(request)
    stdout = raw_stdout() if streams(plans) else None
    check_apart(plans)
    jobs = [Job(plan, stdout) for plan in plans]
    with RunLogs(plans, request, clock) as logs:
        for job in jobs:
            job.check()
        for position, plan in enumerate(plans):
            _say_notes(logs.of(position), plan, request, request.files[position])
        try:
            for kept, outcome in _outcomes(jobs, logs):
                kept.tally.add(outcome)
                _say_outcome(kept, outcome)
        finally:
            for kept in logs:
                kept.log.result(kept.tally.line())
        return int(any(kept.tally.failed for kept in logs))


def _outcomes(jobs: Sequence[Job], logs: RunLogs) -> Iterable[tuple[RunLog, Outcome]]:
    made = _made(jobs, logs)
    total = sum(len(job.plan.objects) for job in jobs)
    if total < _MANY or not on_terminal() or not all(kept.log.shows("warn") for kept in logs):
        return made
    from img2dcm_decl.cli.progress import watched

    return watched(made, total)


def _made(jobs: Sequence[Job], logs: RunLogs) -> Iterator[tuple[RunLog, Outcome]]:
    for position, job in enumerate(jobs):
        kept = logs.of(position)
        for planned in job.plan.objects:
            if kept.log.shows("debug"):
                say_details(kept.log, job.plan, planned)
            yield kept, job.convert(planned)


def _say_notes(kept: RunLog, plan: Plan, request: RunRequest, file: str) -> None:
    """Say warnings; notes at length where asked to, and otherwise that there are some: they may quote values."""
    about = About(area="attributes")
    for warning in plan.warnings:
        kept.log.warn(warning, about)
    if request.verbose or kept.log.shows("debug"):
        for note in plan.notes:
            kept.log.say("info" if request.verbose else "debug", f"note: {note}", about)
    elif plan.notes:
        number = len(plan.notes)
        there, them = ("is a note", "it") if number == 1 else (f"are {number} notes", "them")
        kept.log.result(f"note: there {there} on {shown(file)}; --verbose shows {them}")


def _say_outcome(kept: RunLog, outcome: Outcome) -> None:
    about = About(outcome.planned.number, outcome.output)
    if outcome.status == "failed":
        kept.log.fatal(outcome.message, about)
        return
    for warning in outcome.warnings:
        kept.log.warn(warning, about._replace(area="images"))
    kept.log.info(f"{_DONE[outcome.status]} {shown(outcome.output)}", about)
