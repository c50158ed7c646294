"""The pixels of an object are the pixels of its image."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pydicom
import pytest
from corpus.jpeg_walk import without_app_segments
from PIL import Image, ImageFile
from pydicom.encaps import generate_frames

if TYPE_CHECKING:
    from corpus.corpus_run import Run

JPEGLS = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81")
NOT_READ = (OSError, SyntaxError, ValueError, KeyError, struct.error, Image.DecompressionBombError)


class Pair(NamedTuple):
    """An object and the file that it was made from."""

    name: str
    dataset: pydicom.Dataset
    source: bytes


@pytest.fixture(scope="module")
def compressed(captured: Run) -> list[Pair]:
    """Objects of JPEG and JPEG-LS files."""
    return [pair for pair in pairs(captured) if pair.dataset.file_meta.TransferSyntaxUID.is_compressed]


@pytest.fixture(scope="module")
def native(captured: Run) -> list[Pair]:
    """Objects of BMP files."""
    return [pair for pair in pairs(captured) if not pair.dataset.file_meta.TransferSyntaxUID.is_compressed]


def pairs(run: Run) -> list[Pair]:
    done = [(image, outcome) for image, outcome in run.outcomes.items() if outcome.status == "written"]
    return [Pair(image, pydicom.dcmread(outcome.output), Path(image).read_bytes()) for image, outcome in done]


def stream_of(dataset: pydicom.Dataset) -> bytes:
    (frame,) = generate_frames(dataset.PixelData, number_of_frames=1)
    return frame


def samples(data: bytes, mode: str) -> tuple[tuple[int, int], bytes] | None:
    """Return size and samples in the stream's own colour model, or None where Pillow does not decode it.

    Without its application segments a decoder may take a stream for another colour model, so the decoder is told that
    three components are YCbCr and to give YCbCr: it converts nothing then.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(io.BytesIO(data), formats=("JPEG", "BMP"))
            if mode == "YCbCr":
                picture.draft(mode, picture.size)
                picture.tile = [tile._replace(args=(mode, mode)) for tile in picture.tile]
            picture.load()
        except NOT_READ:
            return None
    return picture.size, picture.convert(mode).tobytes()


def test_streams_are_their_files_without_application_segments(compressed: list[Pair]) -> None:
    for pair in compressed:
        if Path(pair.name).parent.name == "malformed":
            continue
        jpegls = pair.dataset.file_meta.TransferSyntaxUID in JPEGLS
        # Where nothing but the Adobe segment says of a stream that it is RGB, that segment stays in it.
        adobe = b"\xff\xee\0\x0eAdobe" in stream_of(pair.dataset)
        assert not adobe or pair.dataset.PhotometricInterpretation == "RGB", pair.name
        expected = without_app_segments(pair.source, jpegls=jpegls, keep_adobe=adobe)
        assert stream_of(pair.dataset).startswith(expected), pair.name
        assert len(stream_of(pair.dataset)) - len(expected) == len(expected) % 2, pair.name


def test_streams_decode_to_the_samples_of_their_files(compressed: list[Pair]) -> None:
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    decoded = 0
    for pair in compressed:
        mode = "YCbCr" if pair.dataset.SamplesPerPixel == 3 else "L"
        expected = samples(pair.source, mode)
        if expected is not None:
            ours = samples(stream_of(pair.dataset), mode)
            assert ours == expected, pair.name
            assert ours[0] == (pair.dataset.Columns, pair.dataset.Rows), pair.name
            decoded += 1
    assert decoded > 300


def test_native_pixels_are_those_that_pillow_reads(native: list[Pair]) -> None:
    compared = 0
    for pair in native:
        expected = samples(pair.source, "RGB")
        if expected is None:
            continue
        size, pixels = expected
        pixels = pixels[::3] if pair.dataset.SamplesPerPixel == 1 else pixels
        ours = pair.dataset.PixelData[: len(pixels)]
        assert size == (pair.dataset.Columns, pair.dataset.Rows), pair.name
        assert len(pair.dataset.PixelData) - len(pixels) == len(pixels) % 2, pair.name
        assert ours == (rounded(pixels) if bits_per_pixel(pair.source) == 16 else pixels), pair.name
        compared += 1
    assert compared > 60


def bits_per_pixel(data: bytes) -> int:
    at = 24 if data[14] == 12 else 28
    return int.from_bytes(data[at : at + 2], "little")


def rounded(pixels: bytes) -> bytes:
    """Return samples of five bits, which Pillow scales by cutting off, scaled to the nearest of eight bits."""
    return bytes(((value * 31 + 254) // 255 * 255 + 15) // 31 for value in pixels)
