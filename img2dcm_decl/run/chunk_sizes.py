"""How many objects a chunk has: neither long to wait for, nor much to send. Chunks are cut as they are needed."""

from __future__ import annotations

import pickle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.plan.model import PlannedObject
    from img2dcm_decl.run.tasks import Task

_LARGEST_CHUNK = 1 << 20
_OVERHEAD = 64


class Pace:
    """How many objects a chunk has, by how long earlier ones took.

    Parameters
    ----------
    most : int
        The largest number.
    seconds : float
        How long a chunk shall take.
    workers : int
        How many work at a time: near its end, a run is shared out evenly.
    total : int
        How many objects there are.
    """

    _FIRST = 16

    def __init__(self, most: int, seconds: float, workers: int, total: int) -> None:
        self._most = most
        self._seconds = seconds
        self._workers = workers
        self._left = total
        self._size = self._FIRST

    def next(self) -> int:
        """Return the size of the next chunk, which is taken for cut."""
        share = -(-self._left // (2 * self._workers))
        size = max(1, min(self._size, max(share, self._FIRST)))
        self._left -= size
        return size

    def note(self, objects: int, seconds: float) -> None:
        """Take into account how long a chunk took."""
        fitting = int(objects * self._seconds / max(seconds, 1e-6))
        self._size = max(1, min(fitting, 2 * self._size, self._most))


def cut(tasks: Iterator[Task], pace: Pace) -> Iterator[tuple[Task, ...]]:
    """Cut a stream of objects into chunks, none of them much longer in bytes than a megabyte or one object."""
    for first in tasks:
        chunk = [first]
        size, length = pace.next(), weight(first.planned)
        while len(chunk) < size and length < _LARGEST_CHUNK and (task := next(tasks, None)):
            chunk.append(task)
            length += weight(task.planned)
        yield tuple(chunk)


def weight(planned: PlannedObject) -> int:
    """Return about how many bytes an object is sent as."""
    length = _OVERHEAD + len(planned.output) + len(planned.identity)
    length += sum(map(len, planned.images)) + sum(map(len, planned.texts))
    length += sum(len(name) + len(value) for name, value in planned.values)
    return length + (len(pickle.dumps(planned.variants)) if planned.variants else 0)
