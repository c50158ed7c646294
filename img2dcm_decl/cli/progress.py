"""How far a run is: a bar on a terminal, for runs that turn out to be long, and elsewhere a line now and then."""

from __future__ import annotations

import time
from contextlib import suppress

from img2dcm_decl.lean_typing import NamedTuple, Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from img2dcm_decl.cli.log import Log

_SETTLED = 0.3
_LONG = 1.0
_REFRESHED = 0.1
_BAR = 20
INTERVAL = 10.0


class Figures(NamedTuple):
    """How far a run is.

    Attributes
    ----------
    done, total : int
        Objects of which it is known what became of them, and all.
    size : int
        Bytes written.
    failed : int
        Objects that could not be made.
    rate : float
        Objects made in a second.
    left : float
        Seconds until the end, if it goes on like this.
    passed : float
        Seconds since the beginning.
    """

    done: int
    total: int
    size: int
    failed: int
    rate: float
    left: float
    passed: float

    def texts(self) -> list[str]:
        """Return all but the numbers of objects, for people."""
        texts = [_bytes(self.size), f"{self.rate:,.{self.rate < 10:d}f} objects/s", f"{_duration(self.left)} left"]
        return [*texts, f"{self.failed:,} failed"] if self.failed else texts


class Display(Protocol):
    """Where it is shown."""

    def update(self, figures: Figures, log: Log) -> None:
        """Show figures, of which the last belong to a log."""

    def close(self) -> None:
        """Show nothing any more."""


class Progress:
    """Counts objects, and has it shown how far the run is, to be used in a `with` block.

    Parameters
    ----------
    total : int
        How many objects there are.
    display : Display
        Where it is shown.
    clock : callable
        Gives seconds.
    """

    __slots__ = ("_clock", "_display", "_done", "_failed", "_made", "_next", "_size", "_started", "_total")

    def __init__(self, total: int, display: Display, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._display = display
        self._clock = clock
        self._started = clock()
        self._next = self._started
        self._done = self._made = self._failed = self._size = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        self._display.close()

    def keep(self, log: Log) -> None:
        """Count an object that an earlier part of the run has made."""
        self._done += 1
        self._show(log)

    def add(self, log: Log, size: int, *, failed: bool) -> None:
        """Count an object.

        Parameters
        ----------
        log : Log
            Where what is done about it is said.
        size : int
            Bytes that were written.
        failed : bool
            Whether it could not be made.
        """
        self._done += 1
        self._made += 1
        self._size += size
        self._failed += failed
        self._show(log)

    def _show(self, log: Log) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _REFRESHED
        passed = now - self._started
        rate = self._made / passed if passed else 0.0
        left = (self._total - self._done) / rate if rate else 0.0
        self._display.update(Figures(self._done, self._total, self._size, self._failed, rate, left, passed), log)


class Lines:
    """Lines in the log.

    Parameters
    ----------
    interval : float
        Seconds from one to the next.
    clock : callable
        Gives seconds.
    """

    __slots__ = ("_clock", "_interval", "_next")

    def __init__(self, interval: float = INTERVAL, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._clock = clock
        self._next = clock() + interval

    def update(self, figures: Figures, log: Log) -> None:
        """Say how far the run is, if it is time to."""
        now = self._clock()
        if now < self._next or figures.done == figures.total:
            return
        self._next = now + self._interval
        share = 100 * figures.done // figures.total
        text = f"{figures.done:,} of {figures.total:,} objects ({share} %)"
        log.result(
            ", ".join([text, *figures.texts()]),
            (
                ("done", figures.done),
                ("total", figures.total),
                ("bytes", figures.size),
                ("failed", figures.failed),
                ("seconds_left", round(figures.left)),
            ),
        )

    def close(self) -> None:
        """Do nothing: what was said stays."""


class Bar:
    """A progress bar on standard error; it appears where more than a second of work is ahead.

    Where the terminal is closed meanwhile, the work goes on without it.
    """

    __slots__ = ("_gone", "_progress", "_task")

    def __init__(self) -> None:
        self._gone = False
        self._progress: RichProgress | None = None
        self._task: TaskID | None = None

    def update(self, figures: Figures, _log: Log) -> None:
        """Move the bar."""
        if self._gone:
            return
        try:
            self._show(figures)
        except OSError:
            self._gone = True
            self.close()

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            with suppress(OSError):
                self._progress.stop()
            self._progress = None

    def _show(self, figures: Figures) -> None:
        if self._progress is None:
            if figures.passed <= _SETTLED or figures.left <= _LONG:
                return
            self._open(figures.total)
        if self._progress is not None and self._task is not None:
            more = ", ".join(figures.texts())
            self._progress.update(self._task, completed=figures.done, more=more, refresh=True)

    def _open(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._progress = Progress(
            # Room is left at the end of the line, where terminals show ^C.
            BarColumn(bar_width=_BAR),
            MofNCompleteColumn(),
            TextColumn("{task.fields[more]}"),
            console=Console(stderr=True),
            # A thread that refreshes it would keep worker processes from being started in the quick way.
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task("", total=total, more="")
        self._progress.start()


def _bytes(size: int) -> str:
    """Return a number of bytes in decimal units (IEC 80000-13)."""
    amount, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.3g} {unit}" if amount < 1000 else f"{amount:,.0f} {unit}"


def _duration(seconds: float) -> str:
    """Return a duration as `1:02:03`, or `2:03` below an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
