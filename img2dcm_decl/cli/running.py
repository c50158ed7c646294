"""`run`: recipes and saved plans -> DICOM files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.cli.loading import load_plans
from img2dcm_decl.cli.outputs import check_apart, streams
from img2dcm_decl.cli.results import raw_stdout
from img2dcm_decl.cli.streams import on_terminal, say, shown
from img2dcm_decl.cli.summary import Tally
from img2dcm_decl.run.runner import Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan
    from img2dcm_decl.run.runner import Outcome

_MANY = 16
_DONE = {"written": "wrote", "skipped": "skipped"}


def run(request: RunRequest) -> int:
    """Make the objects of all files of a request; nothing is written before each of them is found to be right.

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
    for job in jobs:
        job.check()
    if not request.quiet:
        _say_notes(plans, request)
    tally = Tally()
    try:
        for outcome in _outcomes(jobs, request):
            tally.add(outcome)
            _say_outcome(outcome, request)
    except KeyboardInterrupt:
        if not request.quiet:
            say(tally.line())
        raise
    if not request.quiet:
        say(tally.line())
    return int(tally.failed)


def _outcomes(jobs: Sequence[Job], request: RunRequest) -> Iterable[Outcome]:
    made: Iterator[Outcome] = (outcome for job in jobs for outcome in job.run())
    total = sum(len(job.plan.objects) for job in jobs)
    if request.quiet or total < _MANY or not on_terminal():
        return made
    from img2dcm_decl.cli.progress import watched

    return watched(made, total)


def _say_notes(plans: Sequence[Plan], request: RunRequest) -> None:
    """Say warnings; notes at length where asked to, and otherwise that there are some: they may quote values."""
    for file, plan in zip(request.files, plans, strict=True):
        for warning in plan.warnings:
            say(f"warning: {warning}")
        if request.verbose:
            for note in plan.notes:
                say(f"note: {note}")
        elif plan.notes:
            number = len(plan.notes)
            there, them = ("is a note", "it") if number == 1 else (f"are {number} notes", "them")
            say(f"note: there {there} on {shown(file)}; --verbose shows {them}")


def _say_outcome(outcome: Outcome, request: RunRequest) -> None:
    if outcome.status == "failed":
        say(f"error: {outcome.message}")
        return
    if request.quiet:
        return
    for warning in outcome.warnings:
        say(f"warning: {warning}")
    if request.verbose:
        say(f"{_DONE[outcome.status]} {shown(outcome.output)}")
