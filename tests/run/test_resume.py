"""What a run has made before and is untouched stays; all else is made anew, and nobody else's files are replaced."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from images_made import jpeg

from img2dcm_decl.encode.elements import pad
from img2dcm_decl.plan.digest import digest
from img2dcm_decl.plan.model import Element, Encoding, Plan, PlannedObject, Slot, Variant
from img2dcm_decl.run.record import Record
from img2dcm_decl.run.record_file import RecordFile
from img2dcm_decl.run.resume import Earlier
from img2dcm_decl.run.runner import Job

ELEMENTS = (
    Element(0x00080016, "UI", pad("UI", b"1.2.840.10008.5.1.4.1.1.7")),
    Element(0x00080018, "UI", Slot("uid_of_object", "SOPInstanceUID")),
    Element(0x00100020, "LO", Slot("text", "0")),
    Element(0x00200013, "IS", Slot("number", "1")),
    Element(0x00280010, "US", Slot("rows")),
    Element(0x7FE00010, "OB", Slot("pixel_data")),
)
KEY = bytes(range(32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(2):
        (tmp_path / f"{number}.jpg").write_bytes(jpeg(16, 8 + number))
    return tmp_path


def job_for(folder: Path, **changes: Any) -> Job:
    objects = tuple(PlannedObject((f"{n}.jpg",), f"{n}.dcm", n + 1, (b"A ",)) for n in range(2))
    plan = Plan(str(folder), (Variant((), "", ELEMENTS),), objects)._replace(**changes)
    return Job(plan, hashing=True)


def run(job: Job, path: Path, *, begin: bool = True, made: int = 2, end: bool = True) -> list[str | None]:
    """Run a job with a record, and return why each object was made, None for those that stay.

    It ends before it begins objects, when some are made, or without saying so, as runs do that are killed.
    """
    file = RecordFile(str(path))
    try:
        earlier = Earlier(file, digest(job.plan), job.plan.folder)
        record = Record(file, job, lambda: "now")
        record.start(digest(job.plan), KEY)
        found = {one.output: earlier.difference(one, job) for one in job.plan.objects}
        anew = [one for one in job.plan.objects if found[one.output] is not None]
        if begin:
            record.begin(anew)
        for planned in anew[:made]:
            record.add(job.convert(planned, earlier.ours(planned.output)))
        if end:
            record.end(finished=True)
        return list(found.values())
    finally:
        file.close()


def earlier(job: Job, path: Path) -> Earlier:
    file = RecordFile(str(path))
    try:
        return Earlier(file, digest(job.plan), job.plan.folder)
    finally:
        file.close()


def alter_in_place(path: Path) -> None:
    """Change a byte of a file's pixels, and its time as little as can be."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[-4] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def put_another_in_place(path: Path) -> None:
    """Put another file of the same size and time under a name, as where two files change places."""
    status, other = path.stat(), path.with_name("other")
    other.write_bytes(path.read_bytes())
    alter_in_place(other)
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


FIRST_CHANGED: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "nothing": (lambda _: None, None),
    "the image was touched": (lambda folder: os.utime(folder / "0.jpg"), None),
    "the image has other bytes": (lambda folder: alter_in_place(folder / "0.jpg"), "0.jpg was changed"),
    "the image is another one": (lambda folder: put_another_in_place(folder / "0.jpg"), "0.jpg was changed"),
    "the image has another mode": (lambda folder: (folder / "0.jpg").chmod(0o600), None),
    "the image is longer": (
        lambda folder: (folder / "0.jpg").write_bytes(jpeg(16, 8) + b"\0"),
        "0.jpg was changed",
    ),
    "the image is gone": (lambda folder: (folder / "0.jpg").unlink(), "0.jpg was changed"),
    "the file is gone": (lambda folder: (folder / "0.dcm").unlink(), "its file is not there any more, or was changed"),
    "the file was touched": (
        lambda folder: os.utime(folder / "0.dcm"),
        "its file is not there any more, or was changed",
    ),
}


@pytest.mark.parametrize("change", FIRST_CHANGED)
def test_what_was_changed_is_made_anew_and_the_rest_stays(folder: Path, change: str) -> None:
    job, path = job_for(folder), folder / "run.jsonl"
    assert run(job, path) == ["", ""]
    alter, difference = FIRST_CHANGED[change]
    alter(folder)
    assert run(job, path) == [difference, None]
    if "gone" not in change or "file" in change:
        assert run(job, path) == [None, None]


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"texts": (b"B ",)}, "its values were changed"),
        ({"number": 9}, "its values were changed"),
        ({"identity": "other"}, "its values were changed"),
        ({"images": ("1.jpg",)}, "it has other images"),
        ({"output": "new.dcm"}, ""),
    ],
)
def test_an_object_that_is_planned_otherwise_is_made_anew(
    folder: Path, changes: dict[str, Any], difference: str
) -> None:
    path = folder / "run.jsonl"
    run(job_for(folder), path)
    first, second = job_for(folder).plan.objects
    assert run(job_for(folder, objects=(first._replace(**changes), second)), path) == [difference, None]


