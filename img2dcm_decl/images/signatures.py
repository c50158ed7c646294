"""What a file that no reader takes looks like, for messages."""

from __future__ import annotations

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8", "JPEG"),
    (0, b"BM", "BMP"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"II+\x00", "BigTIFF"),
    (0, b"MM\x00+", "BigTIFF"),
    (8, b"WEBP", "WebP"),
    (4, b"jP  \r\n\x87\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 codestream"),
    (4, b"JXL \r\n\x87\n", "JPEG XL"),
    (0, b"\xff\x0a", "a JPEG XL codestream"),
    (0, b"II\xbc\x01", "JPEG XR"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftyphei", "HEIF"),
    (4, b"ftypmif1", "HEIF"),
    (4, b"ftyp", "MP4 or another ISO base media file"),
    (0, b"%PDF-", "PDF"),
    (0, b"8BPS", "Photoshop"),
    (0, b"BA", "an OS/2 bitmap array"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"<?xml", "XML"),
    (0, b"<svg", "SVG"),
)


def looks_like(head: bytes) -> str:
    """Name the kind of file that begins with `head`, or return an empty string where that is not obvious.

    Parameters
    ----------
    head : bytes
        The first bytes of a file; 132 are enough to tell a DICOM file (PS3.10 section 7.1).
    """
    if head[128:132] == b"DICM":
        return "DICOM"
    for offset, signature, name in _SIGNATURES:
        if head.startswith(signature, offset):
            return name
    return ""
