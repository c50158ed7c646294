"""Damaged files of every kind give objects or messages, and what once did not stays repaired."""

from __future__ import annotations

import sys

import pytest
from fuzz.kinds import KINDS, mutant
from fuzz.pool import try_all
from fuzz.shrink import shrink
from fuzz.worker import Result, Task

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are those of POSIX")

SEED = 1
PER_KIND = 60
_DATES = (
    b"log4cplus.appender.a.layout=log4cplus::PatternLayout\n"
    b"log4cplus.appender.a.layout.ConversionPattern=%D{" + b"%-9999999p" * 20_000 + b"}\n"
)
#: Kind, number of the mutant (it chooses among ways to try the file), and a file that was once taken badly.
REPAIRED: tuple[tuple[str, int, bytes], ...] = (
    ("keys", 0, b"SpecificCharacterSet=ISO_IR 100\n(0009,0010)=\xe5\xb1\xb1"),
    ("keys", 1, b"SpecificCharacterSet=ISO_IR 100\nPatientName=\xe5\xb1\xb1"),
    ("keys", 1, b"RequmstAttributesSequence=1\n" * 400),
    ("command", 0, b"-k 'Pa\nName=1' pic.jpg out/o.dcm"),
    ("command", 0, b"-k Patient-Name=1 " * 900 + b"pic.jpg out/o.dcm"),
    ("command", 0, b"pic.jpg out/" + b"a/" * 1500 + b"o.dcm"),
    ("keys", 1, b"SOPClassUID==SecondaryCaptureImageStorageRedPaletteColorSOPClassUID=x\n" * 40),
    ("logging", 0, b"log4cplus.rootLogger=INFO,a\nlog4cplus.appender.a=log4cplus::ConsoleAppender\n" + _DATES),
    ("logging", 0, b"log4cplus.rootLogger=INFO\nlog4cplus.x=" + b"${" * 100_000),
    ("plan", 0, b'{"plan":1,"folder":".","variants":[],"objects":[{"images":["\\udfff"],"output":"o"}]}'),
    ("plan", 0, b'{"plan":1,"folder":".","variants":[],"objects":[{"images":["pic.jpg"],"output":"\\udfff"}]}'),
    ("recipe", 0, b"inputs: {images: x}\noutput: 'a/${m'\n" * 300),
    ("recipe", 0, b'{"recipe":1,"inputs":{"images":"*.jpg"},"output":"o","keys":{' + b'"x":1,' * 20_000 + b"}}"),
    ("profile", 0, b'{"profile":1,"name":"a","title":"b","standard":"c","variants":[{"sop_class":"Nothing"}]}'),
    (
        "profile",
        0,
        b'{"profile":1,"name":"a","title":"b","standard":"c","variants":[{"sop_class":"1.2.3"}],'
        b'"writes":[{"attribute":"Nothing","value":"x"}],"attributes":[{"attribute":"Nothing","type":"2"}]}',
    ),
    (
        "profile",
        0,
        b'{"profile":1,"name":"a","title":"b","standard":"c","variants":[{"sop_class":"1.2.3"}],'
        b'"writes":[{"attribute":"FrameIncrementPointer","value":"(00"}]}',
    ),
)


def findings(tasks: list[Task]) -> list[str]:
    return [_described(result) for result in try_all(tasks) if result.outcome == "finding"]


def _described(result: Result) -> str:
    return f"{result.task.kind} {result.task.number}: {result.problem}\n{result.detail[-1000:]}"


def test_damaged_files_give_objects_or_messages() -> None:
    assert findings([Task(kind, number, SEED) for number in range(PER_KIND) for kind in KINDS]) == []


def test_what_was_once_taken_badly_is_taken_well() -> None:
    assert findings([Task(*row[:2], SEED, row[2]) for row in REPAIRED]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_files(kind: str) -> None:
    files = [mutant(kind, number, SEED) for number in range(20)]
    assert files == [mutant(kind, number, SEED) for number in range(20)]
    assert files != [mutant(kind, number, SEED + 1) for number in range(20)]


def test_good_files_of_every_kind_give_objects() -> None:
    good = [
        Task(name, 1, SEED, data) for name, kind in KINDS.items() for data in (*kind.seeds()[:3], *kind.seeds()[-8:])
    ]
    assert {result.task.kind for result in try_all(good) if result.outcome == "written"} == set(KINDS)


def test_files_are_made_as_small_as_still_shows_a_defect() -> None:
    assert (
        shrink(b"abcdefgh" * 40 + b"X" + b"12345678" * 30 + b"Y", lambda data: b"X" in data and b"Y" in data) == b"XY"
    )
