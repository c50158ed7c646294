"""Rows of a table are joined to images: no image without its row, no row twice, nothing filed under another patient."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.compile.rows import Rows
from img2dcm_decl.diagnostics import headline, render
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Plan
from img2dcm_decl.plan.objects import PackedObjects
from img2dcm_decl.recipe.read import read_recipe

TABLE = "File,ID,Name\n1.jpg,007,Doe\n2.jpg,008,Roe\n"
RECIPE = """\
recipe: 1
inputs: {images: '*.jpg'}
table: {file: t.csv, column: File}
keys:
  PatientID: ${row.ID}
  PatientName: ${row.Name}
output: out/${image.stem}.dcm
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "t.csv").write_text(TABLE)
    return tmp_path


def compiled(folder: Path, text: str = RECIPE, table: str | None = None) -> Plan:
    if table is not None:
        (folder / "t.csv").write_text(table)
    return compile_recipe(read_recipe(text, "recipe.yaml", str(folder)), ("jpeg",))


def refused(folder: Path, text: str = RECIPE, table: str | None = None) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, text, table)
    assert all(render(found).isprintable() or "\n" in render(found) for found in caught.value.diagnostics)
    return [
        f"{headline(found)} ({found.help})" if found.help else headline(found) for found in caught.value.diagnostics
    ]


def ids(plan: Plan) -> list[tuple[str, bytes]]:
    return [(planned.images[0], planned.texts[2]) for planned in plan.objects]


def test_each_image_has_the_values_of_its_row_with_leading_zeros(folder: Path) -> None:
    assert ids(compiled(folder)) == [("1.jpg", b"007 "), ("2.jpg", b"008 ")]


def test_several_images_may_share_a_row(folder: Path) -> None:
    for name in ("7-a.jpg", "7-b.jpg", "1.jpg", "2.jpg"):
        (folder / name).write_bytes(b"")
    text = RECIPE.replace("column: File", "column: No, key: '${image.number:02}'")
    for name in ("7-a.jpg", "7-b.jpg"):
        (folder / name).unlink()
        (folder / f"{name[2]}-1.jpg").write_bytes(b"")
    plan = compiled(folder, text, "No,ID,Name\n01,A,x\n02,B,y\n")
    assert ids(plan) == [("1.jpg", b"A "), ("2.jpg", b"B "), ("a-1.jpg", b"A "), ("b-1.jpg", b"A ")]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            "File,ID,Name\n1.jpg,7,Doe\n",
            "1 image has no row in the table: 2.jpg (File would have to be '2.jpg', for example; unmatched_images:",
        ),
        (TABLE + "3.jpg,9,Poe\n", "1 row matches no image: t.csv:4 ('3.jpg') (unmatched_rows: ignore passes over"),
        (TABLE + "1.jpg,9,Poe\n", "t.csv:2 and t.csv:4 have the same File, '1.jpg' (duplicate_rows: first (or last)"),
        (
            "File,ID,Name\n1.JPG,7,Doe\n2.JPG,8,Roe\n",
            "no image has a row in the table ('1.jpg' and t.csv:2 ('1.JPG') differ only in case; File would have to be",
        ),
        ("File,ID,Name\n 1.jpg,7,Doe\n2.jpg,8,Roe\n", "1 row matches no image: t.csv:2 (' 1.jpg')"),
        (TABLE + ",9,Poe\n", "1 row matches no image: t.csv:4 ('')"),
        ("Datei,ID,Name\n1.jpg,7,Doe\n", "recipe.yaml:3:30: t.csv: there is no column 'File'"),
        (
            "File,ID,Nam\n1.jpg,7,D\n2.jpg,8,R\n",
            "recipe.yaml:6:16: the table has no column 'Name' (did you mean 'Nam'?",
        ),
        ("File,ID,Name\n1.jpg,7\n", "t.csv:2: "),
        ("", "t.csv:1: the first line is empty"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_file_and_line(folder: Path, table: str, said: str) -> None:
    lines = refused(folder, table=table)
    assert any(said in line for line in lines), lines


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "t.csv").unlink()
    assert refused(folder) == ["recipe.yaml:3:15: the table 't.csv' cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("setting", "table", "expected"),
    [
        ("unmatched_images: skip", "File,ID,Name\n2.jpg,8,x\n", [("2.jpg", b"8 ")]),
        ("unmatched_rows: ignore", TABLE + "3.jpg,9,x\n,,\n,1,\n", [("1.jpg", b"007 "), ("2.jpg", b"008 ")]),
        ("duplicate_rows: first", TABLE + "1.jpg,9,x\n", [("1.jpg", b"007 "), ("2.jpg", b"008 ")]),
        ("duplicate_rows: last", TABLE + "1.jpg,9,x\n", [("1.jpg", b"9 "), ("2.jpg", b"008 ")]),
    ],
)
def test_the_recipe_may_say_what_happens_to_the_others(
    folder: Path, setting: str, table: str, expected: list[tuple[str, bytes]]
) -> None:
    text = RECIPE.replace("column: File", f"column: File, {setting}")
    assert ids(compiled(folder, text, table)) == expected


