"""Types of appenders: where messages go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.log4cplus.model import (
    Console,
    DailyFile,
    LogFile,
    Nowhere,
    RollingFile,
    SystemLog,
    Target,
)
from img2dcm_decl.legacy.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.legacy.log4cplus.section import Section

SCHEDULES = ("monthly", "weekly", "daily", "twice_daily", "hourly", "minutely")
FACILITIES = (
    *("auth", "authpriv", "cron", "daemon", "ftp", "kern", "lpr", "mail", "news", "syslog", "user", "uucp"),
    *(f"local{number}" for number in range(8)),
)
#: Types that send messages to other programs, and what stands for them in the warning.
WITHOUT_COUNTERPART = {
    "log4cplus::SocketAppender": "SocketAppender",
    "log4cplus::Log4jUdpAppender": "Log4jUdpAppender",
    "log4cplus::AsyncAppender": "AsyncAppender",
    "log4cplus::NTEventLogAppender": "NTEventLogAppender",
}
#: Settings of appenders that this program does not follow.
UNUSED = ("UseLockFile", "LockFile", "ReopenDelay", "Locale")

_SMALLEST = 200 << 10
_LARGEST = 1 << 50
_MOST_BACKUPS = 9999
_SIZE = re.compile(r"\s*(\d{1,12})\s*(KB|MB)?", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "KB": 1 << 10, "MB": 1 << 20}


def read_target(kind: str, settings: Section) -> Target | None:
    """Return where an appender's messages go; None, with a remark, where it cannot be used.

    Parameters
    ----------
    kind : str
        Its type, as the file has it.
    settings : Section
        Its settings.
    """
    if kind in WITHOUT_COUNTERPART:
        settings.remarks.without_counterpart(WITHOUT_COUNTERPART[kind])
        return None
    read = _TARGETS.get(kind)
    if read is None:
        settings.problem(f"there is no type of appender {shown(kind)}: it is left out")
        return None
    for name in UNUSED:
        if name in settings:
            settings.remarks.without_counterpart(name)
    return read(settings)


def _console(settings: Section) -> Target:
    return Console(settings.flag("logToStdErr", False))


def _file(settings: Section) -> Target | None:
    name = _file_name(settings)
    return LogFile(name, settings.flag("Append", False)) if name else None


def _rolling(settings: Section) -> Target | None:
    name = _file_name(settings)
    if not name:
        return None
    size = _SIZE.match(settings.text("MaxFileSize", "10MB"))
    most = int(size[1]) * _UNITS[(size[2] or "").upper()] if size else 0
    return RollingFile(
        name,
        settings.flag("Append", True),
        min(max(most, _SMALLEST), _LARGEST),
        settings.number("MaxBackupIndex", 1, 1, _MOST_BACKUPS),
    )


def _daily(settings: Section) -> Target | None:
    name = _file_name(settings)
    if not name:
        return None
    schedule = settings.text("Schedule", "daily").lower()
    if schedule not in SCHEDULES:
        settings.problem(f"there is no schedule {shown(schedule)}: daily is used")
        schedule = "daily"
    return DailyFile(
        name, settings.flag("Append", True), schedule, settings.number("MaxBackupIndex", 10, 1, _MOST_BACKUPS)
    )


def _system_log(settings: Section) -> Target:
    facility = settings.text("facility", "user").lower()
    if facility not in FACILITIES:
        settings.problem(f"there is no syslog facility {shown(facility)}: user is used")
        facility = "user"
    return SystemLog(settings.text("ident"), facility, settings.text("host"), settings.number("port", 514, 1, 65535))


def _nowhere(_settings: Section) -> Target:
    return Nowhere()


def _file_name(settings: Section) -> str:
    name = settings.text("File")
    if not name or "\0" in name:
        settings.problem("File is no file name: the appender is left out")
        return ""
    return name


_TARGETS: dict[str, Callable[[Section], Target | None]] = {
    "log4cplus::ConsoleAppender": _console,
    "log4cplus::FileAppender": _file,
    "log4cplus::RollingFileAppender": _rolling,
    "log4cplus::DailyRollingFileAppender": _daily,
    "log4cplus::SysLogAppender": _system_log,
    "log4cplus::NullAppender": _nowhere,
}
