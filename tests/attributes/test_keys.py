"""Keys: what they create on their way, what they set, and what they refuse."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.keys import Keys
from img2dcm_decl.attributes.limits import MAX_DEPTH
from img2dcm_decl.attributes.paths import parse_path
from img2dcm_decl.attributes.problems import AttributeProblem, KeyPathError, KeyValueError
from img2dcm_decl.plan.model import Slot

STANDARD = Dictionary()
Tree = dict[str, object]


def tree(dataset: Dataset) -> Tree:
    """Return a dataset by names, for comparisons that can be read."""
    return {STANDARD.name_of(a.tag): [tree(item) for item in a.items] if a.vr == "SQ" else a.content for a in dataset}


def applied(*keys: str, dataset: Dataset | None = None, checked: bool = False, compressed: bool = True) -> Dataset:
    target = Dataset() if dataset is None else dataset
    keyed = Keys(target, STANDARD, checked=checked, compressed=compressed)
    for key in keys:
        path, _, value = key.partition("=")
        keyed.set(parse_path(path, STANDARD), value)
    return target


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["PatientName=A", "PatientName=B"], {"PatientName": "B"}),
        (["PatientID=1", "PatientID="], {"PatientID": ""}),
        (["PatientID"], {"PatientID": ""}),
        (["RequestAttributesSequence"], {"RequestAttributesSequence": []}),
        (["RequestAttributesSequence="], {"RequestAttributesSequence": []}),
        (["RequestAttributesSequence[1]"], {"RequestAttributesSequence": [{}, {}]}),
        (
            ["RequestAttributesSequence[0].RequestedProcedureID=A", "RequestAttributesSequence"],
            {"RequestAttributesSequence": [{"RequestedProcedureID": "A"}]},
        ),
        (
            ["RequestAttributesSequence[2].RequestedProcedureID=P1"],
            {"RequestAttributesSequence": [{}, {}, {"RequestedProcedureID": "P1"}]},
        ),
        (
            [
                "RequestAttributesSequence[0].ScheduledProtocolCodeSequence[1].CodeValue=1",
                "RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0].CodeValue=2",
            ],
            {
                "RequestAttributesSequence": [
                    {"ScheduledProtocolCodeSequence": [{"CodeValue": "2"}, {"CodeValue": "1"}]}
                ]
            },
        ),
        (
            [
                "RequestAttributesSequence[1]",
                "RequestAttributesSequence[*].ScheduledProtocolCodeSequence[0].CodeValue=V",
            ],
            {"RequestAttributesSequence": [{"ScheduledProtocolCodeSequence": [{"CodeValue": "V"}]}] * 2},
        ),
        (["0009,0010=ACME", "0009,1001=41\\42"], {"(0009,0010)": "ACME", "(0009,1001)": b"AB"}),
        (["SmallestImagePixelValue=5"], {"SmallestImagePixelValue": b"\x05\x00"}),
        (["4320,0010=41\\42"], {"(4320,0010)": b"AB"}),
    ],
)
def test_keys_create_what_is_missing_and_nothing_else(keys: list[str], expected: Tree) -> None:
    assert tree(applied(*keys)) == expected


@pytest.mark.parametrize(
    ("keys", "error", "said"),
    [
        (["RequestAttributesSequence=x"], KeyValueError, "cannot have a value"),
        (["RequestAttributesSequence[0]=x"], KeyValueError, "RequestAttributesSequence[0] is a sequence or an item"),
        (["PatientName[0].PatientID=x"], KeyPathError, "PatientName is not a sequence"),
        (["PatientName=x", "PatientName[0].PatientID=x"], KeyPathError, "PatientName is not a sequence"),
        (["RequestAttributesSequence[*].CodeValue=x"], KeyPathError, "no items that [*]"),
        (["RequestAttributesSequence", "RequestAttributesSequence[*]"], KeyPathError, "no items that [*]"),
        (
            [
                "RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0]",
                "RequestAttributesSequence[1]",
                "RequestAttributesSequence[*].ScheduledProtocolCodeSequence[*].CodeValue=x",
            ],
            KeyPathError,
            "ScheduledProtocolCodeSequence has no items",
        ),
        (["0009,1001=41"], KeyPathError, "(0009,1001) needs its private creator (0009,0010)"),
        (["0009,0010=ACME", "0009,1101=41"], KeyPathError, "private creator (0009,0011)"),
        (["0009,0010=", "0009,1001=41"], KeyPathError, "private creator (0009,0010)"),
        (
            ["0009,0010=ACME", "RequestAttributesSequence[0].0009,1001=41"],
            KeyPathError,
            "in the same dataset or item",
        ),
        (["Rows=abc"], KeyValueError, "whole number"),
        (["PixelData=1\\2"], KeyValueError, "PixelData cannot be given"),
    ],
)
def test_what_does_not_fit_is_refused(keys: list[str], error: type[AttributeProblem], said: str) -> None:
    with pytest.raises(error) as caught:
        applied(*keys)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_errors_point_into_the_path() -> None:
    with pytest.raises(KeyPathError) as caught:
        applied("RequestAttributesSequence[0].PatientName[0].CodeValue=x")
    assert (caught.value.offset, caught.value.width) == (29, 11)


def test_an_existing_attribute_keeps_its_representation_unless_that_is_unknown() -> None:
    dataset = Dataset()
    dataset.put(Attribute(0x00280106, "SS", b"\x01\x00", "template"))
    dataset.put(Attribute(0x00100020, "UN", b"x", "template"))
    applied("SmallestImagePixelValue=-5", "PatientID=7", dataset=dataset)
    assert list(dataset) == [
        Attribute(0x00100020, "LO", "7", "key"),
        Attribute(0x00280106, "SS", b"\xfb\xff", "key"),
    ]


def test_pixel_data_can_be_given_where_it_is_not_compressed() -> None:
    dataset = applied("PixelData=1\\2", compressed=False)
    assert list(dataset) == [Attribute(0x7FE00010, "OW", b"\x01\x00\x02\x00", "key")]
    assert not len(applied("PixelData="))
    assert len(applied("IconImageSequence[0].PixelData=1")) == 1


def test_private_elements_get_the_representation_of_their_creator() -> None:
    dataset = applied("0043,0010=GEMS_PARM_01", "0043,1027=1:1")
    assert list(dataset)[1] == Attribute(0x00431027, "SH", "1:1", "key")


def test_values_are_checked_or_complained_about() -> None:
    with pytest.raises(KeyValueError, match="not a day"):
        applied("PatientBirthDate=20200230", checked=True)
    keys = Keys(Dataset(), STANDARD, checked=False)
    assert "not a day" in (keys.set(parse_path("PatientBirthDate", STANDARD), "20200230") or "")
    assert "white space" in (keys.set(parse_path("SOPInstanceUID", STANDARD), "1.2 3") or "")
    assert keys.set(parse_path("SOPClassUID", STANDARD), "=CTImageStorage") is None
    assert keys.set(parse_path("PatientName", STANDARD), "A^B") is None
    assert "multiplicity" in (keys.set(parse_path("PatientID", STANDARD), "A\\B") or "")


def test_slots_take_the_place_of_values() -> None:
    dataset = Dataset()
    keys = Keys(dataset, STANDARD)
    path = parse_path("ReferencedImageSequence[0].ReferencedSOPInstanceUID", STANDARD)
    assert [leaf.vr for leaf in keys.open(path)] == ["UI"]
    keys.put(path, Slot("text", "3"))
    assert tree(dataset) == {"ReferencedImageSequence": [{"ReferencedSOPInstanceUID": Slot("text", "3")}]}
    with pytest.raises(KeyPathError, match="cannot have a value"):
        keys.put(parse_path("ReferencedImageSequence[0]", STANDARD), Slot("text"))
    with pytest.raises(KeyPathError, match="not a sequence"):
        keys.open(parse_path("ReferencedImageSequence[0].ReferencedSOPInstanceUID[0]", STANDARD))


@pytest.mark.parametrize(
    ("path", "count", "expected"),
    [
        ("PatientID", 1, {"RequestAttributesSequence": [{"CodeValue": "1"}, {"CodeValue": "2"}]}),
        ("PatientName", 0, None),
        ("RequestAttributesSequence", 1, {"PatientID": "P"}),
        ("RequestAttributesSequence[0]", 1, {"PatientID": "P", "RequestAttributesSequence": [{"CodeValue": "2"}]}),
        ("RequestAttributesSequence[7]", 0, None),
        ("RequestAttributesSequence[*]", 2, {"PatientID": "P", "RequestAttributesSequence": []}),
        ("RequestAttributesSequence[*].CodeValue", 2, {"PatientID": "P", "RequestAttributesSequence": [{}, {}]}),
        (
            "RequestAttributesSequence[1].CodeValue",
            1,
            {"PatientID": "P", "RequestAttributesSequence": [{"CodeValue": "1"}, {}]},
        ),
        ("RequestAttributesSequence[9].CodeValue", 0, None),
        ("ReferencedImageSequence[0].CodeValue", 0, None),
    ],
)
def test_paths_are_taken_out(path: str, count: int, expected: Tree | None) -> None:
    keys = ("PatientID=P", "RequestAttributesSequence[0].CodeValue=1", "RequestAttributesSequence[1].CodeValue=2")
    dataset = applied(*keys)
    assert Keys(dataset, STANDARD).remove(parse_path(path, STANDARD)) == count
    assert tree(dataset) == (tree(applied(*keys)) if expected is None else expected)


def test_the_items_of_all_keys_together_are_bounded() -> None:
    keys = Keys(Dataset(), STANDARD)
    keys.set(parse_path("RequestAttributesSequence[100000]", STANDARD), "")
    every = parse_path("RequestAttributesSequence[*]", STANDARD)
    for _ in range(8):
        keys.open(every)
    with pytest.raises(KeyPathError, match="more than 1000000 items"):
        keys.open(every)


def test_the_deepest_path_can_be_set() -> None:
    path = "RequestAttributesSequence[0]." * (MAX_DEPTH - 1) + "CodeValue"
    assert len(applied(f"{path}=1")) == 1


def test_thousands_of_keys_on_one_sequence() -> None:
    dataset = applied(*(f"RequestAttributesSequence[{n}].CodeValue={n}" for n in range(5000)))
    assert len(next(iter(dataset)).items) == 5000


STEPS = st.sampled_from(["RequestAttributesSequence", "PatientName", "Rows", "0009,0010", "0009,1001", "CodeValue"])
ITEMS = st.sampled_from(["[0]", "[1]", "[2]", "[*]", ""])
KEYS = st.lists(
    st.tuples(st.lists(st.tuples(STEPS, ITEMS), min_size=1, max_size=3), st.sampled_from(["", "1", "x"])), max_size=8
)


@settings(max_examples=200, deadline=None)
@given(KEYS, st.booleans())
def test_any_keys_are_applied_or_refused(keys: list[tuple[list[tuple[str, str]], str]], checked: bool) -> None:
    dataset = Dataset()
    keyed = Keys(dataset, STANDARD, checked=checked)
    for steps, value in keys:
        try:
            path = parse_path(".".join(step + item for step, item in steps), STANDARD)
            keyed.set(path, value)
        except AttributeProblem:
            continue
        if value:
            assert keyed.remove(path)
