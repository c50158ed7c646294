"""The logs of a run: one for each way of logging that its plans ask for."""

from __future__ import annotations

import os

from img2dcm_decl.cli.log import Log, Message
from img2dcm_decl.cli.log_forms import as_img2dcm, as_json, for_people
from img2dcm_decl.cli.streams import printable, say, shown
from img2dcm_decl.cli.summary import Tally
from img2dcm_decl.errors import Img2dcmError, UsageError
from img2dcm_decl.plan.choices import LEVELS
from img2dcm_decl.plan.locations import STDIO, is_url
from img2dcm_decl.plan.model import LogRules
from img2dcm_decl.plan.same_file import same_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType

    from img2dcm_decl.cli.log_file import LogFile
    from img2dcm_decl.cli.request import RunRequest
    from img2dcm_decl.plan.model import Plan


class RunLog:
    """A log and the outcomes that are counted for it.

    Attributes
    ----------
    log : Log
        Where plans that log alike say what they do.
    tally : Tally
        What became of their objects.
    file : LogFile or None
        The log's file, None for standard error.
    """

    __slots__ = ("file", "log", "tally")

    def __init__(self, rules: LogRules, clock: Callable[[], float]) -> None:
        self.file: LogFile | None = None
        if rules.file:
            from img2dcm_decl.cli.log_file import LogFile

            self.file = LogFile(rules.file)
        write = self.file.write if self.file else say
        self.log = Log(rules.level, _emitter(rules, write, clock))
        self.tally = Tally()

    def sum_up(self) -> None:
        """Say what became of all objects; of a single one that was written, its own line may have said it."""
        if not (self.tally.is_one_written and self.log.shows("info")):
            self.log.result(self.tally.line())


class RunLogs:
    """The logs of the plans of a run, to be used in a `with` block.

    An error that leaves the block is said in the log files too; whoever catches it says it on standard error.

    Parameters
    ----------
    plans : sequence of Plan
        What is run.
    request : RunRequest
        May say how much is said, whatever the plans say.
    clock : callable
        Gives seconds since 1970.

    Raises
    ------
    UsageError
        A log file is a file that the run is about.
    OutputError
        A log file cannot be opened.
    """

    def __init__(self, plans: Sequence[Plan], request: RunRequest, clock: Callable[[], float]) -> None:
        rules = [_effective(plan, request) for plan in plans]
        _check_files(rules, plans, request)
        self._logs: dict[LogRules, RunLog] = {}
        try:
            self._of_plans = [self._open(one, clock) for one in rules]
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> RunLogs:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        for kept in self:
            if error is not None and kept.file is not None:
                kept.log.fatal(_ended(error))
        self._close()

    def __iter__(self) -> Iterator[RunLog]:
        return iter(self._logs.values())

    def of(self, position: int) -> RunLog:
        """Return the log of a plan, by its position."""
        return self._of_plans[position]

    def _open(self, rules: LogRules, clock: Callable[[], float]) -> RunLog:
        if rules not in self._logs:
            self._logs[rules] = RunLog(rules, clock)
        return self._logs[rules]

    def _close(self) -> None:
        for kept in self:
            if kept.file is not None:
                kept.file.close()


def _ended(error: BaseException) -> str:
    """Return what a log says of an error that ends a run; messages of others than our own may hold values."""
    if isinstance(error, Img2dcmError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return str(error) or "interrupted"
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


def _emitter(rules: LogRules, write: Callable[[str], None], clock: Callable[[], float]) -> Callable[[Message], None]:
    if rules.format == "json":
        return lambda message: write(as_json(message, clock()))
    if rules.file:
        return lambda message: write(as_img2dcm(message))
    return lambda message: write(printable(for_people(message)))


def _effective(plan: Plan, request: RunRequest) -> LogRules:
    """Return what a plan says about logging, with the options of the command line over it; the file's name absolute."""
    level = plan.logging.level
    if request.quiet:
        level = "fatal"
    elif request.verbose and LEVELS.index(level) < LEVELS.index("info"):
        level = "info"
    file = os.path.abspath(os.path.join(plan.folder, plan.logging.file)) if plan.logging.file else ""
    return LogRules(level, file, request.log_format or plan.logging.format)


def _check_files(rules: Iterable[LogRules], plans: Sequence[Plan], request: RunRequest) -> None:
    """Keep recipes, plans, images and outputs from being written to; single recipes were checked when compiled."""
    for name in (plan.logging.file for plan in plans):
        if is_url(name):
            raise UsageError(f"{shown(name)} cannot be the log file: it has to be a file of this machine")
    for file in {one.file for one in rules if one.file}:
        taken = same_file(file, request.files) or next(filter(None, (_taken(file, plan) for plan in plans)), "")
        if taken:
            raise UsageError(f"{shown(file)} cannot be the log file: this run reads or writes {shown(taken)}")


def _taken(file: str, plan: Plan) -> str:
    names = (name for planned in plan.objects for name in (*planned.images, planned.output) if name != STDIO)
    return same_file(file, (os.path.join(plan.folder, name) for name in names))
