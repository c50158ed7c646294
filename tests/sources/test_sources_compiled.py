"""A recipe's sources and dictionaries in its plan, and every mistake in them at its place."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.compile.problems import Problems
from img2dcm_decl.compile.sources import read_sources
from img2dcm_decl.diagnostics import headline
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Element
from img2dcm_decl.recipe.read import read_recipe

START = "recipe: 1\ninputs: {images: '*.jpg'}\noutput: out.dcm\n"
XML = '<data-set><element tag="0010,0010" vr="PN">{}</element></data-set>'
PATIENT_NAME, INSTANCE_NUMBER = 0x00100010, 0x00200013


def written(path: Path, **values: str) -> None:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "t.xml").write_text(XML.format("Müller"), encoding="utf-8")
    (tmp_path / "t.dump").write_text("(0010,0010) PN [Dump^T]\n(0020,0013) IS [5]\n")
    written(tmp_path / "t.dcm", PatientName="Dicom^T", SpecificCharacterSet="ISO_IR 100", InstanceNumber="5")
    written(
        tmp_path / "s.dcm",
        SpecificCharacterSet="ISO_IR 192",
        PatientName="Wałęsa",
        StudyInstanceUID="1.2",
        SeriesInstanceUID="1.2.3",
        InstanceNumber="8",
    )
    written(tmp_path / "no-uid.dcm", PatientName="x")
    return tmp_path


def element(folder: Path, text: str, tag: int = PATIENT_NAME) -> Element:
    plan = compile_recipe(read_recipe(START + text, "r.yaml", str(folder)), ("jpeg",))
    return next(element for element in next(v for v in plan.variants if not v.refuse).elements if element.tag == tag)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compile_recipe(read_recipe(START + text, "r.yaml", str(folder)), ("jpeg",))
    return [headline(found) for found in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("sources", "content", "origin"),
    [
        ("{template: t.xml}", "Müller".encode(), "template"),
        ("{template: {file: t.xml, format: xml}}", "Müller".encode(), "template"),
        ("{template: t.dump}", b"Dump^T", "template"),
        ("{template: {file: t.dump, format: dump}}", b"Dump^T", "template"),
        ("{template: t.dcm}", b"Dicom^T ", "template"),
        ("{study: s.dcm}", "Wałęsa".encode(), "study source"),
        ("{template: t.dcm, series: s.dcm, characters: transliterate}", b"Walesa", "series source"),
        ("{template: t.dcm, series: s.dcm, characters: discard}", b"Wasa", "series source"),
    ],
)
def test_each_source_gives_its_attributes(folder: Path, sources: str, content: bytes, origin: str) -> None:
    found = element(folder, f"sources: {sources}\n")
    assert isinstance(found.content, bytes)
    assert found.content.rstrip() == content.rstrip()
    assert found.origin == origin


@pytest.mark.parametrize(
    ("sources", "number", "origin"),
    [
        ("template: t.dump", b"6", "template"),
        ("template: t.dcm, study: s.dcm, characters: discard", b"9", "study source"),
    ],
)
def test_the_instance_number_is_counted_on(folder: Path, sources: str, number: bytes, origin: str) -> None:
    text = f"sources: {{{sources}, increment_instance_number: true}}\n"
    found = element(folder, text, INSTANCE_NUMBER)
    assert isinstance(found.content, bytes)
    assert (found.content.strip(), found.origin) == (number, origin)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: {template: no.xml}", "r.yaml:4:21: template no.xml: cannot be read: No such file"),
        ("sources: {template: .}", "template .: cannot be read: Is a directory"),
        ("sources: {template: {file: t.dump, format: dicom}}", "this is not a DICOM file"),
        ("sources: {template: {file: t.dump, format: xml}}", "t.dump:1:1: the document is not well-formed XML"),
        ("sources: {template: {file: t.xml, format: dump}}", "t.xml:1:1: a line begins with a tag"),
        ("sources: {template: {file: t.xml, validate: true}}", "t.xml:1:1: the document names no DTD"),
        ("sources: {template: {file: t.xml, check_namespace: true}}", "t.xml:1:1: the document does not declare"),
        ("sources: {template: {file: t.dump, validate: true}}", "template t.dump: this is not XML"),
        ("sources: {template: '-'}", "template -: standard input is not available"),
        ("sources: {study: t.xml}", "study source t.xml: this is not a DICOM file"),
        ("sources: {study: no-uid.dcm}", "r.yaml:4:18: study source no-uid.dcm: it has no Study Instance UID"),
        ("sources: {template: t.dcm, study: s.dcm}", "study source s.dcm: its Patient's Name does not fit"),
        ("sources: {study: no-uid.dcm, increment_instance_number: true}", "it has no Study Instance UID"),
        ("sources: {increment_instance_number: true}", "no Instance Number in the sources"),
        ("dictionaries: [no.dic]", "r.yaml:4:16: data dictionary no.dic: cannot be read"),
        ("dictionaries: [t.xml]", "t.xml:1:1: too few fields"),
    ],
)
def test_what_is_wrong_with_a_source_is_said_at_its_place(folder: Path, text: str, message: str) -> None:
    said = refused(folder, text + "\n")
    assert len(said) == 1
    assert message in said[0]


def test_a_template_and_a_study_that_are_both_wrong_are_both_named(folder: Path) -> None:
    assert len(refused(folder, "sources: {template: no.dcm, study: no-uid.dcm}\n")) == 2


def test_a_source_may_be_standard_input(folder: Path) -> None:
    recipe = read_recipe(START + "sources: {template: '-'}\n", "r.yaml", str(folder))
    problems = Problems(recipe)
    with (folder / "t.dump").open("rb") as stdin:
        assert isinstance(stdin, io.BufferedReader)
        dataset = read_sources(recipe, Dictionary(), problems, stdin)
    problems.raise_any()
    assert PATIENT_NAME in dataset


def test_site_dictionaries_name_attributes_for_keys_and_templates(folder: Path) -> None:
    (folder / "a.dic").write_text("(5554,0001)\tLO\tSiteThing\t1\n(0010,4000)\tLO\tSiteComment\t1\n", encoding="utf-8")
    (folder / "b.dic").write_bytes(b'# caf\xe9\n(0011,"ACME",01)\tUS\tAcmeThing\t1\n(5554,0001)\tSH\tSiteThing\t1\n')
    keys = "keys: {SiteThing: x, '0011,0010': ACME, '0011,1001': 7, SiteComment: y}\n"
    text = f"dictionaries: [a.dic, b.dic]\n{keys}"
    assert element(folder, text, 0x55540001).vr == "SH"
    assert element(folder, text, 0x00111001).content == b"\x07\x00"
    assert element(folder, text, 0x00104000).vr == "LO"


@pytest.mark.parametrize("number", ["abc", "1\\2", ""])
def test_an_instance_number_that_is_none_is_not_counted_on_for_several_objects(folder: Path, number: str) -> None:
    (folder / "b.jpg").write_bytes(b"")
    (folder / "odd.dump").write_text(f"(0020,0013) IS [{number}]\n")
    text = START.replace("out.dcm", "'${index}.dcm'")
    text += "sources: {template: odd.dump, increment_instance_number: true}\n"
    with pytest.raises(RecipeError, match="no Instance Number in the sources that could be incremented"):
        compile_recipe(read_recipe(text, "r.yaml", str(folder)), ("jpeg",))
