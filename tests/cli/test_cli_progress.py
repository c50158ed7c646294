"""How far a run is: lines now and then, a bar on a terminal, and what became of it at the end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from support import ROOT

from img2dcm_decl.cli.log import Log, Message
from img2dcm_decl.cli.log_forms import as_json
from img2dcm_decl.cli.progress import Bar, Figures, Lines, Progress
from img2dcm_decl.cli.request import RunRequest
from img2dcm_decl.cli.running import run


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def lines(total: int, seconds: float, interval: float = 10.0, failing: int = 0, kept: int = 0) -> Iterator[Message]:
    """Yield what is said of objects that take some seconds each."""
    said: list[Message] = []
    log, clock = Log("warn", said.append), Clock()
    with Progress(total, Lines(interval, clock), clock) as progress:
        for number in range(total):
            if number < kept:
                progress.keep(log)
                continue
            clock.now += seconds
            progress.add(log, 1_000_000, failed=number < failing)
    yield from said


def test_a_line_comes_each_interval_and_none_of_short_runs_or_ends() -> None:
    assert [message.text for message in lines(100, 0.5)] == [
        "20 of 100 objects (20 %), 20 MB, 2.0 objects/s, 0:40 left",
        "40 of 100 objects (40 %), 40 MB, 2.0 objects/s, 0:30 left",
        "60 of 100 objects (60 %), 60 MB, 2.0 objects/s, 0:20 left",
        "80 of 100 objects (80 %), 80 MB, 2.0 objects/s, 0:10 left",
    ]
    assert list(lines(100, 0.05)) == []


def test_failures_are_counted_and_objects_that_stay_make_no_rate() -> None:
    (first, *_) = lines(3000, 10, failing=3)
    assert first.text == "1 of 3,000 objects (0 %), 1 MB, 0.1 objects/s, 8:19:50 left, 1 failed"
    (only,) = lines(1001, 11, kept=999)
    assert only.text == "1,000 of 1,001 objects (99 %), 1 MB, 0.1 objects/s, 0:11 left"


def test_programs_read_the_same_in_numbers() -> None:
    (first, *_) = lines(1000, 0.5)
    assert json.loads(as_json(first, 0)) == {
        "time": "1970-01-01T00:00:00.000Z",
        "level": "info",
        "message": first.text,
        "done": 20,
        "total": 1000,
        "bytes": 20_000_000,
        "failed": 0,
        "seconds_left": 490,
    }


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1_234_567, "1.23 MB"), (10**12, "1 TB"), (10**16, "10,000 TB")],
)
def test_bytes_are_shown_in_decimal_units(size: int, text: str) -> None:
    assert Figures(0, 1, size, 0, 1.0, 0.0, 0.0).texts()[0] == text


@pytest.mark.parametrize(
    ("options", "said"), [({}, True), ({"log_format": "json"}, True), ({"quiet": True}, False)], ids=str
)
@pytest.mark.usefixtures("work")
def test_a_run_says_how_far_it_is_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], options: dict[str, Any], said: bool
) -> None:
    assert run(RunRequest(("recipe.yaml",), jobs="1", **options), interval=0.0) == 0
    err = capsys.readouterr().err
    assert ("1 of 2 objects (50 %), " in err) is said
    if "log_format" in options:
        rows = [json.loads(line) for line in err.splitlines()]
        assert any((row.get("done"), row.get("total")) == (1, 2) for row in rows)
        assert rows[-1]["message"] == "wrote 2 objects to out/"


ON_A_TERMINAL = """
from img2dcm_decl.cli.log import Log
from img2dcm_decl.cli.progress import Bar, Progress
from img2dcm_decl.cli.streams import say
now = 0.0
with Progress(100, Bar(), lambda: now) as progress:
    for number in range(100):
        now += {seconds}
        progress.add(Log("warn", print), 1000000, failed=number == 3)
        if number == 50:
            say("error: a.jpg: broken")
say("wrote 99 objects")
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("seconds", "shown"), [(0.5, True), (0.01, False)])
def test_a_bar_is_shown_on_a_terminal_where_a_run_is_long_and_taken_away_at_its_end(
    seconds: float, shown: bool
) -> None:
    ours, theirs = os.openpty()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "100"}
    command = [sys.executable, "-c", ON_A_TERMINAL.format(seconds=seconds)]
    with subprocess.Popen(command, stderr=theirs, env=environ) as process:
        os.close(theirs)
        said = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    assert (b"50/100" in said) is shown
    assert (b"50 MB, 2.0 objects/s, 0:25 left, 1 failed" in said) is shown
    assert b"error: a.jpg: broken\r\n" in said
    assert said.rstrip().endswith(b"wrote 99 objects")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other end is closed
        return b""


def read_until(text: str, terminal: int) -> str:
    """Return what a terminal shows, which comes in pieces, until a text or nothing more comes."""
    shown = b""
    while text.encode() not in shown and select.select([terminal], [], [], 10)[0]:
        shown += os.read(terminal, 100_000)
    return shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="terminals as POSIX has them")
def test_a_terminal_that_is_closed_leaves_the_work_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pty = pytest.importorskip("pty")
    pytest.importorskip("rich")
    ours, theirs = pty.openpty()
    clock, log = Clock(), Log("warn", lambda _: None)
    with open(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with Progress(100, Bar(), clock) as progress:
            for number in range(100):
                clock.now += 1
                progress.add(log, 1000, failed=False)
                if number == 10:
                    assert "10/100" in read_until("10/100", ours)
                    os.close(ours)
        assert sys.stderr is terminal
        # What is left in the file's buffer cannot be written.
        with contextlib.suppress(OSError):
            terminal.flush()
