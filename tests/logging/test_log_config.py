"""`--log-config`: calls of img2dcm that name a log4cplus settings file say the same to the same places."""

from __future__ import annotations

import io
import logging
import os
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from img2dcm_decl.cli.log import About, Message
from img2dcm_decl.cli.log_config import Surroundings
from img2dcm_decl.cli.log_loggers import Loggers
from img2dcm_decl.legacy.log4cplus.reader import read_settings

Cli = Callable[..., tuple[int, str, str]]

STARTED = 1700000000.0
HERE = Surroundings({"HOME": "/home/x"}, STARTED, 4711, "hal")
RUN, ATTRIBUTES, IMAGES = About(), About(area="attributes"), About(area="images")
INFO_LINES = [
    "img2dcm: Instantiated input plugin: BMP",
    "img2dcm: Instantiated output plugin: Secondary Capture Image SOP Class",
    "img2dcm: Starting image conversion",
    "img2dcm: Saving output DICOM to file o.dcm",
]
SAMPLE = """\
log4cplus.rootLogger = DEBUG, console, logfile
log4cplus.logger.dcmtk = INHERIT
log4cplus.logger.dcmtk.apps = INHERIT
log4cplus.appender.console = log4cplus::ConsoleAppender
log4cplus.appender.console.Threshold = INFO
log4cplus.appender.console.logToStderr = true
log4cplus.appender.console.ImmediateFlush = true
log4cplus.appender.console.layout = log4cplus::PatternLayout
log4cplus.appender.console.layout.ConversionPattern = %P: %m%n
log4cplus.appender.logfile = log4cplus::FileAppender
log4cplus.appender.logfile.File = ${appname}.log
log4cplus.appender.logfile.Append = true
log4cplus.appender.logfile.layout = log4cplus::PatternLayout
log4cplus.appender.logfile.layout.ConversionPattern = %D{%Y-%m-%d %H:%M:%S.%q} %5p: %m%n
"""


def console(extra: str = "", root: str = "TRACE, a", pattern: str = "%m|") -> str:
    layout = f"layout=log4cplus::PatternLayout\nlog4cplus.appender.a.layout.ConversionPattern={pattern}"
    start = f"log4cplus.rootLogger = {root}\nlog4cplus.appender.a = log4cplus::ConsoleAppender\n"
    return f"{start}log4cplus.appender.a.logToStdErr = true\nlog4cplus.appender.a.{layout}\n{extra}"


def said(
    text: str, *messages: Message, clock: Callable[[], float] = lambda: STARTED, here: Surroundings = HERE
) -> None:
    loggers = Loggers(read_settings(text, here.variable), here, clock)
    try:
        for message in messages:
            loggers.emit(message)
    finally:
        loggers.close()


# --- the command line --------------------------------------------------------------------------------------------


def convert(cli: Cli, work: Path, text: str, *options: str) -> tuple[int, str, str]:
    (work / "log.cfg").write_text(text, encoding="utf-8")
    return cli("legacy", "-i", "BMP", "-lc", "log.cfg", "a.bmp", "o.dcm", *options)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.cfg", "Specified --log-config file does not exist"),
        ("", "Specified --log-config file does not exist"),
        (".", "Specified --log-config file does not exist"),
        ("a.bmp", "Specified --log-config file does not contain any settings"),
    ],
)
def test_a_settings_file_has_to_be_one(cli: Cli, name: str, message: str) -> None:
    code, out, err = cli("legacy", "-i", "BMP", "a.bmp", "o.dcm", "--log-config", name)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


def test_a_settings_file_has_a_largest_size(cli: Cli, work: Path) -> None:
    code, _, err = convert(cli, work, "#" * 300_000)
    assert (code, err) == (2, "error: Specified --log-config file is too large: it may have 256 KiB\n")


def test_of_several_settings_files_the_rightmost_counts(cli: Cli, work: Path) -> None:
    (work / "log.cfg").write_text(console(), encoding="utf-8")
    assert cli("legacy", "-lc", "missing", "-i", "BMP", "a.bmp", "o.dcm", "-lc", "log.cfg")[0] == 0


