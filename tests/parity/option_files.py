"""The files that conversions with and without an option read, made here."""

from __future__ import annotations

from pathlib import Path

import pydicom
from images_made import bmp, jpeg
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

XML = """<?xml version="1.0" encoding="UTF-8"?>
<file-format>
<meta-header xfer="1.2.840.10008.1.2.1" name="Little Endian Explicit"></meta-header>
<data-set xfer="1.2.840.10008.1.2.1" name="Little Endian Explicit">
<element tag="0010,0000" vr="UL">22</element>
<element tag="0010,0010" vr="PN">Xml^Template</element>
</data-set>
</file-format>
"""


def write_files(folder: Path) -> None:
    """Write all of them."""
    plain = jpeg()
    images = {
        "in.jpg": plain,
        "bare.jpg": plain[:2] + plain[20:],
        "junk.jpg": plain[:2] + b"\0\0" + plain[2:],
        "progressive.jpg": jpeg(progressive=True),
        "extended.jpg": plain.replace(b"\xff\xc0", b"\xff\xc1", 1),
        "segments.jpg": plain[:20] + b"\xff\xe5\0\x04hi" + b"\xff\xfe\0\x04hi" + plain[20:],
        "in.bmp": bmp(),
    }
    for name, data in images.items():
        (folder / name).write_bytes(data)
    (folder / "template.xml").write_text(XML, encoding="utf-8")
    visit = {"PatientName": "Visit^Patient", "StudyInstanceUID": "1.2.3", "InstanceNumber": "5"}
    write_dicom(folder / "template.dcm", **visit)
    write_dicom(folder / "latin.dcm", SpecificCharacterSet="ISO_IR 100", PatientComments="Ä")
    name = "Łukasz"
    series = {"SeriesInstanceUID": "1.2.3.4", "SeriesNumber": "7", "Manufacturer": "Maker"}
    write_dicom(folder / "series.dcm", SpecificCharacterSet="ISO_IR 192", **{**visit, "PatientName": name}, **series)
    write_dicom(folder / "plain.dcm", **visit, **series)
    (folder / "log.cfg").write_text(
        "log4cplus.rootLogger = INFO, console\n"
        "log4cplus.appender.console = log4cplus::ConsoleAppender\n"
        "log4cplus.appender.console.logToStdErr = true\n"
    )


def write_dicom(path: Path, **attributes: object) -> None:
    """Write a DICOM file without pixels."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, "1.2.3.4.5"
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)
