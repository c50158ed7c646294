"""Formats of placeholders: dates, times and names as people write them, and nothing else."""

from __future__ import annotations

import locale
import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.recipe.date_forms import DIRECTIVES, LONGEST_FORM, date_form
from img2dcm_decl.recipe.format_problem import FormatProblem
from img2dcm_decl.recipe.name_forms import name_form
from img2dcm_decl.recipe.value_formats import Width


@pytest.mark.parametrize(
    ("form", "value", "made"),
    [
        ("%d.%m.%Y", "31.01.2020", "20200131"),
        ("%d.%m.%Y", "1.2.2020", "20200201"),
        ("%d.%m.%Y", "31.02.2020", None),
        ("%d.%m.%Y", "29.02.2020", "20200229"),
        ("%d.%m.%Y", "29.02.2021", None),
        ("%d.%m.%Y", "01.02.20", None),
        ("%d.%m.%Y", "01.02.2020 ", None),
        ("%d.%m.%Y", "01.02.2020x", None),
        ("%d.%m.%Y", "01.02.2020\n", None),
        ("%d.%m.%Y", "01x02x2020", None),
        ("%d.%m.%Y", "00.01.2020", None),
        ("%d.%m.%Y", "01.13.2020", None),
        ("%d.%m.%Y", "01.01.0000", None),
        ("%d.%m.%Y", "٠١.٠٢.٢٠٢٠", None),
        ("%d.%m.%y", "01.02.20", "20200201"),
        ("%d.%m.%y", "01.02.69", "19690201"),
        ("%d.%m.%y", "01.02.68", "20680201"),
        ("%Y-%m-%d", "2020-01-31", "20200131"),
        ("%Y-%m-%d", "0020-01-31", "00200131"),
        ("%Y%m%d", "20200131", "20200131"),
        ("%Y%m%d", "2020131", None),
        ("%Y-%m-%d %H:%M:%S", "2020-01-31 00:00:00", "20200131"),
        ("%d %b %Y", "3 mAr 2020", "20200303"),
        ("%d %B %Y", "3 March 2020", "20200303"),
        ("%d %b %Y", "3 März 2020", None),
        ("%B %d, %Y", "May 3, 2020", "20200503"),
        ("%Y.%j", "2020.366", "20201231"),
        ("%Y.%j", "2021.366", None),
        ("%Y.%j", "2021.000", None),
        ("%Y/%j", "0099/001", "00990101"),
        ("%Y%%%m%%%d", "2020%01%31", "20200131"),
    ],
)
def test_dates(form: str, value: str, made: str | None) -> None:
    assert date_form("date", form)(value) == made


@pytest.mark.parametrize(
    ("form", "value", "made"),
    [
        ("%H:%M:%S", "07:08:09", "070809"),
        ("%H:%M:%S", "7:08:09", "070809"),
        ("%H:%M:%S", "24:00:00", None),
        ("%H:%M:%S", "23:59:60", "235960"),
        ("%H:%M:%S", "23:60:00", None),
        ("%H:%M", "07:08", "0708"),
        ("%H", "07", "07"),
        ("%H%M", "708", None),
        ("%H:%M:%S.%f", "07:08:09.5", "070809.5"),
        ("%H:%M:%S.%f", "07:08:09.1234567", None),
        ("%I:%M %p", "12:05 am", "0005"),
        ("%I:%M %p", "12:05 PM", "1205"),
        ("%I:%M %p", "1:05 PM", "1305"),
        ("%I:%M %p", "13:05 PM", None),
        ("%Y-%m-%dT%H:%M:%S%z", "2020-01-31T07:08:09+01:00", "070809"),
    ],
)
def test_times(form: str, value: str, made: str | None) -> None:
    assert date_form("time", form)(value) == made