@pytest.mark.parametrize(("level", "muted"), [("OFF", True), ("FATAL", True), ("ERROR", False), ("TRACE", False)])
def test_a_quiet_root_logger_mutes_conflicts_of_options(cli: Cli, work: Path, level: str, muted: bool) -> None:
    code, _, err = convert(cli, work, console(root=f"{level}, a"), "-df", "x", "-dx", "y")
    assert code == 2
    assert err == ("" if muted else "error: --dataset-from-xml not allowed with --dataset-from\n")


def test_the_sample_file_logs_to_standard_output_and_a_file(cli: Cli, work: Path) -> None:
    code, out, err = convert(cli, work, SAMPLE)
    assert (code, err) == (0, "")
    assert out.splitlines() == [f"I: {line}" for line in INFO_LINES]
    lines = (work / "img2dcm.log").read_text("utf-8").splitlines()
    form = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ( INFO|DEBUG): (.*)")
    found = [match for match in map(form.fullmatch, lines) if match]
    assert len(found) == len(lines)
    assert [match[2] for match in found if match[1] == " INFO"] == INFO_LINES
    assert convert(cli, work, SAMPLE)[0] == 0
    assert (work / "img2dcm.log").read_text("utf-8").splitlines()[: len(lines)] == lines


def test_the_sample_filter_in_the_spelling_of_its_comment_suppresses_everything(cli: Cli, work: Path) -> None:
    start = "log4cplus.appender.a.filters."
    text = (
        f"{start}1 = log4cplus::spi::LogLevelRangeFilter\n{start}1.logLevelMin = INFO\n{start}1.acceptOnMatch = true\n"
        f"{start}2 = log4cplus::spi::DenyAllFilter\n"
    )
    assert convert(cli, work, console(text)) == (0, "", "")


def test_the_arguments_are_logged_at_the_root_whatever_its_level_is(cli: Cli, work: Path) -> None:
    code, _, err = convert(cli, work, console(root="FATAL, a", pattern="%c %p %m%n"), "--arguments")
    assert code == 0
    assert re.fullmatch(r"root INFO calling 'img2dcm-decl legacy' with 7 arguments: .* \nroot INFO \n", err)


def test_a_failure_is_logged_as_the_file_says(cli: Cli, work: Path) -> None:
    (work / "a.bmp").write_bytes(b"BM")
    code, _, err = convert(cli, work, console(root="FATAL, a", pattern="%c{1}-%P-%m%n"))
    assert code == 1
    assert err.startswith("img2dcm-F-Error converting file: a.bmp: ")


def test_what_has_no_counterpart_is_named_in_one_warning(cli: Cli, work: Path) -> None:
    extra = "log4cplus.appender.s = log4cplus::SocketAppender\nlog4cplus.appender.a.UseLockFile = true\n"
    code, _, err = convert(cli, work, console(extra, root="WARN, a, s", pattern="%x%P: %m%n"))
    assert (code, err.count("\n")) == (0, 1)
    assert err.startswith("W: not supported in log settings: ")
    assert all(name in err for name in ("SocketAppender", "UseLockFile", "%x"))


