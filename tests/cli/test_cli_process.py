"""What only a process shows: imports, standard streams, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from support import ROOT, heeding_interrupts

Cli = Callable[..., tuple[int, str, str]]

SLOW = (
    *("typer", "click", "rich", "pydicom", "yaml", "jsonschema", "lxml", "numpy", "dataclasses", "inspect", "pathlib"),
    *("argparse", "subprocess", "tempfile", "logging", "importlib.metadata", "typing"),
)
#: Runs a program where some modules cannot be imported, and the standard library is there as it is.
PROGRAM = """
import sys
class Refused:
    def find_spec(self, name, path=None, target=None):
        if name in {refused!r}:
            raise ImportError(name + " was imported")
sys.meta_path.insert(0, Refused())
for name in {refused!r}:
    sys.modules.pop(name, None)
from img2dcm_decl.cli import {function}
sys.exit({function}())
"""


def start(
    *arguments: str, function: str = "main", refused: tuple[str, ...] = (), **environ: str
) -> subprocess.Popen[bytes]:
    program = PROGRAM.format(refused=refused, function=function)
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
    )


def run(*arguments: str, function: str = "main", refused: tuple[str, ...] = ()) -> tuple[int, bytes, str]:
    with start(*arguments, function=function, refused=refused) as process:
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err.decode()


def test_a_saved_plan_runs_with_the_run_half_and_the_cheap_part_of_the_standard_library(cli: Cli, work: Path) -> None:
    cli("plan", "recipe.yaml", "-o", "plan.json")
    assert run("plan.json", "-q", function="run_main", refused=SLOW) == (0, b"", "")
    assert (work / "out" / "b.dcm").is_file()


def test_a_recipe_runs_without_what_only_the_command_line_needs(work: Path) -> None:
    code, _, err = run("run", "recipe.yaml", "-q", refused=("typer", "click", "rich"))
    assert (code, err) == (0, "")
    assert (work / "out" / "a.dcm").is_file()


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["run", "--help"], ["run", "--foo"], ["legacy", "-h"]]
)
def test_help_and_wrong_options_do_without_the_compiler_and_the_library_of_colours(arguments: list[str]) -> None:
    code, _, err = run(*arguments, refused=("pydicom", "yaml", "jsonschema", "numpy", "rich"))
    assert code == (2 if "--foo" in arguments else 0), err


def test_an_object_goes_to_standard_output_alone(work: Path) -> None:
    code, out, err = run("run", "recipe.yaml", "--image", "a.bmp", "--output", "-")
    assert code == 0
    (work / "got.dcm").write_bytes(out)
    assert pydicom.dcmread(work / "got.dcm").PatientID == "a"
    assert err.splitlines()[-1] == "wrote an object to standard output"


def test_a_reader_that_goes_away_is_no_reason_for_a_traceback() -> None:
    with start("schema") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        code = process.wait(60)
    assert (code, err) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_a_full_disk_behind_standard_output_is_said() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "img2dcm_decl", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert (done.returncode, done.stderr.decode()) == (1, "error: standard output: No space left on device\n")


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that closes descriptors")
@pytest.mark.parametrize("arguments", ["schema", "run recipe.yaml --image a.bmp --output -"])
@pytest.mark.usefixtures("work")
def test_a_closed_standard_output_is_said(arguments: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m img2dcm_decl {arguments} >&-"],
        stderr=subprocess.PIPE,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr.decode()) == (2, "error: standard output is closed\n")


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_leaves_no_unfinished_files(work: Path, number: signal.Signals) -> None:
    content = (work / "a.bmp").read_bytes()
    for index in range(3000):
        (work / f"{index}.bmp").write_bytes(content)
    with heeding_interrupts(), start("run", "recipe.yaml") as process:
        deadline = time.monotonic() + 60
        while not list((work / "out").glob("*.dcm"))[:1] and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    *_, written, last = err.decode().splitlines()
    assert written.startswith("wrote ")
    assert last.startswith("interrupted: ")
    assert last.endswith(" left; a run with --record FILE can be gone on with")
    assert {path.suffix for path in (work / "out").iterdir()} == {".dcm"}


def test_completion_knows_the_commands() -> None:
    with start(_IMG2DCM_DECL_COMPLETE="complete_bash", COMP_WORDS="img2dcm-decl pl", COMP_CWORD="1") as process:
        out, _ = process.communicate(timeout=60)
    assert out.decode().split() == ["plan"]


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_diagnostics_are_coloured_on_a_terminal_unless_colour_is_not_wanted(
    work: Path, no_color: str, coloured: bool
) -> None:
    (work / "wrong.yaml").write_text("recipe: 1\ninput: {}\noutput: x\n", encoding="utf-8")
    ours, theirs = os.openpty()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "NO_COLOR": no_color}
    with subprocess.Popen(
        [sys.executable, "-m", "img2dcm_decl", "check", "wrong.yaml"], stderr=theirs, env=environ
    ) as p:
        os.close(theirs)
        said = b""
        while block := _read(ours):
            said += block
    os.close(ours)
    assert p.returncode == 2
    assert b"did you mean" in said
    assert (b"\x1b[" in said) is coloured


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other end is closed
        return b""
