"""Recipes become plans: images, names, attributes with their origins, and every mistake at its place."""

from __future__ import annotations

import os
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.compile.inputs import in_natural_order
from img2dcm_decl.diagnostics import headline, render
from img2dcm_decl.encode.elements import EXPLICIT_LITTLE_ENDIAN
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Condition, Element, Plan, Slot
from img2dcm_decl.recipe.read import read_recipe

FORMATS = ("jpeg", "bmp")
START = "recipe: 1\ninputs: {images: '*.jpg'}\noutput: 'out/${image.stem}.dcm'\n"


def compiled(folder: Path, text: str) -> Plan:
    return compile_recipe(read_recipe(text, "recipe.yaml", str(folder)), FORMATS)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, text)
    return [headline(diagnostic) for diagnostic in caught.value.diagnostics]


def element(plan: Plan, tag: int, variant: int = 0) -> Element:
    return next(element for element in plan.variants[variant].elements if element.tag == tag)


def usual(plan: Plan) -> int:
    """Return the position of the variant that is not a refusal."""
    return next(n for n, variant in enumerate(plan.variants) if not variant.refuse)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("10.jpg", "2.jpg", "a [1].jpg", "B.JPG.jpg"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.jpg").write_bytes(b"")
    return tmp_path


# --- images and outputs ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("images", "found"),
    [
        ("'*.jpg'", ["2.jpg", "10.jpg", "B.JPG.jpg", "a [1].jpg"]),
        ("['10.jpg', '*.jpg']", ["10.jpg", "2.jpg", "B.JPG.jpg", "a [1].jpg"]),
        ("'**/*.jpg'", ["2.jpg", "10.jpg", "B.JPG.jpg", "a [1].jpg", os.path.join("sub", "x.jpg")]),
        ("{path: 'a [1].jpg'}", ["a [1].jpg"]),
    ],
)
def test_images_are_found_in_natural_order_and_once(folder: Path, images: str, found: list[str]) -> None:
    plan = compiled(folder, f"recipe: 1\ninputs: {{images: {images}}}\noutput: 'out/${{index}}.dcm'\n")
    assert [planned.images[0] for planned in plan.objects] == found
    assert [planned.output for planned in plan.objects] == [f"out/{n}.dcm" for n in range(1, len(found) + 1)]


def test_names_that_number_alike_come_in_one_order_whatever_the_folder_lists_first(tmp_path: Path) -> None:
    for name in ("1.jpg", "001.jpg", "01.jpg"):
        (tmp_path / name).write_bytes(b"")
    plan = compiled(tmp_path, "recipe: 1\ninputs: {images: '*.jpg'}\noutput: '${index}.dcm'\n")
    assert [planned.images[0] for planned in plan.objects] == ["001.jpg", "01.jpg", "1.jpg"]


def test_an_exact_name_counts_as_often_as_it_is_given(folder: Path) -> None:
    text = "recipe: 1\ninputs: {images: [{path: 2.jpg}, {path: 2.jpg}], group_by: all}\noutput: o.dcm\n"
    assert compiled(folder, text).objects[0].images == ("2.jpg", "2.jpg")


def test_numbers_in_names_sort_by_value() -> None:
    names = ["img10", "img9", "img", "9", "10", "a1b10", "a1b9", "²", "1"]
    assert in_natural_order(names) == ["1", "9", "10", "a1b9", "a1b10", "img", "img9", "img10", "²"]


@pytest.mark.parametrize(
    ("inputs", "output", "said"),
    [
        ("images: '*.png'", "o.dcm", "no file matches '*.png'"),
        ("images: sub", "o.dcm", "'sub' is a folder"),
        ("images: {path: none.jpg}", "o.dcm", "there is no file 'none.jpg'"),
        ("images: 'a [1].jpg'", "o.dcm", "no file matches 'a [1].jpg', in which brackets are part of a pattern"),
        ("images: '*.jpg'", "o.dcm", "'o.dcm' is one file for one object, but there are 4"),
        ("images: '*.jpg'", "'-'", "standard output takes one object, but there are 4"),
        ("images: ['2.jpg', 'sub/x.jpg']", "'${image.name}'", "the output '2.jpg' is one of the images, 2.jpg"),
        ("images: 2.jpg", "sub", "the output 'sub' is a folder"),
        ("images: 2.jpg, format: bitmap", "o.dcm", "unknown image format 'bitmap'"),
    ],
)
def test_images_and_outputs_that_cannot_be(folder: Path, inputs: str, output: str, said: str) -> None:
    assert any(said in line for line in refused(folder, f"recipe: 1\ninputs: {{{inputs}}}\noutput: {output}\n"))