def test_an_object_that_comes_to_another_place_stays_where_its_number_is_not_in_it(folder: Path) -> None:
    uncounted = (Variant((), "", tuple(element for element in ELEMENTS if element.tag != 0x00200013)),)
    path = folder / "run.jsonl"
    run(job_for(folder, variants=uncounted), path)
    _, second = job_for(folder).plan.objects
    assert run(job_for(folder, variants=uncounted, objects=(second._replace(number=1),)), path) == [None]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"title": "other", "record": "other", "warnings": ("w",)}, True),
        ({"encoding": Encoding(pad_file=8)}, False),
        ({"time": "20260131101500"}, False),
        ({"variants": (Variant((), "", ELEMENTS[1:]),)}, False),
    ],
)
def test_a_changed_plan_is_noticed_and_all_of_its_files_are_ours(
    folder: Path, changes: dict[str, Any], same: bool
) -> None:
    path = folder / "run.jsonl"
    run(job_for(folder), path)
    job = job_for(folder, **changes)
    before = earlier(job, path)
    assert (before.same, before.key, before.since) == (same, KEY if same else b"", "now")
    assert before.ours("0.dcm")
    assert run(job, path) == ([None, None] if same else ["", ""])
    assert run(job, path) == [None, None]


def test_a_plan_that_changes_back_finds_nothing_as_it_was(folder: Path) -> None:
    path = folder / "run.jsonl"
    for encoding in (Encoding(), Encoding(pad_file=8), Encoding()):
        assert run(job_for(folder, encoding=encoding), path) == ["", ""]


@pytest.mark.parametrize("number", ["1e999", '"x"', "[]", "null"])
def test_an_object_whose_line_is_damaged_is_made_anew(folder: Path, number: str) -> None:
    job, path = job_for(folder), folder / "run.jsonl"
    run(job, path)
    text = path.read_text("ascii")
    first = text.index('"modified":') + len('"modified":')
    path.write_text(text[:first] + number + text[text.index(",", first) :], "ascii")
    assert run(job, path) == ["its line of the record is damaged", None]


@pytest.mark.parametrize("made", [0, 1, 2])
def test_files_of_a_killed_run_are_ours_and_only_those_without_a_line_are_made_anew(folder: Path, made: int) -> None:
    job, path = job_for(folder), folder / "run.jsonl"
    run(job, path, made=made, end=False)
    for number in range(2):
        (folder / f"{number}.dcm").touch()
    assert all(earlier(job, path).ours(f"{number}.dcm") for number in range(2))
    differences = run(job, path)
    assert differences[made:] == [""] * (2 - made)
    assert all((folder / f"{number}.dcm").stat().st_size for number in range(2))


def test_files_of_objects_that_were_not_begun_or_failed_are_not_ours(folder: Path) -> None:
    job, path = job_for(folder), folder / "run.jsonl"
    run(job, path, begin=False, made=0)
    assert not earlier(job, path).ours("0.dcm")
    (folder / "0.jpg").write_bytes(b"bad")
    (folder / "1.dcm").write_bytes(b"somebody else's")
    run(job, path)
    before = earlier(job, path)
    assert not before.ours("0.dcm")
    assert not before.ours("1.dcm")
    assert (folder / "1.dcm").read_bytes() == b"somebody else's"


def test_a_file_of_ours_stays_ours_when_it_could_not_be_made_anew(folder: Path) -> None:
    job, path = job_for(folder), folder / "run.jsonl"
    run(job, path)
    good = (folder / "0.jpg").read_bytes()
    (folder / "0.jpg").write_bytes(b"bad")
    assert run(job, path) == ["0.jpg was changed", None]
    (folder / "0.jpg").write_bytes(good)
    assert run(job, path) == ["", None]
    assert run(job, path) == [None, None]


def test_objects_that_are_no_more_planned_are_counted(folder: Path) -> None:
    job, path = job_for(folder), folder / "run.jsonl"
    run(job, path)
    file = RecordFile(str(path))
    before = Earlier(file, digest(job.plan), job.plan.folder)
    before.difference(job.plan.objects[0], job)
    file.close()
    assert before.unseen == 1
