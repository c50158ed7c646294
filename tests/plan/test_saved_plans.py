"""A plan survives its JSON, and what is read from a file is checked like any other input."""

from __future__ import annotations

import contextlib
import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.errors import PlanError
from img2dcm_decl.plan.model import (
    PLAN_VERSION,
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
from img2dcm_decl.plan.saved import MOST_DEPTH, dump_plan, dumped, load_plan

EVEN = st.binary(max_size=12).map(lambda value: value + b"\0" if len(value) & 1 else value)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAME = TEXT.filter(lambda text: bool(text) and "\0" not in text)
SLOTS = st.builds(Slot, st.sampled_from(["rows", "text", "uid_of_run"]), TEXT, st.none() | EVEN)


def elements(content: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Element, ...]]:
    rows = st.lists(
        st.builds(Element, st.integers(0x00080000, 0xFFFDFFFF), st.sampled_from(["LO", "OB", "SQ"]), content, TEXT),
        max_size=4,
        unique_by=lambda element: element.tag,
    )
    return rows.map(lambda found: tuple(sorted(found, key=lambda element: element.tag)))


CONTENTS = st.recursive(
    EVEN | SLOTS, lambda inner: st.lists(elements(inner).map(Item), max_size=2).map(tuple), max_leaves=6
)
CONDITIONS = st.lists(
    st.builds(Condition, TEXT, st.lists(TEXT | st.integers(0, 16), max_size=3).map(tuple)),
    max_size=2,
    unique_by=lambda condition: condition.fact,
).map(tuple)
VARIANTS = st.lists(st.builds(Variant, CONDITIONS, TEXT, elements(CONTENTS)), max_size=2).map(tuple)
OBJECTS = st.builds(
    PlannedObject,
    st.lists(NAME, min_size=1, max_size=3).map(tuple),
    NAME,
    st.integers(0, 9),
    st.lists(EVEN, max_size=2).map(tuple),
    TEXT,
    VARIANTS,
    st.just(()),
    st.just(()),
)
PLANS = st.builds(
    Plan,
    folder=NAME,
    variants=VARIANTS,
    objects=st.lists(OBJECTS, max_size=2, unique_by=lambda planned: os.path.normpath(planned.output)).map(tuple),
    title=TEXT,
    images=st.tuples(TEXT, st.sampled_from(["accept", "reject"])).map(lambda row: ImageRules(*row)),
    encoding=st.integers(0, 1 << 20).map(lambda multiple: Encoding(pad_file=multiple)),
    existing=st.sampled_from(["error", "replace", "skip"]),
    logging=st.builds(
        LogRules, st.sampled_from(["off", "warn", "trace"]), st.just("") | NAME, st.sampled_from(["text", "json"])
    ),
    uids=st.builds(
        UidRules,
        st.sampled_from(["fresh", "derived"]),
        st.sampled_from(["2.25", "1.2.840.113619", "0.0", "1." + "9" * 35]),
        TEXT,
        st.booleans(),
    ),
    time=st.sampled_from(["", "20260131101500", "20240229235959"]),
    record=st.just("") | NAME,
    notes=st.lists(TEXT, max_size=2).map(tuple),
    version=st.just(PLAN_VERSION),
)


@given(PLANS)
@settings(max_examples=150, deadline=None)
def test_a_plan_survives_its_json(plan: Plan) -> None:
    assert load_plan(dump_plan(plan)) == plan
    assert load_plan(dump_plan(plan, keyword=lambda tag: f"Keyword{tag}")) == plan


@pytest.mark.parametrize(
    "plan",
    [
        Plan(".", (Variant(),), (), bound=True),
        Plan(".", (Variant(),), (PlannedObject(("a.jpg",), "a.dcm", values=(("row.T", "a"),)),)),
    ],
)
def test_what_is_still_to_be_bound_is_not_saved(plan: Plan) -> None:
    with pytest.raises(PlanError, match="not complete before"):
        dump_plan(plan)


def test_an_object_takes_a_line_where_it_has_no_dataset_of_its_own() -> None:
    many = tuple(PlannedObject((f"{number}.jpg",), f"{number}.dcm", number) for number in range(1, 4))
    plan = Plan(".", (Variant(),), many)
    assert [line.count('"output"') for line in "".join(dumped(plan)).splitlines()][-6:] == [0, 1, 1, 1, 0, 0]


