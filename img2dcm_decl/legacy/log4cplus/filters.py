"""Filters of an appender."""

from __future__ import annotations

from itertools import count, takewhile
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.log4cplus.model import Filter
from img2dcm_decl.legacy.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.legacy.log4cplus.section import Section


def read_filters(appender: Section) -> tuple[Filter, ...]:
    """Return the filters `filters.1`, `filters.2` and so on, up to the first number that is missing."""
    settings = appender.below("filters")
    found = []
    for number in takewhile(settings.__contains__, map(str, count(1))):
        name = settings.text(number)
        read = _FILTERS.get(name)
        if read is None:
            settings.problem(f"there is no filter {shown(name)}: number {number} is left out")
        else:
            found.append(read(settings.below(number)))
    return tuple(found)


def _deny(_settings: Section) -> Filter:
    return Filter("deny")


def _level(settings: Section) -> Filter:
    level = settings.level("LogLevelToMatch")
    return Filter("level", _accepts(settings), level, level)


def _range(settings: Section) -> Filter:
    return Filter("range", _accepts(settings), settings.level("LogLevelMin"), settings.level("LogLevelMax"))


def _text(settings: Section) -> Filter:
    return Filter("text", _accepts(settings), text=settings.text("StringToMatch"))


def _accepts(settings: Section) -> bool:
    return settings.flag("AcceptOnMatch", False)


_FILTERS: dict[str, Callable[[Section], Filter]] = {
    "log4cplus::spi::DenyAllFilter": _deny,
    "log4cplus::spi::LogLevelMatchFilter": _level,
    "log4cplus::spi::LogLevelRangeFilter": _range,
    "log4cplus::spi::StringMatchFilter": _text,
}