@pytest.mark.parametrize("pattern", ["sub/*.JPG", "**/X.jpg", "sub/X.jpg"])
def test_a_file_that_only_differs_in_capital_letters_is_named(folder: Path, pattern: str) -> None:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, f"recipe: 1\ninputs: {{images: '{pattern}'}}\noutput: o.dcm\n")
    [help_text] = [found.help for found in caught.value.diagnostics if "no file matches" in found.message]
    assert help_text == "'sub/x.jpg' differs only in capital letters"


def test_two_images_with_one_output_are_an_error_that_names_both(folder: Path) -> None:
    (folder / "sub" / "2.jpg").write_bytes(b"")
    lines = refused(folder, START.replace("'*.jpg'", "['2.jpg', '10.jpg', 'sub/2.jpg']"))
    assert lines == [f"recipe.yaml:3:9: 2.jpg and {os.path.join('sub', '2.jpg')} would both become 'out/2.dcm'"]


# --- attributes -----------------------------------------------------------------------------------


def test_every_attribute_says_where_it_came_from(folder: Path) -> None:
    template = Dataset()
    template.file_meta = FileMetaDataset()
    template.file_meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE_ENDIAN)
    template.SOPClassUID, template.SOPInstanceUID = "1.2", "1.3"
    template.PatientID, template.Rows, template.StudyDescription = "ID7", 5, "Template"
    pydicom.dcmwrite(folder / "base.dcm", template, enforce_file_format=True)
    text = START + "sources: {template: base.dcm}\nkeys: {PatientName: Bond^James, StudyDescription: Key}\n"
    plan = compiled(folder, text)
    origins = {e.tag: e.origin for e in plan.variants[usual(plan)].elements}
    assert origins[0x00100020] == "template"
    assert origins[0x00081030] == origins[0x00100010] == "key"
    assert origins[0x00280010] == "image"
    assert origins[0x00080016] == "IOD profile"
    assert origins[0x00080064] == "invention"
    assert origins[0x00080018] == origins[0x0020000D] == "run"


@pytest.mark.parametrize(
    ("given", "content"),
    [
        ("PatientName: Müller", "Müller ".encode()),
        ("StudyDate: 20200131", b"20200131"),
        ("ImageType: [DERIVED, SECONDARY]", b"DERIVED\\SECONDARY "),
        ("StudyID: '  7 '", b"  7 "),
        ("Rows: 7", b"\x07\0"),
        ("(0010,0010): x", b"x "),
        ("PatientID: 010", b"010 "),
        ("AccessionNumber:", b""),
    ],
)
def test_keys_become_encoded_values(folder: Path, given: str, content: bytes) -> None:
    plan = compiled(folder, START + f"keys:\n  {given}\n")
    written = [e.content for e in plan.variants[usual(plan)].elements if e.origin == "key" and e.tag != 0x00080005]
    assert written == [content]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        (">\n    Bond", "the value ends with a line break; >- in place of > leaves it out"),
        ("|2+ # name\n    Bond", "the value ends with a line break; |- in place of |2+ leaves it out"),
        (">\n    ${image.stem}", "the value ends with a line break; >- in place of > leaves it out"),
        ("|-\n    Bo\n    nd", ""),
        ('"Bond\\n"', ""),
    ],
)
def test_the_line_break_at_the_end_of_a_block_is_explained_where_a_value_cannot_have_it(
    folder: Path, written: str, advice: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, START + f"keys:\n  PatientName: {written}\n")
    assert {found.help for found in caught.value.diagnostics} == {advice}


@pytest.mark.parametrize(
    ("lines", "second", "first"),
    [
        ("PatientID: 1\n  (0010,0020): 2", "(0010,0020)", "PatientID"),
        ("(0010,0020): 1\n  0010,0020: 1", "0010,0020", "(0010,0020)"),
        ("PatientID: ${image.stem}\n  0010,0020: 2", "0010,0020", "PatientID"),
        (
            "OtherPatientIDsSequence[0].PatientID: 1\n  (0010,1002): [{PatientID: 2}]",
            "(0010,1002)[0].PatientID",
            "OtherPatientIDsSequence[0].PatientID",
        ),
    ],
)
def test_an_attribute_is_given_once_in_a_mapping_however_its_path_is_written(
    folder: Path, lines: str, second: str, first: str
) -> None:
    text = f"recipe: 1\ninputs: {{images: 2.jpg}}\nkeys:\n  {lines}\noutput: o.dcm\n"
    with pytest.raises(RecipeError) as caught:
        compiled(folder, text)
    [found] = caught.value.diagnostics
    assert found.message == f"key {second} is given twice; the first is {first} on line 4"
    assert found.place is not None
    assert (found.place.line, found.help) == (5, "remove one; a list of mappings can set a path twice")


