"""The examples of img2dcm's manual page, under their numbers: as command lines and as recipes."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

import pydicom
import pytest
from parity.calling import legacy
from parity.observing import segments
from parity.same_object import object_of
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from support import ROOT

from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.recipe.read import load_recipe

#: What the manual calls a file -> a file of ours.
FILES = {
    "image.jpg": "photos/chart.jpg",
    "image1.jpg": "photos/chart.jpg",
    "image2.jpg": "photos/gradient.jpg",
    "image3.jpg": "photos/chart.jpg",
    "image.bmp": "scans/form.bmp",
    "template.dcm": "templates/visit.dcm",
    "OP_template.xml": "templates/OP_template.xml",
}
VISIT = pydicom.dcmread(ROOT / "recipes" / "templates" / "visit.dcm")
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
#: Number of the example -> what its object has; None, an attribute that it has not.
EXAMPLES: dict[str, dict[str, Any]] = {
    "1": {"SOPClassUID": CAPTURE, "ConversionType": "WSD", "PatientName": "", "Rows": 120, "Columns": 160},
    "2": {"SOPClassUID": CAPTURE, "PhotometricInterpretation": "MONOCHROME2", "LossyImageCompression": None},
    "3": {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.77.1.4", "PatientName": "Bond^James", "Modality": "XC"},
    "4": {
        "SeriesInstanceUID": VISIT.SeriesInstanceUID,
        "StudyInstanceUID": VISIT.StudyInstanceUID,
        "PatientID": VISIT.PatientID,
        "PatientName": "Bond^James",
    },
    "5": {"PatientName": None, "ConversionType": None, "SOPClassUID": CAPTURE},
    "6": {"ConversionType": "WSD", "PatientName": ""},
    "7": {"SOPClassUID": CAPTURE},
    "8": {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.4", "NumberOfFrames": 3, "FrameTime": 1000},
    "8-ophthalmic": {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.77.1.5.1",
        "NumberOfFrames": 3,
        "ImageLaterality": "R",
        "PatientName": "Äxample^Patient",
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "recipes", tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("out"))
    return tmp_path


def call_of(folder: Path, number: str) -> list[str]:
    """Return the arguments of the call that a recipe says it stands for, with our files in it."""
    text = (folder / f"manual-{number}.yaml").read_text(encoding="utf-8")
    (call,) = (line for line in text.splitlines() if line.startswith("# img2dcm "))
    return [FILES.get(word, word) for word in call.split()[2:]]


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_command_line_gives_the_object_that_the_manual_speaks_of(folder: Path, number: str) -> None:
    assert legacy(call_of(folder, number), folder).code == 0
    found = pydicom.dcmread(folder / "out.dcm")
    assert {name: found.get(name) for name in EXAMPLES[number]} == EXAMPLES[number]


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_recipe_gives_the_same_object(folder: Path, number: str) -> None:
    with contextlib.chdir(folder):
        recipe = parse(call_of(folder, number), environ={}).recipe
        assert recipe is not None
        at_once = object_of(recipe)
    assert object_of(load_recipe(str(folder / f"manual-{number}.yaml"))) == at_once


def test_every_example_has_its_recipe() -> None:
    assert sorted(path.stem for path in (ROOT / "recipes").glob("manual-*.yaml")) == [f"manual-{n}" for n in EXAMPLES]


def test_example_6_as_the_manual_has_it_is_refused_and_the_attribute_is_named(folder: Path) -> None:
    ended = legacy([FILES["image.jpg"], "out.dcm", "--no-type1-invent"], folder)
    assert ended.code == 1
    assert b"ConversionType" in ended.stderr
    assert not (folder / "out.dcm").exists()


def test_example_7_keeps_the_segments_of_an_image_but_not_jfif(folder: Path) -> None:
    image = folder / FILES["image.jpg"]
    plain = image.read_bytes()
    assert next(segments(plain)) == "APP0"
    image.write_bytes(plain[:20] + b"\xff\xe1\0\x04hi" + plain[20:])
    assert legacy(call_of(folder, "7"), folder).code == 0
    assert [list(segments(frame)) for frame in frames(pydicom.dcmread(folder / "out.dcm"))] == [["APP1"]]
    image.write_bytes(plain[:2] + plain[20:])
    assert legacy(call_of(folder, "7"), folder).code == 1


@pytest.mark.parametrize("number", ["8", "8-ophthalmic"])
def test_example_8_has_the_images_as_frames_in_their_order(folder: Path, number: str) -> None:
    assert legacy(call_of(folder, number), folder).code == 0
    first, second, third = frames(pydicom.dcmread(folder / "out.dcm"))
    assert first == third
    assert first != second


def frames(dataset: Dataset) -> list[bytes]:
    return list(generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames", 1))))
