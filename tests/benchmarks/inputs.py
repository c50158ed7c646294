"""Images of any size, made quickly, as the benchmark and other tests need them.

    python tests/benchmarks/inputs.py FOLDER NAME...

makes some of the benchmark's own inputs. It does so in a process of its own, so that the one that measures stays small.
"""

from __future__ import annotations

import io
import os
import random
import struct
import sys
from bisect import bisect_right
from itertools import cycle
from pathlib import Path

from PIL import Image, ImageFile

BAND_ROWS = 16
MEGABYTE = 1_000_000
#: Different pictures among photographs.
PICTURES = 8


def noise(count: int, seed: int) -> bytes:
    """Return bytes that no compression makes smaller; the same ones for the same seed."""
    return random.Random(seed).randbytes(count)


def write_jpeg(path: Path, size: int, columns: int = 4096) -> None:
    """Write a valid baseline JPEG in colour of about so many bytes, with restart markers.

    Every restart interval is one row of MCUs and starts afresh (ISO/IEC 10918-1 section E.1.4), so the coded data of
    one stands as often as needed, and only the number of rows in the frame header changes.
    """
    head, interval = _band(columns)
    count = max(1, min(65535 // BAND_ROWS, round((size - len(head)) / len(interval))))
    rows = head.index(b"\xff\xc0") + 5
    head = head[:rows] + struct.pack(">H", count * BAND_ROWS) + head[rows + 2 :]
    with path.open("wb") as file:
        file.write(head + interval)
        for _, restart in zip(range(count - 1), cycle(range(8)), strict=False):
            file.write(bytes((0xFF, 0xD0 + restart)) + interval)
        file.write(b"\xff\xd9")


def _band(columns: int) -> tuple[bytes, bytes]:
    """Return all that precedes the coded data of one band of noise, and that data."""
    picture = Image.frombytes("RGB", (columns, BAND_ROWS), noise(columns * BAND_ROWS * 3, seed=1))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90, subsampling="4:2:0", restart_marker_rows=1)
    data = buffer.getvalue()
    scan = data.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    return data[:start], data[start:-2]


def write_large_jpeg(path: Path, size: int, *, progressive: bool = False, columns: int = 6144) -> None:
    """Write a JPEG in colour of about so many bytes, as a camera or a scanner does: without restart markers."""
    ImageFile.MAXBLOCK = 2 * size  # Pillow needs room for a whole progressive stream
    band = Image.frombytes("RGB", (columns, 256), noise(columns * 256 * 3, seed=4))
    rows = 256 * round(size / len(_encoded(band, 92, progressive=progressive)))
    picture = Image.new("RGB", (columns, rows))
    for top in range(0, rows, 256):
        picture.paste(band, (0, top))
    path.write_bytes(_encoded(picture, 92, progressive=progressive))


def write_photos(folder: Path, count: int, size: int) -> None:
    """Write JPEGs that are different files: a few pictures of almost `size` bytes, each file with its own comment."""
    folder.mkdir()
    pictures = [_photo(size, seed) for seed in range(PICTURES)]
    for number, picture in zip(range(count), cycle(pictures), strict=False):
        start = 4 + int.from_bytes(picture[4:6], "big")  # behind the JFIF header, which comes first
        comment = f"photograph {number:05}".encode()
        segment = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
        (folder / f"{number:05}.jpg").write_bytes(picture[:start] + segment + picture[start:])


def _photo(size: int, seed: int) -> bytes:
    """Return a picture as JPEG: large soft shapes, and some grain."""
    columns = round((size * 6) ** 0.5 / 8) * 8
    rows = columns * 3 // 4
    shapes = Image.frombytes("RGB", (16, 12), noise(16 * 12 * 3, seed)).resize(
        (columns, rows), Image.Resampling.BICUBIC
    )
    grain = Image.frombytes("RGB", (columns, rows), noise(columns * rows * 3, seed + 100))
    picture = Image.blend(shapes, grain, 0.1)
    qualities = range(30, 98)
    fitting = bisect_right(qualities, size, key=lambda quality: len(_encoded(picture, quality)))
    return _encoded(picture, qualities[max(0, fitting - 1)])


def _encoded(picture: Image.Image, quality: int, *, progressive: bool = False) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, progressive=progressive, subsampling="4:2:0")
    return buffer.getvalue()


