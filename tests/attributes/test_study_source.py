"""An object joins a study or series: what is copied, what is emptied, and in which character set."""

from __future__ import annotations

import pytest

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.problems import CharacterSetError, TemplateError
from img2dcm_decl.attributes.study_source import join

CHARACTER_SET, NAME, SEX, MANUFACTURER = 0x00080005, 0x00100010, 0x00100040, 0x00080070
STUDY_UID, SERIES_UID, SERIES_NUMBER, INSTANCE_NUMBER = 0x0020000D, 0x0020000E, 0x00200011, 0x00200013
STUDY = {
    *(0x00080020, 0x00080030, 0x00080050, 0x00080090),
    *(NAME, 0x00100020, 0x00100030, SEX, STUDY_UID, 0x00200010),
}
VRS = {CHARACTER_SET: "CS", STUDY_UID: "UI", SERIES_UID: "UI", NAME: "PN", SEX: "CS", INSTANCE_NUMBER: "IS"}


def dataset(values: dict[int, bytes]) -> Dataset:
    made = Dataset()
    for tag, value in values.items():
        made.put(Attribute(tag, VRS.get(tag, "LO"), value, "template"))
    return made


def source(values: dict[int, bytes] | None = None) -> Dataset:
    return dataset({STUDY_UID: b"1.2", SERIES_UID: b"1.2.3", **(values or {})})


def content(made: Dataset, tag: int) -> object:
    attribute = made.get(tag)
    return attribute.content if attribute else None


def test_a_study_brings_patient_and_study_and_nothing_else() -> None:
    made = Dataset()
    join(
        made, source({0x00081030: b"a description", SERIES_NUMBER: b"3", NAME: b"A^B", INSTANCE_NUMBER: b"5"}), "study"
    )
    assert {attribute.tag for attribute in made} == STUDY
    assert {attribute.origin for attribute in made} == {"study source"}
    assert content(made, NAME) == b"A^B"


def test_a_series_brings_its_own_attributes_too() -> None:
    made = Dataset()
    join(made, source({SERIES_NUMBER: b"3", MANUFACTURER: b"ACME"}), "series")
    assert {attribute.tag for attribute in made} == STUDY | {SERIES_UID, SERIES_NUMBER, MANUFACTURER}
    assert {attribute.origin for attribute in made} == {"series source"}
    assert content(made, MANUFACTURER) == b"ACME"


def test_what_the_source_lacks_becomes_empty_and_several_values_stay() -> None:
    made = dataset({SEX: b"F", NAME: b"Other", MANUFACTURER: b"kept"})
    join(made, source({NAME: b"A\\B"}), "study")
    assert (content(made, SEX), content(made, NAME), content(made, MANUFACTURER)) == (b"", b"A\\B", b"kept")


@pytest.mark.parametrize(
    ("level", "values", "message"),
    [
        ("study", {SERIES_UID: b"1"}, "no Study Instance UID"),
        ("study", {STUDY_UID: b""}, "no Study Instance UID"),
        ("series", {STUDY_UID: b"1.2"}, "no Series Instance UID"),
        ("series", {STUDY_UID: b"1.2", SERIES_UID: b" "}, "no Series Instance UID"),
        ("study", {STUDY_UID: b"1.2", NAME: b"x" * 70_000}, "its Patient's Name has 70000 bytes"),
    ],
)
def test_a_source_that_nothing_can_join_is_refused(level: str, values: dict[int, bytes], message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        join(Dataset(), dataset(values), "series" if level == "series" else "study")


def test_a_sequence_in_place_of_a_value_is_refused() -> None:
    given = source()
    given.put(Attribute(NAME, "SQ", (Dataset(),), "study source"))
    with pytest.raises(TemplateError, match="its Patient's Name is not a value"):
        join(Dataset(), given, "study")


@pytest.mark.parametrize(
    ("values", "expected"),
    [({INSTANCE_NUMBER: b"5"}, b"5"), ({}, b"1"), ({INSTANCE_NUMBER: b""}, b"")],
)
def test_the_instance_number_is_copied_where_it_is_counted_on(values: dict[int, bytes], expected: bytes) -> None:
    made = dataset({INSTANCE_NUMBER: b"7"})
    join(made, source(values), "study", instance_number=True)
    assert content(made, INSTANCE_NUMBER) == expected


@pytest.mark.parametrize(
    ("given", "wanted", "name", "becomes", "declares"),
    [
        (b"ISO_IR 100", b"ISO_IR 100", b"M\xfcller", b"M\xfcller", b"ISO_IR 100"),
        (b"ISO_IR 100", b"ISO_IR 192", b"M\xfcller", b"M\xc3\xbcller", b"ISO_IR 192"),
        (b"", b"ISO_IR 192", b"M\xfcller", b"M\xfcller", b"ISO_IR 192"),
        (b"ISO_IR 100", b"", b"M\xfcller", b"M\xfcller", b"ISO_IR 100"),
        (b"\\ISO 2022 IR 87", b"", b"\x1b$B2&\x1b(B", b"\x1b$B2&\x1b(B", b"\\ISO 2022 IR 87"),
        (b"\\ISO 2022 IR 87", b"ISO_IR 192", b"\x1b$B2&\x1b(B", "王".encode(), b"ISO_IR 192"),
        (b"ISO_IR 192", b"\\ISO 2022 IR 87", "王".encode(), b"\x1b$B2&\x1b(B", b"\\ISO 2022 IR 87"),
        (b"ISO 2022 IR 100", b"ISO_IR 100", b"M\xfcller", b"M\xfcller", b"ISO_IR 100"),
        (b"ISO_IR 192", b"ISO_IR 192", b"\xff", b"\xff", b"ISO_IR 192"),
        (b"", b"", b"\xff", b"\xff", None),
        (b"ISO_IR 999", b"ISO_IR 192", b"Plain", b"Plain", b"ISO_IR 192"),
    ],
)
def test_text_is_brought_into_the_character_set_of_the_dataset(
    given: bytes, wanted: bytes, name: bytes, becomes: bytes, declares: bytes | None
) -> None:
    made = dataset({CHARACTER_SET: wanted} if wanted else {})
    join(made, source({CHARACTER_SET: given, NAME: name}), "study")
    assert content(made, NAME) == becomes
    assert content(made, CHARACTER_SET) == declares


def test_only_what_is_copied_has_to_fit() -> None:
    made = dataset({CHARACTER_SET: b"ISO_IR 100"})
    join(made, source({CHARACTER_SET: b"ISO_IR 192", 0x00104000: "Δ".encode(), MANUFACTURER: "Δ".encode()}), "study")
    with pytest.raises(CharacterSetError, match=r"its Manufacturer does not fit: ISO_IR 100 has no 'Δ'"):
        join(made, source({CHARACTER_SET: b"ISO_IR 192", MANUFACTURER: "Δ".encode()}), "series")
    join(made, source({CHARACTER_SET: b"ISO_IR 192", MANUFACTURER: "Δ".encode()}), "series", mode="transliterate")
    assert content(made, MANUFACTURER) == b"D"


def test_text_that_grows_beyond_its_length_is_refused() -> None:
    long = source({CHARACTER_SET: b"ISO_IR 100", NAME: b"\xfc" * 40_000})
    with pytest.raises(CharacterSetError, match="becomes longer than"):
        join(dataset({CHARACTER_SET: b"ISO_IR 192"}), long, "study")
