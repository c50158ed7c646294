"""Objects with sources of their own: completed one by one, as whole plans are."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from img2dcm_decl.compile.binding import Binder, binder, binding_names
from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.diagnostics import headline
from img2dcm_decl.errors import ConversionError, RecipeError
from img2dcm_decl.plan.digest import digest
from img2dcm_decl.plan.model import Element, Plan, PlannedObject, Slot
from img2dcm_decl.recipe.model import Recipe
from img2dcm_decl.recipe.read import read_recipe

FORMATS = ("jpeg", "bmp")
RECIPE = """\
recipe: 1
inputs: {images: "*.jpg"}
sources: {template: "templates/${image.stem}.dump"}
keys: {PatientID: "${row.ID}", StudyDescription: Wounds}
table: {file: t.csv, column: File}
output: out/${image.stem}.dcm
"""
PATIENT_NAME, PATIENT_ID, CHARACTER_SET, STATION = 0x00100010, 0x00100020, 0x00080005, 0x00081010


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    for name, text in {
        "a": "(0010,0010) PN [Able^A]\n",
        "b": "(0008,0005) CS [ISO_IR 100]\n(0010,0010) PN [Baker^B]\n(0008,1010) SH [CAM2]\n",
        "c": "(0010,0010) PN [Charlie^C]\n",
    }.items():
        (tmp_path / f"{name}.jpg").write_bytes(b"")
        (tmp_path / "templates" / f"{name}.dump").write_text(text, encoding="utf-8")
    (tmp_path / "t.csv").write_text("File,ID\na.jpg,P1\nb.jpg,Pé\nc.jpg,Pé\n", encoding="utf-8")
    return tmp_path


def recipe(folder: Path, text: str = RECIPE) -> Recipe:
    return read_recipe(text, "r.yaml", str(folder))


def compiled(folder: Path, text: str = RECIPE) -> Plan:
    return compile_recipe(recipe(folder, text), FORMATS)


def bound(folder: Path, number: int, text: str = RECIPE) -> PlannedObject:
    bind = binder(recipe(folder, text))
    assert bind is not None
    return bind(compiled(folder, text).objects[number])


def refused(folder: Path, text: str = RECIPE) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, text)
    return [headline(diagnostic) for diagnostic in caught.value.diagnostics]


def elements(planned: PlannedObject) -> dict[int, Element]:
    return {element.tag: element for element in next(v for v in planned.variants if not v.refuse).elements}


def value(planned: PlannedObject, tag: int) -> bytes | None:
    """Return the value of an attribute, that of a text where it is one."""
    element = elements(planned).get(tag)
    if element is None:
        return None
    if isinstance(element.content, Slot):
        assert element.content.rule == "text"
        return planned.texts[int(element.content.argument)]
    assert isinstance(element.content, bytes)
    return element.content


def test_a_plan_says_that_its_objects_are_to_be_bound(folder: Path) -> None:
    plan = compiled(folder)
    assert plan.bound
    first = plan.objects[0]
    assert not first.variants
    assert dict(first.values) == {"image.stem": "a", "row.ID": "P1"}
    assert binding_names(recipe(folder)) == {"image.stem", "row.ID"}


def test_each_object_gets_what_its_own_template_says(folder: Path) -> None:
    made = [bound(folder, number) for number in range(3)]
    assert [value(planned, PATIENT_NAME) for planned in made] == [b"Able^A", b"Baker^B ", b"Charlie^C "]
    assert [value(planned, STATION) for planned in made] == [None, b"CAM2", None]
    assert [planned.values for planned in made] == [()] * 3


def test_text_is_in_the_character_set_of_its_own_dataset(folder: Path) -> None:
    made = [bound(folder, number) for number in range(3)]
    assert [value(planned, CHARACTER_SET) for planned in made] == [None, b"ISO_IR 100", b"ISO_IR 192"]
    assert [value(planned, PATIENT_ID) for planned in made] == [b"P1", "Pé".encode("latin-1"), "Pé ".encode()]


def test_what_an_object_becomes_does_not_depend_on_those_before_it(folder: Path) -> None:
    text = RECIPE.replace("templates/${image.stem}", "templates/c${row.ID}").replace("${row.ID}.dump", "${row.T|}.dump")
    (folder / "t.csv").write_text("File,ID,T\na.jpg,P1,\nb.jpg,Pé,\nc.jpg,P3,\n", encoding="utf-8")
    plan, bind = compiled(folder, text), Binder(recipe(folder, text))
    forwards = [bind(planned) for planned in plan.objects]
    assert [value(planned, CHARACTER_SET) for planned in forwards] == [None, b"ISO_IR 192", None]
    assert [Binder(recipe(folder, text))(planned) for planned in plan.objects] == forwards


def test_rows_do_not_change_what_is_shared(folder: Path) -> None:
    before = compiled(folder)
    (folder / "t.csv").write_text("File,ID\na.jpg,P1\nb.jpg,P2\nc.jpg,P3\n", encoding="utf-8")
    assert digest(compiled(folder)) == digest(before)
    assert not before.notes


def test_fixed_texts_stay_in_front(folder: Path) -> None:
    text = RECIPE + "uids: {study: '${row.ID}', instance_number: '${index}'}\n"
    planned = bound(folder, 1, text)
    assert planned.texts == ("Pé ".encode(), "Pé ".encode(), b"2 ", "Pé".encode("latin-1"))
    found = elements(planned)
    assert found[0x0020000D].content == Slot("uid_of_value", "StudyInstanceUID:0")
    assert found[0x00200013].content == Slot("text", "2")
    assert found[PATIENT_ID].content == Slot("text", "3")


def test_a_binder_can_be_sent_to_other_processes(folder: Path) -> None:
    bind = Binder(recipe(folder))
    first = compiled(folder).objects[0]
    before = bind(first)
    assert pickle.loads(pickle.dumps(bind))(first) == before


def test_a_recipe_without_such_sources_needs_no_binding(folder: Path) -> None:
    text = RECIPE.replace("${image.stem}.dump", "a.dump")
    assert binder(recipe(folder, text)) is None
    assert not compiled(folder, text).bound


def test_a_source_that_is_missing_fails_its_object_alone(folder: Path) -> None:
    (folder / "templates" / "b.dump").unlink()
    plan, bind = compiled(folder), Binder(recipe(folder))
    with pytest.raises(ConversionError) as caught:
        bind(plan.objects[1])
    assert str(caught.value) == ("b.jpg: template templates/b.dump: cannot be read: No such file or directory")
    assert value(bind(plan.objects[2]), PATIENT_NAME) == b"Charlie^C "


def test_a_source_that_comes_late_is_found(folder: Path) -> None:
    late = folder / "templates" / "b.dump"
    text = late.read_bytes()
    late.unlink()
    plan, bind = compiled(folder), Binder(recipe(folder))
    with pytest.raises(ConversionError):
        bind(plan.objects[1])
    late.write_bytes(text)
    assert value(bind(plan.objects[1]), PATIENT_NAME) == b"Baker^B "


def test_the_first_object_is_completed_before_anything_is_written(folder: Path) -> None:
    (folder / "templates" / "a.dump").unlink()
    [said] = refused(folder)
    assert said.startswith("r.yaml:3:")
    assert "templates/a.dump" in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("PatientID", "PatientIdent", "r.yaml:4:8: key PatientIdent: "),
        ("Wounds}", "Wounds, StudyDate: 1.2}", "r.yaml:4:"),
        ("${row.ID}", "${row.Ident}", "r.yaml:4:"),
    ],
)
def test_what_is_wrong_whatever_the_sources_say_is_said_at_its_place(
    folder: Path, before: str, after: str, said: str
) -> None:
    assert any(line.startswith(said) for line in refused(folder, RECIPE.replace(before, after, 1)))


def test_keys_may_change_what_only_the_sources_bring(folder: Path) -> None:
    for name in "abc":
        with (folder / "templates" / f"{name}.dump").open("a", encoding="utf-8") as file:
            file.write("(0009,0010) LO [ACME 1.1]\n(0009,1001) LO [x]\n")
    text = RECIPE.replace("Wounds}", 'Wounds, "(0009,1001)": "${row.ID}", "(0009,1002)": 61}')
    assert value(bound(folder, 2, text), 0x00091001) == "Pé ".encode()
    (folder / "templates" / "b.dump").write_text("(0010,0010) PN [B]\n", encoding="utf-8")
    with pytest.raises(ConversionError, match=r"needs its private creator \(0009,0010\)"):
        bound(folder, 1, text)


def test_data_cannot_name_a_source_elsewhere(folder: Path) -> None:
    text = RECIPE.replace("${image.stem}.dump", "${row.ID}")
    (folder / "t.csv").write_text("File,ID\na.jpg,..\nb.jpg,x\nc.jpg,x\n", encoding="utf-8")
    assert refused(folder, text) == ["r.yaml:3:21: ${row.ID} makes it '..', which is not the name of a file"]


def test_standard_input_is_no_source_of_single_objects(folder: Path) -> None:
    text = RECIPE.replace("templates/${image.stem}.dump", "${row.ID}")
    (folder / "t.csv").write_text("File,ID\na.jpg,-\nb.jpg,x\nc.jpg,x\n", encoding="utf-8")
    assert any("standard input is not available here" in line for line in refused(folder, text))


def test_a_value_that_does_not_fit_its_own_dataset_fails_its_object(folder: Path) -> None:
    (folder / "t.csv").write_text("File,ID\na.jpg,P1\nb.jpg,Ω\nc.jpg,P3\n", encoding="utf-8")
    plan, bind = compiled(folder), Binder(recipe(folder))
    with pytest.raises(ConversionError, match=r"key PatientID: b\.jpg: "):
        bind(plan.objects[1])


def test_nothing_that_a_source_could_give_is_missed_before_it_is_read(folder: Path) -> None:
    text = RECIPE.replace("output:", "inference: {missing_type2: error}\noutput:")
    lines = refused(folder, text)
    assert lines
    assert all("PatientName" not in line for line in lines)


def test_a_reproducible_recipe_asks_no_source_for_the_time(folder: Path) -> None:
    device = "AcquisitionDeviceTypeCodeSequence: [{CodeValue: '409898007'}]"
    keys = RECIPE.replace("Wounds}", f"Wounds, ImageLaterality: R, {device}}}")
    text = keys + "sop_class: ophthalmic-photography\nreproducible: true\n"
    said = (
        "the time of the run would be in ContentDate, AcquisitionDateTime, ContentTime, so that no two runs are alike"
    )
    assert refused(folder, text) == [f"r.yaml:8:15: {said}"]
    assert compiled(folder, text.replace("true", '{time: "2026-01-31T10:15:00"}')).time == "20260131101500"


def test_a_source_may_be_a_url(folder: Path) -> None:
    pytest.importorskip("fsspec")
    text = RECIPE.replace("templates/$", f"file://{folder.as_posix()}/templates/$")
    assert value(bound(folder, 1, text), PATIENT_NAME) == b"Baker^B "
    assert value(bound(folder, 2, text), PATIENT_NAME) == b"Charlie^C "


def test_the_study_of_each_object_can_be_another_file(folder: Path) -> None:
    text = RECIPE.replace('template: "templates/${image.stem}.dump"', 'study: "templates/${image.stem}.dcm"')
    assert any("study source templates/a.dcm" in line for line in refused(folder, text))


# --- studies that single objects join -------------------------------------------------------------

JOINING = """\
recipe: 1
inputs: {images: "*.jpg"}
sources: {template: "templates/${row.T}.dump"}
keys: {StudyDescription: Wounds}
table: {file: t.csv, column: File}
output: out/${image.stem}.dcm
"""
SERIES = 0x0020000E


@pytest.fixture
def studies(folder: Path) -> Path:
    for name, study in (("x", 1), ("y", 1), ("z", 2)):
        text = f"(0010,0020) LO [P{study}]\n(0020,000d) UI [1.2.{study}]\n"
        (folder / "templates" / f"{name}.dump").write_text(text, encoding="utf-8")
    (folder / "t.csv").write_text("File,T,ID,S\na.jpg,x,P1 ,1\nb.jpg,y,P1,1\nc.jpg,z,P2,1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("uids", "texts"),
    [
        ("{}", [b"1.2.1 ", b"1.2.1 ", b"1.2.2 "]),
        ("{series: '${row.S}'}", [b"1.2.1\x001 ", b"1.2.1\x001 ", b"1.2.2\x001 "]),
    ],
)
def test_a_series_stays_within_the_study_that_an_object_joins(studies: Path, uids: str, texts: list[bytes]) -> None:
    text = f"{JOINING}uids: {uids}\n"
    found = [bound(studies, number, text) for number in range(3)]
    stood_for = []
    for planned in found:
        slot = elements(planned)[SERIES].content
        assert isinstance(slot, Slot)
        assert slot.rule == "uid_of_value"
        stood_for.append(planned.texts[int(slot.argument.rpartition(":")[2])])
    assert [one.rstrip() for one in stood_for] == [one.rstrip() for one in texts]


def test_no_object_joins_the_study_of_another_patient(studies: Path) -> None:
    text = JOINING.replace("keys: {", 'keys: {PatientID: "${row.ID}", ')
    assert [bound(studies, number, text).output for number in range(3)] == ["out/a.dcm", "out/b.dcm", "out/c.dcm"]
    (studies / "t.csv").write_text("File,T,ID,S\na.jpg,x,P1,1\nb.jpg,z,P1,1\nc.jpg,y,P2,1\n", encoding="utf-8")
    with pytest.raises(
        ConversionError, match=r"b.jpg: its source joins it to a study of the patient 'P2', and Patient"
    ):
        bound(studies, 1, text)
    own = text.replace("keys: {", 'keys: {StudyInstanceUID: "1.2.3.${row.S}", ')
    assert bound(studies, 1, own).output == "out/b.dcm"
