"""Where data could mean one patient or another, nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.diagnostics import headline
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Plan, Slot
from img2dcm_decl.recipe.read import read_recipe

RECIPE = """\
recipe: 1
inputs: {images: "photos/**/*.jpg"}
table: {file: t.csv, column: Key, key: "KEY", MORE}
keys: {PatientID: "${row.ID}"}
uids: {study: "${row.ID}"}
output: out/${index}.dcm
"""


def compiled(folder: Path, recipe: str, table: str, images: tuple[str, ...]) -> Plan:
    (folder / "t.csv").write_text(table, encoding="utf-8")
    for name in images:
        path = folder / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return compile_recipe(read_recipe(recipe, "r.yaml", str(folder)), ("jpeg",))


def refused(folder: Path, recipe: str, table: str, images: tuple[str, ...]) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, recipe, table, images)
    return [f"{headline(found)} ({found.help})" for found in caught.value.diagnostics]


def recipe(key: str, more: str = "") -> str:
    return RECIPE.replace("KEY", key).replace(", MORE", f", {more}" if more else "")


CAMERAS = ("roe/IMG_1.jpg", "doe/IMG_1.jpg")


@pytest.mark.parametrize(
    ("key", "cell", "images"),
    [
        ("${image.name}", "IMG_1.jpg", CAMERAS),
        ("${image.stem}", "IMG_1", CAMERAS),
        ("${image.number}", "1", CAMERAS),
        ("${image.parent}", "001", ("north/001/a.jpg", "south/001/b.jpg")),
    ],
)
def test_images_of_different_folders_share_no_row_unasked(
    tmp_path: Path, key: str, cell: str, images: tuple[str, ...]
) -> None:
    table = f"Key,ID\n{cell},P1\n"
    [message] = refused(tmp_path, recipe(key), table, images)
    first, second = sorted(images)
    said = (
        f"photos/{first} and photos/{second} have the same key, and would share the row t.csv:2 (key: ${{image.folder}}"
    )
    assert said in message
    plan = compiled(tmp_path, recipe(key, "shared_rows: accept"), table, images)
    assert [planned.texts[-1] for planned in plan.objects] == [b"P1", b"P1"]


def test_images_of_one_folder_share_a_row(tmp_path: Path) -> None:
    images = ("001/a.jpg", "001/b.jpg", "002/a.jpg")
    plan = compiled(tmp_path, recipe("${image.parent}"), "Key,ID\n001,P1\n002,P2\n", images)
    assert [planned.texts[-1] for planned in plan.objects] == [b"P1", b"P1", b"P2"]


@pytest.mark.parametrize("name", ["${row.Prior}prior.dump", "${row.Prior}/prior.dump", "priors/${row.Prior}.dump"])
@pytest.mark.parametrize("cell", ["", "  "])
def test_no_other_source_is_taken_where_the_cell_that_names_it_is_empty(tmp_path: Path, name: str, cell: str) -> None:
    (tmp_path / "priors").mkdir()
    for file in ("prior.dump", "priors/.dump", "  prior.dump", "priors/  .dump"):
        (tmp_path / file).write_text("(0010,0020) LO [OTHER]\n")
    text = recipe("${image.name}") + f"sources: {{template: '{name}'}}\n"
    lines = refused(tmp_path, text, f"Key,ID,Prior\na.jpg,P1,{cell}\n", ("a.jpg",))
    assert "${row.Prior} is empty here, and the name of a file is to be made of it" in lines[0]


# --- studies, series and patients -----------------------------------------------------------------

UIDS = """\
recipe: 1
inputs: {images: "photos/*.jpg"}
table: {file: t.csv, column: Key}
keys: {PatientID: "${row.ID}"}
output: out/${index}.dcm
"""
PATIENTS = "Key,ID,Visit,UID,Name\na.jpg,P1,1,1.2.1,A\nb.jpg,P1,1,1.2.1,A\nc.jpg,P2,1,1.2.2,B\n"
IMAGES = ("a.jpg", "b.jpg", "c.jpg")
STUDY, SERIES = 0x0020000D, 0x0020000E


def values(plan: Plan, tag: int) -> list[object]:
    """Return what tells apart the values of an attribute, for each object."""
    [content] = {element.content for variant in plan.variants for element in variant.elements if element.tag == tag}
    if not isinstance(content, Slot) or content.rule == "uid_of_run":
        return [content] * len(plan.objects)
    if content.rule == "uid_of_object":
        return [planned.number for planned in plan.objects]
    return [planned.texts[int(content.argument.rpartition(":")[2])] for planned in plan.objects]


def alike(plan: Plan, tag: int) -> str:
    found = values(plan, tag)
    return "".join(str(found.index(value)) for value in found)


@pytest.mark.parametrize(
    ("change", "studies", "series"),
    [
        ("", "002", "002"),
        ("uids: {study: run, series: run}", "002", "002"),
        ("uids: {study: '${row.Visit}', series: '${row.Visit}'}", "002", "002"),
        ("uids: {study: '${row.ID}', series: '${image.stem}'}", "002", "012"),
        ("uids: {series: '${row.Visit}'}", "002", "002"),
        ("uids: {study: object}", "012", "012"),
        ("StudyInstanceUID: '${row.UID}'", "002", "002"),
        ("PatientID: '', PatientName: '${row.Name}'", "002", "002"),
        ("PatientID: P1, PatientName: '${row.Name}'", "000", "000"),
    ],
)
def test_no_study_has_two_patients_and_no_series_two_studies(
    tmp_path: Path, change: str, studies: str, series: str
) -> None:
    text = UIDS + change + "\n" if change.startswith("uids") else UIDS
    if change.startswith("Patient"):
        text = UIDS.replace('PatientID: "${row.ID}"', change)
    elif change.startswith("Study"):
        text = UIDS.replace("keys: {", f"keys: {{{change}, ")
    plan = compiled(tmp_path, text, PATIENTS, IMAGES)
    assert (alike(plan, STUDY), alike(plan, SERIES)) == (studies, series)
    assert plan.warnings == ()


@pytest.mark.parametrize("path", ["10,20", "( 10,20)", "0010,0020", "(0010,0020)", "0x0010,0x0020", "MyNumber"])
def test_a_patient_id_is_one_however_its_path_is_written(tmp_path: Path, path: str) -> None:
    (tmp_path / "site.dic").write_text("(0010,0020)\tLO\tMyNumber\t1\n", encoding="utf-8")
    text = UIDS.replace("PatientID:", f'"{path}":') + "values: as-written\n"
    text += "dictionaries: [site.dic]\n" if path == "MyNumber" else ""
    plan = compiled(tmp_path, text, PATIENTS, IMAGES)
    assert (alike(plan, STUDY), alike(plan, SERIES)) == ("002", "002")


def test_an_object_without_patient_id_has_no_study_that_it_could_be_in(tmp_path: Path) -> None:
    table = PATIENTS.replace("b.jpg,P1", "b.jpg,")
    lines = refused(tmp_path, UIDS, table, IMAGES)
    said = "key PatientID: photos/b.jpg (t.csv:3): it is empty, and tells which study the object is in"
    assert any(said in line and "uids: {study: object}" in line for line in lines)
    plan = compiled(tmp_path, UIDS.replace("row.ID}", "row.ID|UNKNOWN}"), table, IMAGES)
    assert alike(plan, STUDY) == "012"
    assert alike(compiled(tmp_path, UIDS + "uids: {study: object}\n", table, IMAGES), STUDY) == "012"


SAME_NUMBER = "photos/a.jpg and photos/b.jpg have the same Patient ID, but not the same Patient's Name"


@pytest.mark.parametrize(
    ("keys", "rows", "said"),
    [
        ("PatientID: '${row.ID}'", "a.jpg,P1,A\nb.jpg,P1,B\n", (SAME_NUMBER,)),
        ("PatientID: '${row.ID|UNKNOWN}'", "a.jpg,,A\nb.jpg,,B\n", (SAME_NUMBER,)),
        ("PatientID: '${row.ID}'", "a.jpg,P1,A\nb.jpg,P1,A\n", ()),
        ("PatientID: '${row.ID}'", "a.jpg,,A\nb.jpg,,B\n", ()),
        ("PatientID: '${row.ID}', IssuerOfPatientID: '${image.stem}'", "a.jpg,P1,A\nb.jpg,P1,B\n", ()),
    ],
)
def test_one_patient_of_a_table_with_several_names_is_warned_of(
    tmp_path: Path, keys: str, rows: str, said: tuple[str, ...]
) -> None:
    text = UIDS.replace('PatientID: "${row.ID}"', f"{keys}, PatientName: '${{row.Name}}'") + "uids: {study: object}\n"
    assert compiled(tmp_path, text, f"Key,ID,Name\n{rows}", ("a.jpg", "b.jpg")).warnings == said


@pytest.mark.parametrize(
    "keys",
    [
        'StudyInstanceUID: 1.2.3, PatientID: "${row.ID}"',
        'StudyInstanceUID: "1.2.${row.Visit}", PatientID: "${row.ID}"',
        'StudyInstanceUID: "1.2.${row.Visit}", PatientID: A, IssuerOfPatientID: "${row.ID}"',
        'StudyInstanceUID: 1.2.3, PatientID: "", PatientName: "${row.Name}"',
    ],
)
def test_a_study_that_is_given_to_several_patients_is_refused(tmp_path: Path, keys: str) -> None:
    lines = refused(tmp_path, UIDS.replace('PatientID: "${row.ID}"', keys), PATIENTS, IMAGES)
    assert "photos/a.jpg and photos/c.jpg are of several patients, and would be in one study (give each" in lines[0]


def test_folders_named_after_patients_in_one_study_are_warned_of(tmp_path: Path) -> None:
    text = UIDS.replace("photos/*.jpg", "photos/*/*.jpg").replace("${row.ID}", "${image.parent}")
    text = text.replace("table: {file: t.csv, column: Key}\n", "").replace(
        "keys: {", "keys: {StudyInstanceUID: 1.2.3, "
    )
    plan = compiled(tmp_path, text, PATIENTS, ("P1/a.jpg", "P2/a.jpg"))
    assert any("are of several patients, and would be in one study" in warning for warning in plan.warnings)


JOINED = UIDS.replace("keys:", "sources: {template: prior.dump}\nkeys:")
OTHER = "its source joins it to a study of the patient 'P0', and Patient ID is "


def prior(folder: Path, patient: str) -> None:
    text = f"(0010,0020) LO [{patient}]\n(0020,000d) UI [1.2.3]\n"
    (folder / "prior.dump").write_text(text, encoding="utf-8")


def test_a_study_of_another_patient_than_the_table_says_is_refused(tmp_path: Path) -> None:
    prior(tmp_path, "P0")
    [line] = refused(tmp_path, JOINED, "Key,ID\na.jpg,P1\nb.jpg,P1\n", ("a.jpg", "b.jpg"))
    assert f"photos/a.jpg (t.csv:2): {OTHER}'P1' (name the source" in line


@pytest.mark.parametrize(
    ("patient", "keys"),
    [
        ("P1 ", 'PatientID: "${row.ID}"'),
        ("", 'PatientID: "${row.ID}"'),
        ("P0", 'PatientID: "${row.ID}", StudyInstanceUID: 1.2.4'),
        ("P0", "PatientID: P1"),
    ],
)
def test_a_study_of_the_same_patient_or_of_nobody_is_joined(tmp_path: Path, patient: str, keys: str) -> None:
    prior(tmp_path, patient)
    text = JOINED.replace('PatientID: "${row.ID}"', keys)
    assert compiled(tmp_path, text, "Key,ID\na.jpg,P1\n", ("a.jpg",)).warnings == ()


def test_a_study_of_another_patient_than_a_folder_is_named_after_is_warned_of(tmp_path: Path) -> None:
    prior(tmp_path, "P0")
    text = JOINED.replace("table: {file: t.csv, column: Key}\n", "").replace("photos/", "photos/*/")
    plan = compiled(tmp_path, text.replace("${row.ID}", "${image.parent}"), "", ("P1/a.jpg",))
    assert plan.warnings == (f"photos/P1/a.jpg: {OTHER}'P1'",)


def test_studies_in_a_series_that_is_given_are_warned_of(tmp_path: Path) -> None:
    plan = compiled(tmp_path, UIDS.replace("keys: {", "keys: {SeriesInstanceUID: 1.2.3, "), PATIENTS, IMAGES)
    assert any("are of several studies, and would be in one series" in warning for warning in plan.warnings)


# --- keys that are almost the same ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("A\u0308rm.jpg", "differ only in how accents are encoded (Unicode normalisation);"),
        ("ärm.JPG", "differ only in case;"),
        (" Ärm.jpg", "differ only in blanks;"),
        ("a\u0308rm .jpg", "differ only in case, blanks, or the form of characters;"),
        ("Arm.jpg", ""),
    ],
)
@pytest.mark.parametrize("more", ["", ", unmatched_rows: ignore", ", unmatched_images: skip"])
def test_keys_are_compared_exactly_and_what_is_alike_is_said(tmp_path: Path, cell: str, said: str, more: str) -> None:
    text = UIDS.replace("column: Key", f"column: Key{more}")
    lines = refused(tmp_path, text, f"Key,ID\nb.jpg,P1\n{cell},P2\n", ("\u00c4rm.jpg", "b.jpg"))
    assert all(("'\u00c4rm.jpg' and t.csv:3" in line) is bool(said) and said in line for line in lines)


# --- what is said -------------------------------------------------------------------------------


def test_what_tells_studies_apart_is_said_where_it_stands_and_once(tmp_path: Path) -> None:
    text = UIDS.replace("${row.ID}", "${row.ID:date(%d.%m.%Y)}")
    lines = refused(tmp_path, text, PATIENTS, IMAGES)
    assert [line.partition(": photos")[0] for line in lines] == ["r.yaml:4:19: key PatientID"] * 3


def test_rows_of_images_that_were_not_found_are_not_missed(tmp_path: Path) -> None:
    text = UIDS.replace('"photos/*.jpg"', "[photos/a.jpg, {path: photos/none.jpg}]")
    assert [line.partition(" (")[0] for line in refused(tmp_path, text, PATIENTS, IMAGES)] == [
        "r.yaml:2:33: there is no file 'photos/none.jpg'"
    ]


def test_images_that_were_not_found_are_not_said_to_be_excluded(tmp_path: Path) -> None:
    text = UIDS.replace('"photos/*.jpg"', '"none/*.jpg", exclude: photos/*')
    assert not any("is excluded" in line for line in refused(tmp_path, text, PATIENTS, IMAGES))
    text = UIDS.replace('"photos/*.jpg"', '"photos/*.jpg", exclude: photos/*')
    assert any("every image is excluded" in line for line in refused(tmp_path, text, PATIENTS, IMAGES))