def test_skipping_every_image_is_no_way_to_convert_them(folder: Path) -> None:
    text = RECIPE.replace("column: File", "column: File, unmatched_images: skip, unmatched_rows: ignore")
    lines = refused(folder, text, "File,ID,Name\na,7,x\n")
    assert lines == [
        "recipe.yaml:3:8: no image has a row in the table "
        "(File would have to be '1.jpg', for example, and t.csv:2 ('a') is a row without an image)"
    ]


def test_an_image_without_a_key_has_no_row(folder: Path) -> None:
    (folder / "x.jpg").write_bytes(b"")
    text = RECIPE.replace("column: File", "column: No, key: '${image.number}', unmatched_rows: ignore")
    assert "1 image has no row in the table: x.jpg" in refused(folder, text, "No,ID,Name\n1,7,a\n2,8,b\n,9,c\n")[0]


def test_a_thousand_images_without_rows_are_one_message(folder: Path) -> None:
    for number in range(1000):
        (folder / f"{number}.jpg").write_bytes(b"")
    [line] = refused(folder)
    assert "998 images have no row in the table: 0.jpg, 3.jpg, 4.jpg, 5.jpg, 6.jpg and 993 more" in line


# --- values of rows -------------------------------------------------------------------------------


def rows_of(*cells: str) -> str:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return f'File,ID,Name\n1.jpg,{quoted}\n2.jpg,8,"Roe, R"\n'


@pytest.mark.parametrize(
    ("keys", "cells", "said"),
    [
        ("PatientID: '${row.ID}'", ("a\\b", ""), "1.jpg (t.csv:2): 'a\\b', which is ${row.ID}, holds '\\', which"),
        ("ImageType: ['${row.ID}', B]", ("A\\X", ""), "which would divide the value"),
        ("PatientName: '${row.Name}^${row.ID}'", ("7", "a^b"), "'a^b', which is ${row.Name}, holds '^'"),
        ("PatientName: 'Dr ${row.Name}'", ("7", "a=b"), "holds '='"),
        ("PatientBirthDate: '${row.ID}'", ("1.2.1999", ""), "1.jpg (t.csv:2): '1.2.1999'"),
        ("PatientBirthDate: '${row.ID:date(%d.%m.%Y)}'", ("31.02.2020", ""), "1.jpg (t.csv:2): '31.02.2020' is not a"),
        ("Rows: '${row.ID}'", ("70000", ""), "1.jpg (t.csv:2): "),
        ("PatientID: '${row.ID}'", ("line\nbreak", ""), "1.jpg (t.csv:2): "),
        ("SOPInstanceUID: '${row.ID}'", ("1.2.3", ""), ""),
        ("SOPInstanceUID: '1.2.${row.ID}'", ("8", ""), "1.jpg (t.csv:2) and 2.jpg (t.csv:3) would have the same SOP"),
        ("SOPInstanceUID: '${row.ID}'", ("", ""), "1.jpg (t.csv:2) would have no SOP Instance UID"),
        ("SpecificCharacterSet: '${row.ID}'", ("ISO_IR 100", ""), "all objects share one character set"),
        ("PatientName: '${row.Name}'", ("7", "a^b=c"), ""),
        ("PatientName: '${row.Name:name(family, given)}=${row.ID}'", ("7", "Doe, John"), ""),
        ("PatientComments: '${row.ID}/${row.Name}'", ("a\\b^=", "^"), ""),
    ],
)
def test_data_cannot_change_the_structure_of_a_value(
    folder: Path, keys: str, cells: tuple[str, str], said: str
) -> None:
    text = RECIPE[: RECIPE.index("keys:")] + f"keys:\n  {keys}\noutput: out/${{index}}.dcm\n"
    if said:
        lines = refused(folder, text, rows_of(*cells))
        assert any(said in line for line in lines), lines
        assert all(line.startswith("recipe.yaml:5:") for line in lines), lines
    else:
        assert len(compiled(folder, text, rows_of(*cells)).objects) == 2


