"""Where text is carried over better than img2dcm carries it over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from images_made import jpeg
from parity.conftest import Convert, Refuse
from parity.option_files import write_dicom
from pydicom.dataset import FileDataset

Files = Callable[..., Path]
JAPANESE = "Yamada^Tarou=山田^太郎"
IR_87 = ["", "ISO 2022 IR 87"]
UIDS = {"StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.3"}
LATIN, UNICODE = "ISO_IR 100", "ISO_IR 192"


@pytest.fixture(autouse=True)
def folder(files: Files) -> Path:
    return files(in_jpg=jpeg())


def prior(folder: Path, charset: object, **attributes: object) -> None:
    write_dicom(folder / "prior.dcm", SpecificCharacterSet=charset, **UIDS, **attributes)


def template(folder: Path, charset: str) -> None:
    write_dicom(folder / "t.dcm", SpecificCharacterSet=charset)


def stored(dataset: FileDataset, keyword: str) -> bytes:
    raw: Any = dataset.get_item(keyword)
    value: bytes = raw.value
    return value.rstrip()


def test_every_component_of_the_character_set_counts_and_is_written(convert: Convert, folder: Path) -> None:
    prior(folder, IR_87, PatientName=JAPANESE)
    found = convert("in.jpg", "-stf", "prior.dcm")
    assert list(found.SpecificCharacterSet) == IR_87
    assert str(found.PatientName) == JAPANESE


def test_text_with_code_extensions_is_converted(convert: Convert, folder: Path) -> None:
    prior(folder, IR_87, PatientName=JAPANESE)
    template(folder, UNICODE)
    found = convert("in.jpg", "-df", "t.dcm", "-stf", "prior.dcm")
    assert found.SpecificCharacterSet == UNICODE
    assert stored(found, "PatientName") == JAPANESE.encode()


def test_code_extensions_with_the_same_repertoire_can_be_converted(convert: Convert, folder: Path) -> None:
    prior(folder, ["ISO 2022 IR 100"], PatientName="Müller")
    template(folder, LATIN)
    assert stored(convert("in.jpg", "-df", "t.dcm", "-stf", "prior.dcm"), "PatientName") == b"M\xfcller"


def test_only_what_is_copied_is_converted(convert: Convert, refuse: Refuse, folder: Path) -> None:
    template(folder, LATIN)
    prior(folder, UNICODE, PatientName="Α")
    assert "Patient's Name" in refuse("in.jpg", "-df", "t.dcm", "-stf", "prior.dcm")
    prior(folder, UNICODE, PatientName="A", PatientComments="Α")
    assert convert("in.jpg", "-df", "t.dcm", "-stf", "prior.dcm").PatientName == "A"


@pytest.mark.parametrize(
    ("written", "spelled", "left"),
    [
        ("łódź", b"l\xf3dz", b"\xf3d"),
        ("5 €", b"5 EUR", b"5"),
        ("“a” – b", b'"a" - b', b"a  b"),
        ("a\ue000b", b"a?b", b"ab"),
    ],
)
def test_what_a_character_set_lacks_is_spelled_alike_or_left_out(
    convert: Convert, folder: Path, written: str, spelled: bytes, left: bytes
) -> None:
    template(folder, LATIN)
    prior(folder, UNICODE, PatientID=written)
    command = ("in.jpg", "-df", "t.dcm", "-stf", "prior.dcm")
    assert stored(convert(*command, "-Ct"), "PatientID") == spelled
    assert stored(convert(*command, "-Cd"), "PatientID") == left
    assert stored(convert(*command, "-Ct", "-Cd"), "PatientID") == left


@pytest.mark.parametrize("charset", [LATIN, UNICODE])
def test_values_with_several_components_are_copied_whole(convert: Convert, folder: Path, charset: str) -> None:
    template(folder, charset)
    prior(folder, UNICODE, PatientID=["Ä1", "Ä2"], PatientName=["A", "B"])
    found = convert("in.jpg", "-df", "t.dcm", "-sef", "prior.dcm")
    assert [str(name) for name in found.PatientName] == ["A", "B"]
    assert found.PatientID == ["Ä1", "Ä2"]
