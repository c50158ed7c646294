"""UIDs are new where they are to be, and derived, alike in every worker and every run, where the plan says so."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from images_made import jpeg
from pydicom.uid import UID
from support import outcomes_of

from img2dcm_decl.encode.elements import pad
from img2dcm_decl.errors import PlanError
from img2dcm_decl.plan.model import Element, Encoding, Plan, PlannedObject, Slot, UidRules, Variant
from img2dcm_decl.run.runner import Job
from img2dcm_decl.run.sources import Sources, sources_of
from img2dcm_decl.run.uids import UUID_ROOT, hashed_uid, random_uid

DERIVED = UidRules("derived", key="k", content=True)
ELEMENTS = (
    Element(0x00080016, "UI", pad("UI", b"1.2.840.10008.5.1.4.1.1.7")),
    Element(0x00080018, "UI", Slot("uid_of_object", "SOPInstanceUID")),
    Element(0x00080023, "DA", Slot("date")),
    Element(0x00080033, "TM", Slot("time")),
    Element(0x0020000D, "UI", Slot("uid_of_value", "StudyInstanceUID:0")),
    Element(0x0020000E, "UI", Slot("uid_of_run", "SeriesInstanceUID")),
    Element(0x00280010, "US", Slot("rows")),
    Element(0x7FE00010, "OB", Slot("pixel_data")),
)
PATIENTS = (b"A ", b"B ", b"A")
roots = st.lists(st.integers(0, 10**6), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, ("1", *parts))))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(jpeg(16, 8 + number))
    return tmp_path


def plan(folder: Path, out: str = "out", **changes: Any) -> Plan:
    objects = tuple(
        PlannedObject((f"{n}.jpg",), f"{out}/{n}.dcm", n + 1, (patient,), f"identity {n}")
        for n, patient in enumerate(PATIENTS)
    )
    return Plan(str(folder), (Variant((), "", ELEMENTS),), objects)._replace(**changes)


def made(job: Job, objects: Sequence[PlannedObject]) -> list[tuple[str, ...]]:
    """Return SOP Instance, Study and Series Instance UID of each object."""
    outcomes = [job.convert(planned, True) for planned in objects]
    assert [outcome.message for outcome in outcomes] == [""] * len(objects)
    return [outcome.made.uids[1:] for outcome in outcomes if outcome.made]


# --- single UIDs ----------------------------------------------------------------------------------


@given(roots | st.just(UUID_ROOT), st.binary(max_size=8), st.lists(st.binary(max_size=8), max_size=3))
def test_a_uid_is_valid_below_every_root(root: str, key: bytes, facts: list[bytes]) -> None:
    for uid in (random_uid(root), hashed_uid(root, key, facts)):
        assert UID(uid).is_valid
        assert uid.startswith(f"{root}.")
        assert len(uid) == 64 or root == UUID_ROOT


@pytest.mark.parametrize(
    ("uid", "version"), [(random_uid(), 4), (hashed_uid(UUID_ROOT, b"k", [b"x"]), 8)], ids=["random", "hashed"]
)
def test_uids_below_2_25_are_uuids(uid: str, version: int) -> None:
    number = int(uid.removeprefix("2.25."))
    assert number < 1 << 128
    assert ((number >> 76) & 0xF, (number >> 62) & 3) == (version, 2)


@given(*[st.tuples(st.binary(max_size=2), st.lists(st.binary(max_size=3), max_size=3))] * 2)
def test_a_hash_tells_keys_and_lists_of_facts_apart(
    one: tuple[bytes, list[bytes]], other: tuple[bytes, list[bytes]]
) -> None:
    # RFC 2104: a key is filled up with zeros.
    same = (one[0].rstrip(b"\0"), one[1]) == (other[0].rstrip(b"\0"), other[1])
    assert (hashed_uid("1.2", *one) == hashed_uid("1.2", *other)) is same


def test_a_hash_is_what_it_is_for_ever() -> None:
    assert hashed_uid(UUID_ROOT, b"key", [b"value", b"StudyInstanceUID", b"A"]) == (
        "2.25.258188543675939180140867744012319721167"
    )


# --- of objects -----------------------------------------------------------------------------------


def test_derived_uids_and_a_stated_time_give_the_same_bytes_in_every_run(folder: Path) -> None:
    for out in ("one", "two"):
        for outcome in outcomes_of(Job(plan(folder, out, uids=DERIVED, time="20260131101500"))):
            assert outcome.status == "written"
    for name in ("0.dcm", "1.dcm", "2.dcm"):
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes()
    written = pydicom.dcmread(folder / "one" / "0.dcm")
    assert (written.ContentDate, written.ContentTime) == ("20260131", "101500")


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"folder": "."}, (True, True, True)),
        ({"existing": "replace", "title": "other", "record": "r"}, (True, True, True)),
        ({"encoding": Encoding(pad_file=512)}, (True, True, False)),
        ({"uids": DERIVED._replace(key="other")}, (False, False, False)),
        ({"uids": DERIVED._replace(root="1.2.3")}, (False, False, False)),
        ({"uids": DERIVED._replace(content=False)}, (False, True, False)),
        ({"uids": DERIVED._replace(of_run=True)}, (False, False, False)),
        ({"uids": UidRules()}, (False, False, False)),
    ],
)
def test_derived_uids_depend_on_what_they_stand_for_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], same: tuple[bool, ...]
) -> None:
    monkeypatch.chdir(folder)
    before, after = plan(folder, uids=DERIVED), plan(folder, uids=DERIVED)._replace(**changes)
    (uids, *_), (others, *_) = (made(Job(one), one.objects[:1]) for one in (before, after))
    assert tuple(one == other for one, other in zip(uids, others, strict=True)) == same


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"title": "other", "existing": "replace"}, (True, True, True)),
        ({"encoding": Encoding(pad_file=512)}, (False, False, False)),
        ({"variants": (Variant((), "", (*ELEMENTS, Element(0x00080060, "CS", b"XC"))),)}, (False, False, False)),
    ],
)
def test_derived_uids_of_a_run_are_those_of_no_other(
    folder: Path, changes: dict[str, Any], same: tuple[bool, ...]
) -> None:
    before = plan(folder, uids=DERIVED._replace(of_run=True))
    (uids, *_), (others, *_) = (made(Job(one), one.objects[:1]) for one in (before, before._replace(**changes)))
    assert tuple(one == other for one, other in zip(uids, others, strict=True)) == same


def test_the_uids_of_an_object_depend_on_its_images_and_identity_alone(folder: Path) -> None:
    job = Job(plan(folder, uids=DERIVED))
    first = job.plan.objects[0]
    objects = [
        first,
        first._replace(output="x.dcm", number=9),
        first._replace(identity="x"),
        first._replace(images=("1.jpg",)),
    ]
    instances = [instance for instance, *_ in made(job, objects)]
    assert instances[0] == instances[1]
    assert len(set(instances)) == 3
    (folder / "0.jpg").write_bytes((folder / "0.jpg").read_bytes() + b"\0")
    assert made(job, [first])[0][0] not in instances


def test_equal_values_have_equal_uids_whatever_their_padding(folder: Path) -> None:
    for rules in (DERIVED, UidRules()):
        job = Job(plan(folder, uids=rules))
        studies = [study for _, study, _ in made(job, job.plan.objects)]
        assert studies[0] == studies[2] != studies[1]


@pytest.mark.parametrize("key", [b"", b"key of the run"])
def test_fresh_uids_are_new_in_every_run_and_agree_within_it(folder: Path, key: bytes) -> None:
    wanted = plan(folder, uids=UidRules(root="1.2.3"))
    job = Job(wanted, sources=sources_of(wanted, key))
    uids = made(job, wanted.objects)
    again = made(Job(wanted), wanted.objects)
    assert not {uid for row in uids for uid in row} & {uid for row in again for uid in row}
    assert len({instance for instance, *_ in uids}) == 3
    assert len({series for *_, series in uids}) == 1
    assert all(uid.startswith("1.2.3.") for row in uids for uid in row)


def test_workers_with_the_key_of_the_run_make_the_same_uids(folder: Path) -> None:
    wanted = plan(folder)
    here = Job(wanted, sources=sources_of(wanted, b"key of the run"))
    there = pickle.loads(pickle.dumps(here))
    assert len(there.plan.objects) == 0
    ours, theirs = made(here, wanted.objects), made(there, wanted.objects)
    assert [row[1:] for row in ours] == [row[1:] for row in theirs]
    assert not {instance for instance, *_ in ours} & {instance for instance, *_ in theirs}


def test_given_sources_win(folder: Path) -> None:
    moment = time.struct_time((2026, 2, 3, 4, 5, 6, 0, 0, 0))
    job = Job(plan(folder, uids=DERIVED), sources=Sources(lambda: "1.2.3", lambda: moment))
    assert made(job, job.plan.objects[:1]) == [("1.2.3", "1.2.3", "1.2.3")]


# --- objects with datasets of their own -----------------------------------------------------------


def complete(planned: PlannedObject) -> PlannedObject:
    own = Element(0x00100010, "PN", pad("PN", dict(planned.values)["row.Name"].encode()))
    elements = tuple(sorted((*ELEMENTS, own), key=lambda element: element.tag))
    return planned._replace(variants=(Variant((), "", elements),), values=())


def test_an_object_is_bound_before_it_is_made(folder: Path) -> None:
    objects = tuple(
        planned._replace(values=(("row.Name", f"Doe^{planned.number}"),)) for planned in plan(folder).objects
    )
    wanted = plan(folder, variants=(), objects=objects, bound=True)
    job = pickle.loads(pickle.dumps(Job(wanted, bind=complete)))
    for planned in objects:
        assert job.convert(planned).planned is planned
        assert pydicom.dcmread(folder / planned.output).PatientName == f"Doe^{planned.number}"
    with pytest.raises(PlanError, match="only the recipe can be run"):
        Job(wanted)


def test_an_object_whose_own_dataset_asks_for_the_unknown_fails_alone(folder: Path) -> None:
    wanted = plan(folder)
    own = wanted.objects[0]._replace(variants=(Variant((), "", (Element(0x00100010, "PN", Slot("nothing")),)),))
    outcomes = list(outcomes_of(Job(wanted._replace(objects=(own, *wanted.objects[1:])))))
    assert [outcome.status for outcome in outcomes] == ["failed", "written", "written"]
    assert "'nothing' is unknown" in outcomes[0].message
