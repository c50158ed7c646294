"""What is taken out of a template, and what is said of the rest."""

from __future__ import annotations

import pytest

from img2dcm_decl.attributes.cleanup import DOUBTFUL, FRAME_TIMING, REMOVED, clean_template
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dictionary import Dictionary

STANDARD = Dictionary()
REMOVED_BY_IMG2DCM = """
    PixelDataProviderURL SamplesPerPixel PhotometricInterpretation PlanarConfiguration Rows Columns BitsAllocated
    BitsStored HighBit PixelRepresentation PixelAspectRatio SmallestImagePixelValue LargestImagePixelValue
    RedPaletteColorLookupTableDescriptor GreenPaletteColorLookupTableDescriptor BluePaletteColorLookupTableDescriptor
    RedPaletteColorLookupTableData GreenPaletteColorLookupTableData BluePaletteColorLookupTableData ICCProfile
    PixelData SOPClassUID SOPInstanceUID
""".split()
REMOVED_BESIDES = """
    NumberOfFrames FrameIncrementPointer FrameTime FrameTimeVector ExtendedOffsetTable ExtendedOffsetTableLengths
    FloatPixelData DoubleFloatPixelData IconImageSequence LossyImageCompression LossyImageCompressionRatio
    LossyImageCompressionMethod AlphaPaletteColorLookupTableDescriptor PaletteColorLookupTableUID
    SegmentedRedPaletteColorLookupTableData PixelPaddingValue PixelPaddingRangeLimit SharedFunctionalGroupsSequence
    PerFrameFunctionalGroupsSequence DigitalSignaturesSequence MACParametersSequence DataSetTrailingPadding
""".split()
KEPT = """
    Modality ConversionType PresentationLUTShape BurnedInAnnotation StudyInstanceUID SeriesInstanceUID
    SpecificCharacterSet InstanceNumber SmallestPixelValueInSeries PatientName ImageType PixelSpacing
""".split()


def dataset_of(*keywords: str) -> Dataset:
    dataset = Dataset()
    for keyword in keywords:
        tag = STANDARD.tag_of(keyword)
        assert tag is not None
        dataset.put(Attribute(tag, STANDARD.vr_of(tag), b"", "template"))
    return dataset


def test_the_tables_name_the_attributes_that_they_mean() -> None:
    rows = [row for table in (*REMOVED.values(), DOUBTFUL) for row in table.items()]
    assert {tag: STANDARD.keyword_of(tag) for tag, _ in rows} == dict(rows)
    assert len(dict(rows)) == len(rows)


@pytest.mark.parametrize("keyword", [*REMOVED_BY_IMG2DCM, *REMOVED_BESIDES])
def test_what_speaks_of_the_pixel_data_is_removed_and_said(keyword: str) -> None:
    dataset = dataset_of(keyword, "PatientName")
    removals = clean_template(dataset).removals
    assert [STANDARD.keyword_of(attribute.tag) for attribute in dataset] == ["PatientName"]
    assert len(removals) == 1
    assert removals[0].startswith(f"{keyword} (")


@pytest.mark.parametrize("keyword", KEPT)
def test_the_rest_stays(keyword: str) -> None:
    dataset = dataset_of(keyword)
    assert clean_template(dataset).removals == ()
    assert len(dataset) == 1


def test_items_are_left_as_they_are_except_for_their_padding() -> None:
    inner = dataset_of("Rows", "SOPInstanceUID", "DataSetTrailingPadding")
    dataset = Dataset()
    dataset.put(Attribute(0x00400275, "SQ", (inner,), "template"))
    clean_template(dataset)
    assert [STANDARD.keyword_of(attribute.tag) for attribute in inner] == ["SOPInstanceUID", "Rows"]


def test_what_may_not_fit_is_named_where_the_template_was_an_image() -> None:
    doubtful = ("PixelSpacing", "ImageType", "WindowCenter", "OverlayRows", "OverlayData")
    assert clean_template(dataset_of("PixelData", *doubtful)).warning == (
        "the template's ImageType, PixelSpacing, WindowCenter, overlays stay and may not fit the new image"
    )
    assert clean_template(dataset_of(*doubtful)).warning == ""
    assert clean_template(dataset_of("FloatPixelData", "PatientName")).warning == ""


@pytest.mark.parametrize("keyword", ["FrameTime", "FrameTimeVector", "FrameIncrementPointer"])
def test_timing_of_frames_stays_where_it_speaks_of_the_new_object(keyword: str) -> None:
    dataset = dataset_of(keyword, "Rows")
    assert len(clean_template(dataset, FRAME_TIMING).removals) == 1
    assert [STANDARD.keyword_of(attribute.tag) for attribute in dataset] == [keyword]
