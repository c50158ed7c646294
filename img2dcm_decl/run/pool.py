"""What a pool of workers can be asked for: one code path for processes here and on a cluster."""

from __future__ import annotations

from img2dcm_decl.lean_typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from img2dcm_decl.run.chunks import Done
    from img2dcm_decl.run.tasks import Task


class LostError(Exception):
    """The worker that made a chunk was lost with it."""


class Pool(Protocol):
    """Where chunks are worked on.

    Attributes
    ----------
    width : int
        How many chunks may be under way.
    patience : int
        How many times a chunk (an object) may be lost before it is taken apart (given up).
    repeats : bool
        Whether it does again by itself what was lost, so that any attempt may find what an earlier one has left.
    """

    width: int
    patience: int
    repeats: bool

    def submit(self, chunk: Sequence[Task]) -> Any:
        """Begin a chunk and return what stands for its result."""

    def result(self, future: Any) -> Done:
        """Wait for the result of a chunk.

        Raises
        ------
        LostError
            Its worker was lost.
        """

    def withdraw(self, future: Any) -> bool:
        """Take a chunk back if it was not begun, and return whether it was."""

    def is_lost(self, future: Any) -> bool:
        """Tell whether a chunk was lost, once others were."""

    def renew(self) -> None:
        """Replace what was lost."""

    def close(self, now: bool) -> None:
        """Let the workers go; `now`: whatever they are at."""
