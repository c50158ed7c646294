"""Packed objects are the objects that were packed."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.plan.model import Condition, Element, PlannedObject, Slot, Variant
from img2dcm_decl.plan.objects import PackedObjects

texts = st.text(st.characters(), max_size=8)
variants = st.builds(
    Variant,
    st.tuples(st.builds(Condition, texts, st.tuples(st.integers() | texts))),
    texts,
    st.tuples(st.builds(Element, st.integers(0, 0xFFFFFFFF), st.just("LO"), st.binary(max_size=4), texts)),
)
objects = st.builds(
    PlannedObject,
    st.lists(texts, min_size=1, max_size=4).map(tuple),
    texts,
    st.integers(0, 2**40),
    st.lists(st.binary(max_size=9), max_size=4).map(tuple),
    texts,
    st.just(()) | st.tuples(variants),
    st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(objects, max_size=8).map(tuple))
def test_packed_objects_equal_the_tuple_of_what_was_put_in(put: tuple[PlannedObject, ...]) -> None:
    packed = PackedObjects(iter(put))
    assert packed == put
    assert put == packed
    assert tuple(packed) == put
    assert [packed[position] for position in range(-len(put), len(put))] == [*put, *put]
    assert packed[1:7:2] == put[1:7:2]
    assert len(packed) == len(put)
    for twin in (pickle.loads(pickle.dumps(packed)), copy.deepcopy(packed)):
        assert twin == packed


def test_other_objects_are_not_equal() -> None:
    one = PlannedObject(("a.jpg",), "a.dcm", texts=(b"x ",))
    packed = PackedObjects([one])
    assert packed != (one._replace(texts=(b"y ",)),)
    assert packed != (one, one)
    assert packed != ()
    assert packed != "a"


@pytest.mark.parametrize("position", [1, -2, 10**9])
def test_there_are_no_others(position: int) -> None:
    with pytest.raises(IndexError):
        PackedObjects([PlannedObject(("a.jpg",), "a.dcm")])[position]


def test_slots_of_variants_stay_slots() -> None:
    own = Variant(elements=(Element(0x00100010, "PN", Slot("text", "0")),))
    [planned] = PackedObjects([PlannedObject(("a.jpg",), "a.dcm", variants=(own,))])
    assert isinstance(planned.variants[0].elements[0].content, Slot)
