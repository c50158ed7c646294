"""The beginning of a DICOM file: preamble, prefix and file meta information (PS3.10 section 7.1)."""

from __future__ import annotations

from img2dcm_decl import __version__
from img2dcm_decl.encode.elements import pad
from img2dcm_decl.plan.model import Content, Element, Slot

PREAMBLE = bytes(128) + b"DICM"
IMPLEMENTATION_CLASS_UID = "2.25.190231403480558220422735721148037052692"
IMPLEMENTATION_VERSION_NAME = f"IMG2DCM_{__version__}"


def meta_elements(sop_class: Content, sop_instance: Content) -> tuple[Element, ...]:
    """Return the file meta information of an object.

    Parameters
    ----------
    sop_class, sop_instance : bytes or Slot
        Content of SOP Class UID (0008,0016) and SOP Instance UID (0008,0018) of the dataset.
    """
    return (
        Element(0x00020000, "UL", b""),
        Element(0x00020001, "OB", b"\0\1"),
        Element(0x00020002, "UI", sop_class),
        Element(0x00020003, "UI", sop_instance),
        Element(0x00020010, "UI", Slot("transfer_syntax")),
        Element(0x00020012, "UI", pad("UI", IMPLEMENTATION_CLASS_UID.encode())),
        Element(0x00020013, "SH", pad("SH", IMPLEMENTATION_VERSION_NAME.encode())),
    )