def test_a_plan_of_before_archives_has_the_defaults() -> None:
    plan = document()
    for name in ("uids", "time", "record"):
        del plan[name]
    loaded = load_plan(json.dumps(plan))
    assert (loaded.uids, loaded.time, loaded.record, loaded.bound) == (UidRules(), "", "", False)
    assert (loaded.objects[0].identity, loaded.objects[0].variants) == ("", ())


def document() -> dict[str, Any]:
    plan = Plan(
        "here",
        (
            Variant(
                (Condition("rows", (1,)),),
                "",
                (Element(0x00100010, "PN", b"AB"), Element(0x00280010, "US", Slot("rows"))),
            ),
        ),
        (PlannedObject(("a.jpg",), "a.dcm"),),
    )
    loaded: dict[str, Any] = json.loads(dump_plan(plan))
    return loaded


def nested(depth: int) -> list[Any]:
    rows: list[Any] = []
    for _ in range(depth):
        rows = [{"tag": "00400275", "vr": "SQ", "items": [rows]}]
    return rows


@pytest.mark.parametrize(
    ("where", "value", "message"),
    [
        (("plan",), 2, "plan format 2 is unknown"),
        (("plan",), True, "plan format True is unknown"),
        (("folder",), "", "folder: '' is not a file name"),
        (("folder",), 1, "folder: must be a text"),
        (("existing",), "ask", "existing: must be one of error, replace, skip"),
        (("images", "progressive"), "maybe", "images.progressive: must be one of accept, reject"),
        (("images", "colour"), "no", "images.colour: unknown setting"),
        (("encoding", "pad_file"), 1 << 21, "encoding.pad_file: must be a whole number from 0 to"),
        (("logging", "level"), "warning", "logging.level: must be one of off, fatal, error, warn"),
        (("logging", "format"), "xml", "logging.format: must be one of text, json"),
        (("logging", "file"), "a\0b", "logging.file: 'a\\x00b' is not a file name"),
        (("logging", "file"), 1, "logging.file: must be a text"),
        (("logging", "class"), "x", "logging.class: unknown setting"),
        (("variants",), {}, "variants: must be a list"),
        (("variants", 0, "when", "rows"), 1, "variants[0].when.rows: must be a list"),
        (("variants", 0, "when", "rows"), [None], "variants[0].when.rows: must hold texts or numbers"),
        (("variants", 0, "elements", 0, "tag"), "0010001", "'0010001' is not eight hexadecimal digits"),
        (("variants", 0, "elements", 0, "tag"), "00280010", "(0028,0010) is not in ascending order"),
        (("variants", 0, "elements", 0, "tag"), "00020010", "group 0002 has no place in a dataset"),
        (("variants", 0, "elements", 0, "tag"), "fffee00d", "group fffe has no place in a dataset"),
        (("variants", 0, "elements", 0, "vr"), "ZZ", "'ZZ' is not a value representation"),
        (("variants", 0, "elements", 0, "value"), {"text": "odd"}, "its length, 3 bytes, is odd"),
        (("variants", 0, "elements", 0, "value"), {"text": "é "}, "needs text (plain ASCII) or hex"),
        (("variants", 0, "elements", 0, "value"), {"hex": "0"}, "needs text (plain ASCII) or hex"),
        (("variants", 0, "elements", 0, "value"), {"hex": 4}, "needs text (plain ASCII) or hex"),
        (("variants", 0, "elements", 0, "value"), {"text": "AB", "hex": "4344"}, "needs text (plain ASCII) or hex"),
        (("variants", 0, "elements", 0, "slot"), {"rule": "rows"}, "needs exactly one of value, slot, items"),
        (("variants", 0, "elements"), nested(MOST_DEPTH + 1), "nested more than"),
        (("objects", 0, "images"), [], "an object needs at least one image"),
        (("objects", 0, "output"), "a\0b", "is not a file name"),
        (("objects", 0, "number"), -1, "must be a whole number"),
        (("objects", 0, "texts"), [{}], "needs text (plain ASCII) or hex"),
        (("objects", 0, "identity"), 1, "objects[0].identity: must be a text"),
        (("objects", 0, "variants"), {}, "objects[0].variants: must be a list"),
        (
            ("objects", 0, "variants"),
            [{"elements": nested(MOST_DEPTH + 1)}],
            "[0]: sequences are nested more than 32 deep",
        ),
        (("uids",), [], "uids: must be an object"),
        (("uids", "method"), "random", "uids.method: must be one of fresh, derived"),
        (("uids", "salt"), "", "uids.salt: unknown setting"),
        (("uids", "content"), 1, "uids.content: must be true or false"),
        *((("uids", "root"), root, "uids.root: ") for root in ("", "2", "3.1", "1.02", "1..2", "1.2.", "1.x", "1.²")),
        (("uids", "root"), "1." + "9" * 36, "is not the root of UIDs of at most 37 characters"),
        *(
            (("time",), time, f"time: {time!r} is not a date and time")
            for time in ("2026013110150", "20260229000000", "20261301000000", "20260100000000", "00000101000000")
        ),
        (("time",), "20260131240000", "is not a date and time, YYYYMMDDHHMMSS"),
        (("time",), "20260131000060", "is not a date and time, YYYYMMDDHHMMSS"),
        (("time",), "２０２６０１３１１０１５００", "is not a date and time, YYYYMMDDHHMMSS"),
        (("time",), 0, "time: must be a text"),
        (("record",), "a\0b", "record: 'a\\x00b' is not a file name"),
        (("record",), None, "record: must be a text"),
        (("objects", 0), "a.jpg", "objects[0]: must be an object"),
    ],
)
def test_a_damaged_plan_is_refused_with_its_place(where: tuple[str | int, ...], value: object, message: str) -> None:
    plan = document()
    target: Any = plan
    for step in where[:-1]:
        target = target[step]
    target[where[-1]] = value
    with pytest.raises(PlanError) as caught:
        load_plan(json.dumps(plan))
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["{}", '{"objects": []}'])
def test_what_does_not_say_that_it_is_a_plan_is_told_from_a_plan_of_another_format(text: str) -> None:
    with pytest.raises(PlanError, match=r"^this is no saved plan: "):
        load_plan(text)


