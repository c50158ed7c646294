"""What a translated recipe says about results that differ from img2dcm's."""

from __future__ import annotations

import pytest

from img2dcm_decl.legacy.differences import notes
from img2dcm_decl.legacy.invocation import parse

NO_SIDE = ["-k", "Laterality=L"]
GIVEN_UIDS = [
    argument for name in ("SOPInstanceUID", "0020,000d", "(0020,000E)") for argument in ("-k", f"{name}=1.2.3")
]
SILENT = ["-vlp", *NO_SIDE, *GIVEN_UIDS, "a.jpg", "o.dcm"]


def said(*argv: str, environ: dict[str, str] | None = None) -> dict[tuple[str | int, ...], str]:
    invocation = parse(argv, environ=environ or {}, path_separator=":")
    return {path: " ".join(text.split()) for path, text in notes(invocation).items()}


def test_a_line_whose_object_is_the_same_gets_no_comment() -> None:
    assert said(*SILENT) == {}


def test_help_gets_no_comment() -> None:
    assert said("--help") == {}


@pytest.mark.parametrize(
    ("argv", "path", "text"),
    [
        (["+p", "512", "0"], ("encoding", "padding"), "pads nothing"),
        (["-sc"], ("sop_class",), "Modality becomes OT"),
        (["-nsc"], ("sop_class",), "Modality becomes OT"),
        (["-oph"], ("inference",), "81745001"),
        (["-oph"], ("inference",), "seconds"),
        (["-df", "t.dcm"], ("sources", "template"), "More of the template's own picture"),
        (["-dx", "t.xml"], ("sources", "template"), "Hidden values"),
        (["-dx", "t.xml"], ("sources", "template"), "frame and timing attributes"),
        (["-dx", "t.xml", "-nsc"], ("sources", "template"), "frame attributes"),
        (["-df", "t.dcm", "-nsc"], ("sources", "template"), "frame and timing attributes"),
        (["-stf", "s.dcm"], ("sources", "study"), "empty Study Instance UID"),
        (["-sef", "s.dcm"], ("sources", "series"), "empty Series Instance UID"),
        (["-Ct"], ("sources", "characters"), "question marks"),
        (["-ka"], ("inputs", "jpeg", "app_segments"), "JFIF segments are removed"),
        (["-rc", "b.jpg"], ("inputs", "jpeg"), "every frame"),
        (["b.jpg"], ("inputs", "images"), "one transfer syntax"),
        (["-k", "0002,0010=1.2"], ("keys", 4), "refused"),
        (["-k", "(0008,0000)=4"], ("keys", 4), "refused"),
        (["-k", "0xfffe,0xe000=4"], ("keys", 4), "refused"),
        (["-k", "PixelData=1"], ("keys", 4), "crashes"),
        (["-k", "Rows="], ("keys", 4), "type 1"),
        (["-k", "28,10"], ("keys", 4), "type 1"),
        (["-k", "(StudyInstanceUID)="], ("keys", 4), "generated anew"),
        (["-k", "PatientName=Müller"], ("keys", 4), "Specific Character Set"),
        (["-lc", "log.cfg"], ("logging",), "log4cplus"),
    ],
)
def test_a_difference_is_said_beside_its_setting(argv: list[str], path: tuple[str | int, ...], text: str) -> None:
    comments = said(*SILENT[:-2], *argv, *SILENT[-2:])
    assert text in comments[path]


def test_what_is_generated_or_added_is_said() -> None:
    comments = said("-vlp", "a.jpg", "o.dcm")
    assert "2.25" in comments["uids",]
    assert "Laterality" in comments["inference",]
    assert "DCMDICTPATH" in said(*SILENT, environ={"DCMDICTPATH": "a.dic"})["dictionaries",]


@pytest.mark.parametrize(
    "argv",
    [
        ["-sc", "-k", "Modality=OT"],
        ["-nsc", "-k", "8,60=DX"],
        ["-oph", "-i1"],
        ["+p", "4", "4", "-p"],
        ["-i", "BMP", "-ka", "b.bmp"],
        ["-i", "BMP", "-k", "PixelData=1"],
        ["-i1", "-k", "Rows="],
        ["-k", "ReferencedImageSequence[0].Rows="],
    ],
)
def test_what_makes_no_difference_is_not_said(argv: list[str]) -> None:
    assert said(*SILENT[:-2], *argv, *SILENT[-2:]) == {}


def test_laterality_is_not_said_where_nothing_is_inserted() -> None:
    for option in ("-i2", "--no-checks"):
        assert "Laterality" not in " ".join(said("-vlp", option, "a.jpg", "o.dcm").values())
