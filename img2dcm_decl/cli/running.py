"""`run`: recipes and saved plans -> DICOM files."""

from __future__ import annotations

import time

from img2dcm_decl.cli.loading import load
from img2dcm_decl.cli.log import About
from img2dcm_decl.cli.log_run import RunLog, RunLogs
from img2dcm_decl.cli.making import Making
from img2dcm_decl.cli.outputs import check_apart, streams
from img2dcm_decl.cli.progress import INTERVAL, Bar, Display, Lines, Progress
from img2dcm_decl.cli.stopping import Stop, stoppable
from img2dcm_decl.cli.streams import on_terminal, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Sequence

    from img2dcm_decl.cli.keeping import Kept
    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan


def run(request: RunRequest, *, clock: Callable[[], float] = time.time, interval: float = INTERVAL) -> int:
    """Make the objects of all files of a request; nothing is written before each of them is found to be right.

    Parameters
    ----------
    request : RunRequest
        What is to be run.
    clock : callable
        Gives seconds since 1970, for logs and records.
    interval : float
        Seconds from one line about the progress to the next, where there is no terminal.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    Img2dcmError, ExceptionGroup
        What is wrong with the request or its files.
    KeyboardInterrupt
        Somebody stopped the run; where objects were finished first, with how to go on.
    """
    loaded = load(request)
    plans = [one.plan for one in loaded]
    stdout = _stdout() if streams(plans) else None
    check_apart(plans)
    with RunLogs(plans, request, clock) as logs:
        records = _records(plans, request, clock)
        try:
            makings = [Making(*one, request, stdout, kept) for one, kept in zip(loaded, records, strict=True)]
            for making in makings:
                making.check()
            for position, plan in enumerate(plans):
                _say_notes(logs.of(position), plan, request.files[position])
            return _make(makings, logs, request, interval)
        finally:
            for kept in filter(None, records):
                kept.close()


def _stdout() -> io.RawIOBase:
    from img2dcm_decl.cli.results import raw_stdout

    return raw_stdout()


def _records(plans: Sequence[Plan], request: RunRequest, clock: Callable[[], float]) -> Sequence[Kept | None]:
    if not request.record and not request.resume and not any(plan.record for plan in plans):
        return [None] * len(plans)
    from img2dcm_decl.cli.keeping import keep_records
    from img2dcm_decl.cli.log_forms import utc

    return keep_records(plans, request, lambda: utc(clock()))


def _make(makings: Sequence[Making], logs: RunLogs, request: RunRequest, interval: float) -> int:
    stop = Stop(request.fail_fast)
    total = sum(making.total for making in makings)
    try:
        with stoppable(stop), Progress(total, _display(logs, request, interval)) as progress:
            for position, making in enumerate(makings):
                if not stop():
                    making.make(logs.of(position), progress, stop)
    finally:
        for kept in logs:
            kept.sum_up()
    left = total - sum(kept.tally.total for kept in logs)
    failed = any(kept.tally.failed for kept in logs)
    if stop.interrupted and left:
        raise KeyboardInterrupt(_interrupted(left, request, recorded=all(making.recorded for making in makings)))
    if left:
        for kept in logs:
            kept.log.result(f"stopped at the first failure: {_objects(left)} left")
    return int(failed)


def _display(logs: RunLogs, request: RunRequest, interval: float) -> Display:
    if on_terminal() and request.log_format != "json" and all(kept.log.shows("warn") for kept in logs):
        return Bar()
    return Lines(interval)


def _interrupted(left: int, request: RunRequest, *, recorded: bool) -> str:
    if not recorded:
        return f"interrupted: {_objects(left)} left; a run with --record FILE can be gone on with"
    how = "the same command goes on" if request.resume else "the same command with --resume goes on"
    return f"interrupted: {_objects(left)} left; {how}"


def _objects(number: int) -> str:
    return "1 object is" if number == 1 else f"{number:,} objects are"


def _say_notes(kept: RunLog, plan: Plan, file: str) -> None:
    """Say warnings; notes at length where information is said, and otherwise that there are some: they quote values."""
    about = About(area="attributes")
    for warning in plan.warnings:
        kept.log.warn(warning, about)
    if kept.log.shows("info"):
        for note in plan.notes:
            kept.log.info(f"note: {note}", about)
    elif plan.notes:
        number = len(plan.notes)
        there, them = ("is a note", "it") if number == 1 else (f"are {number} notes", "them")
        kept.log.result(f"note: there {there} on {shown(file)}; --verbose shows {them}")
