"""The objects of a plan in a few bytes each; a `PlannedObject` is made when it is asked for."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Sequence

from img2dcm_decl.plan.model import PlannedObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import overload

    from img2dcm_decl.plan.model import Variant

#: The last one of marshal's formats that does not look for values which occur twice: objects have few of them.
_FORMAT = 2


class PackedObjects(Sequence[PlannedObject]):
    """A sequence of planned objects that keeps none of them.

    It equals any sequence of the same objects; a slice of it is a tuple.

    Parameters
    ----------
    objects : iterable of PlannedObject
        What is packed, one after the other.
    """

    __slots__ = ("_data", "_ends", "_variants")

    def __init__(self, objects: Iterable[PlannedObject] = ()) -> None:
        self._data = bytearray()
        self._ends = array("Q", [0])
        self._variants: dict[int, tuple[Variant, ...]] = {}
        for position, planned in enumerate(objects):
            if planned.variants:
                self._variants[position] = planned.variants
                planned = planned._replace(variants=())
            # Named tuples, as variants consist of, are more than marshal knows.
            self._data += marshal.dumps(tuple(planned), _FORMAT)
            self._ends.append(len(self._data))

    def __len__(self) -> int:
        return len(self._ends) - 1

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, position: int) -> PlannedObject: ...
        @overload
        def __getitem__(self, position: slice) -> tuple[PlannedObject, ...]: ...

    def __getitem__(self, position: int | slice) -> PlannedObject | tuple[PlannedObject, ...]:
        wanted = range(len(self))[position]
        return self._unpack(wanted) if isinstance(wanted, int) else tuple(map(self._unpack, wanted))

    def __iter__(self) -> Iterator[PlannedObject]:
        return map(self._unpack, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __repr__(self) -> str:
        return f"<{len(self)} planned objects>"

    def _unpack(self, position: int) -> PlannedObject:
        data = self._data[self._ends[position] : self._ends[position + 1]]
        planned = tuple.__new__(PlannedObject, marshal.loads(data))  # noqa: S302 - packed above, and never read from outside
        own = self._variants.get(position)
        return planned._replace(variants=own) if own else planned
