"""A run record holds what was begun and what became of it, in whole lines, for its owner alone."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from images_made import jpeg

from img2dcm_decl.encode.elements import pad
from img2dcm_decl.plan.digest import digest
from img2dcm_decl.plan.model import Element, Plan, PlannedObject, Slot, Variant
from img2dcm_decl.run.record import Record, new_key
from img2dcm_decl.run.record_file import RecordError, RecordFile
from img2dcm_decl.run.resume import Earlier
from img2dcm_decl.run.runner import Job

ELEMENTS = (
    Element(0x00080016, "UI", pad("UI", b"1.2.840.10008.5.1.4.1.1.7"), "IOD profile"),
    Element(0x00080018, "UI", Slot("uid_of_object", "SOPInstanceUID"), "run"),
    Element(0x0020000D, "UI", Slot("uid_of_run", "StudyInstanceUID"), "run"),
    Element(0x00280010, "US", Slot("rows"), "image"),
    Element(0x7FE00010, "OB", Slot("pixel_data"), "image"),
)
KEY = bytes(32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jpg").write_bytes(jpeg())
    (tmp_path / "bad.jpg").write_bytes(b"not an image")
    return tmp_path


def job_for(folder: Path, *outputs: str, images: tuple[str, ...] = ("a.jpg",), **changes: Any) -> Job:
    objects = tuple(PlannedObject(images, output, number) for number, output in enumerate(outputs, 1))
    plan = Plan(str(folder), (Variant((), "", ELEMENTS),), objects, title="Wounds")._replace(**changes)
    return Job(plan, hashing=True)


def keep(job: Job, path: Path, *, until: int | None = None, finished: bool = True) -> None:
    """Make the objects of a job, some of them if so wanted, and keep a record as a run does."""
    file = RecordFile(str(path))
    list(file.lines())
    record = Record(file, job, lambda: "2026-01-31T10:15:00.000Z")
    record.start(digest(job.plan), KEY)
    record.begin(job.plan.objects)
    for planned in job.plan.objects[:until]:
        record.add(job.convert(planned, True))
    if finished:
        record.end(finished=True)
    file.close()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def earlier(path: Path, job: Job) -> Earlier:
    file = RecordFile(str(path))
    try:
        return Earlier(file, digest(job.plan), job.plan.folder)
    finally:
        file.close()


# --- what it holds --------------------------------------------------------------------------------


def test_a_record_tells_of_each_object_what_it_was_made_of_and_what_it_is(folder: Path) -> None:
    job = job_for(folder, "out/a.dcm", images=("a.jpg", "a.jpg"))
    keep(job, folder / "run.jsonl")
    start, begun, made, end = lines(folder / "run.jsonl")
    assert start["plan"] == digest(job.plan)
    assert (start["kind"], start["record"], start["title"], start["objects"]) == ("run", 1, "Wounds", 1)
    assert begun == {"kind": "begun", "outputs": ["out/a.dcm"]}
    image, output = folder / "a.jpg", folder / "out" / "a.dcm"
    state = {"size": image.stat().st_size, "modified": image.stat().st_mtime_ns}
    written = pydicom.dcmread(output)
    assert 0 <= made.pop("seconds") < 60
    assert made == {
        "kind": "object",
        "number": 1,
        "output": "out/a.dcm",
        "status": "written",
        "images": [{"name": "a.jpg", **state, "sha256": hashlib.sha256(image.read_bytes()).hexdigest()}] * 2,
        "object": job.digest_of(job.plan.objects[0]),
        "sop_class": written.SOPClassUID,
        "sop_instance": written.SOPInstanceUID,
        "study": written.StudyInstanceUID,
        "series": "",
        "transfer_syntax": written.file_meta.TransferSyntaxUID,
        "frames": 2,
        "bytes": output.stat().st_size,
        "file": {"size": output.stat().st_size, "modified": output.stat().st_mtime_ns},
        "origins": {"IOD profile": 1, "image": 2, "run": 2},
    }
    counts = {"written": 1, "skipped": 0, "failed": 0, "kept": 0}
    assert end == {"kind": "end", "time": "2026-01-31T10:15:00.000Z", "finished": True, **counts}


def test_a_record_tells_why_an_object_failed(folder: Path) -> None:
    keep(job_for(folder, "a.dcm", images=("bad.jpg",)), folder / "run.jsonl")
    line = lines(folder / "run.jsonl")[2]
    assert (line["status"], line["images"]) == ("failed", [{"name": "bad.jpg"}])
    assert "bad.jpg: " in line["message"]


@pytest.mark.skipif(os.name == "nt", reason="permissions as POSIX has them")
def test_a_record_is_for_its_owner_alone(folder: Path) -> None:
    keep(job_for(folder, "a.dcm"), folder / "records" / "run.jsonl")
    assert (folder / "records" / "run.jsonl").stat().st_mode & 0o777 == 0o600


def test_files_that_are_there_and_stay_are_not_named_as_begun(folder: Path) -> None:
    (folder / "old.dcm").write_bytes(b"old")
    job = job_for(folder, "old.dcm", "new.dcm", existing="skip")
    keep(job, folder / "run.jsonl", until=0)
    assert lines(folder / "run.jsonl")[1]["outputs"] == ["new.dcm"]


def test_names_that_are_no_text_are_kept(folder: Path) -> None:
    name = os.fsdecode(b"\xe9\n.dcm")
    job = job_for(folder, name)
    keep(job, folder / "run.jsonl")
    assert earlier(folder / "run.jsonl", job).ours(name)


# --- ends of all kinds ----------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [1, 20, 10_000])
def test_an_unfinished_last_line_counts_as_not_written_and_is_cut_off(folder: Path, cut: int) -> None:
    path = folder / "run.jsonl"
    job = job_for(folder, "1.dcm", "2.dcm")
    keep(job, path, until=1, finished=False)
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"kind":"object","number":2,"out'.ljust(cut, b"x"))
    before = earlier(path, job)
    assert path.read_bytes() == whole
    assert before.difference(job.plan.objects[0], job) == "its line of the record is damaged" or before.ours("1.dcm")
    keep(job, path)
    assert [line["kind"] for line in lines(path)] == [
        "run",
        "begun",
        "object",
        "run",
        "begun",
        "object",
        "object",
        "end",
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"\x00\x00", "it is not JSON"),
        (b"[1]", "it is not a JSON object"),
        (b"[" * 100_000, "it is not JSON"),
        (b"{}", "it does not hold what it has to"),
        (b'{"kind":"horoscope"}', "it does not hold what it has to"),
        (b'{"kind":"begun","outputs":[1]}', "it does not hold what it has to"),
        (b'{"kind":"begun","outputs":7}', "it does not hold what it has to"),
        (b'{"kind":"object","output":"a"}', "it does not hold what it has to"),
        (b'{"kind":"object","output":{},"status":"written"}', "it does not hold what it has to"),
        (
            b'{"kind":"run","record":1,"time":"","folder":"","plan":"DIGEST","key":"xy"}',
            "it does not hold what it has to",
        ),
        (
            b'{"kind":"run","record":1,"time":"","folder":"","plan":"DIGEST","key":"00"}',
            "it does not hold what it has to",
        ),
    ],
)
def test_a_damaged_line_is_named(folder: Path, line: bytes, why: str) -> None:
    path = folder / "run.jsonl"
    job = job_for(folder, "1.dcm")
    keep(job, path)
    first, *others = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([first, line.replace(b"DIGEST", digest(job.plan).encode()), b"\n", *others]))
    with pytest.raises(RecordError, match=rf"run\.jsonl:2: this line of the run record is damaged: {why}"):
        earlier(path, job)


@given(st.binary(max_size=300) | st.lists(st.sampled_from([*b'{}[]":,\n1kindrufgj'])).map(bytes))
@settings(max_examples=150, deadline=None)
def test_no_file_is_taken_for_a_record_that_is_none(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("record") / "run.jsonl"
    path.write_bytes(content)
    file = RecordFile(str(path))
    try:
        if b"\n" not in content:
            assert Earlier(file, "0" * 64).empty
        else:
            with pytest.raises(RecordError, match=r"run\.jsonl:1: "):
                Earlier(file, "0" * 64)
    finally:
        file.close()


def test_a_record_of_another_version_is_refused(folder: Path) -> None:
    path = folder / "run.jsonl"
    path.write_text('{"kind":"run","record":2}\n')
    with pytest.raises(RecordError, match="version 2 are unknown"):
        earlier(path, job_for(folder, "1.dcm"))


def test_a_record_has_one_writer_at_a_time(folder: Path) -> None:
    pytest.importorskip("fcntl")
    path = str(folder / "run.jsonl")
    first = RecordFile(path)
    child = os.fork()
    if child == 0:
        try:
            RecordFile(path)
        except RecordError as error:
            os._exit(0 if "another run is keeping this record" in str(error) else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    first.close()


def test_a_new_record_is_not_added_to_one_that_appeared_meanwhile(folder: Path) -> None:
    path = folder / "run.jsonl"
    path.write_bytes(b"")
    with pytest.raises(RecordError, match=r"run\.jsonl: the run record cannot be opened: File exists"):
        RecordFile(str(path), new=True)
    RecordFile(str(folder / "other.jsonl"), new=True).close()


@pytest.mark.parametrize("make", [os.mkdir, getattr(os, "mkfifo", os.mkdir)])
def test_what_is_no_file_is_no_record(folder: Path, make: Any) -> None:
    make(folder / "run.jsonl")
    with pytest.raises(RecordError, match="is not a regular file"):
        RecordFile(str(folder / "run.jsonl"))


def test_a_disk_that_takes_no_more_leaves_the_record_as_it_was(folder: Path) -> None:
    resource = pytest.importorskip("resource")
    path = folder / "run.jsonl"
    file = RecordFile(str(path))
    file.append({"kind": "begun", "outputs": []})
    whole = path.read_bytes()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 10, before[1]))
    try:
        with pytest.raises(RecordError, match=r"run\.jsonl: the run record takes no more: "):
            file.append({"kind": "begun", "outputs": ["a" * 100]})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        file.close()
    assert path.read_bytes() == whole


def test_keys_of_runs_differ() -> None:
    assert len({new_key(), new_key()}) == 2
    assert len(new_key()) == len(KEY)