def test_standard_output_is_left_to_the_object(work: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from img2dcm_decl.cli import main

    text = console(root="INFO, a", pattern="%P: %m%n").replace("logToStdErr = true", "logToStdErr = false")
    (work / "log.cfg").write_text(text, encoding="utf-8")
    assert main(["legacy", "-i", "BMP", "-lc", "log.cfg", "a.bmp", "-"]) == 0
    out, err = capfdbinary.readouterr()
    assert out[128:132] == b"DICM"
    assert b"a console on standard output, which takes the object" in err


@pytest.mark.parametrize("name", ["a.bmp", "o.dcm", "log.cfg", "./a.bmp"])
def test_a_log_file_that_is_read_or_written_otherwise_is_refused(cli: Cli, work: Path, name: str) -> None:
    before = (work / "a.bmp").read_bytes()
    code, _, err = convert(cli, work, to_file("FileAppender").replace("d.log", name))
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be a log file" in err
    assert (work / "a.bmp").read_bytes() == before


def test_nothing_of_a_configuration_outlives_its_run(cli: Cli, work: Path) -> None:
    names, handlers = set(logging.Logger.manager.loggerDict), list(logging.getLogger().handlers)
    convert(cli, work, SAMPLE + "log4cplus.logger.dcmtk.dcmdata = ERROR\n")
    assert set(logging.Logger.manager.loggerDict) == names
    assert logging.getLogger().handlers == handlers
    assert cli("legacy", "-i", "BMP", "a.bmp", "o.dcm") == (0, "", "")


# --- loggers -----------------------------------------------------------------------------------------------------

MESSAGES = (Message("info", "run"), Message("warn", "attributes", ATTRIBUTES), Message("warn", "images", IMAGES))


@pytest.mark.parametrize(
    ("root", "extra", "out"),
    [
        ("INFO, a", "", "run|attributes|images|"),
        ("INFO, a, a", "", "run|attributes|images|"),
        ("WARN, a", "", "attributes|images|"),
        ("OFF, a", "", ""),
        ("INFO, a", "log4cplus.logger.dcmtk.dcmdata = ERROR", "run|"),
        ("INFO, a", "log4cplus.logger.dcmtk.dcmdata.libi2d = OFF", "run|attributes|"),
        ("OFF, a", "log4cplus.logger.dcmtk.apps = ALL", "run|"),
        (
            "ERROR, a",
            "log4cplus.logger.dcmtk = INFO\nlog4cplus.logger.dcmtk.dcmdata = INHERITED",
            "run|attributes|images|",
        ),
        (
            "ERROR, a",
            "log4cplus.logger.dcmtk = INFO\nlog4cplus.logger.dcmtk.dcmdata = NONSENSE",
            "run|attributes|images|",
        ),
        ("INFO, a", "log4cplus.logger.dcmtk.apps = INFO, a", "run|run|attributes|images|"),
        (
            "INFO, a",
            "log4cplus.logger.dcmtk.apps = INFO, a\nlog4cplus.additivity.dcmtk.apps = false",
            "run|attributes|images|",
        ),
        ("INFO, a", "log4cplus.appender.a.Threshold = WARN", "attributes|images|"),
    ],
)
def test_loggers_pass_messages_up(capsys: pytest.CaptureFixture[str], root: str, extra: str, out: str) -> None:
    said(console(extra, root), *MESSAGES)
    assert capsys.readouterr().err == out


def test_without_appenders_messages_are_lost_and_this_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    said("log4cplus.rootLogger = INFO, c", *MESSAGES)
    assert capsys.readouterr().err.splitlines() == [
        "log4cplus:ERROR log4cplus: rootLogger names the appender c, which is not there: it is left out",
        "log4cplus:ERROR there are no appenders for logger dcmtk.apps.img2dcm: its messages are lost",
    ]


FILTER = "log4cplus.appender.a.filters."
SPI = "= log4cplus::spi::"


@pytest.mark.parametrize(
    ("filters", "out"),
    [
        (f"{FILTER}1 {SPI}DenyAllFilter", ""),
        (f"{FILTER}1 {SPI}LogLevelMatchFilter\n{FILTER}1.LogLevelToMatch = INFO", "attributes|images|"),
        (f"{FILTER}1 {SPI}LogLevelMatchFilter", "run|attributes|images|"),
        (
            f"{FILTER}1 {SPI}LogLevelMatchFilter\n{FILTER}1.LogLevelToMatch = INFO\n{FILTER}1.AcceptOnMatch = true\n"
            f"{FILTER}2 {SPI}DenyAllFilter",
            "run|",
        ),
        (f"{FILTER}1 {SPI}LogLevelRangeFilter\n{FILTER}1.LogLevelMin = WARN", "attributes|images|"),
        (f"{FILTER}1 {SPI}LogLevelRangeFilter\n{FILTER}1.LogLevelMax = INFO", "run|"),
        (f"{FILTER}1 {SPI}LogLevelRangeFilter\n{FILTER}2 {SPI}DenyAllFilter", ""),
        (
            f"{FILTER}1 {SPI}LogLevelRangeFilter\n{FILTER}1.AcceptOnMatch=1\n{FILTER}2 {SPI}DenyAllFilter",
            "run|attributes|images|",
        ),
        (f"{FILTER}1 {SPI}StringMatchFilter\n{FILTER}1.StringToMatch = ag", "run|attributes|"),
        (f"{FILTER}1 {SPI}StringMatchFilter", "run|attributes|images|"),
    ],
)
def test_the_first_filter_with_an_opinion_decides(capsys: pytest.CaptureFixture[str], filters: str, out: str) -> None:
    said(console(filters), *MESSAGES)
    assert capsys.readouterr().err == out


# --- layouts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("%m%n", "a long text\n"),
        ("%p %P %c", "WARN W dcmtk.dcmdata.libi2d"),
        ("%c{1}/%c{2}/%c{9}/%c{0}", "libi2d/dcmdata.libi2d/dcmtk.dcmdata.libi2d/dcmtk.dcmdata.libi2d"),
        ("%d{%Y-%m-%d %H:%M:%S.%q}", "2023-11-14 22:13:20.062"),
        ("%d{%Q %%q}", "062.500 %q"),
        ("%d", "2023-11-14 22:13:20"),
        ("%D{%H}", time.strftime("%H", time.localtime(STARTED))),
        ("%i %h %r", "4711 hal 62"),
        ("[%7p][%-7p][%.2p][%5.2p]", "[   WARN][WARN   ][RN][   RN]"),
        ("%.4m", "text"),
        ("100%% %x%X{k}%F%b%L%l%M|", "100% |"),
    ],
)
def test_patterns_are_filled(capsys: pytest.CaptureFixture[str], pattern: str, line: str) -> None:
    said(console(pattern=pattern), Message("warn", "a long text", IMAGES), clock=lambda: STARTED + 0.0625)
    assert capsys.readouterr().err == line


