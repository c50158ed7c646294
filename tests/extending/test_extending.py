"""A new image format is one module and one row; a new SOP class is one YAML file."""

from __future__ import annotations

import sys
from pathlib import Path

import pydicom
import pytest
from PIL import Image
from support import ROOT

from img2dcm_decl.cli import main
from img2dcm_decl.images import registry

PORTABLE_MAP = '''
"""Netpbm: binary gray and colour maps of 8 bits."""

import re
from functools import partial

from img2dcm_decl.encode.elements import EXPLICIT_LITTLE_ENDIAN
from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.base import Facts, Image

HEAD = re.compile(rb"P([56])\\s+(\\d{1,5})\\s+(\\d{1,5})\\s+255\\s")


def matches(head):
    return head[:2] in (b"P5", b"P6")


def read(file, rules):
    found = HEAD.match(file.read(64))
    if found is None:
        raise ImageError("the header is not that of a map of 8 bits")
    kind, columns, rows = map(int, found.groups())
    samples = 3 if kind == 6 else 1
    facts = Facts("pnm", EXPLICIT_LITTLE_ENDIAN, rows, columns, samples, "RGB" if samples == 3 else "MONOCHROME2")
    size = rows * columns * samples
    return Image(facts, size, rows=partial(pixels, found.end(), columns * samples))


def pixels(start, row, file, part):
    file.seek(start + row * part.start)
    yield file.read(row * len(part))
'''

PROFILE = """\
profile: 1
name: endoscopic
title: VL Endoscopic Image
standard: PS3.3 2025e A.32.1
modules: [patient, general-study, general-series, general-image, image-pixel, sop-common]
variants:
  - when: {frames: [many]}
    refuse: a VL Endoscopic Image holds one frame
  - when: {bits_allocated: [8], bits_stored: [8]}
    sop_class: VLEndoscopicImageStorage
  - refuse: a VL Endoscopic Image has 8 bits
writes:
  - {attribute: Modality, value: ES}
attributes:
  - {attribute: AcquisitionContextSequence, type: "2"}
  - {attribute: ImageType, type: "1", value: ORIGINAL\\PRIMARY}
  - {attribute: LossyImageCompression, type: "2"}
"""
PHOTO = ROOT / "recipes" / "photos" / "chart.jpg"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def convert(folder: Path, image: str, *settings: str) -> int:
    lines = ("recipe: 1", f"inputs: {{images: {image}}}", *settings, "output: out.dcm")
    (folder / "recipe.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return main(["run", "recipe.yaml", "--quiet"])


@pytest.mark.parametrize(("mode", "name"), [("L", "photo.pgm"), ("RGB", "photo.ppm")])
def test_an_image_format_is_one_module_and_one_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mode: str, name: str
) -> None:
    picture = Image.open(PHOTO).convert(mode)
    picture.save(folder / name)
    assert convert(folder, name) == 1
    (folder / "portable_map.py").write_text(PORTABLE_MAP, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setitem(registry.FORMATS, "pnm", "portable_map")
    try:
        assert convert(folder, name) == 0
        found = pydicom.dcmread(folder / "out.dcm")
        assert found.PixelData == picture.tobytes()
        assert (found.Columns, found.Rows) == picture.size
        (folder / "out.dcm").unlink()
        assert convert(folder, f"{name}, format: pnm") == 0
        (folder / "out.dcm").unlink()
        (folder / name).write_bytes(b"P5 nonsense")
        assert convert(folder, name) == 1
    finally:
        sys.modules.pop("portable_map", None)


def test_a_sop_class_is_one_file(folder: Path) -> None:
    (folder / "endoscopic.yaml").write_text(PROFILE, encoding="utf-8")
    image = f"{{path: '{PHOTO.as_posix()}'}}"
    assert convert(folder, image, "sop_class: endoscopic.yaml", "keys: {PatientName: Bond^James}") == 0
    found = pydicom.dcmread(folder / "out.dcm")
    assert found.SOPClassUID == pydicom.uid.VLEndoscopicImageStorage
    assert (found.Modality, list(found.ImageType), found.PatientName) == ("ES", ["ORIGINAL", "PRIMARY"], "Bond^James")
    assert len(found.AcquisitionContextSequence) == 0
    assert found.PatientID == ""


def test_images_that_a_new_sop_class_does_not_take_are_refused_in_its_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "endoscopic.yaml").write_text(PROFILE, encoding="utf-8")
    image = f"[{{path: '{PHOTO.as_posix()}'}}, {{path: '{PHOTO.as_posix()}'}}], group_by: all"
    assert convert(folder, image, "sop_class: endoscopic.yaml") == 1
    assert "a VL Endoscopic Image holds one frame" in capsys.readouterr().err