def write_bmp(path: Path, size: int, columns: int = 8000, colors: str = "24 bit") -> None:
    """Write a BMP of about so many bytes.

    Parameters
    ----------
    path : Path
        Its file.
    size : int
        Bytes of its pixels.
    columns : int
        Its width, a multiple of four.
    colors : str
        `24 bit`, or `gray` or `palette` of 8 bits.
    """
    bits = 24 if colors == "24 bit" else 8
    palette = b"" if bits == 24 else b"".join(_color(index, colors) for index in range(256))
    stride = columns * bits // 8
    rows = size // stride
    start = 54 + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, columns, rows, 1, bits, 0, rows * stride, 0, 0, len(palette) // 4, 0)
    band = noise(stride * 64, seed=2)
    with path.open("wb") as file:
        file.write(struct.pack("<2sIHHI", b"BM", start + rows * stride, 0, 0, start) + header + palette)
        for top in range(0, rows, 64):
            file.write(band[: stride * min(64, rows - top)])


def _color(index: int, colors: str) -> bytes:
    return bytes((index, index, index, 0)) if colors == "gray" else bytes((index, 255 - index, index // 2, 0))


def write_table(path: Path, images: Path) -> None:
    """Write a CSV with a row for each image of a folder."""
    rows = ["File,ID,Name,Born"]
    for number, name in enumerate(sorted(os.listdir(images))):
        rows.append(f'{name},{number // 4:08},"Doe, John {number // 4}",{1 + number % 28:02}.{1 + number % 12:02}.1970')
    path.write_text("\n".join(rows) + "\n")


def link_names(folder: Path, images: Path, count: int) -> None:
    """Give the images of a folder more names, as many as are asked for, in a new one."""
    folder.mkdir()
    for number, name in zip(range(count), cycle(sorted(os.listdir(images))), strict=False):
        os.link(images / name, folder / f"{number:05}.jpg")


#: Name of each input of the benchmark -> what makes it, given its folder.
INPUTS = {
    "80k": lambda folder: write_photos(folder / "80k", 2000, 80_000),
    "10k": lambda folder: write_photos(folder / "10k", 2000, 10_000),
    "1m": lambda folder: write_photos(folder / "1m", 200, 1_200_000),
    "table.csv": lambda folder: write_table(folder / "table.csv", folder / "80k"),
    "20000": lambda folder: link_names(folder / "20000", folder / "80k", 20_000),
    "sample": lambda folder: link_names(folder / "sample", folder / "80k", 200),
    "sample10k": lambda folder: link_names(folder / "sample10k", folder / "10k", 200),
    "baseline.jpg": lambda folder: write_large_jpeg(folder / "baseline.jpg", 56 * MEGABYTE),
    "restart.jpg": lambda folder: write_jpeg(folder / "restart.jpg", 56 * MEGABYTE),
    "progressive.jpg": lambda folder: write_large_jpeg(folder / "progressive.jpg", 56 * MEGABYTE, progressive=True),
    "color.bmp": lambda folder: write_bmp(folder / "color.bmp", 144 * MEGABYTE),
    "gray.bmp": lambda folder: write_bmp(folder / "gray.bmp", 48 * MEGABYTE, colors="gray"),
    "palette.bmp": lambda folder: write_bmp(folder / "palette.bmp", 48 * MEGABYTE, colors="palette"),
}


if __name__ == "__main__":
    target, *wanted = sys.argv[1:]
    for name in wanted:
        INPUTS[name](Path(target))
