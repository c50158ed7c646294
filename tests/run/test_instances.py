"""What becomes of an object whose SOP Instance UID another object of the run has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from img2dcm_decl.plan.model import Element, Plan, PlannedObject, Slot, UidRules, Variant
from img2dcm_decl.run.instances import Instances
from img2dcm_decl.run.runner import Made, Outcome

UID = Slot("uid_of_object", "SOPInstanceUID")


def plan(content: bytes | Slot = UID, method: str = "derived", objects: int = 3) -> Plan:
    planned = tuple(PlannedObject((f"{n}.jpg",), f"{n}.dcm", n) for n in range(1, objects + 1))
    return Plan(".", (Variant((), "", (Element(0x00080018, "UI", content),)),), planned, uids=UidRules(method))


def outcome(planned: PlannedObject, output: Path | str, uid: str = "1.2.3") -> Outcome:
    return Outcome(planned, str(output), "written", made=Made(("1.2", uid, "", ""), "1.2", 1, 10, 0.1))


@pytest.mark.parametrize(
    ("made", "watched"),
    [
        (plan(), True),
        (plan(method="fresh"), False),
        (plan(Slot("text", "0"), "fresh"), True),
        (plan(b"1.2.", "fresh"), False),
        (plan(objects=1), False),
    ],
)
def test_uids_are_compared_where_they_could_agree(made: Plan, watched: bool) -> None:
    assert Instances(made).watched is watched


def test_objects_are_told_apart_by_their_uids(tmp_path: Path) -> None:
    instances, (first, second, third) = Instances(plan()), plan().objects
    for planned, uid in ((first, "1.2.1"), (second, "1.2.2"), (third, "")):
        (tmp_path / planned.output).touch()
        good = outcome(planned, tmp_path / planned.output, uid)
        assert instances.judged(good) is good
    failed = Outcome(first, "x", "failed", "why")
    assert instances.judged(failed) is failed


def test_an_object_that_stays_has_its_uid(tmp_path: Path) -> None:
    instances, (first, second, _) = Instances(plan()), plan().objects
    instances.keep(first, "1.2.3")
    (tmp_path / "2.dcm").touch()
    judged = instances.judged(outcome(second, tmp_path / "2.dcm"))
    assert (judged.status, judged.made) == ("failed", None)
    assert "has the SOP Instance UID of 1.dcm" in judged.message
    assert not (tmp_path / "2.dcm").exists()


def test_objects_whose_numbers_were_changed_are_called_by_them(tmp_path: Path) -> None:
    first, second, _ = plan().objects
    instances = Instances(plan()._replace(objects=(first._replace(number=9), second)))
    instances.keep(first._replace(number=9), "1.2.3")
    (tmp_path / "2.dcm").touch()
    assert "UID of object 9, " in instances.judged(outcome(second, tmp_path / "2.dcm")).message


def test_what_cannot_be_removed_is_said(tmp_path: Path) -> None:
    instances, (first, second, _) = Instances(plan()), plan().objects
    instances.keep(first, "1.2.3")
    assert (
        "it was written, and cannot be removed: No such file"
        in instances.judged(outcome(second, tmp_path / "x")).message
    )


@pytest.mark.skipif(os.name == "nt", reason="links and devices as POSIX has them")
def test_links_are_followed_and_devices_stay(tmp_path: Path) -> None:
    instances, (first, second, third) = Instances(plan()), plan().objects
    instances.keep(first, "1.2.3")
    (tmp_path / "real.dcm").touch()
    (tmp_path / "2.dcm").symlink_to(tmp_path / "real.dcm")
    instances.judged(outcome(second, tmp_path / "2.dcm"))
    assert not (tmp_path / "real.dcm").exists()
    os.mkfifo(tmp_path / "pipe")
    instances.judged(outcome(third, tmp_path / "pipe"))
    assert (tmp_path / "pipe").exists()


def test_urls_are_removed(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    instances, (first, second, _) = Instances(plan()), plan().objects
    instances.keep(first, "1.2.3")
    (tmp_path / "2.dcm").touch()
    instances.judged(outcome(second, f"file://{tmp_path.as_posix()}/2.dcm"))
    assert not (tmp_path / "2.dcm").exists()
