"""Digests tell apart what would give other bytes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.plan.digest import digest, is_counted, object_digest, run_digest
from img2dcm_decl.plan.model import (
    Condition,
    Element,
    Encoding,
    ImageRules,
    Item,
    LogRules,
    Plan,
    PlannedObject,
    Slot,
    UidRules,
    Variant,
)
from img2dcm_decl.plan.saved import dump_plan, load_plan

OBJECT = PlannedObject(("a.jpg",), "a.dcm", 1, (b"AB",), "a.jpg")
ELEMENT = Element(0x00100010, "PN", b"AB", "key")
PLAN = Plan(".", (Variant((Condition("rows", (1, "1")),), "", (ELEMENT,)),), (OBJECT,))


@pytest.mark.parametrize(
    "change",
    [
        {"variants": ()},
        {"variants": (Variant(elements=(ELEMENT,)),)},
        {"variants": (PLAN.variants[0]._replace(elements=(ELEMENT._replace(content=b"AC"),)),)},
        {"variants": (PLAN.variants[0]._replace(elements=(ELEMENT._replace(content=Slot("rows")),)),)},
        {"variants": (PLAN.variants[0]._replace(elements=(ELEMENT._replace(content=(Item(),)),)),)},
        {"variants": (PLAN.variants[0]._replace(when=(Condition("rows", ("1", "1")),)),)},
        {"images": ImageRules(comments="remove")},
        {"encoding": Encoding(pad_file=2)},
        {"uids": UidRules("derived")},
        {"uids": UidRules("derived", key="k")},
        {"time": "20260131101500"},
    ],
)
def test_what_decides_the_bytes_decides_the_digest(change: dict[str, Any]) -> None:
    assert digest(PLAN._replace(**change)) != digest(PLAN)


def test_instance_numbers_are_no_part_of_what_a_run_is() -> None:
    number = ELEMENT._replace(tag=0x00200013, content=Slot("number", "1"))
    counted, other = (PLAN._replace(variants=(Variant(elements=(ELEMENT, last)),)) for last in (number, ELEMENT))
    alone = PLAN._replace(variants=(Variant(elements=(ELEMENT,)),))
    assert digest(counted) != digest(alone)
    assert run_digest(counted) == run_digest(alone) != run_digest(other)


@pytest.mark.parametrize(
    "change",
    [
        {"folder": "/elsewhere"},
        {"objects": ()},
        {"existing": "replace"},
        {"title": "x"},
        {"logging": LogRules("debug")},
        {"record": "r.jsonl"},
        {"warnings": ("w",), "notes": ("n",)},
    ],
)
def test_what_is_around_the_objects_does_not(change: dict[str, Any]) -> None:
    assert digest(PLAN._replace(**change)) == digest(PLAN)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"images": ("b.jpg",)}, True),
        ({"output": "b.dcm"}, True),
        ({"number": 2}, False),
        ({"texts": (b"AB", b"")}, False),
        ({"identity": "b.jpg"}, False),
        ({"variants": (Variant(),)}, False),
        ({"values": (("row.T", "a"),)}, False),
    ],
)
def test_an_object_goes_by_what_decides_its_bytes(change: dict[str, Any], same: bool) -> None:
    assert (object_digest(OBJECT._replace(**change)) == object_digest(OBJECT)) is same


@pytest.mark.parametrize(("rule", "counted"), [("number", True), ("text", False)])
def test_the_number_of_an_object_decides_only_where_it_is_in_a_dataset(rule: str, counted: bool) -> None:
    inner = Element(0x00200013, "IS", Slot(rule, "0"))
    variants = (Variant(), Variant((), "", (Element(0x00081140, "SQ", (Item((inner,)),)),)))
    assert is_counted(variants) is counted
    digests = {object_digest(OBJECT._replace(number=number), counted=is_counted(variants)) for number in (1, 2)}
    assert len(digests) == 1 + counted


def test_a_saved_plan_has_the_digest_that_it_had() -> None:
    loaded = load_plan(dump_plan(PLAN))
    assert digest(loaded) == digest(PLAN)
    assert object_digest(loaded.objects[0]) == object_digest(OBJECT)


def test_digests_stay_what_they_are() -> None:
    """A record that an older program wrote must be recognised."""
    assert digest(PLAN) == "510d3754d4acca5afe78d9907624fa38f4d3c99d8571f542f4228ed75f324eca"
    assert object_digest(OBJECT) == "b867f416ab4b95d16446387abf06dbcd88e5529b5aac92aa06ef9b3ad4aa26e7"


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
@settings(max_examples=100, deadline=None)
def test_no_two_lists_of_texts_are_taken_for_one_another(one: list[bytes], other: list[bytes]) -> None:
    digests = {object_digest(OBJECT._replace(texts=tuple(texts))) for texts in (one, other)}
    assert len(digests) == (1 if one == other else 2)


def test_names_that_are_no_text_have_a_digest_too() -> None:
    assert object_digest(OBJECT._replace(identity="a\udcff")) != object_digest(OBJECT)
