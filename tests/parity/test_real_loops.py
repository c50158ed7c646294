"""Loops around img2dcm that were found in public code, each as one recipe that does the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pydicom
import pytest
from images_made import bmp, jpeg
from support import ROOT, shared_dir

from img2dcm_decl.cli import main

VISIT = ROOT / "recipes" / "templates" / "visit.dcm"
SPACING = {
    "parameters": {"spacing": {"type": "number", "default": "0.5"}, "thickness": {"type": "number", "default": "2.5"}},
    "keys": {
        "PixelSpacing": ["${parameter.spacing}", "${parameter.spacing}"],
        "SpacingBetweenSlices": "${parameter.thickness}",
        "SliceThickness": "${parameter.thickness}",
    },
}


class Loop(NamedTuple):
    """What a loop does.

    Attributes
    ----------
    recipe : dict
        The recipe without its version.
    files : dict
        What it needs: text, the bytes of an image, or a DICOM file.
    made : dict
        Each output, and values of attributes that it has.
    shared, own : tuple of str
        UIDs that all outputs have in common, and those that each has of its own.
    options : tuple of str
        What stands on the command line behind the recipe.
    """

    recipe: dict[str, Any]
    files: dict[str, str | bytes | Path]
    made: dict[str, dict[str, str]]
    shared: tuple[str, ...] = ()
    own: tuple[str, ...] = ("SOPInstanceUID",)
    options: tuple[str, ...] = ()


def pages(folder: str, names: str) -> dict[str, str | bytes | Path]:
    return {f"{folder}/{name}": jpeg() for name in names.split()}


EACH_ITS_OWN = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
SERIES = ("StudyInstanceUID", "SeriesInstanceUID")

FOLDER = Loop(  # img2dcm $i ${i%.jpg}.dcm, for whatever is in a folder
    {
        "inputs": {"images": ["in/*.jpg", "in/*.jpeg"]},
        "uids": {"study": "object", "series": "object"},
        "output": "out/${image.stem}.dcm",
    },
    pages("in", "a.jpg b.v2.jpg c.jpeg"),
    {"out/a.dcm": {}, "out/b.v2.dcm": {}, "out/c.dcm": {}},
    own=EACH_ITS_OWN,
)
SLICES = Loop(  # slices of a volume, with keys that are known only sometimes
    {**SPACING, "inputs": {"images": "in/*.jpg"}, "output": "out/${image.stem}.dcm"},
    pages("in", "1.jpg 2.jpg 10.jpg"),
    {
        f"out/{name}.dcm": {"PixelSpacing": "[0.7, 0.7]", "SliceThickness": "2.5", "InstanceNumber": str(number)}
        for number, name in enumerate((1, 2, 10), 1)
    },
    SERIES,
    options=("--set", "spacing=0.7"),
)

LOOPS: dict[str, Loop] = {
    "25": Loop(
        {
            "inputs": {"images": "report/*/*.jpg"},
            "sources": {"series": "visit.dcm"},
            "keys": {"SeriesDescription": "Segmentation ${image.parent}", "SeriesInstanceUID": None},
            "uids": {"series": "${image.parent}", "instance_number": "name"},
            "output": "out/${image.parent}/${image.stem}.dcm",
        },
        {"visit.dcm": VISIT, **pages("report/axial", "1.jpg 2.jpg"), **pages("report/coronal", "1.jpg")},
        {
            "out/axial/1.dcm": {"SeriesDescription": "Segmentation axial", "InstanceNumber": "1"},
            "out/axial/2.dcm": {"SeriesDescription": "Segmentation axial", "InstanceNumber": "2"},
            "out/coronal/1.dcm": {"SeriesDescription": "Segmentation coronal", "InstanceNumber": "1"},
        },
        ("StudyInstanceUID",),
    ),
    "33": Loop(
        {
            "inputs": {"images": [{"path": "Lena.jpg"}] * 5},
            "keys": {
                "ImagesInAcquisition": "2",
                "NumberOfTemporalPositions": "2",
                "StudyInstanceUID": "1.2.840.113619.2.176.2025.1499492.7391.1171285944.390",
                "SeriesInstanceUID": "1.2.840.113619.2.176.2025.1499492.7391.1171285944.394",
            },
            "output": "Lena-${index}.dcm",
        },
        {"Lena.jpg": jpeg(128, 128)},
        {
            f"Lena-{n}.dcm": {
                "InstanceNumber": str(n),
                "SeriesInstanceUID": "1.2.840.113619.2.176.2025.1499492.7391.1171285944.394",
            }
            for n in range(1, 6)
        },
    ),
    "47": Loop(
        {
            "inputs": {"images": "in/bia-slice*.jpg"},
            "sources": {"study": "visit.dcm"},
            "sop_class": "multiframe-secondary-capture",
            "parameters": {"series": {"type": "integer", "required": True}, "description": {"required": True}},
            "keys": {
                "Manufacturer": "BrainImAccs",
                "SeriesNumber": "${parameter.series}",
                "SeriesDescription": "${parameter.description}",
                "Modality": "OT",
                "BodyPartExamined": "HEAD",
            },
            "uids": {"instance_number": "name"},
            "output": "out/${image.stem}.dcm",
        },
        {"visit.dcm": VISIT, **pages("in", "bia-slice0001.jpg bia-slice0002.jpg")},
        {
            f"out/bia-slice000{n}.dcm": {
                "InstanceNumber": str(n),
                "SeriesNumber": "900",
                "SeriesDescription": "with a blank",
                "PatientID": "EX-0001",
            }
            for n in (1, 2)
        },
        SERIES,
        options=("--set", "series=900", "--set", "description=with a blank"),
    ),
    "48": Loop(
        {
            "inputs": {"images": "in/*.jpg"},
            "table": {"file": "index.csv", "column": "slice", "key": "${image.name}"},
            "sources": {"study": "originals/${row.original}"},
            "keys": {
                "SliceLocation": "${row.location}",
                "ImagePositionPatient": ["${row.x}", "${row.y}", "${row.location}"],
            },
            "uids": {"instance_number": "name"},
            "output": "out/${image.stem}.dcm",
        },
        {
            "index.csv": "slice,original,x,y,location\ns1.jpg,a.dcm,1.5,2,-7\ns2.jpg,b.dcm,1.5,2,-2\n",
            "originals/a.dcm": VISIT,
            "originals/b.dcm": VISIT,
            **pages("in", "s1.jpg s2.jpg"),
        },
        {
            "out/s1.dcm": {"SliceLocation": "-7", "ImagePositionPatient": "[1.5, 2, -7]", "PatientID": "EX-0001"},
            "out/s2.dcm": {"SliceLocation": "-2", "ImagePositionPatient": "[1.5, 2, -2]", "PatientID": "EX-0001"},
        },
        SERIES,
    ),
    "51": Loop(  # pages 2 and on took the study from the first object
        {
            "inputs": {"images": "pages/*.bmp", "format": "bmp"},
            "uids": {"series": "object"},
            "output": "out/${image.stem}.dcm",
        },
        {f"pages/{n}.bmp": bmp() for n in (1, 2, 3)},
        {f"out/{n}.dcm": {} for n in (1, 2, 3)},
        ("StudyInstanceUID",),
        ("SeriesInstanceUID", "SOPInstanceUID"),
    ),
    "54": Loop(
        {
            "inputs": {"images": "set/**/*.jpg"},
            "uids": {"study": "object", "series": "object"},
            "output": "out/${image.folder}/${image.stem}.dcm",
        },
        {**pages("set/benign", "1.jpg 2.jpg"), **pages("set/malignant/a b", "1.jpg")},
        {"out/benign/1.dcm": {}, "out/benign/2.dcm": {}, "out/malignant/a b/1.dcm": {}},
        own=EACH_ITS_OWN,
    ),
    "55": FOLDER,
    "57": FOLDER,
    "73": Loop(
        {
            "inputs": {"images": "GREY/*.jpg"},
            "table": {"file": "stack.csv", "column": "n", "key": "${image.number}"},
            "keys": {"Modality": "CT", "ImagePositionPatient": ["0", "0", "${row.z}"]},
            "uids": {"instance_number": "name", "frame_of_reference": "run"},
            "output": "GREY/${image.stem}.dcm",
        },
        {"stack.csv": "n,z\n1,0\n2,2.5\n10,22.5\n", **pages("GREY", "1.jpg 2.jpg 10.jpg")},
        {
            "GREY/1.dcm": {"Modality": "CT", "ImagePositionPatient": "[0, 0, 0]", "InstanceNumber": "1"},
            "GREY/2.dcm": {"Modality": "CT", "ImagePositionPatient": "[0, 0, 2.5]", "InstanceNumber": "2"},
            "GREY/10.dcm": {"Modality": "CT", "ImagePositionPatient": "[0, 0, 22.5]", "InstanceNumber": "10"},
        },
        (*SERIES, "FrameOfReferenceUID"),
    ),
    "74": FOLDER,
    "75": FOLDER._replace(
        recipe={**FOLDER.recipe, "output": "out/${image.name}.dcm"},
        made={"out/a.jpg.dcm": {}, "out/b.v2.jpg.dcm": {}, "out/c.jpeg.dcm": {}},
    ),
    "92": Loop(  # and what dcmodify wrote afterwards
        {
            "inputs": {"images": "pages/*.jpg"},
            "parameters": {"day": {"type": "date", "required": True}, "accession": {"required": True}},
            "keys": {
                "StudyDate": "${parameter.day:date(%Y-%m-%d)}",
                "AccessionNumber": "${parameter.accession}",
                "Modality": "OT",
                "InstitutionName": "Example",
            },
            "output": "out/${image.stem}.dcm",
        },
        pages("pages", "1.jpg 2.jpg"),
        {f"out/{n}.dcm": {"StudyDate": "20260131", "AccessionNumber": "A-7"} for n in (1, 2)},
        SERIES,
        options=("--set", "day=2026-01-31", "--set", "accession=A-7"),
    ),
    "93": Loop(
        {
            "inputs": {"images": "pages/*.jpg"},
            "parameters": {name: {"required": True} for name in ("study", "patient_id", "patient_name")},
            "keys": {
                "StudyInstanceUID": "${parameter.study}",
                "SeriesNumber": "999",
                "PatientID": "${parameter.patient_id}",
                "PatientName": "${parameter.patient_name}",
                "SeriesDescription": "Informe de Estudio",
            },
            "uids": {"instance_number": "name"},
            "output": "out/${image.stem}.dcm",
        },
        pages("pages", "page-1.jpg page-2.jpg"),
        {
            f"out/page-{n}.dcm": {"StudyInstanceUID": "1.2.3", "InstanceNumber": str(n), "PatientName": "O'Hara^Ann"}
            for n in (1, 2)
        },
        SERIES,
        options=("--set", "study=1.2.3", "--set", "patient_id=4711", "--set", "patient_name=O'Hara^Ann"),
    ),
    "114": SLICES,
    "115": SLICES._replace(
        recipe={**SLICES.recipe, "sources": {"series": "template.dcm"}},
        files={**SLICES.files, "template.dcm": VISIT},
    ),
    "116": SLICES._replace(
        recipe={**SLICES.recipe, "sources": {"series": "template.dcm"}},
        files={**SLICES.files, "template.dcm": VISIT},
    ),
    "117": Loop(  # the first image, and 118 the later ones, which take the study from the first
        {
            "inputs": {"images": [{"index": "files.txt"}]},
            "parameters": {"name": {"required": True}, "modality": {"default": "CT"}, "url": {"default": ""}},
            "keys": {
                "Modality": "${parameter.modality}",
                "SeriesNumber": "${index}",
                "SeriesDescription": "Cat_Scan",
                "PatientName": "${parameter.name}",
                "PatientID": "${parameter.name}_${parameter.modality}",
                "(0008,4000)": "${parameter.url}",
            },
            "uids": {"series": "object"},
            "output": "${parameter.name}_${parameter.modality}_${index}.dcm",
        },
        {"files.txt": "pictures/x.jpg\npictures/y.jpg\n", **pages("pictures", "x.jpg y.jpg")},
        {
            f"Tom_CT_{n}.dcm": {"SeriesNumber": str(n), "PatientID": "Tom_CT", "PatientName": "Tom", "Modality": "CT"}
            for n in (1, 2)
        },
        ("StudyInstanceUID",),
        ("SeriesInstanceUID", "SOPInstanceUID"),
        ("--set", "name=Tom"),
    ),
}
LOOPS["118"] = LOOPS["117"]

#: Never worked: the files hold random bytes, which no recipe makes images of.
NO_IMAGES = {"131"}


def test_every_loop_has_its_recipe() -> None:
    rows = map(json.loads, (shared_dir() / "wild" / "wild.jsonl").read_text().splitlines())
    found = {str(row["id"]) for row in rows if row["form"] == "loop"}
    assert found == LOOPS.keys() | NO_IMAGES


#: The recipes that are shown, what stands behind them on the command line, and what they make.
SHOWN: dict[str, tuple[list[str], dict[str, dict[str, str]]]] = {
    "archive": (
        ["--resume"],
        {
            "004711/V-1-IMG_0001.dcm": {"PatientID": "004711", "StudyTime": "1015", "PatientSex": "F"},
            "004711/V-1-IMG_0002.dcm": {"PatientName": "Doe^Jane", "StudyDate": "20251224"},
            "000012/V-2-IMG_0001.dcm": {
                "PatientName": "Müller^Jörg",
                "PatientBirthDate": "19551101",
                "PatientSex": "O",
            },
        },
    ),
    "class-folders": (
        [],
        {
            "benign/1.dcm": {"PatientID": "benign-1"},
            "benign/2.dcm": {"ImageComments": "class benign"},
            "malignant/1.dcm": {"PatientID": "malignant-1"},
        },
    ),
    "report-pages": (
        ["--set", "patient_id=EX-0001", "--set", "patient_name=Example^Patient", "--set", "study=2.25.1"],
        {
            f"EX-0001-00{page}.dcm": {
                "StudyInstanceUID": "2.25.1",
                "InstanceNumber": str(page),
                "ContentDate": "20260131",
            }
            for page in (1, 2)
        },
    ),
    "segmented-slices": (
        [],
        {
            f"slice00{number}.dcm": {"PatientID": "EX-0001", "SliceLocation": place, "InstanceNumber": str(number)}
            for number, place in enumerate(("-12.5", "-7.5", "-2.5"), 1)
        },
    ),
    "series-per-folder": (
        [],
        {
            f"{plane}-{number}.dcm": {"SeriesDescription": f"Segmentation {plane}", "InstanceNumber": str(number)}
            for plane in ("axial", "coronal", "sagittal")
            for number in (1, 2)
        },
    ),
    "slice-stack": (
        ["--set", "spacing=0.7"],
        {
            f"{number}.dcm": {"PixelSpacing": "[0.7, 0.7]", "ImagePositionPatient": f"[0, 0, {place}]"}
            for number, place in enumerate(("0", "2.5", "5"), 1)
        },
    ),
    "test-data": ([], {f"{number}.dcm": {"InstanceNumber": str(number)} for number in range(1, 6)}),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_recipe_does_what_the_loop_did(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    loop = LOOPS[name]
    for file, content in loop.files.items():
        _place(tmp_path / file, content)
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(json.dumps({"recipe": 1, **loop.recipe}))
    assert main(["run", str(recipe), *loop.options]) == 0, capfd.readouterr().err
    outputs = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.dcm")} - loop.files.keys()
    assert outputs == loop.made.keys()
    objects = {file: pydicom.dcmread(tmp_path / file) for file in outputs}
    for file, values in loop.made.items():
        assert {keyword: str(objects[file][keyword].value) for keyword in values} == values
    for keyword in loop.shared:
        assert len({str(made[keyword].value) for made in objects.values()}) == 1
    for keyword in loop.own:
        assert len({str(made[keyword].value) for made in objects.values()}) == len(objects)


@pytest.mark.parametrize("name", SHOWN)
def test_recipes_that_are_shown_do_what_they_say(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "recipes", tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("out"))
    options, made = SHOWN[name]
    folder = tmp_path / "out" / name
    assert main(["run", str(tmp_path / f"{name}.yaml"), *options]) == 0, capfd.readouterr().err
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.dcm")} == made.keys()
    for file, values in made.items():
        written = pydicom.dcmread(folder / file)
        assert {keyword: str(written[keyword].value) for keyword in values} == values


@pytest.mark.parametrize("name", ["archive", "test-data"])
def test_recipes_that_are_reproducible_give_the_same_bytes_elsewhere(name: str, tmp_path: Path) -> None:
    made = []
    for place in ("here", "there"):
        folder = tmp_path / place
        shutil.copytree(ROOT / "recipes", folder, ignore=shutil.ignore_patterns("out"))
        assert main(["run", str(folder / f"{name}.yaml")]) == 0
        out = folder / "out" / name
        made.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*.dcm")})
    assert made[0] == made[1]


def test_files_that_are_no_images_are_named_and_nothing_is_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw_10MB.bin").write_bytes(bytes(range(256)) * 40)
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text('{recipe: 1, inputs: {images: "raw_*.bin"}, output: "${image.stem}.dcm"}')
    assert main(["run", str(recipe)]) == 1
    assert "raw_10MB.bin: " in capfd.readouterr().err
    assert not list(tmp_path.glob("*.dcm"))


def _place(path: Path, content: str | bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.copyfile(content, path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content)
