"""What a template says of its own pixel data, and must not say of the new image's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from img2dcm_decl.attributes.dataset import Dataset

_PIXEL_DATA = {
    0x7FE00001: "ExtendedOffsetTable",
    0x7FE00002: "ExtendedOffsetTableLengths",
    0x7FE00003: "EncapsulatedPixelDataValueTotalLength",
    0x7FE00008: "FloatPixelData",
    0x7FE00009: "DoubleFloatPixelData",
    0x7FE00010: "PixelData",
}
_PALETTE = {
    0x00281100: "GrayLookupTableDescriptor",
    0x00281101: "RedPaletteColorLookupTableDescriptor",
    0x00281102: "GreenPaletteColorLookupTableDescriptor",
    0x00281103: "BluePaletteColorLookupTableDescriptor",
    0x00281104: "AlphaPaletteColorLookupTableDescriptor",
    0x00281111: "LargeRedPaletteColorLookupTableDescriptor",
    0x00281112: "LargeGreenPaletteColorLookupTableDescriptor",
    0x00281113: "LargeBluePaletteColorLookupTableDescriptor",
    0x00281199: "PaletteColorLookupTableUID",
    0x00281200: "GrayLookupTableData",
    0x00281201: "RedPaletteColorLookupTableData",
    0x00281202: "GreenPaletteColorLookupTableData",
    0x00281203: "BluePaletteColorLookupTableData",
    0x00281204: "AlphaPaletteColorLookupTableData",
    0x00281211: "LargeRedPaletteColorLookupTableData",
    0x00281212: "LargeGreenPaletteColorLookupTableData",
    0x00281213: "LargeBluePaletteColorLookupTableData",
    0x00281214: "LargePaletteColorLookupTableUID",
    0x00281221: "SegmentedRedPaletteColorLookupTableData",
    0x00281222: "SegmentedGreenPaletteColorLookupTableData",
    0x00281223: "SegmentedBluePaletteColorLookupTableData",
    0x00281224: "SegmentedAlphaPaletteColorLookupTableData",
}
_TRAILING_PADDING = 0xFFFCFFFC

REMOVED: Mapping[str, Mapping[int, str]] = {
    "the new object has its own": {
        0x00080016: "SOPClassUID",
        0x00080018: "SOPInstanceUID",
    },
    "it describes the template's pixel data": {
        0x00280002: "SamplesPerPixel",
        0x00280004: "PhotometricInterpretation",
        0x00280006: "PlanarConfiguration",
        0x00280010: "Rows",
        0x00280011: "Columns",
        0x00280034: "PixelAspectRatio",
        0x00280100: "BitsAllocated",
        0x00280101: "BitsStored",
        0x00280102: "HighBit",
        0x00280103: "PixelRepresentation",
        0x00280106: "SmallestImagePixelValue",
        0x00280107: "LargestImagePixelValue",
        0x00280120: "PixelPaddingValue",
        0x00280121: "PixelPaddingRangeLimit",
        0x00282000: "ICCProfile",
        0x00287FE0: "PixelDataProviderURL",
    },
    "it is the template's pixel data": _PIXEL_DATA,
    "it belongs to the colours of the template's pixel data": _PALETTE,
    "it shows the template's pixel data": {0x00880200: "IconImageSequence"},
    "it describes the template's frames": {
        0x00181063: "FrameTime",
        0x00181065: "FrameTimeVector",
        0x00280008: "NumberOfFrames",
        0x00280009: "FrameIncrementPointer",
        0x52009229: "SharedFunctionalGroupsSequence",
        0x52009230: "PerFrameFunctionalGroupsSequence",
    },
    "it describes how the template's pixel data was compressed": {
        0x00282110: "LossyImageCompression",
        0x00282112: "LossyImageCompressionRatio",
        0x00282114: "LossyImageCompressionMethod",
    },
    "it signs the template's attributes": {
        0x4FFE0001: "MACParametersSequence",
        0xFFFAFFFA: "DigitalSignaturesSequence",
    },
    "it fills the template's file": {_TRAILING_PADDING: "DataSetTrailingPadding"},
}
"""Attributes that are taken out of a template, by the reason: those that `img2dcm` takes out, and those that speak
of the template's own pixel data as plainly."""

FRAME_TIMING = frozenset({0x00181063, 0x00181065, 0x00280009})
"""Frame Time, Frame Time Vector and Frame Increment Pointer (PS3.3 C.7.6.5, C.7.6.6). A template that is text was
written for the object to be made, so that there they say how its frames follow each other, where it can have frames."""

NEVER_NEEDED = frozenset(tag for attributes in REMOVED.values() for tag in attributes) - FRAME_TIMING
"""Attributes that are taken out of every template, so that their values need not be read."""

DOUBTFUL: Mapping[int, str] = {
    0x00080008: "ImageType",
    0x00180050: "SliceThickness",
    0x00180088: "SpacingBetweenSlices",
    0x00181164: "ImagerPixelSpacing",
    0x00182010: "NominalScannedPixelSpacing",
    0x00200032: "ImagePositionPatient",
    0x00200037: "ImageOrientationPatient",
    0x00201041: "SliceLocation",
    0x00280030: "PixelSpacing",
    0x00281050: "WindowCenter",
    0x00281051: "WindowWidth",
    0x00281052: "RescaleIntercept",
    0x00281053: "RescaleSlope",
    0x00281054: "RescaleType",
    0x00283000: "ModalityLUTSequence",
    0x00283010: "VOILUTSequence",
}
"""Attributes that stay, though they may not fit another picture."""


class CleanUp(NamedTuple):
    """What became of a template's attributes.

    Attributes
    ----------
    removals : tuple of str
        One line for each attribute that was taken out.
    warning : str
        Which attributes stay though they may not fit; empty where there are none, or the template had no pixel data.
    """

    removals: tuple[str, ...] = ()
    warning: str = ""


def clean_template(dataset: Dataset, keep: Collection[int] = ()) -> CleanUp:
    """Take out of a template, in place, what speaks of its own pixel data.

    Only the dataset itself is looked at, not the items of its sequences, except for Data Set Trailing Padding:
    that is taken out at every level, because it fits no other length.

    Parameters
    ----------
    dataset : Dataset
        The template.
    keep : collection of int
        Tags that stay all the same, because this template speaks of the new object with them.
    """
    had_pixels = any(tag in dataset for tag in (0x7FE00008, 0x7FE00009, 0x7FE00010))
    removals = tuple(
        f"{keyword} ({tag >> 16:04x},{tag & 0xFFFF:04x}) of the template is left out: {reason}"
        for reason, attributes in REMOVED.items()
        for tag, keyword in attributes.items()
        if tag not in keep and dataset.remove(tag) is not None
    )
    _remove_padding(dataset)
    doubtful = _doubtful(dataset) if had_pixels else []
    if not doubtful:
        return CleanUp(removals)
    return CleanUp(removals, f"the template's {', '.join(doubtful)} stay and may not fit the new image")


def _remove_padding(dataset: Dataset) -> None:
    for attribute in dataset:
        for item in attribute.items:
            item.remove(_TRAILING_PADDING)
            _remove_padding(item)


def _doubtful(dataset: Dataset) -> list[str]:
    named = [keyword for tag, keyword in DOUBTFUL.items() if tag in dataset]
    overlays = any(attribute.tag >> 24 == 0x60 and not attribute.tag >> 16 & 1 for attribute in dataset)
    return [*named, "overlays"] if overlays else named
