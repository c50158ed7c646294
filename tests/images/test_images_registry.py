"""The choice of a reader by content, and what is said where there is none."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from images.samples import BASELINE, bmp
from support import ROOT, corpus_files

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images import jpeg
from img2dcm_decl.images.registry import FORMATS, identify, open_image
from img2dcm_decl.plan.model import ImageRules

if TYPE_CHECKING:
    from pathlib import Path

BITMAP = bmp(b"\1\2\3\0", 1, 1, 24)
NAMES = {"png": "PNG", "gif": "GIF", "tiff": "TIFF", "webp": "WebP", "jp2": "JPEG 2000", "jxl": "JPEG XL"}


def opened(data: bytes, name: str = "auto") -> str:
    return open_image(io.BytesIO(data), ImageRules(format=name)).facts.format


@pytest.mark.parametrize(("data", "name"), [(BASELINE, "jpeg"), (BITMAP, "bmp")])
def test_the_content_decides(data: bytes, name: str) -> None:
    assert opened(data) == opened(data, name) == name


def test_a_reader_is_the_module_of_its_format() -> None:
    assert identify(BASELINE[:32]) is jpeg


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (BASELINE, "bmp", "looks like JPEG, where the format bmp is insisted upon"),
        (BITMAP, "jpeg", "looks like BMP, where the format jpeg is insisted upon"),
        (b"", "auto", "^the file is empty: it may be half copied; copy it again, or leave it out$"),
        (b"", "jpeg", "empty"),
        (b"\xff", "auto", "not of a known image format"),
        (b"hello", "auto", "accepted are jpeg and bmp"),
        (b"%PDF-1.7", "auto", "looks like PDF"),
        (bytes(128) + b"DICM", "auto", "looks like DICOM"),
        (b"\0\0\0\x18ftypavif", "auto", "looks like AVIF"),
        (BASELINE, "tga", "no image format is called 'tga'"),
    ],
)
def test_other_content_is_refused_by_name(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        opened(data, name)


@pytest.mark.parametrize("path", corpus_files(*NAMES), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_real_files_of_other_formats_are_named(path: Path) -> None:
    data = path.read_bytes()
    with pytest.raises(ImageError) as caught:
        opened(data)
    expected = NAMES[path.parent.name]
    assert expected in str(caught.value) or "not of a known image format" in str(caught.value)


class Unreadable(io.BytesIO):
    """A file that fails as a directory, or a broken medium, does."""

    def read(self, _size: int | None = -1, /) -> bytes:
        raise IsADirectoryError(21, "Is a directory")


def test_errors_of_the_system_are_image_errors() -> None:
    with pytest.raises(ImageError, match="cannot be read: Is a directory"):
        open_image(Unreadable(), ImageRules())


def test_readers_import_little() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        f"import img2dcm_decl.images.registry, {', '.join(FORMATS.values())}\n"
        "print({'dataclasses', 'pathlib', 'numpy', 'pydicom', 'inspect'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
