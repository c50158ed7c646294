"""What settings files of log4cplus say."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.log4cplus.model import (
    SIMPLE,
    Appender,
    Console,
    DailyFile,
    Field,
    Filter,
    Layout,
    LogFile,
    Logger,
    Nowhere,
    RollingFile,
    Settings,
    SystemLog,
    Target,
)
from img2dcm_decl.legacy.log4cplus.reader import read_settings


def read(text: str) -> Settings:
    return read_settings(text, lambda _name: None)


def appender(text: str, kind: str = "ConsoleAppender") -> tuple[Appender, tuple[str, ...]]:
    lines = "\n".join(f"log4cplus.appender.a.{line.strip()}" for line in text.splitlines() if line.strip())
    found = read(f"log4cplus.rootLogger = INFO, a\nlog4cplus.appender.a = log4cplus::{kind}\n{lines}")
    return found.appenders["a"], found.problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "does not contain any settings"),
        ("# log4cplus.rootLogger = INFO\nnothing", "does not contain any settings"),
        ("rootLogger = INFO", "does not contain any valid settings"),
        ("log4cplus.logger.x = INFO", "does not set up log4cplus.rootLogger"),
        ("log4cplus.rootlogger = INFO", "does not set up log4cplus.rootLogger"),
        ("log4cplus.rootLogger = LOUD, a", "no valid level (LOUD)"),
        ("log4cplus.rootLogger =", "no valid level ()"),
        ("log4cplus.rootLogger = INHERITED", "no valid level"),
        ("\n".join(f"k{n} = 1" for n in range(1001)), "has 1001 settings: it may have 1000"),
    ],
)
def test_a_file_that_sets_up_no_logging_is_an_error_of_the_command_line(text: str, message: str) -> None:
    with pytest.raises(UsageError, match="Specified --log-config file") as caught:
        read(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("word", "level"),
    [
        *((word, word.lower()) for word in "OFF FATAL ERROR WARN INFO DEBUG TRACE".split()),
        ("ALL", "trace"),
        ("info", "info"),
        ("Warn", "warn"),
    ],
)
def test_levels_have_any_letter_case(word: str, level: str) -> None:
    assert read(f"log4cplus.rootLogger = {word}").root.level == level


def test_loggers_name_their_appenders() -> None:
    found = read("""
        log4cplus.rootLogger = IN FO , a,b, a ,
        log4cplus.logger.dcmtk.dcmdata = INHERITED, b
        log4cplus.logger.dcmtk.apps = INHERIT
        log4cplus.additivity.dcmtk.apps = False
        log4cplus.additivity.dcmtk.other = 0
        log4cplus.appender.a = log4cplus::NullAppender
        log4cplus.appender.b = log4cplus::NullAppender
    """)
    assert found.root == Logger("info", ("a", "b"))
    assert found.loggers == {
        "dcmtk.dcmdata": Logger("", ("b",)),
        "dcmtk.apps": Logger("", (), additive=False),
        "dcmtk.other": Logger("", (), additive=False),
    }
    assert not found.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("log4cplus.rootLogger = INFO, c", "the appender c, which is not there"),
        ("log4cplus.rootLogger = INFO\nlog4cplus.appender.a = log4cplus::Fax", "no type of appender log4cplus::Fax"),
        (f"log4cplus.rootLogger = INFO\nlog4cplus.logger.{'a.' * 200} = INFO", "longer than 200 characters"),
        ("log4cplus.rootLogger = INFO\nx = ${open", "not closed"),
    ],
)
def test_what_is_wrong_is_left_out_and_said(text: str, problem: str) -> None:
    found = read(text)
    assert len(found.problems) == 1
    assert problem in found.problems[0]
    assert not found.root.appenders


@pytest.mark.parametrize(
    ("kind", "text", "target"),
    [
        ("ConsoleAppender", "", Console(to_stderr=False)),
        ("ConsoleAppender", "logToStdErr = TRUE", Console(to_stderr=True)),
        ("ConsoleAppender", "logToStdErr = 1", Console(to_stderr=True)),
        ("ConsoleAppender", "logToStdErr = 0", Console(to_stderr=False)),
        ("ConsoleAppender", "logToStdErr = yes", Console(to_stderr=False)),
        ("ConsoleAppender", "logToStderr = true", Console(to_stderr=False)),
        ("FileAppender", "File = x", LogFile("x", append=False)),
        ("FileAppender", "File = x\nAppend = true", LogFile("x", append=True)),
        ("FileAppender", "File = x\nAppend = maybe", LogFile("x", append=False)),
        ("RollingFileAppender", "File = x", RollingFile("x", True, 10 << 20, 1)),
        ("RollingFileAppender", "File = x\nMaxFileSize = 1KB", RollingFile("x", True, 204800, 1)),
        ("RollingFileAppender", "File = x\nMaxFileSize = nonsense", RollingFile("x", True, 204800, 1)),
        ("RollingFileAppender", "File = x\nMaxFileSize = 300 kb", RollingFile("x", True, 307200, 1)),
        ("RollingFileAppender", "File = x\nMaxFileSize = 2MB", RollingFile("x", True, 2 << 20, 1)),
        ("RollingFileAppender", "File = x\nMaxFileSize = 999999999999MB", RollingFile("x", True, 1 << 50, 1)),
        ("RollingFileAppender", "File = x\nMaxBackupIndex = 0", RollingFile("x", True, 10 << 20, 1)),
        ("RollingFileAppender", "File = x\nMaxBackupIndex = 7\nAppend=0", RollingFile("x", False, 10 << 20, 7)),
        ("RollingFileAppender", "File = x\nMaxBackupIndex = 999999999", RollingFile("x", True, 10 << 20, 9999)),
        ("DailyRollingFileAppender", "File = x", DailyFile("x", True, "daily", 10)),
        ("DailyRollingFileAppender", "File = x\nSchedule = TWICE_daily", DailyFile("x", True, "twice_daily", 10)),
        ("SysLogAppender", "", SystemLog()),
        ("SysLogAppender", "ident = me\nfacility = LOCAL3\nhost = h", SystemLog("me", "local3", "h", 514)),
        ("NullAppender", "", Nowhere()),
    ],
)
def test_types_of_appenders_have_settings_of_their_own(kind: str, text: str, target: Target) -> None:
    found, problems = appender(text, kind)
    assert found.target == target
    assert not problems


@pytest.mark.parametrize(
    ("kind", "text", "target", "problem"),
    [
        (
            "DailyRollingFileAppender",
            "File = x\nSchedule = yearly",
            DailyFile("x"),
            "no schedule yearly: daily is used",
        ),
        ("SysLogAppender", "facility = zzz", SystemLog(), "no syslog facility zzz: user is used"),
        ("RollingFileAppender", "File = x\nMaxBackupIndex = x", RollingFile("x"), "MaxBackupIndex is no whole number"),
    ],
)
def test_wrong_settings_of_appenders_are_replaced_and_said(kind: str, text: str, target: Target, problem: str) -> None:
    found, problems = appender(text, kind)
    assert found.target == target
    assert len(problems) == 1
    assert problem in problems[0]


@pytest.mark.parametrize("kind", ["FileAppender", "RollingFileAppender", "DailyRollingFileAppender"])
def test_a_file_appender_needs_a_file(kind: str) -> None:
    found = read(f"log4cplus.rootLogger = INFO, a\nlog4cplus.appender.a = log4cplus::{kind}")
    assert (found.appenders, found.root.appenders) == ({}, ())
    assert len(found.problems) == 1
    assert "File is no file name" in found.problems[0]


@pytest.mark.parametrize("kind", ["SocketAppender", "Log4jUdpAppender", "AsyncAppender", "NTEventLogAppender"])
def test_appenders_without_a_counterpart_are_named(kind: str) -> None:
    found = read(f"log4cplus.rootLogger = INFO, a\nlog4cplus.appender.a = log4cplus::{kind}")
    assert found.without_counterpart == (kind,)
    assert not found.problems


@pytest.mark.parametrize("name", ["UseLockFile", "LockFile", "ReopenDelay", "Locale"])
def test_settings_without_a_counterpart_are_named(name: str) -> None:
    text = "log4cplus.rootLogger = INFO\nlog4cplus.appender.a = log4cplus::ConsoleAppender\nlog4cplus.appender.a."
    assert read(f"{text}{name} = 1").without_counterpart == (name,)


@pytest.mark.parametrize(("text", "level"), [("Threshold = Error", "error"), ("", "trace"), ("Threshold = x", "trace")])
def test_an_appender_has_a_threshold(text: str, level: str) -> None:
    assert appender(text)[0].threshold == level


PATTERN = "layout = log4cplus::PatternLayout\nlayout.ConversionPattern = "


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("", Layout()),
        ("layout = log4cplus::SimpleLayout", Layout(SIMPLE)),
        (PATTERN + "a%m%n", Layout(("a", Field("m"), Field("n")), each_line=True)),
        (PATTERN + "%m\nlayout.FormatEachLine = false", Layout((Field("m"),), each_line=False)),
        (
            PATTERN + "%5p%-7p%.10m",
            Layout((Field("p", "", 5), Field("p", "", 7, None, "left"), Field("m", "", 0, 10)), True),
        ),
        (PATTERN + "%c{2}%%%D{%H}", Layout((Field("c", "2"), "%", Field("D", "%H")), True)),
        (PATTERN + "%D%d", Layout((Field("D", "%Y-%m-%d %H:%M:%S"), Field("d", "%Y-%m-%d %H:%M:%S")), True)),
        (PATTERN + "%m{x}", Layout((Field("m"), "{x}"), True)),
        (
            "layout = log4cplus::TTCCLayout",
            Layout((Field("r"), " [", Field("t"), "] ", Field("p"), " ", Field("c"), " <> - ", Field("m"), Field("n"))),
        ),
    ],
)
def test_layouts_are_patterns(text: str, layout: Layout) -> None:
    found, problems = appender(text)
    assert found.layout == layout
    assert not problems


@pytest.mark.parametrize(("gmt", "letter"), [("", "D"), ("layout.Use_gmtime = true", "d")])
def test_a_ttcc_layout_may_have_a_date(gmt: str, letter: str) -> None:
    found, _ = appender(f"layout = log4cplus::TTCCLayout\nlayout.DateFormat = %H\n{gmt}")
    assert found.layout.pattern[0] == Field(letter, "%H")


@pytest.mark.parametrize(
    ("text", "pattern", "problem"),
    [
        ("layout = log4cplus::NiceLayout", SIMPLE, "no layout log4cplus::NiceLayout: log4cplus::SimpleLayout is used"),
        ("layout = log4cplus::PatternLayout", SIMPLE, "ConversionPattern is not given"),
        ("layout = log4cplus::SimpleLayout # x", SIMPLE, "no layout log4cplus::SimpleLayout # x"),
        ("layout = log4cplus::PatternLayout\nlayout.Pattern = %m", (Field("m"),), "old name of ConversionPattern"),
        (PATTERN + "a%zb", ("a", "%z", "b"), "unexpected character [z] at position 2"),
        (PATTERN + "%99999p", (Field("p", "", 1000),), "more than 1000"),
        (PATTERN + "%c{x}", (Field("c"),), "no number of logger name parts"),
    ],
)
def test_wrong_layouts_are_said(text: str, pattern: tuple[str | Field, ...], problem: str) -> None:
    found, problems = appender(text)
    assert found.layout.pattern == pattern
    assert len(problems) == 1
    assert problem in problems[0]


def test_fields_without_a_counterpart_are_named_once() -> None:
    text = "log4cplus.rootLogger=INFO\nlog4cplus.appender.a=log4cplus::ConsoleAppender\nlog4cplus.appender.a.layout"
    found = read(f"{text}=log4cplus::PatternLayout\nlog4cplus.appender.a.layout.ConversionPattern=%x%x%X{{k}}%L")
    assert [feature[:2] for feature in found.without_counterpart] == ["%x", "%X", "%L"]


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("filters.1 = log4cplus::spi::DenyAllFilter", (Filter("deny"),)),
        (
            "filters.1 = log4cplus::spi::LogLevelMatchFilter\nfilters.1.LogLevelToMatch = warn",
            (Filter("level", False, "warn", "warn"),),
        ),
        (
            "filters.1 = log4cplus::spi::LogLevelRangeFilter\nfilters.1.LogLevelMin = INFO\n"
            "filters.1.LogLevelMax = WARN\nfilters.1.AcceptOnMatch = true\nfilters.2 = log4cplus::spi::DenyAllFilter",
            (Filter("range", True, "info", "warn"), Filter("deny")),
        ),
        (
            "filters.1 = log4cplus::spi::LogLevelRangeFilter\nfilters.1.logLevelMin = INFO\n"
            "filters.1.acceptOnMatch = 1",
            (Filter("range"),),
        ),
        (
            "filters.1 = log4cplus::spi::StringMatchFilter\nfilters.1.StringToMatch = x y",
            (Filter("text", text="x y"),),
        ),
        ("filters.2 = log4cplus::spi::DenyAllFilter", ()),
        ("filters.1 = log4cplus::spi::DenyAllFilter\nfilters.3 = log4cplus::spi::DenyAllFilter", (Filter("deny"),)),
    ],
)
def test_filters_are_numbered_without_gaps(text: str, filters: tuple[Filter, ...]) -> None:
    found, problems = appender(text)
    assert found.filters == filters
    assert not problems


def test_an_unknown_filter_is_left_out() -> None:
    found, problems = appender("filters.1 = Nice\nfilters.2 = log4cplus::spi::DenyAllFilter")
    assert found.filters == (Filter("deny"),)
    assert "no filter Nice" in problems[0]


def test_the_most_talkative_logger_gives_the_level() -> None:
    text = "log4cplus.rootLogger = ERROR\nlog4cplus.logger.a = TRACE\nlog4cplus.logger.b = OFF"
    assert read(text).level == "trace"


KEYS = st.sampled_from(
    "rootLogger logger.a.b logger. additivity.a appender.a appender.a.File appender.a.layout appender.b "
    "appender.a.layout.ConversionPattern appender.a.filters.1 appender.a.filters.1.LogLevelMin appender.a.Threshold "
    "appender.a.MaxFileSize appender.a.Schedule appender.a.port appender.".split()
)
VALUES = st.sampled_from(
    "INFO,a,b log4cplus::RollingFileAppender log4cplus::DailyRollingFileAppender log4cplus::SysLogAppender x "
    "log4cplus::PatternLayout log4cplus::spi::LogLevelRangeFilter %-5.9p%D{%q%Q%H}%c{3}%n %99999999999999p "
    "%D{%-99999999999d} "
    "%D{ ${rootLogger} -1 99999999999999999999 ² \ud800%D{\ud800}".split(" ")
) | st.text(max_size=12)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=12))
@settings(max_examples=300, deadline=None)
def test_any_settings_are_read_or_refused(rows: list[tuple[str, str]]) -> None:
    with contextlib.suppress(UsageError):
        read("log4cplus.rootLogger = INFO, a\n" + "\n".join(f"log4cplus.{key} = {value}" for key, value in rows))
