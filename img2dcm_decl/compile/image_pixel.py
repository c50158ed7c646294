"""What the image gives to the dataset, as slots (PS3.3 C.7.6.3, C.7.6.1.1.5)."""

from __future__ import annotations

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.encode.elements import pad
from img2dcm_decl.encode.layout import PIXEL_DATA_RULE
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import PIXEL_DATA

ORIGIN = "image"

_IMAGE = (
    (0x00280002, "US", "samples_per_pixel"),
    (0x00280004, "CS", "photometric_interpretation"),
    (0x00280006, "US", "planar_configuration"),
    (0x00280010, "US", "rows"),
    (0x00280011, "US", "columns"),
    (0x00280034, "IS", "pixel_aspect_ratio"),
    (0x00280100, "US", "bits_allocated"),
    (0x00280101, "US", "bits_stored"),
    (0x00280102, "US", "high_bit"),
    (0x7FE00001, "OV", "extended_offsets"),
    (0x7FE00002, "OV", "extended_lengths"),
)
_PIXEL_REPRESENTATION = 0x00280103
_LOSSY = (
    (0x00282110, "CS", "lossy"),
    (0x00282112, "DS", "lossy_ratio"),
    (0x00282114, "CS", "lossy_method"),
)


def put_image_attributes(dataset: Dataset, *, native: bool = False) -> None:
    """Put the slots of the Image Pixel module into a dataset.

    Parameters
    ----------
    dataset : Dataset
        What they are added to.
    native : bool
        Whether the pixels are known to be native; they are words then (PS3.5 section A.2).
    """
    for tag, vr, rule in _IMAGE:
        dataset.put(Attribute(tag, vr, Slot(rule), ORIGIN))
    dataset.put(Attribute(PIXEL_DATA, "OW" if native else "OB", Slot(PIXEL_DATA_RULE), ORIGIN))
    dataset.put(Attribute(_PIXEL_REPRESENTATION, "US", b"\0\0", ORIGIN))


def put_lossy_attributes(dataset: Dataset) -> None:
    """Put the slots of lossy image compression into a dataset.

    They say what the image is whatever a key says of it; for a lossless image the dataset's own values remain.
    """
    for tag, vr, rule in _LOSSY:
        before = dataset.get(tag)
        kept = pad(vr, before.content) if before is not None and isinstance(before.content, bytes) else None
        dataset.put(Attribute(tag, vr, Slot(rule, otherwise=kept), ORIGIN))
