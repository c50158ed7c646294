"""Where objects get other attributes than those that img2dcm gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from images.samples import DATA, EOI, SOI, TABLES, adobe, frame, jfif, scan, segment
from images_made import bmp, jpeg
from parity.conftest import Convert, Refuse
from parity.observing import segments
from parity.option_files import write_dicom
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import generate_frames
from pydicom.uid import ExplicitVRLittleEndian

from img2dcm_decl.images.base import Facts
from img2dcm_decl.plan.model import PlannedObject
from img2dcm_decl.run.rules import RULES, Subject
from img2dcm_decl.run.sources import Sources

Files = Callable[..., Path]
CODE = "AcquisitionDeviceTypeCodeSequence[0]"
EYE = f"-oph -k ImageLaterality=R -k {CODE}.CodeValue=1 -k {CODE}.CodingSchemeDesignator=SCT".split()
RGB = b"RGB"


def made(*before: bytes, ids: bytes = b"\1\2\3", sampling: bytes = b"", near: int | None = None) -> bytes:
    """Return a JPEG, or with `near` a JPEG-LS."""
    marker, data = (0xC0, DATA) if near is None else (0xF7, b"\x12\x34\x56")
    return SOI + b"".join(before) + TABLES + frame(marker, ids, sampling=sampling) + scan(ids, near or 0) + data + EOI


@pytest.fixture(autouse=True)
def folder(files: Files) -> Path:
    return files(in_jpg=jpeg(), in_bmp=bmp())


# --- what the SOP classes ask for ------------------------------------------------------------------


@pytest.mark.parametrize("sop_class", ["-sc", "-nsc"])
@pytest.mark.parametrize("checks", ["", "--no-checks", "-i1 -k ConversionType=WSD -k BurnedInAnnotation=NO"])
def test_secondary_capture_has_the_modality_other(convert: Convert, sop_class: str, checks: str) -> None:
    assert convert("in.jpg", sop_class, *checks.split()).Modality == "OT"
    assert convert("in.jpg", sop_class, *checks.split(), "-k", "Modality=DX").Modality == "DX"


@pytest.mark.parametrize(
    ("keys", "inserted"),
    [
        ("", True),
        ("BodyPartExamined=", True),
        ("BodyPartExamined=KNEE", True),
        ("BodyPartExamined=HEART", False),
        ("ImageLaterality=R", False),
        ("FrameLaterality=R", False),
        ("MeasurementLaterality=R", False),
    ],
)
def test_laterality_is_inserted_where_the_body_part_may_be_paired(convert: Convert, keys: str, inserted: bool) -> None:
    assert ("Laterality" in convert("in.jpg", *(["-k", keys] if keys else []))) is inserted
    assert "Laterality" not in convert("in.jpg", "--no-checks")


def test_an_invented_anatomic_region_has_its_code_as_value_and_its_meaning_as_meaning(convert: Convert) -> None:
    (item,) = convert("in.jpg", *EYE).AnatomicRegionSequence
    assert (item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning) == ("81745001", "SCT", "Eye")


def test_invented_times_have_seconds(convert: Convert) -> None:
    found = convert("in.jpg", *EYE)
    assert re.fullmatch(r"\d{6}", found.ContentTime)
    assert re.fullmatch(r"\d{14}", found.AcquisitionDateTime)


@pytest.mark.parametrize("key", ["Rows", "SamplesPerPixel", "PixelRepresentation", "SOPClassUID"])
def test_a_mandatory_attribute_cannot_be_empty(refuse: Refuse, key: str) -> None:
    assert key in refuse("in.jpg", "-k", f"{key}=")


@pytest.mark.parametrize("key", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
def test_an_empty_uid_is_generated(convert: Convert, refuse: Refuse, folder: Path, key: str) -> None:
    assert convert("in.jpg", "-k", f"{key}=").get(key).startswith("2.25.")
    (folder / "out.dcm").unlink()
    assert key in refuse("in.jpg", "-i1", "-k", "ConversionType=WSD", "-k", f"{key}=")


@pytest.mark.parametrize(("option", "level"), [("-stf", "Study"), ("-sef", "Study"), ("-sef", "Series")])
@pytest.mark.parametrize("uid", ["", None])
def test_a_source_without_its_uid_is_refused(
    refuse: Refuse, folder: Path, option: str, level: str, uid: str | None
) -> None:
    uids = {"StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.3", f"{level}InstanceUID": uid}
    write_dicom(folder / "prior.dcm", **{name: value for name, value in uids.items() if value is not None})
    assert f"{level} Instance UID" in refuse("in.jpg", option, "prior.dcm")


# --- from the image --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "unit", "ratio"),
    [
        (300, 150, 1, [300, 150]),
        (2, 1, 0, [2, 1]),
        (59, 54, 2, [59, 54]),
        (72, 72, 1, None),
        (1, 0, 0, None),
        (0, 1, 0, None),
    ],
)
def test_pixel_aspect_ratio_is_vertical_to_horizontal(
    files: Files, convert: Convert, x: int, y: int, unit: int, ratio: list[int] | None
) -> None:
    files(made_jpg=made(jfif(x, y, unit)))
    assert convert("made.jpg").get("PixelAspectRatio") == ratio


@pytest.mark.parametrize(("first", "second"), [(0, 2), (2, 0)])
def test_frames_of_different_transfer_syntaxes_are_refused(
    files: Files, refuse: Refuse, first: int, second: int
) -> None:
    files(a_jpg=made(ids=b"\1", near=first), b_jpg=made(ids=b"\1", near=second), c_jpg=made(ids=b"\1"))
    assert "b.jpg" in refuse("a.jpg", "b.jpg", "-nsc")
    assert "c.jpg" in refuse("a.jpg", "c.jpg", "-nsc")


def test_an_object_of_lossy_frames_is_lossy(files: Files, convert: Convert) -> None:
    files(a_jpg=made(ids=b"\1", near=2), b_jpg=made(ids=b"\1", near=1))
    found = convert("a.jpg", "b.jpg", "-nsc")
    assert (found.LossyImageCompression, found.LossyImageCompressionMethod) == ("01", "ISO_14495_1")


def test_segments_are_kept_and_removed_in_every_frame(files: Files, convert: Convert) -> None:
    image = made(jfif(), segment(0xE5, b"kept"), segment(0xFE, b"comment"))
    files(a_jpg=image, b_jpg=image)
    for options, left in (("", ["COM"]), ("-ka", ["APP5", "COM"]), ("-ka -rc", ["APP5"]), ("-rc", [])):
        pixels = convert("a.jpg", "b.jpg", "-nsc", *options.split()).PixelData
        assert [list(segments(stream)) for stream in generate_frames(pixels, number_of_frames=2)] == [left, left]


@pytest.mark.parametrize(
    ("option", "second"),
    [
        ("-jf", made()),
        ("-dp", SOI + TABLES + frame(0xC2) + scan() + DATA + EOI),
        ("-de", SOI + TABLES + frame(0xC1) + scan() + DATA + EOI),
    ],
)
def test_what_is_not_accepted_is_refused_in_every_frame(
    files: Files, refuse: Refuse, option: str, second: bytes
) -> None:
    files(a_jpg=made(jfif()), b_jpg=second)
    assert "b.jpg" in refuse("a.jpg", "b.jpg", "-nsc", option)


COLOURS = [
    pytest.param(made(), "YBR_FULL_422", id="nothing said"),
    pytest.param(made(adobe(0)), "RGB", id="Adobe, no transform"),
    pytest.param(made(adobe(1)), "YBR_FULL_422", id="Adobe, YCbCr"),
    pytest.param(made(ids=RGB), "RGB", id="components named R, G, B"),
    pytest.param(made(ids=RGB, sampling=b"\x22\x11\x11"), "RGB", id="the same, subsampled"),
    pytest.param(made(jfif(), ids=RGB, sampling=b"\x22\x11\x11"), "YBR_FULL_422", id="the same, and JFIF"),
    pytest.param(made(adobe(1), ids=RGB, sampling=b"\x22\x11\x11"), "YBR_FULL_422", id="the same, and Adobe, YCbCr"),
]


@pytest.mark.parametrize(("image", "model"), COLOURS)
def test_colours_are_labelled_as_the_image_says(files: Files, convert: Convert, image: bytes, model: str) -> None:
    files(a_jpg=image)
    found = convert("a.jpg")
    assert found.PhotometricInterpretation == model
    (stream,) = generate_frames(found.PixelData, number_of_frames=1)
    assert ("APP14" in segments(stream)) is (adobe(0) in image)


@pytest.mark.parametrize("sop_class", [["-nsc"], ["-vlp"], EYE], ids=lambda arguments: arguments[0])
@pytest.mark.parametrize("image", [made(adobe(0)), made(ids=RGB, sampling=b"\x22\x11\x11")])
def test_rgb_is_refused_where_the_sop_class_asks_for_ybr_and_the_way_out_is_named(
    files: Files, refuse: Refuse, sop_class: list[str], image: bytes
) -> None:
    files(a_jpg=image)
    message = refuse("a.jpg", *sop_class)
    assert "YBR_FULL_422" in message
    assert "-sc" in message


def test_jfif_is_removed_even_where_application_segments_are_kept(files: Files, convert: Convert) -> None:
    files(a_jpg=made(jfif(), segment(0xE1, b"Exif")))
    (stream,) = generate_frames(convert("a.jpg", "-ka").PixelData, number_of_frames=1)
    assert list(segments(stream)) == ["APP1"]


def test_the_compression_ratio_of_a_huge_image_is_right() -> None:
    facts = Facts("jpeg", "1.2.840.10008.1.2.4.50", 60000, 60000, 3, "YBR_FULL_422", lossy_method="ISO_10918_1")
    subject = Subject(PlannedObject(("a.jpg",), "a.dcm"), facts, [1_000_000], "ISO_10918_1", Sources())
    ratio = RULES["lossy_ratio"](subject, "")
    assert ratio is not None
    assert float(ratio) == 10800


# --- templates -------------------------------------------------------------------------------------

ITEMS = [pydicom.Dataset()]
OF_ITS_OWN_PIXELS = {
    "NumberOfFrames": "12",
    "FrameIncrementPointer": 0x00181063,
    "FrameTime": "40",
    "FrameTimeVector": ["0", "40"],
    "ExtendedOffsetTable": bytes(8),
    "ExtendedOffsetTableLengths": bytes(8),
    "FloatPixelData": bytes(4),
    "DoubleFloatPixelData": bytes(8),
    "IconImageSequence": ITEMS,
    "LossyImageCompression": "01",
    "LossyImageCompressionRatio": "5",
    "LossyImageCompressionMethod": "ISO_10918_1",
    "RedPaletteColorLookupTableDescriptor": [256, 0, 8],
    "AlphaPaletteColorLookupTableDescriptor": [256, 0, 8],
    "RedPaletteColorLookupTableData": bytes(4),
    "SegmentedRedPaletteColorLookupTableData": bytes(4),
    "PaletteColorLookupTableUID": "1.2",
    "PixelPaddingValue": 0,
    "PixelPaddingRangeLimit": 0,
    "SharedFunctionalGroupsSequence": ITEMS,
    "PerFrameFunctionalGroupsSequence": ITEMS,
    "DigitalSignaturesSequence": ITEMS,
    "MACParametersSequence": ITEMS,
    "DataSetTrailingPadding": bytes(4),
}
KEPT = {"PixelSpacing": ["1", "1"], "RescaleSlope": "2", "WindowCenter": "1", "ImageType": ["ORIGINAL", "PRIMARY"]}
XML = "<file-format><meta-header/><data-set>{}</data-set></file-format>"
TIMING = '<element tag="0018,1065" vr="DS">0\\40</element>'


def template(folder: Path, name: str, value: object) -> None:
    dataset = pydicom.Dataset()
    setattr(dataset, name, value)
    if name in ("PixelPaddingValue", "PixelPaddingRangeLimit", *OF_PALETTE):
        dataset[name].VR = "US"
    dataset.PatientID = "P"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(folder / "t.dcm", dataset)


OF_PALETTE = ("RedPaletteColorLookupTableDescriptor",)


@pytest.mark.parametrize(("name", "value"), OF_ITS_OWN_PIXELS.items(), ids=OF_ITS_OWN_PIXELS)
def test_what_a_template_says_of_its_own_pixels_is_removed_and_said(
    said: Callable[..., str], folder: Path, name: str, value: object
) -> None:
    template(folder, name, value)
    message = said("-i", "BMP", "in.bmp", "-df", "t.dcm", "-v")
    found = pydicom.dcmread(folder / "out.dcm")
    assert found.PatientID == "P"
    assert name not in found
    assert name in message


@pytest.mark.parametrize(("name", "value"), KEPT.items(), ids=KEPT)
def test_what_may_not_fit_stays_and_is_said_where_the_template_was_an_image(
    said: Callable[..., str], folder: Path, name: str, value: object
) -> None:
    write_dicom(folder / "t.dcm", **{name: value})
    assert said("in.jpg", "-df", "t.dcm") == ""
    assert name in pydicom.dcmread(folder / "out.dcm")
    write_dicom(folder / "t.dcm", **{name: value}, FloatPixelData=bytes(4))
    (line,) = said("in.jpg", "-df", "t.dcm").splitlines()
    assert line.startswith("W: ")
    assert name in line


@pytest.mark.parametrize(("sop_class", "kept"), [("-sc", False), ("-vlp", False), ("-nsc", True)])
def test_timing_of_frames_in_a_template_of_text_stays_where_the_object_can_have_frames(
    convert: Convert, folder: Path, sop_class: str, kept: bool
) -> None:
    (folder / "t.xml").write_text(XML.format(TIMING))
    write_dicom(folder / "t.dcm", FrameTimeVector=["0", "40"])
    assert ("FrameTimeVector" in convert("in.jpg", sop_class, "-dx", "t.xml")) is kept
    assert "FrameTimeVector" not in convert("in.jpg", sop_class, "-df", "t.dcm")


def test_hidden_values_are_accepted_where_the_attribute_is_removed_anyway(
    convert: Convert, refuse: Refuse, folder: Path
) -> None:
    hidden = '<element tag="{}" vr="OB" binary="hidden"></element>'
    (folder / "t.xml").write_text(XML.format(hidden.format("7fe0,0010")))
    assert convert("in.jpg", "-dx", "t.xml").PixelData
    (folder / "out.dcm").unlink()
    (folder / "t.xml").write_text(XML.format(hidden.format("0042,0011")))
    assert "hidden" in refuse("in.jpg", "-dx", "t.xml")


@pytest.mark.parametrize(("name", "inside"), [("bulk.raw", True), ("sub/bulk.raw", True), ("../bulk.raw", False)])
def test_files_named_inside_a_template_lie_beside_it_or_below(
    convert: Convert, refuse: Refuse, folder: Path, name: str, inside: bool
) -> None:
    own = folder / "templates"
    (own / "sub").mkdir(parents=True)
    for place in (own, own / "sub", folder):
        (place / "bulk.raw").write_bytes(b"AB")
    (own / "t.xml").write_text(XML.format(f'<element tag="0042,0011" vr="OB" binary="file">{name}</element>'))
    if inside:
        assert convert("in.jpg", "-dx", "templates/t.xml").EncapsulatedDocument == b"AB"
    else:
        assert name in refuse("in.jpg", "-dx", "templates/t.xml")
