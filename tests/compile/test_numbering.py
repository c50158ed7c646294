"""UIDs, Instance Numbers and the time: what a recipe says of them, as slots, texts and rules of a plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.compile.keys import compile_keys
from img2dcm_decl.compile.numbering import fixed_texts, number_slot, plan_uid_rules, uid_slots
from img2dcm_decl.compile.problems import Problems
from img2dcm_decl.compile.run_time import plan_time
from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Element, Item, Slot, UidRules, Variant
from img2dcm_decl.recipe.model import (
    ImageEntry,
    Inputs,
    Key,
    Output,
    Recipe,
    Reproducible,
    Sources,
    TemplateSource,
    Uids,
)
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.read import read_recipe

STUDY, SERIES, FRAME = "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"
PATIENT = "${row.Patient}"


def recipe(reproducible: Reproducible | None = None, **uids: Any) -> Recipe:
    return Recipe(Inputs((ImageEntry("*.jpg"),)), Output("o.dcm"), uids=Uids(**uids), reproducible=reproducible)


def timed(tag: int, rule: str) -> Variant:
    return Variant(elements=(Element(tag, "DA", Slot(rule), "invention"),))


@pytest.mark.parametrize(
    ("uids", "slots", "number"),
    [
        ({}, {STUDY: "uid_of_run " + STUDY, SERIES: "uid_of_run " + SERIES}, None),
        ({"study": "object"}, {STUDY: "uid_of_object " + STUDY, SERIES: "uid_of_object " + SERIES}, None),
        ({"study": PATIENT}, {STUDY: f"uid_of_value {STUDY}:0", SERIES: f"uid_of_value {SERIES}:1"}, None),
        ({"series": PATIENT}, {STUDY: "uid_of_run " + STUDY, SERIES: f"uid_of_value {SERIES}:0"}, None),
        (
            {"study": PATIENT, "series": PATIENT, "frame_of_reference": PATIENT, "instance_number": "${row.No}"},
            {
                STUDY: f"uid_of_value {STUDY}:0",
                SERIES: f"uid_of_value {SERIES}:1",
                FRAME: f"uid_of_value {FRAME}:2",
            },
            "3",
        ),
        (
            {"frame_of_reference": "run", "instance_number": "name"},
            {STUDY: "uid_of_run " + STUDY, SERIES: "uid_of_run " + SERIES, FRAME: "uid_of_run " + FRAME},
            "0",
        ),
    ],
)
def test_scopes_become_slots_and_their_texts_come_first(
    uids: dict[str, Any], slots: dict[str, str], number: str | None
) -> None:
    given = recipe(**uids)
    assert {keyword: f"{slot.rule} {slot.argument}" for keyword, slot in uid_slots(given, ()).items()} == slots
    assert number_slot(given, ()) == (None if number is None else Slot("text", number))


@pytest.mark.parametrize(
    ("keys", "sources", "uids", "study", "series"),
    [
        ({}, {}, {}, "run", "run"),
        ({"PatientID": "P1"}, {}, {}, "run", "run"),
        ({"PatientID": "${row.P}"}, {}, {}, "${row.P}", "${row.P}"),
        ({"(0010,0020)": "${row.P}"}, {}, {}, "${row.P}", "${row.P}"),
        ({"PatientID": "${row.P}", "PatientName": "${row.N}"}, {}, {}, "${row.P}", "${row.P}"),
        ({"PatientName": "${row.N}"}, {}, {}, "${row.N}", "${row.N}"),
        ({"PatientID": "P1", "PatientName": "${row.N}"}, {}, {}, "run", "run"),
        (
            {"PatientID": "${row.P}", "IssuerOfPatientID": "${row.I}"},
            {},
            {},
            "${row.P}\0${row.I}",
            "${row.P}\0${row.I}",
        ),
        ({"PatientID": "${row.P}"}, {}, {"study": "object"}, "object", "object"),
        ({"PatientID": "${row.P}"}, {}, {"series": "object"}, "${row.P}", "object"),
        ({"PatientID": "${row.P}"}, {}, {"study": "${row.P}", "series": "${row.P}"}, "${row.P}", "${row.P}"),
        ({"PatientID": "${row.P}"}, {}, {"study": "${row.V}"}, "${row.P}\0${row.V}", "${row.P}\0${row.V}"),
        (
            {"PatientID": "${row.P}"},
            {},
            {"study": "${row.V}", "series": "${row.S}"},
            "${row.P}\0${row.V}",
            "${row.P}\0${row.V}\0${row.S}",
        ),
        ({"StudyInstanceUID": "${row.U}"}, {}, {}, "run", "${row.U}"),
        ({"StudyInstanceUID": "1.2.3"}, {}, {"study": "${row.V}"}, "${row.V}", "run"),
        ({}, {"study": "priors/${row.A}.dcm"}, {}, "run", "run"),
        ({"PatientID": "P1"}, {"template": TemplateSource("${row.T}.dcm")}, {}, "run", "run"),
    ],
)
def test_a_study_is_of_one_patient_and_a_series_of_one_study(
    keys: dict[str, str], sources: dict[str, Any], uids: dict[str, Any], study: str, series: str
) -> None:
    given = replace(recipe(**uids), keys=tuple(Key(*key) for key in keys.items()), sources=Sources(**sources))
    keys_read = compile_keys(given, Dictionary(), Problems(given))
    found = {
        text.keyword: "".join(part if isinstance(part, str) else part.written for part in text.parts)
        for text in fixed_texts(given, keys_read)
    }
    rules = {"uid_of_run": "run", "uid_of_object": "object"}
    slots = {name: rules.get(slot.rule) or found[name] for name, slot in uid_slots(given, keys_read).items()}
    assert slots == {STUDY: study, SERIES: series}


def test_texts_say_what_they_are_for() -> None:
    texts = fixed_texts(recipe(study=PATIENT, instance_number="name"), ())
    assert [(text.keyword, text.vr, text.setting) for text in texts] == [
        (STUDY, "UI", "study"),
        (SERIES, "UI", "series"),
        ("InstanceNumber", "IS", "instance_number"),
    ]
    values = {"row.Patient": "P1", "image.number": "007"}
    assert [expand(text.parts, values) for text in texts] == ["P1", "P1", "7"]


@pytest.mark.parametrize(
    ("reproducible", "uids", "rules"),
    [
        (None, {}, UidRules()),
        (None, {"root": "1.2.3"}, UidRules("fresh", "1.2.3")),
        (None, {"method": "derived"}, UidRules("derived", "2.25", "", content=True, of_run=True)),
        (
            None,
            {"method": "derived", "key": "a$$b", "facts": ("${image.name}",), "study": "object"},
            UidRules("derived", "2.25", "a$b", of_run=True),
        ),
        (Reproducible(), {}, UidRules("derived", "2.25", "", content=True, of_run=True)),
        (Reproducible(), {"study": "${row.ID}"}, UidRules("derived", "2.25", "", content=True)),
    ],
)
def test_a_reproducible_recipe_derives_its_uids(
    reproducible: Reproducible | None, uids: dict[str, Any], rules: UidRules
) -> None:
    assert plan_uid_rules(recipe(reproducible, **uids)) == rules


def compiled(folder: Path, text: str) -> dict[int, Element]:
    """Return the dataset of a recipe with a single image."""
    (folder / "img_007.jpg").write_bytes(b"")
    (folder / "t.dump").write_text("(0020,0013) IS [5]\n(0020,0052) UI [1.2.3]\n", encoding="utf-8")
    start = 'recipe: 1\ninputs: {images: "*.jpg"}\noutput: o.dcm\n'
    plan = compile_recipe(read_recipe(start + text, "r.yaml", str(folder)), ("jpeg",))
    assert all(len(planned.texts) in (0, 1) for planned in plan.objects)
    return {element.tag: element for variant in plan.variants for element in variant.elements}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("sources: {template: t.dump}", b"5 "),
        ("sources: {template: t.dump}\nuids: {instance_number: name}", Slot("text", "0")),
        ("sources: {template: t.dump}\nuids: {instance_number: '${index}'}\nkeys: {InstanceNumber: 9}", b"9 "),
        ("keys: {InstanceNumber: ''}\nuids: {instance_number: name}", b""),
    ],
)
def test_a_stated_number_takes_the_place_of_a_template_s_and_keys_have_the_last_word(
    tmp_path: Path, text: str, number: bytes | Slot
) -> None:
    assert compiled(tmp_path, text)[0x00200013].content == number


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("", None),
        ("uids: {frame_of_reference: object}", Slot("uid_of_object", FRAME)),
        ("uids: {frame_of_reference: '${image.parent}'}", Slot("uid_of_value", FRAME + ":0")),
        ("uids: {frame_of_reference: run}\nsources: {template: t.dump}", b"1.2.3\0"),
    ],
)
def test_a_frame_of_reference_is_made_where_it_is_asked_for_and_not_given(
    tmp_path: Path, text: str, uid: bytes | Slot | None
) -> None:
    found = compiled(tmp_path, text).get(0x00200052)
    assert (found and found.content) == uid


def mistakes(given: Recipe, *variants: Variant) -> tuple[str, list[Diagnostic]]:
    problems = Problems(given)
    time = plan_time(given, variants, Dictionary(), problems)
    try:
        problems.raise_any()
    except RecipeError as error:
        return time, list(error.diagnostics)
    return time, []


@pytest.mark.parametrize(
    ("reproducible", "time"),
    [(None, ""), (Reproducible(), ""), (Reproducible("2026-01-31T10:15:00"), "20260131101500")],
)
def test_the_time_is_that_of_the_recipe(reproducible: Reproducible | None, time: str) -> None:
    assert mistakes(recipe(reproducible), Variant()) == (time, [])


def test_the_clock_is_free_to_answer_where_nothing_is_to_be_reproduced() -> None:
    assert mistakes(recipe(), timed(0x00080023, "date")) == ("", [])
    assert mistakes(recipe(Reproducible("0999-01-31T10:15:00")), timed(0x00080023, "date")) == ("09990131101500", [])


def test_attributes_that_would_hold_the_time_are_named() -> None:
    nested = Element(0x00400275, "SQ", (Item(timed(0x0008002A, "date_time").elements),))
    _, found = mistakes(
        recipe(Reproducible()), timed(0x00080033, "time"), timed(0x00080023, "date"), Variant(elements=(nested,))
    )
    assert [one.message for one in found] == [
        "the time of the run would be in ContentDate, AcquisitionDateTime, ContentTime, so that no two runs are alike"
    ]
    assert found[0].help == (
        'state a time, as in reproducible: {time: "2026-01-31T10:15:00"}, or give each of them a value under keys'
    )


def test_a_day_that_the_calendar_lacks_is_no_time() -> None:
    _, found = mistakes(recipe(Reproducible("2026-02-30T10:15:00")))
    assert [one.message for one in found] == ["'2026-02-30T10:15:00' is not a date and time"]
