"""What several tests need: the folder of real files, where the checkout is, and a run of all objects of a job."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from img2dcm_decl.run.runner import Job, Outcome
from img2dcm_decl.run.tasks import Run, Task
from img2dcm_decl.run.workers import outcomes

ROOT = Path(__file__).resolve().parent.parent


def shared_dir() -> Path:
    """Return the folder of shared test material, or skip where there is none."""
    folder = Path(os.environ.get("IMG2DCM_DECL_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the folder of shared test material is missing (IMG2DCM_DECL_SHARED names it)")
    return folder


def corpus_dir() -> Path:
    """Return the folder of real images, templates and dumps, or skip where there is none."""
    return shared_dir() / "corpus" / "dev"


def corpus_files(*folders: str) -> list[Path]:
    """Return the corpus files of some folders for parametrisation; nothing where the corpus is missing."""
    root = Path(os.environ.get("IMG2DCM_DECL_SHARED", ROOT.parent / "shared")) / "corpus" / "dev"
    return sorted(path for folder in folders for path in (root / folder).glob("*") if path.is_file())


@contextmanager
def heeding_interrupts() -> Iterator[None]:
    """Let the processes that are started meanwhile heed SIGINT, even where this one, in the background, does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def outcomes_of(job: Job) -> Iterator[Outcome]:
    """Make all objects of a job in this process, as a run does that begins with none of them made."""
    job.check()
    yield from outcomes(Run(job, map(Task, job.plan.objects), len(job.plan.objects)))
