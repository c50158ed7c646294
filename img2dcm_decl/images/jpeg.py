"""JPEG and JPEG-LS: header facts, and where the stream lies in the file."""

from __future__ import annotations

from functools import lru_cache

from img2dcm_decl.encode.elements import LARGEST_LENGTH
from img2dcm_decl.errors import ImageError
from img2dcm_decl.images import jpeg_markers as markers
from img2dcm_decl.images.base import Facts, Image
from img2dcm_decl.images.jpeg_stream import BLOCK, Header, scan
from img2dcm_decl.lean_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, TypeAlias

    from img2dcm_decl.plan.model import ImageRules

#: The parameters of a file's segments by their markers, in the order of the file.
Segments: TypeAlias = dict[int, bytes]

#: Headers that are remembered; archives have few.
_HEADERS_KEPT = 64

_STRAY = "bytes that belong to no JPEG segment were left out"
_HIERARCHICAL = "the JPEG stream is hierarchical, which no DICOM transfer syntax allows: hardly any viewer shows it"
_CONTRADICTION = "JFIF says YCbCr and Adobe's APP14 segment says RGB: taken as RGB"


class Frame(NamedTuple):
    """A frame header (ISO/IEC 10918-1 section B.2.2).

    Attributes
    ----------
    marker : int
        Which process the frame is coded with.
    precision : int
        Bits of a sample.
    rows, columns : int
        Size in pixels.
    components : bytes
        The identifier of each component.
    sampling : bytes
        The sampling factors of each component.
    """

    marker: int
    precision: int
    rows: int
    columns: int
    components: bytes
    sampling: bytes


def matches(head: bytes) -> bool:
    """Tell whether a file begins as JPEG and JPEG-LS do."""
    return head.startswith(b"\xff\xd8")


def read(file: BinaryIO, rules: ImageRules, block: int = BLOCK) -> Image:
    """Read a JPEG or JPEG-LS image's header and find its stream.

    Parameters
    ----------
    file : binary file
        Seekable, at its beginning.
    rules : ImageRules
        Which processes are accepted and which segments are removed.
    block : int
        Number of bytes that are in memory at a time.

    Raises
    ------
    ImageError
        The image is damaged or is not of a kind that can be converted.
    """
    stream = scan(file, rules, block)
    facts, keep_adobe = _described(stream.header, rules)
    ranges = stream.ranges(keep_adobe=keep_adobe)
    size = sum([length for _, length in ranges])
    if size > LARGEST_LENGTH:
        raise ImageError(f"the stream has {size} bytes; a frame can hold {LARGEST_LENGTH}")
    return Image(facts, size, ranges)


@lru_cache(maxsize=_HEADERS_KEPT)
def _described(header: Header, rules: ImageRules) -> tuple[Facts, bool]:
    """Return the facts of an image, and whether the APP14 segment must stay for decoders to see its colours too."""
    segments = dict(header.segments)
    frame = _frame(segments)
    _check_rules(segments, frame, rules)
    near = _near(segments, frame)
    photometric, keep_adobe = _colour(segments, header.transform, frame)
    facts = Facts(
        format="jpeg",
        transfer_syntax=markers.JPEG_LS_NEAR_LOSSLESS if near else markers.PROCESSES[frame.marker].transfer_syntax,
        rows=frame.rows,
        columns=frame.columns,
        samples_per_pixel=len(frame.components),
        photometric_interpretation=photometric,
        bits_allocated=8 if frame.precision <= 8 else 16,
        bits_stored=frame.precision,
        pixel_aspect_ratio=_aspect_ratio(segments),
        lossy_method=_lossy_method(frame, near),
        warnings=_warnings(segments, stray=header.stray, keep_adobe=keep_adobe),
    )
    return facts, keep_adobe


def _frame(segments: Segments) -> Frame:
    """Return the first frame header, checked."""
    marker = next((marker for marker in segments if marker in markers.FRAME_HEADERS), None)
    if marker is None:
        raise ImageError("the JPEG file holds no image (no SOF marker)")
    if marker not in markers.PROCESSES:
        raise ImageError(
            f"the image is {markers.REFUSED[marker]}; accepted are baseline (SOF0), extended sequential (SOF1) and "
            "progressive (SOF2) JPEG and JPEG-LS (SOF55): convert it with another tool first"
        )
    header = segments[marker]
    if len(header) < 6 or len(header) != 6 + 3 * header[5]:
        raise ImageError(f"the JPEG frame header (FF{marker:02X}) has a wrong length: the file is damaged")
    frame = Frame(
        marker=marker,
        precision=header[0],
        rows=int.from_bytes(header[1:3], "big"),
        columns=int.from_bytes(header[3:5], "big"),
        components=header[6::3],
        sampling=header[7::3],
    )
    _check_frame(frame)
    return frame


