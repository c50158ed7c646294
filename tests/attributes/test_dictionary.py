"""The data dictionary: what a tag is, and which tag a keyword names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.attributes.dictionary import Dictionary, Entry, Span
from img2dcm_decl.attributes.dictionary_file import MAX_PROBLEMS, read_dictionary

STANDARD = Dictionary()


@pytest.mark.parametrize(
    ("keyword", "tag"),
    [
        ("PatientName", 0x00100010),
        ("patientname", None),
        ("Patient's Name", None),
        ("PatientName ", None),
        ("", None),
        ("RETIRED_", None),
        ("OtherPatientIDs", 0x00101000),
        ("RETIRED_OtherPatientIDs", 0x00101000),
        ("RETIRED_PatientName", None),
        ("OverlayRows", 0x60000010),
        ("CurveData", 0x50003000),
        ("RETIRED_CurveData", 0x50003000),
        ("PrivateCreator", 0x00090010),
        ("GenericGroupLength", 0x00000000),
    ],
)
def test_keywords_name_tags(keyword: str, tag: int | None) -> None:
    assert STANDARD.tag_of(keyword) == tag


@pytest.mark.parametrize(
    ("tag", "creator", "vr"),
    [
        (0x00100010, None, "PN"),
        (0x43200010, None, "UN"),
        (0x00289999, None, "UN"),
        (0xFFFFFFFF, None, "UN"),
        (0x00280106, None, "US"),
        (0x00280120, None, "US"),
        (0x00281101, None, "US"),
        (0x00281200, None, "OW"),
        (0x00283006, None, "OW"),
        (0x00281201, None, "OW"),
        (0x7FE00010, None, "OW"),
        (0x60003000, None, "OW"),
        (0x60063000, None, "OW"),
        (0x54001010, None, "OB"),
        (0x54000110, None, "OB"),
        (0x00143050, None, "OB"),
        (0x7F000010, None, "OB"),
        (0x00090010, None, "LO"),
        (0x000900FF, None, "LO"),
        (0x00091001, None, "UN"),
        (0x00091001, "NOBODY KNOWS", "UN"),
        (0x00431027, "GEMS_PARM_01", "SH"),
        (0x00431127, "GEMS_PARM_01", "SH"),
        (0x00080000, None, "UL"),
        (0x60020010, None, "US"),
        (0x60010010, None, "LO"),
        (0xFFFEE000, None, "UN"),
    ],
)
def test_value_representations(tag: int, creator: str | None, vr: str) -> None:
    assert STANDARD.vr_of(tag, creator) == vr


def test_pixel_representation_decides_between_us_and_ss() -> None:
    assert STANDARD.vr_of(0x00280106, signed=True) == "SS"
    assert STANDARD.vr_of(0x00280010, signed=True) == "US"


def test_multiplicity_keyword_and_name() -> None:
    assert (STANDARD.vm_of(0x00080008), STANDARD.vm_of(0x00100010), STANDARD.vm_of(0x11111111)) == ("2-n", "1", "1-n")
    assert STANDARD.vm_of(0x00090010) == "1"
    assert STANDARD.keyword_of(0x60020010) == "OverlayRows"
    assert STANDARD.name_of(0x00091001) == "(0009,1001)"
    assert STANDARD.is_retired(0x00101000)
    assert not STANDARD.is_retired(0x00100010)
    assert {"PatientName", "OverlayRows"} < set(STANDARD.keywords())
    assert "" not in set(STANDARD.keywords())


def test_every_keyword_leads_to_a_tag_with_that_keyword() -> None:
    wrong = [k for k in STANDARD.keywords() if STANDARD.keyword_of(STANDARD.tag_of(k) or 0) != k]
    assert not wrong


def layered(text: str) -> Dictionary:
    entries, problems = read_dictionary(text, "x.dic")
    assert not problems
    return STANDARD.with_entries(entries)


def test_entries_add_to_and_override_the_standard() -> None:
    known = layered("# c\n\n(5554,0001)\tSH\tMyThing\t1-n\tTest\r\n(0010,0010)\tLO\tOtherName\t2\n")
    assert known.tag_of("MyThing") == 0x55540001
    assert (known.vr_of(0x55540001), known.vm_of(0x55540001)) == ("SH", "1-n")
    assert known.tag_of("PatientName") is None
    assert (known.keyword_of(0x00100010), known.vr_of(0x00100010), known.vm_of(0x00100010)) == ("OtherName", "LO", "2")
    assert known.tag_of("PatientID") == 0x00100020
    assert STANDARD.tag_of("PatientName") == 0x00100010


def test_later_entries_win_and_exact_and_narrow_ones_come_first() -> None:
    known = layered(
        "(6000-60FF,0010)\tSH\tWide\n"
        "(6000-6010,0010)\tLO\tNarrow\n"
        "(6002,0010)\tUS\tExact\n"
        "(7777-o-777F,0001)\tDS\tOdd\n"
        "(7776,0010-u-0013)\tFD\tAll\n"
        "(7776,0010)\tFL\tFirst\n"
        "(7776,0010)\tFD\tSecond\n"
    )
    assert [known.vr_of(tag) for tag in (0x60020010, 0x60040010, 0x60200010)] == ["US", "LO", "SH"]
    assert known.tag_of("Wide") == 0x60000010
    assert [known.vr_of(tag) for tag in (0x77770001, 0x77790001, 0x77780001)] == ["DS", "DS", "UN"]
    assert known.vr_of(0x77760011) == "FD"
    assert known.keyword_of(0x77760010) == "Second"


def test_private_entries_belong_to_their_creator_in_any_block() -> None:
    known = layered('(4321,"MY PRIV",01)\tLO\tMine\n(4321,"MY PRIV",10-u-1F)\tDS\tMany\n(0011,"ACME",01)\tSH\tAcme\n')
    assert known.vr_of(0x43212001, "MY PRIV") == "LO"
    assert known.vr_of(0x43212011, "MY PRIV") == "DS"
    assert known.vr_of(0x43212001, "OTHER") == "UN"
    assert known.vr_of(0x43212001) == "UN"
    assert known.vr_of(0x00111001, "ACME") == "SH"


def test_codes_for_a_choice_are_resolved() -> None:
    codes = ["ox", "px", "xs", "lt", "na", "up"]
    known = layered("".join(f"(5554,{number:04x})\t{code}\tK{number}\n" for number, code in enumerate(codes, 1)))
    assert [known.vr_of(0x55540001 + n) for n in range(len(codes))] == ["OB", "OW", "US", "OW", "UN", "UL"]


@pytest.mark.parametrize(
    ("line", "said", "column"),
    [
        ("(5554,0001) LO MyThing", "too few fields", 1),
        ("(5554,0001)\tLO", "too few fields", 1),
        ("(5554,0001)\tLO\tA\t1\tx\ty", "too many fields", 22),
        ("(5554,0001)\tZZ\tA", "'ZZ' is not a value representation", 13),
        ("(5554,0001)\tLO\tA\tx", "'x' is not a value multiplicity", 18),
        ("(55x4,0001)\tLO\tA", "is not a tag", 1),
        ("5554,0001\tLO\tA", "is not a tag", 1),
        ("(5554,0001)\tLO\t ", "the keyword is empty", 16),
        ("(60FF-6000,0001)\tLO\tA", "holds no number", 1),
        ("x" * 3000, "3000 characters", 1),
    ],
)
def test_bad_lines_are_named_and_the_good_ones_count(line: str, said: str, column: int) -> None:
    entries, problems = read_dictionary(f"(5554,0009)\tLO\tGood\n{line}\n", "x.dic")
    assert [entry.keyword for entry in entries] == ["Good"]
    assert len(problems) == 1
    assert said in problems[0].message
    assert problems[0].place is not None
    assert (problems[0].place.line, problems[0].place.column) == (2, column)
    assert "\n" not in problems[0].message


def test_problems_are_bounded() -> None:
    _, problems = read_dictionary("x\n" * 1000, "x.dic")
    assert len(problems) == MAX_PROBLEMS + 1


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='()0123456789abcdefxueo-,"\t LOnASQ\n#', max_size=80))
def test_any_text_is_read_or_complained_about(text: str) -> None:
    entries, _ = read_dictionary(text, "x.dic")
    known = STANDARD.with_entries(entries)
    for entry in entries:
        assert entry.vr not in {"", "ZZ"}
        assert known.vr_of(entry.tag, entry.creator or None)


def test_spans_know_their_numbers() -> None:
    assert Span(3, 9, "even").first == 4
    assert Span(3, 9, "odd").first == 3
    assert Entry(Span(0x6000, 0x60FF, "even"), Span(0x10, 0x10), "US", "X").tag == 0x60000010
