"""The frames of an object: looked at one by one, and kept as a few numbers each until the object is written."""

from __future__ import annotations

import io
import os
from array import array

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.base import Image
from img2dcm_decl.images.registry import open_image
from img2dcm_decl.plan.locations import open_input
from img2dcm_decl.run.hashing import FileState, changed
from img2dcm_decl.run.looking import look_at, stamp_of, unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO, TypeAlias

    from img2dcm_decl.images.base import Facts
    from img2dcm_decl.plan.model import ImageRules
    from img2dcm_decl.run.looking import Frame

#: Parts of a stream that are remembered for each frame; what has more of them is looked at again.
_MOST_PARTS = 16
#: So many frames are worth another process, which takes a millisecond or two to begin.
WORTH_SHARING = 64

#: Of files that are not local; no image has no bytes.
_NO_STAMP = (0, 0)

#: What `_Numbers` tell another process.
_Packed: TypeAlias = "tuple[tuple[bytes, bytes, bytes, bytes], list[tuple[int, int, str]], str, list[str]]"

#: Facts in which all frames of an object agree (PS3.3 C.7.6.3), in the order in which they are compared.
_SHARED_FACTS = (
    ("rows", "Rows"),
    ("columns", "Columns"),
    ("samples_per_pixel", "Samples per Pixel"),
    ("photometric_interpretation", "Photometric Interpretation"),
    ("bits_allocated", "Bits Allocated"),
    ("bits_stored", "Bits Stored"),
    ("pixel_aspect_ratio", "Pixel Aspect Ratio"),
    ("transfer_syntax", "the transfer syntax"),
)


class Frames:
    """The frames of an object, in their order. Of each only its numbers stay in memory, and of one alone its bytes.

    Parameters
    ----------
    images : sequence of str
        The image file of each frame, as the plan names it.
    path : callable
        Gives the name under which such a file is found.
    rules : ImageRules
        What is accepted and what is removed.
    hashed : bool
        Whether the files' bytes are hashed.
    processes : int
        How many processes may be used; many frames are looked at by two.

    Attributes
    ----------
    first : Frame
        The first frame, with whose facts the others agree.
    sizes : array of int
        Bytes of each frame's compressed stream, or of its native pixels.
    states : list of FileState
        By what each file can be recognised; empty without hashing.
    lossy_method : str
        Method of the lossy frames, empty where every frame is lossless.
    warnings : list of str
        What a person should know about the images; each begins with the name of the file.

    Raises
    ------
    ImageError
        A file cannot be read or converted, or differs from the first. The message names it.
    """

    __slots__ = (
        "_ends",
        "_hashed",
        "_images",
        "_path",
        "_ranges",
        "_rules",
        "_stamps",
        "first",
        "lossy_method",
        "sizes",
        "states",
        "warnings",
    )

    def __init__(
        self,
        images: Sequence[str],
        path: Callable[[str], str],
        rules: ImageRules,
        *,
        hashed: bool = False,
        processes: int = 1,
    ) -> None:
        self._images = images
        self._path = path
        self._rules = rules
        self._hashed = hashed
        first = look_at(path(images[0]), rules, hashed=hashed)
        self.first = first if len(images) == 1 else first._replace(content=b"")
        numbers = _Numbers()
        numbers.add(first)
        if len(images) > 1:
            self._look(numbers, processes)
        self._ranges = numbers.ranges
        self._ends = numbers.ends
        self._stamps = numbers.stamps
        self.sizes = numbers.sizes
        self.states = numbers.states
        self.lossy_method = numbers.lossy_method
        self.warnings = numbers.warnings

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def facts(self) -> Facts:
        """What the header of the first image says."""
        return self.first.image.facts

    @property
    def held(self) -> bool:
        """Whether what was looked at is in memory, so that it is written whatever becomes of the file."""
        return bool(self.first.content)

    def path(self, index: int) -> str:
        """Return the name of a frame's file."""
        return self._path(self._images[index])

    def open(self, index: int) -> BinaryIO:
        """Open a frame's file, or what was read of it.

        Raises
        ------
        ImageError
            It cannot be read, or changed since.
        """
        if self.held:
            return io.BytesIO(self.first.content)
        path = self.path(index)
        try:
            file = open_input(path)
        except OSError as error:
            raise unreadable(path, error) from None
        try:
            self.check(index, file)
        except ImageError:
            file.close()
            raise
        return file

    def check(self, index: int, file: BinaryIO) -> None:
        """Check that a frame's file is what it was when it was looked at: another program may write into it.

        Parameters
        ----------
        index : int
            Position of the frame.
        file : binary file
            What `open` gave; once more when all of it has been read.

        Raises
        ------
        ImageError
            The file changed since.
        """
        size, modified = self._stamps[2 * index : 2 * index + 2]
        if size and not self.held and stamp_of(os.fstat(file.fileno())) != (size, modified):
            raise changed(self.path(index))

    def image(self, index: int, file: BinaryIO) -> Image:
        """Return where the pixels of a frame lie; what was not remembered is looked at again.

        Parameters
        ----------
        index : int
            Position of the frame.
        file : binary file
            What `open` gave.

        Raises
        ------
        ImageError
            The file changed since.
        """
        if index == 0:
            return self.first.image
        start = 2 * self._ends[index - 1]
        numbers = self._ranges[start : 2 * self._ends[index]]
        if numbers:
            return Image(self.facts, self.sizes[index], tuple(zip(numbers[::2], numbers[1::2], strict=True)))
        try:
            image = open_image(file, self._rules)
        except ImageError:
            raise changed(self.path(index)) from None
        if image.size != self.sizes[index] or _difference(self.facts, image.facts) is not None:
            raise changed(self.path(index))
        return image

    def _look(self, numbers: _Numbers, processes: int) -> None:
        """Look at all frames but the first, half of them in another process where that is worth it."""
        count = len(self._images)
        if processes == 1 or count < WORTH_SHARING:
            self._look_at(numbers, 1, count)
            return
        # Runs of single frames do without this module.
        from img2dcm_decl.run.forked import Beside

        half = count // 2
        with Beside(lambda: self._look_at(_Numbers(), half, count).packed()) as other:
            self._look_at(numbers, 1, half)
            numbers.extend(other.result())

    def _look_at(self, numbers: _Numbers, start: int, end: int) -> _Numbers:
        for index in range(start, end):
            frame = look_at(self.path(index), self._rules, hashed=self._hashed)
            if frame.image.facts is not self.facts:
                _check_alike(self.first, frame)
            numbers.add(frame)
        return numbers


