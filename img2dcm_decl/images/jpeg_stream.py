"""The structure of a JPEG or JPEG-LS stream: its marker segments, and what of the file belongs to it.

The file passes through memory in blocks; the only bytes looked at one by one are those of marker segments.
"""

from __future__ import annotations

import io
import re
from functools import cache, lru_cache

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images import jpeg_markers as markers
from img2dcm_decl.images.jpeg_window import HEAD, Window
from img2dcm_decl.lean_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from img2dcm_decl.plan.model import ImageRules

BLOCK = 1 << 19

#: Any marker. A stuffed zero or a fill byte after FF makes none.
_MARKER = rb"\xff[\x01-\xfe]"
_NO_FILL = rb"[^\xff]"
#: What ends entropy-coded data: any marker but RSTn.
_AFTER_SCAN = rb"\xff[^\x00\xd0-\xd7\xff]"
#: JPEG-LS stuffs a bit where JPEG stuffs a byte, so that codes below 80 are data (ISO/IEC 14495-1 section A.1).
_AFTER_SCAN_LS = rb"\xff[\x80-\xcf\xd8-\xfe]"

_JFIF = (b"JFIF\0", b"JFXX\0")
_ADOBE = b"Adobe"
_NO_HP_TRANSFORM = b"mrfx\0"

_READ = markers.FRAME_HEADERS | {markers.SOS, markers.DHP, markers.APP0, markers.APP8, markers.APP14}
#: What stands behind FF where no marker begins: a stuffed zero, or fill bytes.
_NO_MARKER = frozenset({0x00, 0xFF})
_ENDS = frozenset({markers.SOI, markers.EOI})
#: More than any frame or scan header takes.
_MOST_READ = 1024
#: Parts that a stream may fall into; each costs memory, and no encoder writes a hundred.
MOST_PARTS = 1 << 16


class Header(NamedTuple):
    """What the segments of a JPEG file say; files of one source mostly agree in it.

    Attributes
    ----------
    segments : tuple of (int, bytes)
        Marker and parameters of the first segment with each marker that matters, in the order of the file. Of APP8,
        only those that ask for a colour transform.
    transform : int or None
        What the last Adobe APP14 segment before the first scan says, by which decoders go. 0: the samples are as they
        were; 1: YCbCr; 2: YCCK. None: there is no such segment.
    stray : bool
        Whether there are bytes that belong to no segment.
    """

    segments: tuple[tuple[int, bytes], ...]
    transform: int | None
    stray: bool


class Stream(NamedTuple):
    """What a scan over a JPEG file found.

    Attributes
    ----------
    header : Header
        What its segments say.
    end : int
        Offset of the first byte after EOI.
    adobe : tuple of int or None
        Start and end of the Adobe segment that decoders go by.
    removed : list of list of int
        Start and end of each part of the file that is left out; ascending and not adjacent.
    """

    header: Header
    end: int
    adobe: tuple[int, int] | None
    removed: list[list[int]]

    def ranges(self, *, keep_adobe: bool) -> tuple[tuple[int, int], ...]:
        """Return offset and length of each part of the file that the stream consists of.

        Parameters
        ----------
        keep_adobe : bool
            The Adobe segment stays, even where application segments are removed.
        """
        spared = self.adobe if keep_adobe and self.adobe else (self.end, self.end)
        kept = []
        position = 0
        for start, end in self.removed:
            if start <= spared[0] < end:
                kept += [(position, start), spared]
                position = spared[1]
                start = position
            kept.append((position, start))
            position = end
        kept.append((position, self.end))
        return _merged(kept)


def scan(file: BinaryIO, rules: ImageRules, block: int = BLOCK) -> Stream:
    """Find the segments of a JPEG or JPEG-LS stream, up to its EOI.

    Parameters
    ----------
    file : binary file
        At its beginning, which is where the stream begins.
    rules : ImageRules
        Which segments are removed.
    block : int
        Number of bytes that are in memory at a time.

    Raises
    ------
    ImageError
        The file does not begin as JPEG does, ends before EOI, or is damaged.
    """
    removable = _removable(rules.app_segments == "remove", rules.comments == "remove")
    return _Scan(Window(file, max(block, 2)), removable).run()


class _Opening(NamedTuple):
    """What a scan has found at the end of the first SOS segment.

    Attributes
    ----------
    first : dict of int to bytes
        The segments that matter, as in `Header`; not to be changed, as neither are the others.
    adobe : tuple of int or None
        As in `Stream`.
    transform : int or None
        As in `Header`.
    removed : list of list of int
        As in `Stream`.
    """

    first: dict[int, bytes]
    adobe: tuple[int, int] | None
    transform: int | None
    removed: list[list[int]]


@lru_cache(maxsize=64)
def _opening(segments: bytes, removable: frozenset[int]) -> _Opening | None:
    """Return what the segments that a file begins with say: files of one source begin alike.

    Parameters
    ----------
    segments : bytes
        From SOI to the end of what seems to be the first SOS segment.
    removable : frozenset of int
        Markers of the segments that are removed.

    Returns
    -------
    _Opening or None
        None where these are not segments of which each begins where the last one ends.
    """
    scan = _Scan(Window(io.BytesIO(segments), len(segments)), removable)
    start, marker = 2, markers.SOI
    while marker != markers.SOS:
        if start > len(segments) - HEAD.size:
            return None
        first, marker, length = HEAD.unpack_from(segments, start)
        if first != 0xFF or marker in _NO_MARKER or marker in markers.STANDALONE or marker in _ENDS:
            return None
        start = scan.pass_segment(start, marker, length)
    return scan.opening() if start == len(segments) else None