@pytest.mark.parametrize(
    "keys",
    [
        "[{PatientID: 1}, {'(0010,0020)': 2}]",
        "{PatientID: 1, '(0010,0020)': 2}\nvalues: as-written",
        "{'(0010,0020)': 2}\nextends: base.yaml",
    ],
)
def test_an_attribute_that_is_given_twice_on_purpose_has_the_last_value(folder: Path, keys: str) -> None:
    (folder / "base.yaml").write_text("recipe: 1\nkeys: {PatientID: 1}\n", encoding="utf-8")
    plan = compiled(folder, f"recipe: 1\ninputs: {{images: 2.jpg}}\nkeys: {keys}\noutput: o.dcm\n")
    assert element(plan, 0x00100020, usual(plan)).content == b"2 "


def test_a_value_that_differs_by_object_is_a_slot_with_one_text_each(folder: Path) -> None:
    plan = compiled(folder, START + "keys: {PatientComments: 'photo ${image.stem} is ${index:03}'}\n")
    assert element(plan, 0x00104000, usual(plan)).content == Slot("text", "0")
    assert [planned.texts for planned in plan.objects][1] == (b"photo 10 is 002 ",)


def test_text_beyond_ascii_declares_unicode_for_all_objects(folder: Path) -> None:
    (folder / "ä.jpg").write_bytes(b"")
    plan = compiled(folder, START + "keys: {PatientComments: '${image.stem}'}\n")
    assert element(plan, 0x00080005, usual(plan)).content == b"ISO_IR 192"
    assert ("ä".encode(),) in [planned.texts for planned in plan.objects]


@pytest.mark.parametrize("level", ["template", "study", "series"])
@pytest.mark.parametrize(
    ("charset", "rest", "name"),
    [
        ("ISO_IR 192", "", "Жук^Иван"),
        ("ISO_IR 100", "transliterate", "Zhuk^Ivan"),
        ("ISO_IR 100", "discard", "^"),
        ("ISO_IR 144", "", "Жук^Иван"),
    ],
)
def test_text_of_sources_is_brought_into_the_character_set_that_a_key_declares(
    folder: Path, level: str, charset: str, rest: str, name: str
) -> None:
    cyrillic(folder)
    characters = f", characters: {rest}" if rest else ""
    keys = f"keys: {{SpecificCharacterSet: {charset}}}\n"
    plan = compiled(folder, START + f"sources: {{{level}: base.dcm{characters}}}\n{keys}")
    encoding = {"ISO_IR 192": "utf-8", "ISO_IR 100": "latin-1", "ISO_IR 144": "iso8859_5"}[charset]
    content = element(plan, 0x00100010, usual(plan)).content
    assert isinstance(content, bytes)
    assert content.decode(encoding).rstrip() == name


@pytest.mark.parametrize("level", ["template", "study"])
def test_text_of_sources_that_the_character_set_of_a_key_lacks_is_an_error(folder: Path, level: str) -> None:
    cyrillic(folder)
    text = START + f"sources: {{{level}: base.dcm}}\nkeys: {{SpecificCharacterSet: ISO_IR 100}}\n"
    assert any("(0010,0010) of the sources: ISO_IR 100 has no 'Ж" in line for line in refused(folder, text))
    plan = compiled(folder, text + "values: as-written\n")
    assert element(plan, 0x00100010, usual(plan)).content == "Жук^Иван".encode("iso8859_5")


def cyrillic(folder: Path) -> None:
    source = Dataset()
    source.file_meta = FileMetaDataset()
    source.file_meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE_ENDIAN)
    source.SOPClassUID, source.SOPInstanceUID = "1.2", "1.3"
    source.StudyInstanceUID, source.SeriesInstanceUID = "1.4", "1.5"
    source.SpecificCharacterSet, source.PatientName = "ISO_IR 144", "Жук^Иван"
    pydicom.dcmwrite(folder / "base.dcm", source, enforce_file_format=True)


