"""The record of a run: what was begun, and what became of it, one JSON object a line.

Kinds of lines, told apart by the member `kind`:

- `run`: a run starts, or goes on: with which plan, where, when, by which program, and the key of its UIDs;
- `begun`: outputs of objects that are about to be made, so that files left by a killed run are known to be its own;
- `object`: what became of an object;
- `end`: the run ends in good order, finished or stopped.
"""

from __future__ import annotations

import os

from img2dcm_decl import __version__
from img2dcm_decl.plan.locations import exists, is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from img2dcm_decl.plan.model import PlannedObject
    from img2dcm_decl.run.hashing import FileState
    from img2dcm_decl.run.record_file import RecordFile
    from img2dcm_decl.run.runner import Job, Outcome

RECORD_VERSION = 1
KEY_BYTES = 32
_UIDS = ("sop_class", "sop_instance", "study", "series")


class Record:
    """Writes the lines of a run.

    Parameters
    ----------
    file : RecordFile
        Where to.
    job : Job
        What is run.
    now : callable
        Gives the time, in the form of RFC 3339.
    """

    def __init__(self, file: RecordFile, job: Job, now: Callable[[], str]) -> None:
        self._file = file
        self._job = job
        self._now = now
        self._counts = {"written": 0, "skipped": 0, "failed": 0, "kept": 0}

    def start(self, digest: str, key: bytes) -> None:
        """Write that the run starts, or goes on.

        Parameters
        ----------
        digest : str
            Digest of what all objects share.
        key : bytes
            Key of the run, by which UIDs that all of its objects share are made.

        Raises
        ------
        RecordError
            The record takes no more; so do all others here.
        """
        plan = self._job.plan
        self._file.append(
            {
                "kind": "run",
                "record": RECORD_VERSION,
                "program": f"img2dcm-decl {__version__}",
                "time": self._now(),
                "title": plan.title,
                "folder": whole(plan.folder),
                "plan": digest,
                "objects": len(plan.objects),
                "existing": plan.existing,
                "key": key.hex(),
            }
        )

    def begin(self, objects: Sequence[PlannedObject]) -> None:
        """Write that objects are about to be made; files that are there already and stay are nobody's of this run."""
        skips = self._job.plan.existing == "skip"
        outputs = [one.output for one in objects if not (skips and exists(self._job.path(one.output)))]
        if outputs:
            self._file.append({"kind": "begun", "outputs": outputs})

    def keep(self) -> None:
        """Count an object that an earlier part of the run has made."""
        self._counts["kept"] += 1

    def add(self, outcome: Outcome) -> None:
        """Write what became of an object."""
        self._counts[outcome.status] += 1
        self._file.append(_object_line(outcome))

    def end(self, *, finished: bool) -> None:
        """Write that the run ends."""
        self._file.append({"kind": "end", "time": self._now(), "finished": finished, **self._counts})


def whole(folder: str) -> str:
    """Return the name of a folder as every process knows it."""
    return folder if is_url(folder) else os.path.abspath(folder)


def new_key() -> bytes:
    """Return a key for a run."""
    return os.urandom(KEY_BYTES)


def _object_line(outcome: Outcome) -> dict[str, Any]:
    planned, made = outcome.planned, outcome.made
    line: dict[str, Any] = {
        "kind": "object",
        "number": planned.number,
        "output": planned.output,
        "status": outcome.status,
    }
    if made is not None:
        line |= {
            "images": [_file_out(state, name) for name, state in zip(planned.images, made.images, strict=True)],
            "object": made.digest,
            **dict(zip(_UIDS, made.uids, strict=True)),
            "transfer_syntax": made.transfer_syntax,
            "frames": made.frames,
            "bytes": made.size,
            "file": made.file and _file_out(made.file),
            "origins": dict(made.origins),
            "seconds": round(made.seconds, 6),
        }
    else:
        line["images"] = [{"name": name} for name in planned.images]
    if outcome.message:
        line["message"] = outcome.message
    if warnings := [*outcome.source_warnings, *outcome.warnings]:
        line["warnings"] = warnings
    return line


def _file_out(state: FileState, name: str = "") -> dict[str, str | int]:
    members: dict[str, str | int] = {"name": name} if name else {}
    members |= {"size": state.size, "modified": state.modified}
    return {**members, "sha256": state.sha256} if state.sha256 else members
