"""Processes timed side by side: the sides of a row take turns, so that whatever else happens falls on each of them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

UNIT = 1 if sys.platform == "darwin" else 1024
MEGABYTE = 1_000_000


class Work(NamedTuple):
    """A process to be timed, which writes into the folder `out` of its own.

    Attributes
    ----------
    command : tuple of str
        What is called.
    share : int
        Which part of the whole work it does; its time is multiplied by this.
    code : int
        The exit code that it ends with.
    """

    command: tuple[str, ...]
    share: int = 1
    code: int = 0


class Measured(NamedTuple):
    """Medians over the rounds.

    Attributes
    ----------
    seconds : float
        Of the whole work, from start to end.
    megabytes : float
        The largest resident set of its processes. A process begins as a copy of the one that measures, so that one
        which is smaller shows as that.
    """

    seconds: float
    megabytes: float


class Bench(NamedTuple):
    """Where and how is measured.

    Attributes
    ----------
    folder : Path
        Holds the inputs; processes run there.
    rounds : int
        How often each side runs, besides a first time that warms the caches.
    sync : bool
        Whether writing to the disk is waited for, and counted.
    environment : dict of str to str
        Of the processes.
    """

    folder: Path
    rounds: int
    sync: bool
    environment: dict[str, str]


def measure(bench: Bench, sides: list[Work]) -> list[Measured]:
    """Return what each side takes.

    Each process writes into a new folder. Files are emptied afterwards, and removed by nobody before all is measured:
    for some minutes after files were removed, ext4 is slow to make others in the same part of the disk.
    """
    spent = Path(tempfile.mkdtemp(prefix="spent-", dir=bench.folder))
    results: list[list[Measured]] = [[] for _ in sides]
    for number in range(bench.rounds + 1):
        for position, work in enumerate(sides):
            out = bench.folder / "out"
            out.mkdir()
            taken = _once(bench, work)
            out.rename(spent / f"{number}-{position}")
            if number:
                results[position].append(taken)
            _empty(spent / f"{number}-{position}")
    return [Measured(*(median(values) for values in zip(*result, strict=True))) for result in results]


def _once(bench: Bench, work: Work) -> Measured:
    if bench.sync:
        os.sync()
    start = time.perf_counter()
    process = subprocess.Popen(
        work.command,
        cwd=bench.folder,
        env=bench.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if bench.sync:
        os.sync()
    seconds = time.perf_counter() - start
    if process.returncode != work.code:
        raise subprocess.CalledProcessError(process.returncode, work.command)
    return Measured(seconds * work.share, usage.ru_maxrss * UNIT / MEGABYTE)


def _empty(folder: Path) -> None:
    """Empty files: they would fill the disk, and the memory in which the next ones are cached."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.truncate(path, 0)