@pytest.mark.parametrize(
    ("form", "value", "made"),
    [
        ("%Y-%m-%d %H:%M:%S", "2020-01-31 07:08:09", "20200131070809"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2020-01-31T07:08:09.250+01:00", "20200131070809.250+0100"),
        ("%Y-%m-%dT%H:%M%z", "2020-01-31T07:08Z", "202001310708+0000"),
        ("%Y-%m-%dT%H:%M%z", "2020-01-31T07:08-0000", "202001310708+0000"),
        ("%Y-%m-%dT%H:%M%z", "2020-01-31T07:08-1200", "202001310708-1200"),
        ("%Y-%m-%dT%H:%M%z", "2020-01-31T07:08-12:30", None),
        ("%Y-%m-%dT%H:%M%z", "2020-01-31T07:08+14:01", None),
        ("%Y-%m-%dT%H:%M%z", "2020-01-31T07:08+01:75", None),
        ("%Y", "2020", "2020"),
        ("%Y", "0000", None),
        ("%m/%Y", "2/2020", "202002"),
        ("%d.%m.%Y", "31.02.2020", None),
    ],
)
def test_dates_with_times(form: str, value: str, made: str | None) -> None:
    assert date_form("datetime", form)(value) == made


@pytest.mark.parametrize(
    ("kind", "form", "offset", "length", "message"),
    [
        ("date", "%Y-%m-%q", 6, 2, "'%q' says nothing"),
        ("date", "%Y-%m-%", 6, 1, "'%' says nothing"),
        ("date", "%Y-%m-%d %Y", 9, 2, "%Y tells the year already"),
        ("date", "%Y-%j-%d", 6, 2, "%j tells the day already"),
        ("date", "%Y %b %m %d", 6, 2, "%b tells the month already"),
        ("date", "%Y-%m", 0, 5, "does not tell the day"),
        ("date", "x", 0, 1, "does not tell the year"),
        ("time", "%Y-%m-%d", 0, 8, "does not tell the hour"),
        ("time", "%H %S", 0, 5, "does not tell the minute"),
        ("time", "%I:%M", 0, 5, "%I and %p need each other"),
        ("time", "%H:%M %p", 0, 8, "%I and %p need each other"),
        ("datetime", "%Y %H", 0, 5, "does not tell the month"),
        ("datetime", "%Y-%m-%d %H:%M:%f", 0, 17, "does not tell the second"),
        ("date", "%Y%m%d" + "x" * LONGEST_FORM, 0, LONGEST_FORM + 6, "at most 100"),
    ],
)
def test_forms_that_cannot_be_read_are_refused(kind: str, form: str, offset: int, length: int, message: str) -> None:
    with pytest.raises(FormatProblem) as caught:
        date_form(kind, form)
    assert message in caught.value.message
    assert (caught.value.offset, caught.value.length) == (offset, length)


def test_months_do_not_depend_on_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    names = [name for name in ("de_DE.UTF-8", "C") if name == "C" or _is_installed(name)]
    try:
        for name in names:
            locale.setlocale(locale.LC_TIME, name)
            assert date_form("date", "%d %B %Y")("1 October 2020") == "20201001"
    finally:
        locale.setlocale(locale.LC_TIME, before)


def _is_installed(name: str) -> bool:
    try:
        locale.setlocale(locale.LC_TIME, name)
    except locale.Error:
        return False
    return True


@given(st.dates(), st.sampled_from(["%d.%m.%Y", "%Y%m%d", "%m/%d/%Y", "%Y-%j", "%d%m%Y"]))
def test_every_day_is_read_as_written(day: date, form: str) -> None:
    # strftime does not fill up years on every system.
    written = day.strftime(form.replace("%Y", f"{day.year:04}"))
    assert date_form("date", form)(written) == f"{day.year:04}{day.month:02}{day.day:02}"


@given(st.datetimes())
def test_every_moment_is_read_as_written(moment: datetime) -> None:
    made = date_form("datetime", "%Y-%m-%dT%H:%M:%S.%f")(moment.isoformat(timespec="microseconds"))
    assert made == moment.isoformat(timespec="microseconds").translate({ord(sign): None for sign in "-T:"})


@given(st.text(alphabet="%" + "".join(DIRECTIVES) + "-: 0", max_size=12), st.text(alphabet="0129-: ", max_size=12))
def test_any_form_reads_or_is_refused(form: str, value: str) -> None:
    for kind in ("date", "time", "datetime"):
        start, length, made = 0, 0, None
        try:
            made = date_form(kind, form)(value)
        except FormatProblem as problem:
            start, length = problem.offset, problem.length
        assert 0 <= start <= start + length <= len(form)
        assert made is None or re.fullmatch(r"[0-9.]+([+-][0-9]{4})?", made)


@pytest.mark.parametrize(
    ("form", "value", "made"),
    [
        ("family, given", "Doe, John", "Doe^John"),
        ("family, given", "Doe,John", "Doe^John"),
        ("family, given", " van der Berg ,  John Paul ", "van der Berg^John Paul"),
        ("family, given", "Doe", None),
        ("family, given", "Doe,", None),
        ("family, given", "Doe, John, Jr.", None),
        ("family, given", "Doe^X, John", None),
        ("family, given", "Doe=X, John", None),
        ("family, given", "Doe\\X, John", None),
        ("family, given", "Doe, Jo\nhn", None),
        ("given family", "John Doe", "Doe^John"),
        ("given family", "John  Doe", "Doe^John"),
        ("given family", "John Paul Doe", None),
        ("given family", "Doe", None),
        ("given middle family", "John Paul Doe", "Doe^John^Paul"),
        ("family, given middle", "van der Berg, John Paul", "van der Berg^John^Paul"),
        ("prefix family, given", "Dr. Doe, John", "Doe^John^^Dr."),
        ("family;given;suffix", "Doe;John;Jr.", "Doe^John^^^Jr."),
        ("family", "Doe", "Doe"),
        ("given", "John", "^John"),
        ("family, given", "山田, 太郎", "山田^太郎"),
    ],
)
def test_names(form: str, value: str, made: str | None) -> None:
    assert name_form(form)(value) == made


@pytest.mark.parametrize(
    ("form", "offset", "length", "message"),
    [
        ("", 0, 0, "names no component"),
        (", ", 0, 2, "names no component"),
        ("family, first", 8, 5, "no component 'first'"),
        ("family family", 7, 6, "family is there twice"),
        ("- family", 0, 2, "begins with a component"),
        ("family, given.", 13, 1, "ends with a component"),
        ("family," + "x" * LONGEST_FORM, 0, LONGEST_FORM + 7, "at most 100"),
    ],
)
def test_forms_of_names_are_checked(form: str, offset: int, length: int, message: str) -> None:
    with pytest.raises(FormatProblem) as caught:
        name_form(form)
    assert message in caught.value.message
    assert (caught.value.offset, caught.value.length) == (offset, length)


@given(st.sampled_from(["family, given", "given family", "prefix given middle family, suffix"]), st.text())
def test_a_name_never_has_more_than_its_components(form: str, value: str) -> None:
    made = name_form(form)(value)
    assert made is None or (made.count("^") <= 4 and "\\" not in made and "=" not in made)


@pytest.mark.parametrize(
    ("width", "value", "made"),
    [
        ("4", "7", "   7"),
        ("04", "007", "0007"),
        ("04", "12345", "12345"),
        ("04", "-7", "-007"),
        ("04", "7.0", None),
        ("04", " 7", None),
        ("04", "7_0", None),
        ("04", "٧", None),
        ("04", "9" * 41, None),
    ],
)
def test_widths(width: str, value: str, made: str | None) -> None:
    assert Width(width)(value) == made