def _check_frame(frame: Frame) -> None:
    process = markers.PROCESSES[frame.marker]
    if not frame.rows or not frame.columns:
        raise ImageError(
            f"the JPEG frame header says {frame.columns} columns and {frame.rows} rows; a size that is stated later in "
            "the stream (DNL, LSE) is not supported: save the image anew with another tool"
        )
    count = len(frame.components)
    if count not in (1, 3):
        kind = " (CMYK or YCCK)" if count == 4 else ""
        raise ImageError(
            f"the image has {count} components{kind}; accepted are 1 and 3: convert it to grayscale or RGB "
            "with another tool first"
        )
    if frame.precision not in process.precisions:
        raise ImageError(
            f"the JPEG frame header says {frame.precision} bits a sample, which {process.name} JPEG has not"
        )


def _check_rules(segments: Segments, frame: Frame, rules: ImageRules) -> None:
    """Refuse what the recipe rejects, and colour transforms of JPEG-LS that decoders do not know of."""
    for marker, verdict, key in (
        (0xC1, rules.extended, "extended"),
        (0xC2, rules.progressive, "progressive"),
    ):
        if frame.marker == marker and verdict == "reject":
            raise ImageError(
                f"the image is {markers.PROCESSES[marker].name} JPEG, which the recipe rejects: remove the rule "
                f"inputs.jpeg.{key}: reject, or convert the image with another tool"
            )
    if rules.jfif == "required" and _densities(segments) is None:
        raise ImageError(
            "the image has no valid JFIF header, which the recipe asks for: remove the rule inputs.jpeg.jfif: required"
        )
    if frame.marker == markers.SOF55 and markers.APP8 in segments:
        raise ImageError(
            "the JPEG-LS stream has an APP8 segment (SPIFF, or a colour transform) that DICOM has no place for: "
            "save the image anew without it"
        )


def _near(segments: Segments, frame: Frame) -> int:
    """Return the NEAR parameter of a JPEG-LS stream's first scan (ISO/IEC 14495-1 section C.2.3); 0 is lossless."""
    header = segments.get(markers.SOS)
    if header is None:
        raise ImageError("the JPEG file holds no image data (no SOS marker): the file is damaged")
    if frame.marker != markers.SOF55:
        return 0
    if not header or len(header) != 4 + 2 * header[0]:
        raise ImageError("the JPEG-LS scan header (FFDA) has a wrong length: the file is damaged")
    return header[-3]


def _colour(segments: Segments, transform: int | None, frame: Frame) -> tuple[str, bool]:
    """Return the Photometric Interpretation, and whether the APP14 segment must stay for decoders to see it too."""
    if len(frame.components) == 1:
        return "MONOCHROME2", False
    if frame.marker == markers.SOF55:
        return "RGB", False
    named = frame.components == b"RGB"
    if named and len(set(frame.sampling)) == 1:
        return "RGB", False
    if transform == 0:
        return "RGB", True
    if named and not _is_jfif(segments) and transform is None:
        return "RGB", False
    return "YBR_FULL_422", False


def _lossy_method(frame: Frame, near: int) -> str:
    if frame.marker != markers.SOF55:
        return "ISO_10918_1"
    return "ISO_14495_1" if near else ""


def _is_jfif(segments: Segments) -> bool:
    """Tell whether the first APP0 segment is JFIF's (ISO/IEC 10918-5)."""
    return segments.get(markers.APP0, b"").startswith(b"JFIF\0")


def _densities(segments: Segments) -> tuple[int, int] | None:
    """Return JFIF's horizontal and vertical density (ISO/IEC 10918-5 section 10.1); None without a valid header."""
    header = segments.get(markers.APP0, b"")
    if not _is_jfif(segments) or len(header) < 12 or header[7] > 2:
        return None
    return int.from_bytes(header[8:10], "big"), int.from_bytes(header[10:12], "big")


def _aspect_ratio(segments: Segments) -> tuple[int, int] | None:
    """Return vertical and horizontal pixel size: the reciprocals of the densities, so that these change places."""
    horizontal, vertical = _densities(segments) or (0, 0)
    if horizontal == vertical or not horizontal or not vertical:
        return None
    return horizontal, vertical


def _warnings(segments: Segments, *, stray: bool, keep_adobe: bool) -> tuple[str, ...]:
    said = (
        (stray, _STRAY),
        (markers.DHP in segments, _HIERARCHICAL),
        (keep_adobe and _is_jfif(segments), _CONTRADICTION),
    )
    return tuple(text for holds, text in said if holds)
