"""The frames of an object: looked at one by one, and kept as a few numbers each until the object is written."""

from __future__ import annotations

import io
import os
import stat
from array import array

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.base import Image
from img2dcm_decl.images.reading import read_up_to
from img2dcm_decl.images.registry import open_image
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.locations import is_url, open_input, size_and_time
from img2dcm_decl.run.hashing import FileState, changed, hashed_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from img2dcm_decl.images.base import Facts
    from img2dcm_decl.plan.model import ImageRules

#: Files up to this size are read once, for all purposes; larger ones pass through memory in blocks.
MOST_HELD = 1 << 20
#: Parts of a stream that are remembered for each frame; what has more of them is looked at again.
_MOST_PARTS = 16


class Frame(NamedTuple):
    """An image file that was looked at.

    Attributes
    ----------
    path : str
        Its name.
    image : Image
        What its header says, and where its pixels lie.
    content : bytes
        All of its bytes where it is small, else none.
    state : FileState or None
        By what it can be recognised, where that was asked for.
    """

    path: str
    image: Image
    content: bytes = b""
    state: FileState | None = None


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
        "_images",
        "_path",
        "_ranges",
        "_rules",
        "first",
        "lossy_method",
        "sizes",
        "states",
        "warnings",
    )

    def __init__(
        self, images: Sequence[str], path: Callable[[str], str], rules: ImageRules, *, hashed: bool = False
    ) -> None:
        self._images = images
        self._path = path
        self._rules = rules
        self._ranges = array("Q")
        self._ends = array("Q")
        self.sizes = array("Q")
        self.states: list[FileState] = []
        self.lossy_method = ""
        self.warnings: list[str] = []
        for index, image in enumerate(images):
            frame = look_at(path(image), rules, hashed=hashed)
            if index == 0:
                self.first = frame if len(images) == 1 else frame._replace(content=b"")
            self._append(frame)

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
            It cannot be read.
        """
        if self.held:
            return io.BytesIO(self.first.content)
        path = self.path(index)
        try:
            return open_input(path)
        except OSError as error:
            raise unreadable(path, error) from None

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

    def _append(self, frame: Frame) -> None:
        facts, ranges = frame.image.facts, frame.image.ranges
        if facts is not self.facts:
            _check_alike(self.first, frame)
        if len(ranges) <= _MOST_PARTS:
            for part in ranges:
                self._ranges.extend(part)
        self._ends.append(len(self._ranges) // 2)
        self.sizes.append(frame.image.size)
        self.lossy_method = self.lossy_method or facts.lossy_method
        self.warnings += [f"{frame.path}: {warning}" for warning in facts.warnings]
        if frame.state is not None:
            self.states.append(frame.state)


def look_at(path: str, rules: ImageRules, *, hashed: bool = False) -> Frame:
    """Read the header of an image file.

    Parameters
    ----------
    path : str
        Its name, or its URL.
    rules : ImageRules
        What is accepted and what is removed.
    hashed : bool
        Whether its bytes are hashed.

    Raises
    ------
    ImageError
        The file cannot be read or converted. The message names it.
    """
    try:
        status = None if is_url(path) else _regular(path)
        with open_input(path) as file:
            size = _size(file) if status is None else status.st_size
            held = 0 < size <= MOST_HELD
            frame = _small(path, file, size, rules) if held else Frame(path, open_image(file, rules))
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from None
    except OSError as error:
        raise unreadable(path, error) from None
    return frame._replace(state=_state(frame, status)) if hashed else frame


def unreadable(path: str, error: OSError) -> ImageError:
    """Return the error that says why an image cannot be read."""
    return ImageError(f"{path}: cannot be read: {error.strerror or error}")


def _small(path: str, file: BinaryIO, size: int, rules: ImageRules) -> Frame:
    content = read_up_to(file, size)
    if len(content) < size:
        raise ImageError("the file changed while it was being read")
    return Frame(path, open_image(io.BytesIO(content), rules), content)


def _size(file: BinaryIO) -> int:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def _state(frame: Frame, status: os.stat_result | None) -> FileState:
    if not frame.content:
        return hashed_state(frame.path)
    from hashlib import sha256

    modified = size_and_time(frame.path)[1] if status is None else status.st_mtime_ns
    return FileState(len(frame.content), modified, sha256(frame.content).hexdigest())


def _regular(path: str) -> os.stat_result:
    """Refuse what cannot be read from its beginning again and, as a pipe without a writer, may keep readers waiting."""
    try:
        status = os.stat(path)
    except ValueError as error:  # characters that no name can have
        raise ImageError(f"cannot be read: {error}") from None
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise ImageError("is not a regular file; save the image to one first")
    return status


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
