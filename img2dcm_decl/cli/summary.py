"""What became of a run, in one line."""

from __future__ import annotations

import os

from img2dcm_decl.cli.streams import shown
from img2dcm_decl.plan.locations import STDIO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from img2dcm_decl.run.runner import Outcome


def called(output: str) -> str:
    """Return what messages call an object, by its output."""
    return "an object to standard output" if output == STDIO else shown(output)


class Tally:
    """Counts outcomes."""

    __slots__ = ("_anew", "_counts", "_folders", "_last")

    def __init__(self) -> None:
        self._counts = {"written": 0, "kept": 0, "skipped": 0, "failed": 0}
        self._anew = 0
        self._folders: set[str] = set()
        self._last = ""

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self._counts[outcome.status] += 1
        if outcome.status == "written":
            self._folders.add(STDIO if outcome.output == STDIO else os.path.dirname(outcome.output))
            self._last = outcome.output

    def keep(self) -> None:
        """Count an object that stays as an earlier part of the run has made it."""
        self._counts["kept"] += 1

    def renew(self) -> None:
        """Count an object that is made anew because what it is made of was changed."""
        self._anew += 1

    @property
    def total(self) -> int:
        """Of how many objects it is known what became of them."""
        return sum(self._counts.values())

    @property
    def failed(self) -> bool:
        """Whether any object failed."""
        return self._counts["failed"] > 0

    @property
    def is_one_written(self) -> bool:
        """Whether there was a single object, and it was written."""
        return self.total == self._counts["written"] == 1

    def line(self) -> str:
        """Return what was written where, and how many objects were not."""
        rest = [f"{status} {self._counts[status]}" for status in ("kept", "skipped", "failed") if self._counts[status]]
        anew = f" ({self._anew} changed)" if self._anew else ""
        return ", ".join([f"wrote {self._written()}{anew}", *rest])

    def _written(self) -> str:
        number = self._counts["written"]
        if number == 0:
            return "nothing"
        if number == 1:
            return called(self._last)
        folders = len(self._folders)
        where = f"{folders} folders" if folders > 1 else os.path.join(shown(*self._folders) or ".", "")
        return f"{number} objects to {where}"