@cache
def _removable(application: bool, comments: bool) -> frozenset[int]:
    """Return the markers of the segments that are removed."""
    return (markers.APPLICATION if application else frozenset()) | ({markers.COM} if comments else frozenset())


class _Scan:
    """One pass over the segments of a file."""

    def __init__(self, window: Window, removable: frozenset[int]) -> None:
        self._window = window
        self._removable = removable
        self._first: dict[int, bytes] = {}
        self._adobe: tuple[int, int] | None = None
        self._transform: int | None = None
        self._removed: list[list[int]] = []
        self._stray = False

    def run(self) -> Stream:
        if self._window.read(0, 2) != b"\xff\xd8":
            raise ImageError("the file does not begin with SOI (FFD8): it is not JPEG")
        head = self._window.head
        start = self._pass_opening()
        coded = start > 2
        while True:
            first, marker, length = head(start)
            if coded or first != 0xFF or marker in _NO_MARKER:
                start = self._to_marker(start, coded=coded)
                _, marker, length = head(start)
            if marker == markers.EOI:
                header = Header(tuple(self._first.items()), self._transform, self._stray)
                return Stream(header, start + 2, self._adobe, self._removed)
            if marker == markers.SOI:
                raise ImageError(f"a second image (SOI) begins at byte {start}, within the first: the file is damaged")
            if marker in markers.STANDALONE:
                start += 2
                continue
            coded = coded or marker == markers.SOS
            start = self.pass_segment(start, marker, length)

    def pass_segment(self, start: int, marker: int, length: int) -> int:
        """Take note of a segment, and return where it ends."""
        # A length that does not even count itself is read as that of an empty segment; img2dcm does so too.
        end = start + 2 + max(2, length)
        if marker in _READ:
            self._note(marker, start, end)
        if marker in self._removable:
            self._remove(start, end)
        return end

    def opening(self) -> _Opening:
        """Return what was found, once all segments up to the first scan were passed."""
        return _Opening(self._first, self._adobe, self._transform, self._removed)

    def _pass_opening(self) -> int:
        """Return where the coded data begin if it is known what the file begins with, else where the segments do."""
        segments = self._window.opening()
        known = _opening(segments, self._removable) if segments else None
        if known is None:
            return 2
        self._first = known.first.copy()
        self._adobe, self._transform = known.adobe, known.transform
        self._removed = [part.copy() for part in known.removed]
        return len(segments)

    def _note(self, marker: int, start: int, end: int) -> None:
        parameters = self._window.read(start + 4, min(end - start - 4, _MOST_READ))
        if marker == markers.APP14:
            if parameters.startswith(_ADOBE) and len(parameters) >= 12 and markers.SOS not in self._first:
                self._adobe, self._transform = (start, end), parameters[11]
            return
        if marker == markers.APP8 and parameters == _NO_HP_TRANSFORM:
            return
        if marker == markers.APP0 and parameters.startswith(_JFIF):
            self._remove(start, end)
        self._first.setdefault(marker, parameters)

    def _to_marker(self, position: int, *, coded: bool) -> int:
        """Return where the next marker begins; before the first scan, what belongs to no segment is removed.

        Parameters
        ----------
        position : int
            Where to look from.
        coded : bool
            Whether coded data may stand there.
        """
        if coded:
            return self._search(_AFTER_SCAN_LS if markers.SOF55 in self._first else _AFTER_SCAN, position)
        first, marker, length = self._window.head(position)
        # A segment with the code 00, which does not exist, may lead to the next marker all the same.
        if first == 0xFF and marker == 0 and self._is_marker(position + 2 + length):
            return position
        fill_end = self._search(_NO_FILL, position)
        if fill_end > position and self._window.read(fill_end, 1) != b"\0":
            return fill_end - 1
        start = self._search(_MARKER, fill_end)
        self._stray = True
        self._remove(position, start)
        return start

    def _is_marker(self, position: int) -> bool:
        return re.match(_MARKER, self._window.read(position, 2)) is not None

    def _search(self, pattern: bytes, position: int) -> int:
        found = self._window.search(pattern, position)
        if found < 0:
            raise ImageError("the file ends before the end of the image (EOI): it is truncated")
        return found

    def _remove(self, start: int, end: int) -> None:
        """Leave a part out; parts come in ascending order, and one may come twice."""
        removed = self._removed
        if removed and removed[-1][1] >= start:
            removed[-1][1] = max(end, removed[-1][1])
            return
        if len(removed) == MOST_PARTS:
            raise ImageError(
                f"what is to be removed cuts the stream into more than {MOST_PARTS} parts: keep application segments "
                "and comments, or save the image anew with another tool"
            )
        removed.append([start, end])


def _merged(parts: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return (start, end) parts as (offset, length), adjacent ones as one and empty ones not at all."""
    merged: list[tuple[int, int]] = []
    for start, end in parts:
        if start == end:
            continue
        if merged and sum(merged[-1]) == start:
            merged[-1] = (merged[-1][0], end - merged[-1][0])
        else:
            merged.append((start, end - start))
    return tuple(merged)
