"""What tests of many workers need: objects to be made, plans of them, and processes that serve."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from images_made import jpeg
from support import ROOT

from img2dcm_decl.encode.elements import pad
from img2dcm_decl.plan.model import Element, Plan, PlannedObject, Slot, UidRules, Variant
from img2dcm_decl.run.runner import Job, Outcome
from img2dcm_decl.run.tasks import Run, Task

ELEMENTS = (
    Element(0x00080016, "UI", pad("UI", b"1.2.840.10008.5.1.4.1.1.7")),
    Element(0x00080018, "UI", Slot("uid_of_object", "SOPInstanceUID")),
    Element(0x00100010, "PN", Slot("text", "0")),
    Element(0x0020000D, "UI", Slot("uid_of_run", "StudyInstanceUID")),
    Element(0x00200013, "IS", Slot("number", "1")),
    Element(0x00280002, "US", Slot("samples_per_pixel")),
    Element(0x00280004, "CS", Slot("photometric_interpretation")),
    Element(0x00280010, "US", Slot("rows")),
    Element(0x00280011, "US", Slot("columns")),
    Element(0x7FE00010, "OB", Slot("pixel_data")),
)
DERIVED = UidRules("derived", "2.25", "a key", content=True)


def archive(folder: Path, number: int, kinds: int = 8) -> Plan:
    """Write images and return a plan that makes an object of each, always of the same bytes."""
    pictures = [jpeg(size=(16 + kind, 8)) for kind in range(kinds)]
    for n in range(number):
        (folder / f"{n}.jpg").write_bytes(pictures[n % kinds])
    objects = tuple(
        PlannedObject((f"{n}.jpg",), f"out/{n}.dcm", n + 1, (f"Doe^{n:06}".encode(),), f"{n}") for n in range(number)
    )
    return Plan(str(folder), (Variant((), "", ELEMENTS),), objects, uids=DERIVED)


def run_of(plan: Plan, job: Job | None = None, **options: Any) -> Run:
    """Return the run of all objects of a plan."""
    tasks = (Task(planned) for planned in plan.objects)
    return Run(job or Job(plan), tasks, len(plan.objects), **options)


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of each file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def statuses(outcomes: list[Outcome]) -> dict[str, int]:
    """Count outcomes by what became of their objects."""
    found = [outcome.status for outcome in outcomes]
    return {status: found.count(status) for status in found}


def free_port() -> int:
    """Return the number of a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serving(*command: str, folder: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python module as a process of its own meanwhile."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Farm:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path, processes: ExitStack) -> None:
        self.folder = folder
        self.port = free_port()
        self._processes = processes
        self.workers: list[subprocess.Popen[bytes]] = []
        options = ("--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        processes.enter_context(
            serving("dask", "scheduler", *options, folder=folder, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
        )
        wait_until(lambda: answers(self.port), "the scheduler starts")

    @property
    def url(self) -> str:
        return f"dask://127.0.0.1:{self.port}"

    def add(self, *options: str) -> None:
        """Start another worker."""
        local = self.folder / f"worker{len(self.workers)}"
        settings = ("--nthreads", "1", "--no-dashboard", "--memory-limit", "0", "--local-directory", str(local))
        command = ("dask", "worker", f"tcp://127.0.0.1:{self.port}", *settings, *options)
        variables = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
        self.workers.append(self._processes.enter_context(serving(*command, folder=self.folder, **variables)))

    def wait_for(self, number: int) -> None:
        """Wait until so many workers are there."""
        from distributed import Client

        with Client(f"tcp://127.0.0.1:{self.port}", set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(number, timeout=60)