@pytest.mark.parametrize(
    ("more", "cell", "warned"),
    [
        ("", "line\nbreak", True),
        ("", "line", False),
        ("inference: {missing_type1: leave, missing_type2: leave}\n", "line\nbreak", False),
    ],
)
def test_data_that_do_not_conform_are_stored_with_a_warning_where_that_is_asked_for(
    folder: Path, more: str, cell: str, warned: bool
) -> None:
    plan = compiled(folder, RECIPE + "values: as-written\n" + more, rows_of(cell, "Roe"))
    assert plan.objects[0].texts[2].strip() == cell.encode()
    warning = "values of key PatientID do not conform to DICOM; they are stored as given"
    assert plan.warnings == ((warning,) if warned else ())
    assert any(note.startswith("key PatientID: 'line\\nbreak' is not text") for note in plan.notes) is warned


def test_defaults_and_formats_give_what_dicom_asks_for(folder: Path) -> None:
    text = RECIPE.replace("${row.ID}", "${row.ID:06|none}").replace("${row.Name}", "${row.Name:name(given family)}")
    plan = compiled(folder, text, "File,ID,Name\n1.jpg,,John Doe\n2.jpg,7,\n")
    assert [planned.texts[-2:] for planned in plan.objects] == [(b"none", b"Doe^John"), (b"000007", b"")]


def test_text_of_rows_beyond_ascii_declares_unicode(folder: Path) -> None:
    plan = compiled(folder, table="File,ID,Name\n1.jpg,7,Müller\n2.jpg,8,Roe\n")
    assert plan.objects[0].texts[-1] == "Müller ".encode()
    declared = [e.content for v in plan.variants for e in v.elements if e.tag == 0x00080005]
    assert set(declared) == {b"ISO_IR 192"}


def test_a_constant_instance_uid_for_several_objects_is_warned_of(folder: Path) -> None:
    text = RECIPE.replace("PatientID: ${row.ID}", "SOPInstanceUID: 1.2.3")
    assert any("2 objects have the same SOP Instance UID" in warning for warning in compiled(folder, text).warnings)


@pytest.mark.parametrize("value", ["../x", "..", ".", "", "/etc/x", "a/b", "a\\b", "a\tb", "x" * 300])
@pytest.mark.parametrize("output", ["out/${row.ID}.dcm", "out/${row.ID}/1.dcm"])
def test_rows_lead_no_output_out_of_its_folder(folder: Path, output: str, value: str) -> None:
    text = RECIPE.replace("out/${image.stem}.dcm", output)
    lines = refused(folder, text, f"File,ID,Name\n1.jpg,{value},Doe\n2.jpg,8,Roe\n")
    assert "1.jpg (t.csv:2): " in lines[-1]


def test_thousands_of_wrong_values_are_a_handful_of_messages(folder: Path) -> None:
    for number in range(3000):
        (folder / f"{number}.jpg").write_bytes(b"")
    table = "File,ID,Name\n" + "".join(f"{number}.jpg,{number},a\\b\n" for number in range(3000))
    lines = refused(folder, table=table)
    assert len(lines) == 6
    assert lines[-1].endswith("and 2995 more objects")


# --- what objects are told apart by ---------------------------------------------------------------

