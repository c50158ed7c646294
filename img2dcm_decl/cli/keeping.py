"""The record of a run on the command line: which file it is, whether a run is gone on with, and what is said of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.cli.request import RECORD, RESUME
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.errors import OutputError, UsageError, one_line
from img2dcm_decl.plan.digest import digest
from img2dcm_decl.plan.locations import STDIO, is_url, join
from img2dcm_decl.plan.same_file import same_file
from img2dcm_decl.run.record import Record, new_key
from img2dcm_decl.run.record_file import RecordError, RecordFile
from img2dcm_decl.run.resume import Earlier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from img2dcm_decl.cli.log import Log
    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan, PlannedObject
    from img2dcm_decl.run.runner import Job, Outcome

_RECORD, _RESUME = RECORD.names[0], RESUME.names[0]


class Kept:
    """The record of a plan's run, and what it says of earlier parts of the run.

    A new record is made when the run starts, not before: what is wrong until then leaves no file.

    Parameters
    ----------
    path : str
        Name of the record.
    plan : Plan
        What is run.
    now : callable
        Gives the time, in the form of RFC 3339.

    Attributes
    ----------
    key : bytes
        Key of the run.

    Raises
    ------
    RecordError
        There is a record that cannot be gone on with.
    """

    def __init__(self, path: str, plan: Plan, now: Callable[[], str]) -> None:
        self._path = path
        self._now = now
        self._digest = digest(plan)
        self._file: RecordFile | None = None
        self._earlier: Earlier | None = None
        self._record: Record | None = None
        self.key = new_key()
        if os.path.lexists(path):
            self._file = RecordFile(path)
            self._earlier = Earlier(self._file, self._digest, plan.folder)
            # A plan that has changed back shares UIDs with what stays of its own part of the run.
            self.key = self._earlier.key or self.key

    def ours(self, output: str) -> bool:
        """Tell whether an earlier part of the run has made a file, or may have."""
        return self._earlier is not None and self._earlier.ours(output)

    def difference(self, planned: PlannedObject, job: Job) -> str | None:
        """Return why an object has to be made; None where it can stay as an earlier part of the run has made it."""
        return "" if self._earlier is None else self._earlier.difference(planned, job)

    def keep(self) -> None:
        """Count an object that stays."""
        if self._record is not None:
            self._record.keep()

    def instance_uid(self, planned: PlannedObject) -> str:
        """Return the SOP Instance UID of an object that stays, empty where it has none."""
        return "" if self._earlier is None else self._earlier.instance_uid(planned.output)

    def start(self, job: Job, log: Log) -> None:
        """Begin to keep the record.

        Raises
        ------
        RecordError
            It cannot be opened, or takes no more.
        """
        if self._earlier is not None and not self._earlier.empty and not self._earlier.key:
            log.warn(
                f"{shown(self._path)}: the recipe or plan has changed since {one_line(self._earlier.since)}: "
                "all objects are made anew"
            )
        self._file = self._file or RecordFile(self._path, new=True)
        self._record = Record(self._file, job, self._now)
        self._record.start(self._digest, self.key)
        self._sweep(job)

    def _sweep(self, job: Job) -> None:
        """Remove what processes have left behind that were killed in earlier parts of the run."""
        if self._earlier is not None and self._earlier.lost:
            from img2dcm_decl.run.leftovers import sweep

            sweep(map(job.path, self._earlier.lost))

    def begin(self, objects: Sequence[PlannedObject]) -> None:
        """Record that objects are about to be made."""
        if self._record is not None:
            self._record.begin(objects)

    def add(self, outcome: Outcome) -> None:
        """Record what became of an object."""
        if self._record is not None:
            self._record.add(outcome)

    def say_left(self, log: Log) -> None:
        """Say how many objects of earlier parts are no part of the run any more."""
        if self._earlier is not None and self._earlier.unseen:
            number = self._earlier.unseen
            are, files = ("object is", "its file was") if number == 1 else ("objects are", "their files were")
            log.warn(f"{shown(self._path)}: {number} recorded {are} not planned any more; {files} left alone")

    def end(self, *, finished: bool) -> None:
        """Record that the run ends, and close the record."""
        try:
            if self._record is not None:
                self._record.end(finished=finished)
        except RecordError:
            # A record without its end is good to go on with, and why the run ends is being said.
            if finished:
                raise
        finally:
            self.close()

    def close(self) -> None:
        """Close the record."""
        if self._file is not None:
            self._file.close()
            self._file = self._record = None


def keep_records(plans: Sequence[Plan], request: RunRequest, now: Callable[[], str]) -> list[Kept | None]:
    """Return the record of each plan, None for those that ask for none.

    Parameters
    ----------
    plans : sequence of Plan
        What is run.
    request : RunRequest
        May name a record, and say that its run is gone on with.
    now : callable
        Gives the time, in the form of RFC 3339.

    Raises
    ------
    UsageError
        A record cannot be where it is to be, or there is none to go on with.
    OutputError
        A record exists whose run is not to be gone on with.
    RecordError
        A record cannot be gone on with.
    """
    if request.record is not None and len(plans) > 1:
        raise UsageError(f"{_RECORD} is for one recipe or plan; give each recipe a record of its own (output.record)")
    paths = [request.record or (plan.record and join(plan.folder, plan.record)) for plan in plans]
    if request.resume and not all(paths):
        raise UsageError(f"{_RESUME} needs the record of the run: {_RECORD} FILE, or output.record in the recipe")
    for position, path in enumerate(paths):
        if path:
            _check(path, paths[:position], plans, request)
    records: list[Kept | None] = []
    try:
        for plan, path in zip(plans, paths, strict=True):
            records.append(Kept(path, plan, now) if path else None)
    except BaseException:
        for record in filter(None, records):
            record.close()
        raise
    return records


def _check(path: str, others: Sequence[str], plans: Sequence[Plan], request: RunRequest) -> None:
    if path == STDIO or is_url(path):
        raise UsageError(f"{shown(path)} cannot be the run record: it has to be a file of this machine")
    names = [*others, *request.files, *(plan.logging.file and join(plan.folder, plan.logging.file) for plan in plans)]
    taken = same_file(path, filter(None, names)) or next(filter(None, (_taken(path, plan) for plan in plans)), "")
    if taken:
        raise UsageError(f"{shown(path)} cannot be the run record: this run reads or writes {shown(taken)}")
    if os.path.lexists(path) and not request.resume:
        raise OutputError(
            f"{shown(path)}: exists already and nothing was written; {_RESUME} goes on with the run whose record it is"
        )


def _taken(path: str, plan: Plan) -> str:
    """Return the image or output of a plan that is the record; those whose names end otherwise are not looked up."""
    base = os.path.normcase(os.path.basename(path))
    names = (name for planned in plan.objects for name in (*planned.images, planned.output))
    alike = (name for name in names if os.path.normcase(name).endswith(base))
    return same_file(path, (join(plan.folder, name) for name in alike))
