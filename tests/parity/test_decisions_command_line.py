"""Where the command line is understood better than img2dcm understands it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom
import pytest
from images_made import bmp, jpeg
from parity.conftest import Convert, Refuse
from pydicom.dataset import FileDataset

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.images.registry import FORMATS
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.recipe.read import read_recipe
from img2dcm_decl.recipe.write import write_recipe

Files = Callable[..., Path]
RECIPE = "recipe: 1\ninputs: {images: in.jpg}\nkeys:\n  StudyDate: 2020-01-31\noutput: out.dcm\n"
DICTIONARY = '(0009,"ACME",01)\tLO\tAcmeName\t1\n(0010,0020)\tLO\tHospitalNumber\t1\n'


@pytest.fixture(autouse=True)
def folder(files: Files) -> Path:
    return files(in_jpg=jpeg(), in_bmp=bmp())


def stored(dataset: FileDataset, tag: int) -> object:
    """Return the bytes of an element as the file has them."""
    raw: Any = dataset.get_item(tag)
    return raw.value


# --- options ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "padded"), [("+p 512 0 -p", False), ("-p +p 512 0", True)])
def test_the_rightmost_of_the_padding_options_counts(convert: Convert, options: str, padded: bool) -> None:
    assert (0xFFFCFFFC in convert("in.jpg", *options.split())) is padded


@pytest.mark.parametrize("values", ["4x 0", "0 4x", "0x10 0", "-1 0", "1048577 0"])
def test_padding_that_is_no_number_of_bytes_is_refused(refuse: Refuse, values: str) -> None:
    assert refuse("in.jpg", "+p", *values.split(), code=2).startswith(
        "error: Invalid value for option --padding-create"
    )


def test_padding_is_refused_for_bare_datasets(refuse: Refuse) -> None:
    assert "--padding-create" in refuse("in.jpg", "-F", "+p", "4", "4", code=2)


@pytest.mark.parametrize(
    ("arguments", "code", "start"),
    [
        ("in.bmp", 1, "F: Error converting file: "),
        ("none.jpg", 1, "F: Error converting file: "),
        ("in.jpg -k Rows=x", 1, "F: Error converting file: "),
        ("in.jpg --bogus", 2, "error: Unknown option --bogus"),
        ("in.jpg -k", 2, "error: Missing parameter"),
        ("in.jpg -q -ll info", 2, ""),
    ],
)
def test_a_failed_conversion_ends_with_1_and_a_wrong_command_line_with_2_without_a_banner(
    refuse: Refuse, arguments: str, code: int, start: str
) -> None:
    assert refuse(*arguments.split(), code=code).startswith(start)


@pytest.mark.parametrize(
    ("options", "lines"), [("-q -v", True), ("-v -q", False), ("-d -q", False), ("-q -v -d", True)]
)
def test_the_rightmost_of_the_verbosity_options_counts(said: Callable[..., str], options: str, lines: bool) -> None:
    assert bool(said("in.jpg", *options.split())) is lines


def test_log_lines_begin_with_the_letter_of_their_level(said: Callable[..., str], files: Files) -> None:
    files(junk_jpg=jpeg()[:2] + b"\0\0" + jpeg()[2:])
    lines = said("junk.jpg", "-v").splitlines()
    assert {line[:3] for line in lines} >= {"I: ", "W: "}
    assert all(line[:3] in ("I: ", "W: ") for line in lines)


# --- keys ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("Rows=4x", "4x"),
        ("Rows=70000", "65535"),
        ("Rows=-1", "65535"),
        ("SelectorSLValue=99999999999", "2147483647"),
        ("SelectorFDValue=1e400", "1e400"),
    ],
)
def test_a_number_that_does_not_fit_is_refused_with_its_key(refuse: Refuse, key: str, reason: str) -> None:
    message = refuse("in.jpg", "-k", key)
    assert key.partition("=")[0] in message
    assert reason in message


def test_pixel_data_of_a_jpeg_cannot_be_set(refuse: Refuse, convert: Convert) -> None:
    assert "PixelData" in refuse("in.jpg", "-k", r"PixelData=1\2")
    assert convert("-i", "BMP", "in.bmp", "-k", r"PixelData=1\2").PixelData == b"\1\0\2\0"


@pytest.mark.parametrize("key", ["0000,0900=1", "0002,0010=1.2", "fffe,e000=1", "0008,0000=5"])
def test_keys_that_would_make_the_file_unreadable_are_refused_with_the_reason(refuse: Refuse, key: str) -> None:
    message = refuse("in.jpg", "-k", key)
    assert key.partition("=")[0] in message.lower()
    assert len(message.split(": ", 3)[-1]) > 20


def test_a_value_that_does_not_conform_is_stored_with_a_warning_unless_checks_are_off(
    said: Callable[..., str], folder: Path
) -> None:
    message = said("in.jpg", "-k", "PatientBirthDate=nodate")
    assert message.startswith("W: ")
    assert "PatientBirthDate" in message
    assert said("in.jpg", "--no-checks", "-k", "PatientBirthDate=nodate") == ""
    assert stored(pydicom.dcmread(folder / "out.dcm"), 0x00100030) == b"nodate"


def test_recipes_check_values_at_their_line_unless_they_say_otherwise(folder: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        compile_recipe(read_recipe(RECIPE, "r.yaml", str(folder)), FORMATS)
    (found,) = caught.value.diagnostics
    assert found.place is not None
    assert found.place.line == 4
    compile_recipe(read_recipe(f"{RECIPE}values: as-written\n", "r.yaml", str(folder)), FORMATS)


def test_a_translated_recipe_takes_values_as_they_are_written() -> None:
    recipe = parse(["in.jpg", "out.dcm", "-k", "PatientBirthDate=nodate"], environ={}).recipe
    assert recipe is not None
    assert "values: as-written" in write_recipe(recipe)


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [("ISO_IR 100", b"\xe9 "), ("ISO_IR 192", b"\xc3\xa9"), (None, b"\xc3\xa9")],
)
def test_text_is_encoded_in_the_character_set_of_the_object(
    convert: Convert, charset: str | None, encoded: bytes
) -> None:
    declared = ["-k", f"SpecificCharacterSet={charset}"] if charset else []
    found = convert("in.jpg", *declared, "-k", "PatientName=é")
    assert found.SpecificCharacterSet == (charset or "ISO_IR 192")
    assert stored(found, 0x00100010) == encoded


def test_a_character_set_that_text_needs_is_said(said: Callable[..., str]) -> None:
    assert "ISO_IR 192" in said("in.jpg", "-v", "-k", "PatientName=é")
    assert "ISO_IR 192" not in said("in.jpg", "-v", "-k", "PatientName=e")


# --- data dictionary -------------------------------------------------------------------------------


def test_dictionaries_of_the_environment_add_to_the_standard_one_and_override_it(
    convert: Convert, refuse: Refuse, files: Files
) -> None:
    files(site_dic=DICTIONARY.encode())
    environ = {"DCMDICTPATH": "site.dic"}
    found = convert(
        "in.jpg",
        "-k",
        "HospitalNumber=7",
        "-k",
        "0009,0010=ACME",
        "-k",
        "0009,1001=x",
        "-k",
        "PatientSex=O",
        environ=environ,
    )
    assert (found.PatientID, found.PatientSex) == ("7", "O")
    assert found[0x0009, 0x1001].VR == "LO"
    files(out_dcm=b"")
    (files() / "out.dcm").unlink()
    assert "HospitalNumber" in refuse("in.jpg", "-k", "HospitalNumber=7")


def test_a_translated_recipe_names_the_dictionaries(files: Files) -> None:
    folder = files(site_dic=DICTIONARY.encode())
    with contextlib.chdir(folder):
        recipe = parse(["in.jpg", "out.dcm"], environ={"DCMDICTPATH": "site.dic"}, path_separator=":").recipe
    assert recipe is not None
    assert recipe.dictionaries == ("site.dic",)
    assert "site.dic" in write_recipe(recipe)


@pytest.mark.parametrize("keyword", ["OtherPatientIDs", "RETIRED_OtherPatientIDs"])
def test_recipes_know_retired_attributes_by_the_keyword_of_dicom_and_by_that_of_dcmtk(
    folder: Path, keyword: str
) -> None:
    text = f"recipe: 1\ninputs: {{images: in.jpg}}\nkeys: {{{keyword}: 1}}\noutput: out.dcm\n"
    plan = compile_recipe(read_recipe(text, "r.yaml", str(folder)), FORMATS)
    assert [element.content for element in plan.variants[-1].elements if element.tag == 0x00101000] == [b"1 "]


def test_command_lines_name_retired_attributes_as_for_img2dcm(convert: Convert, refuse: Refuse) -> None:
    assert "RETIRED_OtherPatientIDs" in refuse("in.jpg", "-k", "OtherPatientIDs=1")
    assert convert("in.jpg", "-k", "RETIRED_OtherPatientIDs=1")[0x0010, 0x1000].value == "1"