def test_text_that_a_declared_character_set_lacks_is_an_error(folder: Path) -> None:
    (folder / "ψ.jpg").write_bytes(b"")
    text = START + "keys:\n  SpecificCharacterSet: ISO_IR 100\n  PatientComments: '${image.stem}'\n"
    assert any("ISO_IR 100 has no 'ψ'" in line for line in refused(folder, text))


@pytest.mark.parametrize(
    ("objects", "extra", "content"),
    [
        ("2.jpg", "", b""),
        ("*.jpg", "", Slot("number", "1")),
        ("*.jpg", "keys: {InstanceNumber: 5}", b"5 "),
    ],
)
def test_instance_numbers_are_counted_where_there_are_several_objects(
    folder: Path, objects: str, extra: str, content: object
) -> None:
    plan = compiled(folder, START.replace("*.jpg", objects) + extra + "\n")
    assert element(plan, 0x00200013, usual(plan)).content == content


@pytest.mark.parametrize(("reach", "rule"), [("run", "uid_of_run"), ("object", "uid_of_object")])
def test_uids_reach_as_far_as_the_recipe_says(folder: Path, reach: str, rule: str) -> None:
    plan = compiled(folder, START + f"uids: {{study: {reach}, series: {reach}}}\n")
    assert element(plan, 0x0020000D, usual(plan)).content == Slot(rule, "StudyInstanceUID")
    assert element(plan, 0x0020000E, usual(plan)).content == Slot(rule, "SeriesInstanceUID")


@pytest.mark.parametrize(
    ("inference", "missing"),
    [
        ("missing_type1: error", ["type 1 attribute ConversionType is missing"]),
        ("missing_type2: error", ["type 2 attribute PatientName is missing"]),
    ],
)
def test_missing_attributes_are_errors_where_the_recipe_says_so(
    folder: Path, inference: str, missing: list[str]
) -> None:
    lines = refused(folder, START + f"inference: {{{inference}}}\n")
    assert all(any(line in found for found in lines) for line in missing)


@pytest.mark.parametrize(("parts", "present"), [("", False), ("EYE", True), ("HEART", False), ("BREAST", True)])
def test_laterality_is_asked_for_where_the_body_part_may_be_paired(folder: Path, parts: str, present: bool) -> None:
    keys = f"keys: {{BodyPartExamined: {parts}}}\n" if parts else ""
    plan = compiled(folder, START + keys)
    tags = {e.tag for e in plan.variants[usual(plan)].elements}
    assert (0x00200060 in tags) is (present or not parts)


def test_a_removed_attribute_is_gone(folder: Path) -> None:
    plan = compiled(folder, START + "inference: {missing_type2: leave}\nkeys: {StudyID: 1}\nremove: [StudyID]\n")
    assert 0x00200010 not in {e.tag for e in plan.variants[usual(plan)].elements}


def test_pixel_data_given_by_a_key_makes_a_variant_for_images_that_are_not_compressed(folder: Path) -> None:
    plan = compiled(folder, START + "keys: {PixelData: }\n")
    built = [variant for variant in plan.variants if not variant.refuse]
    assert built[0].when == (Condition("transfer_syntax", (EXPLICIT_LITTLE_ENDIAN,)),)
    assert [next(e.content for e in v.elements if e.tag == 0x7FE00010) for v in built] == [b"", Slot("pixel_data")]


# --- mistakes -------------------------------------------------------------------------------------

TWELVE = """\
recipe: 1
inputs:
  images: '*.png'
  format: jepg
sop_class: secondary-captur
sources:
  template: none.dcm
  characters: strict
keys:
  PatientNam: Bond
  StudyDate: 2020-01-31
  Rows: 70000
  (0002,0010): 1.2.3
  RequestAttributesSequence: text
  InstanceNumber: first
  SOPClassUID: =NoSuchStorage
  0009,1001: x
remove:
  - NoSuchKeyword
output: 'out/${image.stem}.dcm'
"""


def test_twelve_different_mistakes_are_shown_at_once_each_at_its_place(folder: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, TWELVE)
    places = [(d.place.line, d.place.column) for d in caught.value.diagnostics if d.place]
    expected = [(3, 11), (4, 11), (5, 12), (7, 13), (10, 3), (11, 14), (12, 9), (13, 3), (14, 30), (15, 19), (16, 16)]
    assert places == [*expected, (17, 3), (19, 5)]
    for diagnostic in caught.value.diagnostics:
        assert diagnostic.place is not None
        assert diagnostic.place.text == TWELVE.splitlines()[diagnostic.place.line - 1]
        assert "^" in render(diagnostic)
