"""What each option of img2dcm changes: a command line without it, one with it, and all that differs then.

A difference is what was seen before and after: a text; `None`, nothing; or a pattern that the text has to match.
Nothing else may differ, and nothing here is the same on both sides, so that an option without effect fails.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

Seen: TypeAlias = str | re.Pattern[str] | None
NEW = "new"
ANY = re.compile(".+")
FATAL = re.compile("^F: Error converting file: ")


class Spec(NamedTuple):
    """One option.

    Attributes
    ----------
    without, given : str
        Arguments without the option and with it; the output is added to both.
    differs : mapping
        Name of what is seen -> before and after.
    """

    without: str
    given: str
    differs: Mapping[str, tuple[Seen, Seen]]


def _fails(pattern: str) -> dict[str, tuple[Seen, Seen]]:
    return {
        "exit code": ("0", "1"),
        "output": ("written", None),
        "standard error": (None, re.compile(f"(?s)^F: Error converting file: .*{pattern}")),
    }


def _succeeds(pattern: str) -> dict[str, tuple[Seen, Seen]]:
    return {name: (after, before) for name, (before, after) in _fails(pattern).items()}


def _back(differs: Mapping[str, tuple[Seen, Seen]]) -> dict[str, tuple[Seen, Seen]]:
    return {name: (after, before) for name, (before, after) in differs.items()}


TYPE_2 = """
    PatientName PatientSex PatientBirthDate PatientID StudyDate StudyTime ReferringPhysicianName StudyID AccessionNumber
    SeriesNumber Laterality InstanceNumber PatientOrientation
""".split()
CHECKED: dict[str, tuple[Seen, Seen]] = {
    **dict.fromkeys(TYPE_2, (None, "")),
    **dict.fromkeys(["SeriesNumber", "InstanceNumber"], (None, "None")),
    "ConversionType": (None, "WSD"),
}
TO_NEW_SC: dict[str, tuple[Seen, Seen]] = {
    "SOPClassUID": ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.7.4"),
    "NumberOfFrames": (None, "1"),
    "BurnedInAnnotation": (None, "NO"),
}
TO_PHOTO: dict[str, tuple[Seen, Seen]] = {
    "SOPClassUID": ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.77.1.4"),
    "Modality": ("OT", "XC"),
    "ConversionType": ("WSD", None),
    "AcquisitionContextSequence": (None, "0 items"),
    "AcquisitionContextSequence, length": (None, "explicit"),
    "Manufacturer": (None, ""),
    "ImageType": (None, "['DERIVED', 'SECONDARY']"),
}
EMPTY_SEQUENCES = """
    RefractiveStateSequence IlluminationTypeCodeSequence LightPathFilterTypeStackCodeSequence
    ImagePathFilterTypeStackCodeSequence LensesCodeSequence