def test_patterns_know_host_and_thread(capsys: pytest.CaptureFixture[str]) -> None:
    said(console(pattern="%H %t %T"), Message("warn", "x"), here=HERE._replace(host="localhost"))
    host, thread, native = capsys.readouterr().err.split(" ")
    assert host == socket.getfqdn("localhost")
    assert thread.isdecimal()
    assert native.isdecimal()


@pytest.mark.parametrize(
    ("layout", "out"),
    [
        ("", "WARN - one\ntwo\n"),
        ("=log4cplus::SimpleLayout", "WARN - one\ntwo\n"),
        ("=log4cplus::PatternLayout\nlog4cplus.appender.a.layout.ConversionPattern=<%m>", "<one><two>"),
        (
            "=log4cplus::PatternLayout\nlog4cplus.appender.a.layout.ConversionPattern=<%m>\n"
            "log4cplus.appender.a.layout.FormatEachLine=false",
            "<one\ntwo>",
        ),
        (
            "=log4cplus::TTCCLayout\nlog4cplus.appender.a.layout.DateFormat=%H:%M\n"
            "log4cplus.appender.a.layout.Use_gmtime=true",
            r"22:13 \[\d+\] WARN dcmtk.apps.img2dcm <> - one" + "\ntwo\n",
        ),
        ("=log4cplus::TTCCLayout", r"0 \[\d+\] WARN dcmtk.apps.img2dcm <> - one" + "\ntwo\n"),
    ],
)
def test_layouts_form_messages(capsys: pytest.CaptureFixture[str], layout: str, out: str) -> None:
    start = "log4cplus.rootLogger = INFO, a\nlog4cplus.appender.a = log4cplus::ConsoleAppender\n"
    name = f"\nlog4cplus.appender.a.layout {layout}" if layout else ""
    said(f"{start}log4cplus.appender.a.logToStdErr = 1{name}", Message("warn", "one\ntwo"))
    assert re.fullmatch(out, capsys.readouterr().err)


@pytest.mark.parametrize(
    ("name", "value"),
    [("appname", "img2dcm"), ("pid", "4711"), ("hostname", "hal"), ("HOME", "/home/x"), ("nosuch", "${nosuch}")],
)
def test_variables_tell_of_the_process(capsys: pytest.CaptureFixture[str], name: str, value: str) -> None:
    said(console(pattern=f"${{{name}}}"), Message("warn", "x"))
    assert capsys.readouterr().err == value


def test_date_and_time_are_variables() -> None:
    now = time.localtime(STARTED)
    assert HERE.variable("date") == time.strftime("%Y%m%d", now)
    assert HERE.variable("time") == time.strftime("%H%M%S", now)


# --- files -------------------------------------------------------------------------------------------------------


def to_file(kind: str, extra: str = "") -> str:
    start = (
        f"log4cplus.rootLogger = INFO, f\nlog4cplus.appender.f = log4cplus::{kind}\nlog4cplus.appender.f.File = d.log\n"
    )
    layout = (
        "log4cplus.appender.f.layout = log4cplus::PatternLayout\nlog4cplus.appender.f.layout.ConversionPattern = %m%n"
    )
    return f"{start}{layout}\n" + "".join(f"log4cplus.appender.f.{line}\n" for line in extra.splitlines())