class _Numbers:
    """What is kept of some frames that follow each other."""

    __slots__ = ("ends", "lossy_method", "ranges", "sizes", "stamps", "states", "warnings")

    def __init__(self) -> None:
        self.ranges = array("Q")
        self.ends = array("Q")
        self.sizes = array("Q")
        self.stamps = array("q")
        self.states: list[FileState] = []
        self.lossy_method = ""
        self.warnings: list[str] = []

    def add(self, frame: Frame) -> None:
        """Take note of the next frame."""
        facts, ranges = frame.image.facts, frame.image.ranges
        if len(ranges) <= _MOST_PARTS:
            for part in ranges:
                self.ranges.extend(part)
        self.ends.append(len(self.ranges) // 2)
        self.sizes.append(frame.image.size)
        self.stamps.extend(frame.stamp or _NO_STAMP)
        self.lossy_method = self.lossy_method or facts.lossy_method
        if facts.warnings:
            self.warnings += [f"{frame.path}: {warning}" for warning in facts.warnings]
        if frame.state is not None:
            self.states.append(frame.state)

    def packed(self) -> _Packed:
        """Return what is kept in a form that processes can tell each other."""
        numbers = (self.ranges.tobytes(), self.ends.tobytes(), self.sizes.tobytes(), self.stamps.tobytes())
        return (
            numbers,
            [(state.size, state.modified, state.sha256) for state in self.states],
            self.lossy_method,
            self.warnings,
        )

    def extend(self, packed: _Packed) -> None:
        """Take note of the frames that follow, of which another process has kept this."""
        (ranges, ends, sizes, stamps), states, lossy_method, warnings = packed
        before = len(self.ranges) // 2
        self.ranges.frombytes(ranges)
        self.ends.extend([before + end for end in memoryview(ends).cast("Q")])
        self.sizes.frombytes(sizes)
        self.stamps.frombytes(stamps)
        self.states += [FileState(*state) for state in states]
        self.lossy_method = self.lossy_method or lossy_method
        self.warnings += warnings


def _difference(ours: Facts, theirs: Facts) -> tuple[str, object, object] | None:
    """Return the name of a fact that frames of an object share and these do not, and what it is in each."""
    for field, name in _SHARED_FACTS:
        if (first := getattr(ours, field)) != (other := getattr(theirs, field)):
            return name, first, other
    return None


def _check_alike(first: Frame, other: Frame) -> None:
    """Check that two frames can be in the same object."""
    difference = _difference(first.image.facts, other.image.facts)
    if difference is not None:
        name, ours, theirs = difference
        raise ImageError(
            f"{other.path}: {name} is {theirs}, but {ours} in {first.path}; all frames of an object must agree"
        )