""".split()
EYE = "AnatomicRegionSequence"
TO_EYE: dict[str, tuple[Seen, Seen]] = {
    "SOPClassUID": ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.77.1.5.1"),
    "Modality": ("OT", "OP"),
    "ConversionType": ("WSD", None),
    "NumberOfFrames": (None, "1"),
    "FrameTime": (None, "0"),
    "FrameIncrementPointer": (None, "(0018,1063)"),
    "SynchronizationTrigger": (None, "NO TRIGGER"),
    "AcquisitionTimeSynchronized": (None, "N"),
    "InstanceNumber": ("None", "1"),
    "ImageType": (None, "['ORIGINAL', 'PRIMARY']"),
    "SynchronizationFrameOfReferenceUID": (None, NEW),
    **dict.fromkeys(["ContentDate", "ContentTime", "AcquisitionDateTime"], (None, "now")),
    "BurnedInAnnotation": (None, "NO"),
    EYE: (None, "1 items"),
    f"{EYE}, length": (None, "explicit"),
    f"{EYE}[0], length": (None, "explicit"),
    f"{EYE}[0].CodeValue": (None, "81745001"),
    f"{EYE}[0].CodingSchemeDesignator": (None, "SCT"),
    f"{EYE}[0].CodeMeaning": (None, "Eye"),
    **dict.fromkeys(EMPTY_SEQUENCES, (None, "0 items")),
    **dict.fromkeys([f"{name}, length" for name in EMPTY_SEQUENCES], (None, "explicit")),
    **dict.fromkeys(["Manufacturer", "PatientEyeMovementCommanded", "PupilDilated", "DetectorType"], (None, "")),
    **dict.fromkeys(["HorizontalFieldOfView", "EmmetropicMagnification", "IntraOcularPressure"], (None, "None")),
}
VISIT: dict[str, tuple[Seen, Seen]] = {
    "PatientName": ("", "Visit^Patient"),
    "StudyInstanceUID": (NEW, "1.2.3"),
}
SERIES: dict[str, tuple[Seen, Seen]] = {
    **VISIT,
    "SeriesInstanceUID": (NEW, "1.2.3.4"),
    "SeriesNumber": ("None", "7"),
    "Manufacturer": (None, "Maker"),
}
RATIO: dict[str, tuple[Seen, Seen]] = {"LossyImageCompressionRatio": (ANY, ANY)}
STEP = "-k RequestAttributesSequence[0].ScheduledProcedureStepID=S"
UNDEFINED: dict[str, tuple[Seen, Seen]] = dict.fromkeys(
    ["RequestAttributesSequence, length", "RequestAttributesSequence[0], length"], ("explicit", "undefined")
)
GROUPS: dict[str, tuple[Seen, Seen]] = {
    f"length of group {group}": (None, "present") for group in ("0008", "0010", "0020", "0028", "7fe0")
}
PADDED: dict[str, tuple[Seen, Seen]] = {
    "DataSetTrailingPadding": (None, "present"),
    "length of the file": (None, "0 modulo 512"),
}
CHARACTERS = "in.jpg -df latin.dcm -stf series.dcm"
FUNDUS = (
    "in.jpg -k ImageLaterality=R -k AcquisitionDeviceTypeCodeSequence[0].CodeValue=409898007"
    " -k AcquisitionDeviceTypeCodeSequence[0].CodingSchemeDesignator=SCT"
)

SPECS: Mapping[str, Spec] = {
    "--help": Spec(
        "in.jpg", "in.jpg --help", {"output": ("written", None), "standard output": (None, re.compile("(?m)^usage: "))}
    ),
    "--version": Spec(
        "in.jpg",
        "in.jpg --version",
        {"output": ("written", None), "standard output": (None, re.compile("^img2dcm-decl "))},
    ),
    "--arguments": Spec(
        "in.jpg",
        "in.jpg --arguments",
        {"standard error": (None, re.compile(r"^I: calling 'img2dcm-decl legacy' with 3 arguments: 'in\.jpg' "))},
    ),
    "--quiet": Spec("junk.jpg", "junk.jpg -q", {"standard error": (re.compile(r"^W: junk\.jpg: "), None)}),
    "--verbose": Spec(
        "in.jpg", "in.jpg -v", {"standard error": (None, re.compile("(?m)^I: .*Starting image conversion$"))}
    ),
    "--debug": Spec("in.jpg -v", "in.jpg -v -d", {"standard error": (re.compile("^I: "), re.compile("(?m)^D: "))}),
    "--log-level": Spec("none.jpg", "none.jpg -ll off", {"standard error": (FATAL, None)}),
    "--log-config": Spec("in.jpg", "in.jpg -lc log.cfg", {"standard error": (None, re.compile("(?m)^INFO - "))}),
    "--input-format": Spec("in.bmp", "in.bmp -i BMP", _succeeds("BMP")),
    "--dataset-from": Spec("in.jpg", "in.jpg -df template.dcm", {**VISIT, "InstanceNumber": ("None", "5")}),
    "--dataset-from-xml": Spec(
        "in.jpg",
        "in.jpg -dx template.xml",
        {"PatientName": ("", "Xml^Template"), "length of group 0010": (None, "present")},
    ),
    "--study-from": Spec("in.jpg", "in.jpg -stf plain.dcm", VISIT),
    "--series-from": Spec("in.jpg", "in.jpg -sef plain.dcm", SERIES),
    "--instance-inc": Spec("in.jpg -df template.dcm", "in.jpg -df template.dcm -ii", {"InstanceNumber": ("5", "6")}),
    "--validate-document": Spec("in.jpg -dx template.xml", "in.jpg -dx template.xml +Vd", _fails("DTD")),
    "--check-namespace": Spec("in.jpg -dx template.xml", "in.jpg -dx template.xml +Vn", _fails("namespace")),
    "--disable-progr": Spec("progressive.jpg", "progressive.jpg -dp", _fails("[Pp]rogressive")),
    "--disable-ext": Spec("extended.jpg", "extended.jpg -de", _fails("[Ee]xtended")),
    "--insist-on-jfif": Spec("bare.jpg", "bare.jpg -jf", _fails("JFIF")),
    "--keep-appn": Spec("segments.jpg", "segments.jpg -ka", {"PixelData": ("frame COM", "frame APP5 COM"), **RATIO}),
    "--remove-com": Spec("segments.jpg", "segments.jpg -rc", {"PixelData": ("frame COM", "frame"), **RATIO}),
    "--do-checks": Spec("in.jpg --no-checks", "in.jpg --no-checks --do-checks", CHECKED),
    "--no-checks": Spec("in.jpg", "in.jpg --no-checks", _back(CHECKED)),
    "--insert-type2": Spec("in.jpg -i2", "in.jpg -i2 +i2", _succeeds("type 2 attribute PatientName is missing")),
    "--no-type2-insert": Spec("in.jpg", "in.jpg -i2", _fails("type 2 attribute PatientName is missing")),
    "--invent-type1": Spec("in.jpg -i1", "in.jpg -i1 +i1", _succeeds("type 1 attribute ConversionType is missing")),
    "--no-type1-invent": Spec("in.jpg", "in.jpg -i1", _fails("type 1 attribute ConversionType is missing")),
    "--transliterate": Spec(CHARACTERS, f"{CHARACTERS} -Ct", _succeeds("ISO_IR 100")),
    "--discard-illegal": Spec(f"{CHARACTERS} -Ct", f"{CHARACTERS} -Ct -Cd", {"PatientName": ("Lukasz", "ukasz")}),
    "--key": Spec("in.jpg", "in.jpg -k PatientID=P-1", {"PatientID": ("", "P-1")}),
    "--sec-capture": Spec("in.jpg -vlp", "in.jpg -vlp -sc", _back(TO_PHOTO)),
    "--new-sc": Spec("in.jpg", "in.jpg -nsc", TO_NEW_SC),
    "--vl-photo": Spec("in.jpg", "in.jpg -vlp", TO_PHOTO),
    "--oph-photo": Spec(FUNDUS, f"{FUNDUS} -oph", TO_EYE),
    "--write-file": Spec("in.jpg -F", "in.jpg -F +F", {"file meta information": (None, "present")}),
    "--write-dataset": Spec("in.jpg", "in.jpg -F", {"file meta information": ("present", None)}),
    "--group-length-recalc": Spec(
        "in.jpg -dx template.xml -g", "in.jpg -dx template.xml -g +g=", {"length of group 0010": (None, "present")}
    ),
    "--group-length-create": Spec("in.jpg", "in.jpg +g", GROUPS),
    "--group-length-remove": Spec(
        "in.jpg -dx template.xml", "in.jpg -dx template.xml -g", {"length of group 0010": ("present", None)}
    ),
    "--length-explicit": Spec(f"in.jpg {STEP} -e", f"in.jpg {STEP} -e +e", _back(UNDEFINED)),
    "--length-undefined": Spec(f"in.jpg {STEP}", f"in.jpg {STEP} -e", UNDEFINED),
    "--padding-off": Spec("in.jpg +p 512 0", "in.jpg +p 512 0 -p", _back(PADDED)),
    "--padding-create": Spec("in.jpg", "in.jpg +p 512 0", PADDED),
}