@pytest.mark.parametrize(
    "where",
    [
        (),
        ("encoding",),
        ("objects", 0),
        ("variants", 0),
        ("variants", 0, "elements", 0),
        ("variants", 0, "elements", 0, "value"),
        ("variants", 0, "elements", 1, "slot"),
    ],
    ids=str,
)
def test_what_no_plan_has_is_refused_and_not_passed_over(where: tuple[str | int, ...]) -> None:
    plan = document()
    target: Any = plan
    for step in where:
        target = target[step]
    target["existng"] = "replace"
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in (*where, "existng"))
    with pytest.raises(PlanError) as caught:
        load_plan(json.dumps(plan))
    assert str(caught.value) == f"{place.removeprefix('.')}: unknown setting"


@pytest.mark.parametrize("output", ["a.dcm", "./a.dcm", "x/../a.dcm"])
def test_objects_that_would_be_written_over_each_other_are_refused(output: str) -> None:
    plan = document()
    plan["objects"].append({"images": ["b.jpg"], "output": output})
    with pytest.raises(PlanError, match=r"^objects\[1\]\.output: '.*a\.dcm' is the output of objects\[0\] too$"):
        load_plan(json.dumps(plan))


@pytest.mark.parametrize("missing", ["plan", "folder", "variants", "objects"])
def test_a_plan_without_a_part_is_refused(missing: str) -> None:
    plan = document()
    del plan[missing]
    with pytest.raises(PlanError):
        load_plan(json.dumps(plan))


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda data: data.decode("latin-1")))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_plan_or_refused(text: str) -> None:
    with pytest.raises(PlanError):
        load_plan(text)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_json_in_any_place_is_a_plan_or_refused(data: st.DataObject) -> None:
    plan = document()
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
        max_leaves=4,
    )
    target: Any = plan
    while True:
        key = data.draw(st.sampled_from(list(target) if isinstance(target, dict) else list(range(len(target)))))
        if isinstance(target[key], dict | list) and target[key] and data.draw(st.booleans()):
            target = target[key]
            continue
        target[key] = data.draw(anything)
        break
    with contextlib.suppress(PlanError):
        load_plan(json.dumps(plan))
