"""Frames are looked at once and kept as numbers; what is written are the bytes that were looked at, or nothing."""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images.samples import BASELINE, COMMENT, DATA, EOI, EXIF, SOI, TABLES, bmp, converted, frame, scan, segment

from img2dcm_decl.errors import ImageError
from img2dcm_decl.plan.model import ImageRules
from img2dcm_decl.run.frames import Frames
from img2dcm_decl.run.gathering import BLOCK, Gathering
from img2dcm_decl.run.looking import MOST_HELD
from img2dcm_decl.run.writing import write_object

LONG_COMMENT = b"\xff\xfe\xff\xff" + bytes(65533)
LARGE = SOI + EXIF + LONG_COMMENT * (MOST_HELD // 65536 + 1) + TABLES + frame() + scan() + DATA + EOI
#: More removed parts than are remembered for a frame.
IN_PARTS = SOI + (EXIF + COMMENT) * 40 + TABLES + frame() + scan() + DATA + EOI


def parted(number: int, parts: int = 2) -> bytes:
    """Return an image of long parts, between which something is removed, unlike that of any other number."""
    comment = segment(0xFE, bytes([number]) * 65000)
    return SOI + (5 * comment + EXIF) * parts + TABLES + frame() + scan() + DATA + EOI


class Sink(io.RawIOBase):
    """Takes only so many bytes at a time, and sometimes none."""

    def __init__(self, most: int) -> None:
        self.data = b""
        self.most = most
        self.busy = False

    def write(self, data: object) -> int | None:
        self.busy = not self.busy
        if self.busy:
            return None
        taken = bytes(memoryview(data)[: self.most])  # type: ignore[arg-type]
        self.data += taken
        return len(taken)


def look(folder: Path, *images: bytes, hashed: bool = False) -> Frames:
    names = [f"{number}.img" for number in range(len(images))]
    for name, data in zip(names, images, strict=True):
        (folder / name).write_bytes(data)
    return Frames(names, lambda name: str(folder / name), ImageRules(), hashed=hashed)


def written(frames: Frames | None) -> bytes:
    """Return what is written to a file, which is what is written to anything else."""
    with tempfile.TemporaryFile(buffering=0) as file:
        write_object(frames, b"head", b"tail", file)
        file.seek(0)
        data = file.read()
    sink = Sink(1 << 30)
    write_object(frames, b"head", b"tail", sink)
    assert sink.data == data
    return data


def fragments(data: bytes) -> list[bytes]:
    """Return the items of encapsulated Pixel Data, without the offset table (PS3.5 section A.4)."""
    items, at = [], data.index(b"\xfe\xff\x00\xe0")
    while data[at : at + 4] == b"\xfe\xff\x00\xe0":
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        items.append(data[at + 8 : at + 8 + length])
        at += 8 + length
    assert data[at:] == b"\xfe\xff\xdd\xe0\0\0\0\0tail"
    return items[1:]


def padded(data: bytes) -> bytes:
    return data + bytes(len(data) & 1)


@pytest.mark.parametrize(
    "images",
    [
        [BASELINE],
        [LARGE],
        [IN_PARTS],
        [BASELINE, IN_PARTS, LARGE, BASELINE],
        [LARGE, LARGE],
        [SOI + EXIF + BASELINE[2:]] * 600,
        [parted(number) for number in range(9)],
        [parted(number) for number in range(30)],
        [SOI + EXIF + 2000 * (segment(0xFE) + EXIF) + BASELINE[2:]] * 3,
    ],
    ids=[
        "small",
        "large",
        "many parts",
        "mixed",
        "large ones",
        "more than one call takes",
        "long parts",
        "many long parts",
        "thousands of parts",
    ],
)
def test_frames_are_copied_without_what_is_removed(tmp_path: Path, images: list[bytes]) -> None:
    frames = look(tmp_path, *images)
    data = written(frames)
    assert data.startswith(b"head\xe0\x7f\x10\x00OB")
    assert fragments(data) == [padded(converted(image)) for image in images]
    assert list(frames.sizes) == [len(converted(image)) for image in images]


def test_native_frames_follow_each_other(tmp_path: Path) -> None:
    first = bmp(b"\1\2\3\0", 1, 1, 24)
    second = bmp(b"\4\5\6\0", 1, 1, 24)
    data = written(look(tmp_path, first, second))
    assert data.endswith(b"\x06\0\0\0" + b"\3\2\1\6\5\4" + b"tail")


def test_an_object_without_frames_is_its_head_and_tail() -> None:
    assert written(None) == b"headtail"


def test_one_small_image_is_written_as_it_was_looked_at(tmp_path: Path) -> None:
    frames = look(tmp_path, BASELINE)
    (tmp_path / "0.img").unlink()
    assert fragments(written(frames)) == [padded(BASELINE)]


@pytest.mark.parametrize(
    ("images", "later"),
    [
        ([LARGE], LARGE[: len(LARGE) // 2]),
        ([BASELINE, BASELINE], BASELINE[:20]),
        ([BASELINE, IN_PARTS], IN_PARTS[:-20]),
        ([BASELINE, IN_PARTS], BASELINE),
        ([bmp(bytes(4), 1, 1, 24)] * 2, bmp(bytes(8), 1, 2, 24)),
        ([bmp(bytes(4), 1, 1, 24)] * 2, b"BM"),
    ],
    ids=["large", "short", "cut", "another", "another bitmap", "a cut bitmap"],
)
def test_a_file_that_changed_since_is_refused(tmp_path: Path, images: list[bytes], later: bytes) -> None:
    frames = look(tmp_path, *images)
    last = tmp_path / f"{len(images) - 1}.img"
    last.write_bytes(later)
    with pytest.raises(ImageError, match=rf"{last.name}: the file changed while it was being read"):
        written(frames)


@pytest.mark.parametrize("images", [[LARGE], [BASELINE, LARGE]], ids=["one", "two"])
def test_another_file_of_the_same_size_is_refused(tmp_path: Path, images: list[bytes]) -> None:
    frames = look(tmp_path, *images)
    last = tmp_path / f"{len(images) - 1}.img"
    last.write_bytes(LARGE.replace(frame(), frame(rows=9)))
    os.utime(last, ns=(0, last.stat().st_mtime_ns + 1))
    with pytest.raises(ImageError, match=rf"{last.name}: the file changed while it was being read"):
        written(frames)


class Disturber(Sink):
    """Takes what is written, and changes a file meanwhile, which keeps its size."""

    def __init__(self, path: Path) -> None:
        super().__init__(BLOCK)
        self.path = path

    def write(self, data: object) -> int | None:
        before = self.path.stat()
        with self.path.open("r+b") as file:
            file.seek(-2, os.SEEK_END)
            file.write(b"??")
        os.utime(self.path, ns=(0, before.st_mtime_ns + 1))
        return super().write(data)


@pytest.mark.parametrize(
    "images",
    [[LARGE], [BASELINE, LARGE], [bmp(bytes(3 * 1000 * 1000), 1000, 1000, 24)]],
    ids=["one", "two", "native"],
)
def test_a_file_that_changes_while_it_is_copied_is_refused(tmp_path: Path, images: list[bytes]) -> None:
    frames = look(tmp_path, *images)
    last = tmp_path / f"{len(images) - 1}.img"
    with pytest.raises(ImageError, match=rf"^{last}: the file changed while it was being read$"):
        write_object(frames, b"", b"", Disturber(last))


@pytest.mark.parametrize("images", [[BASELINE], [LARGE], [BASELINE, LARGE]], ids=["small", "large", "two"])
def test_files_are_hashed_where_that_is_asked_for(tmp_path: Path, images: list[bytes]) -> None:
    states = look(tmp_path, *images, hashed=True).states
    assert [state.sha256 for state in states] == [sha256(image).hexdigest() for image in images]
    assert [state.size for state in states] == [len(image) for image in images]
    assert states[0].modified == (tmp_path / "0.img").stat().st_mtime_ns
    assert look(tmp_path, *images).states == []


def test_numbers_of_many_frames_take_little_memory(tmp_path: Path) -> None:
    frames = look(tmp_path, *[BASELINE] * 500)
    numbers = (frames.sizes, frames._stamps, frames._ranges, frames._ends)
    assert sum(array.itemsize * len(array) for array in numbers) <= 500 * 64
    assert frames.first.content == b""


@given(parts=st.lists(st.binary(max_size=50), max_size=20), most=st.integers(1, 60))
def test_parts_arrive_in_order_however_little_is_taken_at_a_time(parts: list[bytes], most: int) -> None:
    sink = Sink(most)
    with Gathering(sink) as gathering:
        for part in parts:
            place = gathering.room(len(part))
            place[:] = part
            if len(part) % 2:
                gathering.take(place)
            else:
                gathering.add(part)
    assert sink.data == b"".join(parts)


def test_a_part_that_does_not_fit_behind_the_others_waits_for_them(tmp_path: Path) -> None:
    sizes = [BLOCK // 5, 10, BLOCK, BLOCK // 2, BLOCK // 2 + 1, 7]
    with (tmp_path / "out").open("wb", buffering=0) as sink, Gathering(sink) as gathering:
        for number, size in enumerate(sizes):
            place = gathering.room(size)
            place[:] = bytes([number]) * size
            gathering.take(place)
    assert (tmp_path / "out").read_bytes() == b"".join(bytes([n]) * size for n, size in enumerate(sizes))


def test_nothing_more_is_written_after_a_failure() -> None:
    sink = Sink(100)
    with suppress(KeyError), Gathering(sink) as gathering:
        gathering.add(b"part")
        raise KeyError
    assert sink.data == b""