DERIVED = RECIPE.replace("keys:", "uids: {method: derived, key: k, facts: [FACTS]}\nkeys:")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("'${row.ID}'", "1.jpg (t.csv:2) and 2.jpg (t.csv:3) would have the same derived UIDs (add ${index} or"),
        ("content, '${row.ID}'", ""),
        ("'${row.ID}', '${row.Name}'", ""),
        ("'${index}'", ""),
    ],
)
def test_objects_without_an_identity_of_their_own_are_refused(folder: Path, facts: str, said: str) -> None:
    text = DERIVED.replace("FACTS", facts)
    table = "File,ID,Name\n1.jpg,7,Doe\n2.jpg,7,Roe\n"
    if said:
        assert said in refused(folder, text, table)[0]
    else:
        assert len(compiled(folder, text, table).objects) == 2


def test_identities_do_not_run_into_one_another(folder: Path) -> None:
    text = DERIVED.replace("FACTS", "'${row.ID}', '${row.Name}'")
    plan = compiled(folder, text, "File,ID,Name\n1.jpg,1:a,b\n2.jpg,1,a1:b\n")
    assert len({planned.identity for planned in plan.objects}) == 2
    assert compiled(folder).objects[0].identity == ""


@pytest.mark.parametrize(
    ("uids", "texts"),
    [
        ("study: '${row.ID}'", (b"007 ", b"007 ")),
        ("study: '${row.Name}', series: '${row.ID}'", (b"007\0Doe ", b"007\0Doe\x00007 ")),
        ("study: '${row.Name}', series: '${row.Name}'", (b"007\0Doe ", b"007\0Doe ")),
        ("study: object, frame_of_reference: '${row.Name}'", (b"Doe ",)),
        ("series: object, instance_number: name, frame_of_reference: '${row.Name}'", (b"007 ", b"Doe ", b"1 ")),
        ("instance_number: '${row.ID}'", (b"007 ", b"007 ", b"007 ")),
    ],
)
def test_texts_of_uids_and_numbers_stand_before_those_of_keys(
    folder: Path, uids: str, texts: tuple[bytes, ...]
) -> None:
    plan = compiled(folder, RECIPE.replace("keys:", f"uids: {{{uids}}}\nkeys:"))
    assert plan.objects[0].texts == (*texts, b"007 ", b"Doe ")


@pytest.mark.parametrize(
    ("uids", "said"),
    [
        ("frame_of_reference: '${row.Name}'", "2.jpg (t.csv:3): there is nothing that the UID could stand for"),
        ("instance_number: '${row.Name}'", "InstanceNumber: 1.jpg (t.csv:2): 'Doe' is not a whole number (IS)"),
    ],
)
def test_what_uids_and_numbers_are_made_of_must_be_there(folder: Path, uids: str, said: str) -> None:
    text = RECIPE.replace("keys:", f"uids: {{{uids}}}\nkeys:")
    lines = refused(folder, text, "File,ID,Name\n1.jpg,7,Doe\n2.jpg,8,\n")
    assert any(said in line for line in lines), lines


# --- many rows ------------------------------------------------------------------------------------


def test_twenty_thousand_images_have_twenty_thousand_rows(tmp_path: Path) -> None:
    count = 20_000
    (tmp_path / "in").mkdir()
    for number in range(count):
        os.close(os.open(tmp_path / "in" / f"{number}.jpg", os.O_CREAT | os.O_WRONLY))
    table = "File,ID,Name\n" + "".join(f"{n}.jpg,{n:08},Family{n % 97}^G\n" for n in reversed(range(count)))
    plan = compiled(tmp_path, RECIPE.replace("*.jpg", "in/*.jpg"), table)
    assert isinstance(plan.objects, PackedObjects)
    assert len(plan.objects) == count
    for number in (0, 9, 10, 12_345, count - 1):
        planned = plan.objects[number]
        assert planned.images == (os.path.join("in", f"{number}.jpg"),)
        assert planned.texts[-2:] == (f"{number:08}".encode(), f"Family{number % 97}^G".encode().ljust(10))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(1, 9**9))))
def test_cells_come_back_as_they_are(cells: list[tuple[str, int]]) -> None:
    rows = Rows("t.csv", ["A", "B"])
    for text, line in cells:
        rows.of_images.append(rows.add(line, [text, str(line)]))
    assert [rows.cells(image) for image in range(len(cells))] == [[text, str(line)] for text, line in cells]
    assert [rows.where(image) for image in range(len(cells))] == [f"t.csv:{line}" for _, line in cells]
