"""Layouts: the form of an appender's messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.legacy.log4cplus.model import Field, Layout
from img2dcm_decl.legacy.log4cplus.pattern import check_date_format, read_pattern
from img2dcm_decl.legacy.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.legacy.log4cplus.section import Section


def read_layout(appender: Section) -> Layout:
    """Return the layout of an appender; the simple one where it names none, or one that there is not."""
    name = appender.text("layout")
    if not name:
        return Layout()
    read = _LAYOUTS.get(name)
    if read is None:
        appender.problem(f"there is no layout {shown(name)}: log4cplus::SimpleLayout is used")
        return Layout()
    return read(appender.below("layout"))


def _simple(_settings: Section) -> Layout:
    return Layout()


def _ttcc(settings: Section) -> Layout:
    """Return the layout of time, thread, category and (always empty here) context."""
    date = settings.text("DateFormat")
    when = Field("r")
    if date:
        letter = "d" if settings.flag("Use_gmtime", False) else "D"
        when = Field(letter, check_date_format(date, settings.remarks))
    fields = (when, " [", Field("t"), "] ", Field("p"), " ", Field("c"), " <> - ", Field("m"), Field("n"))
    return Layout(fields)


def _pattern(settings: Section) -> Layout:
    if "NDCMaxDepth" in settings:
        settings.remarks.without_counterpart("NDCMaxDepth")
    key = "ConversionPattern"
    if key not in settings and "Pattern" in settings:
        settings.problem("Pattern is an old name of ConversionPattern: use that")
        key = "Pattern"
    if key not in settings:
        settings.problem("ConversionPattern is not given: log4cplus::SimpleLayout is used")
        return Layout()
    return Layout(read_pattern(settings.text(key), settings.remarks), settings.flag("FormatEachLine", True))


_LAYOUTS: dict[str, Callable[[Section], Layout]] = {
    "log4cplus::SimpleLayout": _simple,
    "log4cplus::TTCCLayout": _ttcc,
    "log4cplus::PatternLayout": _pattern,
}