def files(work: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(work.glob("d.log*"))}


@pytest.mark.parametrize(("append", "text"), [("", "two\n"), ("Append = true", "one\ntwo\n")])
def test_a_file_is_new_or_appended_to(work: Path, append: str, text: str) -> None:
    for word in ("one", "two"):
        said(to_file("FileAppender", append), Message("info", word))
    assert files(work) == {"d.log": text}


def test_a_large_file_rolls_after_the_message_that_made_it_so(work: Path) -> None:
    long = "x" * 150_000
    words = [f"{number}{long}" for number in range(7)]
    text = to_file("RollingFileAppender", "MaxFileSize = 1KB\nMaxBackupIndex = 2")
    said(text, *(Message("info", word) for word in words))
    assert {name: content[0] for name, content in files(work).items()} == {"d.log": "6", "d.log.1": "4", "d.log.2": "2"}
    said(text, Message("info", "7"))
    assert files(work)["d.log"] == f"6{long}\n7\n"


def test_a_daily_file_is_kept_when_its_period_or_the_program_ends(work: Path) -> None:
    text = to_file("DailyRollingFileAppender", "Schedule = minutely")
    times = iter([STARTED, STARTED + 120])
    said(text, Message("info", "one"), Message("info", "two"), clock=lambda: next(times))
    first, second = (time.strftime("d.log.%Y-%m-%d-%H-%M", time.localtime(STARTED + s)) for s in (0, 120))
    assert files(work) == {"d.log": "", first: "one\n", second: "two\n"}


def test_runs_of_the_same_period_are_numbered(work: Path) -> None:
    text = to_file("DailyRollingFileAppender", "Schedule = minutely\nMaxBackupIndex = 2")
    for word in ("one", "two", "three", "four"):
        said(text, Message("info", word))
    kept = time.strftime("d.log.%Y-%m-%d-%H-%M", time.localtime(STARTED))
    assert files(work) == {"d.log": "", kept: "four\n", f"{kept}.1": "three\n", f"{kept}.2": "two\n"}


def test_a_file_that_cannot_be_opened_is_said_and_the_run_goes_on(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work / "d.log").mkdir()
    said(to_file("FileAppender"), Message("info", "x"))
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("log4cplus:ERROR log4cplus.appender.f cannot be opened: ")
    assert second.startswith("log4cplus:ERROR there are no appenders")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_a_full_disk_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    said(to_file("FileAppender").replace("d.log", "/dev/full"), *MESSAGES)
    assert capsys.readouterr().err == "log4cplus:ERROR f: messages are lost: No space left on device\n"


# --- other targets -----------------------------------------------------------------------------------------------


def test_another_computers_system_log_gets_datagrams() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        lines = {"host": "127.0.0.1", "port": server.getsockname()[1], "ident": "me", "facility": "local3"}
        text = "log4cplus.rootLogger = TRACE, s\nlog4cplus.appender.s = log4cplus::SysLogAppender\n"
        text += "".join(f"log4cplus.appender.s.{key} = {value}\n" for key, value in lines.items())
        levels = ("trace", "debug", "info", "warn", "error", "fatal")
        said(text, *(Message(level, "é") for level in levels))
        got = [server.recv(1000).decode() for _ in levels]
    assert [line.partition(">")[0] for line in got] == [f"<{19 * 8 + number}" for number in (7, 7, 6, 4, 3, 2)]
    assert got[-1] == f"<{19 * 8 + 2}>me: FATAL - é"


def test_an_unknown_computer_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    text = "log4cplus.rootLogger = INFO, s\nlog4cplus.appender.s = log4cplus::SysLogAppender\n"
    said(text + "log4cplus.appender.s.host = no..host", Message("info", "x"))
    assert "log4cplus.appender.s cannot be opened: " in capsys.readouterr().err


def test_a_null_appender_swallows_everything(capsys: pytest.CaptureFixture[str]) -> None:
    said("log4cplus.rootLogger = INFO, n\nlog4cplus.appender.n = log4cplus::NullAppender", *MESSAGES)
    assert capsys.readouterr() == ("", "")


def test_a_console_that_is_closed_loses_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    said(console(), *MESSAGES)
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    said(console(), Message("info", "x"))
    assert stream.getvalue() == "x|"
