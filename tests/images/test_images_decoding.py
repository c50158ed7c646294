"""What a decoder makes of our result is what it makes of the source."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

import pytest
from PIL import Image as Pillow
from PIL.BmpImagePlugin import BmpImageFile
from PIL.JpegImagePlugin import JpegImageFile
from support import corpus_files

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images import jpeg
from img2dcm_decl.images.registry import open_image
from img2dcm_decl.plan.model import ImageRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from img2dcm_decl.images.base import Image

MOST_BYTES = 60_000


def small(*folders: str) -> list[Path]:
    return [path for path in corpus_files(*folders) if path.stat().st_size <= MOST_BYTES]


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def result(path: Path) -> Image | str:
    """Return what the readers make of a file: an image, or the text of a refusal."""
    try:
        with path.open("rb", buffering=0) as file:
            image = open_image(file, ImageRules())
            for _ in image.rows(file, range(image.facts.rows)) if image.rows else ():
                pass
            return image
    except ImageError as error:
        return str(error)


def accepted(*folders: str) -> list[Path]:
    return [path for path in small(*folders) if not isinstance(result(path), str)]


def opened(path: Path) -> Image:
    image = result(path)
    assert not isinstance(image, str)
    return image


def decoded(open_source: Callable[[], Pillow.Image], prepare: Callable[[Pillow.Image], object]) -> Pillow.Image | None:
    """Return what Pillow makes of a file; None where it does not read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = open_source()
            prepare(picture)
            picture.load()
        except (OSError, SyntaxError, ValueError, KeyError, Pillow.DecompressionBombError):
            return None
    return picture


@pytest.mark.parametrize("path", accepted("jpeg"), ids=name)
def test_jpeg_streams_decode_as_their_files_do(path: Path) -> None:
    image = opened(path)
    data = path.read_bytes()
    stream = b"".join(data[offset : offset + length] for offset, length in image.ranges)
    mode = "YCbCr" if image.facts.photometric_interpretation == "YBR_FULL_422" else None

    def prepare(picture: Pillow.Image) -> None:
        if mode:
            picture.draft(mode, picture.size)

    source = decoded(lambda: JpegImageFile(io.BytesIO(data)), prepare)
    ours = decoded(lambda: JpegImageFile(io.BytesIO(stream)), prepare)
    if source is None or ours is None:
        assert source is ours
        return
    assert ours.size == (image.facts.columns, image.facts.rows)
    assert ours.mode == source.mode
    assert ours.tobytes() == source.tobytes()


@pytest.mark.parametrize("path", accepted("bmp"), ids=name)
def test_bmp_pixels_are_pillows(path: Path) -> None:
    image = opened(path)
    assert image.rows is not None
    with path.open("rb", buffering=0) as file:
        native = b"".join(image.rows(file, range(image.facts.rows)))
    picture = decoded(lambda: BmpImageFile(path), lambda _: None)
    assert picture is not None
    expected = picture.convert("RGB").tobytes()
    if image.facts.samples_per_pixel == 1:
        expected = expected[0::3]
    assert len(native) == len(expected)
    if picture.info.get("compression") == 0 and int.from_bytes(path.read_bytes()[28:30], "little") == 16:
        assert all(abs(a - b) <= 1 for a, b in zip(native, expected, strict=True))
    else:
        assert native == expected


@pytest.mark.parametrize("path", small("jpeg", "jpegls", "bmp", "malformed"), ids=name)
def test_every_file_gives_an_image_or_one_line(path: Path) -> None:
    image = result(path)
    if isinstance(image, str):
        assert image
        assert "\n" not in image
    elif image.rows is None:
        with path.open("rb", buffering=0) as file:
            assert jpeg.read(file, ImageRules(), block=101) == image
