"""Tries damaged files in a process of its own, and says what was wrong with how they were taken."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, NamedTuple

from fuzz.attempts import Attempt, company
from fuzz.kinds import KINDS, mutant

MOST_SECONDS = 2.0
MOST_MEMORY = 300 << 20
_ADDRESS_SPACE = 4 << 30
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


class Task(NamedTuple):
    """A damaged file to be tried.

    Attributes
    ----------
    kind : str
        Name of its kind.
    number : int
        Which mutant it is.
    seed : int
        What the run's random numbers begin with.
    data : bytes or None
        The file, where it is not to be made from the numbers.
    """

    kind: str
    number: int
    seed: int
    data: bytes | None = None

    def content(self) -> bytes:
        """Return the damaged file."""
        return mutant(self.kind, self.number, self.seed) if self.data is None else self.data


class Result(NamedTuple):
    """How a damaged file was taken.

    Attributes
    ----------
    task : Task
        Which one.
    outcome : str
        `written`, `read` (good, and nothing was written) or `refused`; `finding` where something was wrong.
    problem : str
        What was wrong, in one line that is the same for the same defect.
    detail : str
        More about it.
    seconds : float
        Processor time.
    memory : int
        Most bytes that the process had in memory.
    """

    task: Task
    outcome: str
    problem: str = ""
    detail: str = ""
    seconds: float = 0.0
    memory: int = 0


def serve(tasks: Connection) -> None:
    """Try the files that come through a connection, and send the result of each, until it is closed."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    warm_up()
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            tasks.send(try_task(tasks.recv()))


def warm_up() -> None:
    """Load what every attempt needs, so that no attempt is charged for it."""
    for name, kind in KINDS.items():
        try_task(Task(name, 0, 0, kind.seeds()[0]))
    gc.collect()


def try_task(task: Task) -> Result:
    """Try one damaged file."""
    data = task.content()
    _reset_memory()
    start = time.process_time()
    outcome, problem, detail = _tried(task, data)
    seconds = time.process_time() - start
    memory = _memory()
    if not problem and seconds > MOST_SECONDS:
        problem = "too slow"
    if not problem and memory > MOST_MEMORY:
        problem = "too much memory"
    return Result(task, "finding" if problem else outcome, problem, detail, seconds, memory)


def _tried(task: Task, data: bytes) -> tuple[str, str, str]:
    """Return the outcome, what was wrong, and more about that."""
    kind = KINDS[task.kind]
    with _folder() as folder, _output() as said, _unraisable() as lost:
        given = {**company(), kind.file: data}
        for name, content in given.items():
            (folder / name).write_bytes(content)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                attempt = kind.attempt(kind.file, task.number)
        except Exception as error:
            return "", _signature(error), traceback.format_exc()
        found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - set(given)
        problem = _complaint(attempt, found) or (f"unraisable: {lost[0]}" if lost else "")
        said.seek(0)
        return (
            _outcome(attempt),
            problem or ("something was printed" if said.read(1) else ""),
            "\n".join(attempt.refusals),
        )


def _outcome(attempt: Attempt) -> str:
    if attempt.refusals:
        return "refused"
    return "written" if attempt.written else "read"


def _complaint(attempt: Attempt, found: set[str]) -> str:
    """Return what is wrong with what an attempt said and left behind."""
    written = {os.path.normpath(name) for name in attempt.written}
    if not found <= written:
        return "a file was left behind that was not said to be written"
    for refusal in attempt.refusals:
        if not refusal.strip() or "\n" in refusal:
            return "a refusal is not one line"
        if attempt.names and not any(name in refusal for name in attempt.names):
            return "a refusal names no file"
    return ""


def _signature(error: BaseException) -> str:
    """Return the type of an error and the innermost place of this project that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "img2dcm_decl" in frame.filename] or frames
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "nowhere"
    return f"{type(error).__name__} at {where}"


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Work in a new folder."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
        shutil.rmtree(folder)


@contextlib.contextmanager
def _output() -> Iterator[IO[bytes]]:
    """Catch what is printed, by libraries in C as well."""
    kept = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        try:
            yield said
        finally:
            for number, original in enumerate(kept, 1):
                os.dup2(original, number)
                os.close(original)


@contextlib.contextmanager
def _unraisable() -> Iterator[list[str]]:
    """Collect what goes wrong where nobody can be told, such as a file that was never closed."""
    lost: list[str] = []
    before = sys.unraisablehook
    sys.unraisablehook = lambda found: lost.append(f"{type(found.exc_value).__name__}: {found.exc_value}")
    try:
        yield lost
    finally:
        sys.unraisablehook = before


def _reset_memory() -> None:
    """Forget, where the system can, what was the most so far."""
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")


def _memory() -> int:
    """Return the most bytes that this process had in memory; a process begins with what its parent had."""
    try:
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most << 10
    return int(line.split()[1]) << 10
