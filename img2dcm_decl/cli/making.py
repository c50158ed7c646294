"""A plan on its way to files: by whom they are made, with or without a record of it."""

from __future__ import annotations

import os
from contextlib import closing

from img2dcm_decl.cli.log import About
from img2dcm_decl.cli.request import workers
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.cli.summary import called
from img2dcm_decl.run.instances import Instances
from img2dcm_decl.run.runner import Job
from img2dcm_decl.run.sources import sources_of
from img2dcm_decl.run.tasks import Run, Task
from img2dcm_decl.run.workers import outcomes

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

    from img2dcm_decl.cli.keeping import Kept
    from img2dcm_decl.cli.log_run import RunLog
    from img2dcm_decl.cli.progress import Progress
    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.cli.stopping import Stop
    from img2dcm_decl.plan.model import Plan, PlannedObject
    from img2dcm_decl.run.runner import Outcome

_KEY_BYTES = 32
_DONE = {"written": "wrote", "skipped": "skipped"}


class Making:
    """Makes the objects of a plan.

    Parameters
    ----------
    plan : Plan
        What to do.
    bind : callable or None
        Completes the plan's objects where they are not complete.
    request : RunRequest
        How to do it.
    stdout : raw binary file, optional
        Where the object goes whose output is `-`.
    kept : Kept, optional
        The record of the run.

    Attributes
    ----------
    total : int
        How many objects there are.
    recorded : bool
        Whether a record of the run is kept.

    Raises
    ------
    PlanError
        The plan asks for something that this program does not know.
    """

    def __init__(
        self,
        plan: Plan,
        bind: Callable[[PlannedObject], PlannedObject] | None,
        request: RunRequest,
        stdout: io.RawIOBase | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.total = len(plan.objects)
        self.recorded = kept is not None
        self._plan = plan
        self._request = request
        self._kept = kept
        # A single object shares its UIDs with none, and needs none of the libraries that derive them.
        key = kept.key if kept is not None else os.urandom(_KEY_BYTES) if self.total > 1 else b""
        processes = workers(request)
        self._job = Job(plan, stdout, sources_of(plan, key), bind, hashing=kept is not None, processes=processes)
        self._instances = Instances(plan)
        self._said = set(plan.warnings)
        self._jobs = processes if stdout is None and self.total > 1 else 1

    def check(self) -> None:
        """Check that no output exists that is neither to be replaced nor skipped.

        Raises
        ------
        OutputError
            One does.
        """
        self._job.check(None if self._kept is None else self._kept.ours)

    def make(self, log: RunLog, progress: Progress, stop: Stop) -> bool:
        """Make the objects, say what becomes of them, and return whether all were done.

        Raises
        ------
        RecordError
            The record takes no more.
        WorkerError
            The cluster cannot be used.
        """
        if self._kept is not None:
            self._kept.start(self._job, log.log)
        done = log.tally.total
        finished = False
        try:
            made = outcomes(self._run(log, progress, stop), self._jobs, self._request.executor)
            # What is under way elsewhere ends with it, not when the garbage collector finds it.
            with closing(made):
                for outcome in made:
                    self._note(outcome, log, progress, stop)
            finished = log.tally.total - done == self.total
        finally:
            if self._kept is not None:
                self._kept.end(finished=finished)
        return finished

    def _run(self, log: RunLog, progress: Progress, stop: Stop) -> Run:
        run = Run(self._job, self._tasks(log, progress), self.total, stop)
        return run if self._kept is None else run._replace(begin=self._kept.begin)

    def _tasks(self, log: RunLog, progress: Progress) -> Iterator[Task]:
        for planned in self._plan.objects:
            if self._kept is not None and self._stays(planned, self._kept, log):
                log.tally.keep()
                progress.keep(log.log)
                continue
            if log.log.shows("debug"):
                from img2dcm_decl.cli.log_details import say_details

                say_details(log.log, self._plan, planned)
            yield Task(planned, self._kept is not None and self._kept.ours(planned.output))
        if self._kept is not None:
            self._kept.say_left(log.log)

    def _stays(self, planned: PlannedObject, kept: Kept, log: RunLog) -> bool:
        difference = kept.difference(planned, self._job)
        if difference is None and self._instances.watched:
            # What it agrees with comes before it, as in a run of all of them, and is the one that is kept.
            difference = self._instances.keep(planned, kept.instance_uid(planned))
        if difference is None:
            kept.keep()
        elif difference:
            log.tally.renew()
            about = About(planned.number, self._job.path(planned.output))
            log.log.info(f"{shown(about.output)} is made anew: {difference}", about)
        return difference is None

    def _note(self, outcome: Outcome, log: RunLog, progress: Progress, stop: Stop) -> None:
        outcome = self._instances.judged(outcome)
        if self._kept is not None:
            self._kept.add(outcome)
        log.tally.add(outcome)
        self._warn_of_sources(outcome, log)
        say_outcome(log, outcome)
        failed = outcome.status == "failed"
        progress.add(log.log, outcome.made.size if outcome.made else 0, failed=failed)
        if failed:
            stop.failed()

    def _warn_of_sources(self, outcome: Outcome, log: RunLog) -> None:
        """Say once what is to be known of the sources of objects, which often are much the same."""
        for warning in outcome.source_warnings:
            if warning not in self._said:
                self._said.add(warning)
                about = About(outcome.planned.number, outcome.output, "attributes")
                log.log.warn(f"{shown(outcome.output)}: {warning}", about)


def say_outcome(log: RunLog, outcome: Outcome) -> None:
    """Say what became of an object."""
    about = About(outcome.planned.number, outcome.output)
    if outcome.status == "failed":
        log.log.fatal(outcome.message, about)
        return
    for warning in outcome.warnings:
        log.log.warn(warning, about._replace(area="images"))
    if log.log.shows("info"):
        log.log.info(f"{_DONE[outcome.status]} {called(outcome.output)}", about)
