"""However a command ends, a message and an exit code say so."""

from __future__ import annotations

import errno
import subprocess
import sys
from typing import NoReturn

import pytest

from img2dcm_decl.cli.guard import guarded
from img2dcm_decl.cli.streams import shown
from img2dcm_decl.cli.summary import Tally
from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import ConversionError, PlanError, RecipeError, UsageError
from img2dcm_decl.plan.model import PlannedObject
from img2dcm_decl.run.runner import Outcome

WRONG = RecipeError([Diagnostic("no such setting", Place("r.yaml", 2, 1, 5, "input: x"), "leave it out")])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("wrong option"), 2, "error: wrong option\n"),
        (ConversionError("a.jpg: broken"), 1, "error: a.jpg: broken\n"),
        (PlanError("p.json: old"), 2, "error: p.json: old\n"),
        (
            WRONG,
            2,
            "r.yaml:2:1: no such setting\n    2 | input: x\n      | ^^^^^\n      = help: leave it out\n",
        ),
        (RecipeError([Diagnostic("unreadable", None, "look")]), 2, "error: unreadable\n  help: look\n"),
        (ExceptionGroup("", [UsageError("one"), ConversionError("two")]), 2, "error: one\nerror: two\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (MemoryError(), 1, "error: there is not enough memory\n"),
        (OSError(errno.EACCES, "Permission denied", "x.txt"), 1, "error: x.txt: Permission denied\n"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
    ],
)
def test_errors_are_said_without_a_traceback(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    def fail() -> NoReturn:
        raise error

    assert guarded(fail) == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize("debug", [True, False])
def test_a_defect_is_one_line_unless_more_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    def fail() -> NoReturn:
        raise KeyError("a patient's name")

    monkeypatch.setenv("IMG2DCM_DECL_DEBUG", "1" if debug else "")
    assert guarded(fail) == 3
    err = capsys.readouterr().err
    assert err.splitlines()[-1].startswith("internal error: KeyError at test_cli_guard.py:")
    assert ("Traceback" in err) is debug
    assert ("patient" in err) is debug


def outcome(output: str, status: str = "written") -> Outcome:
    return Outcome(PlannedObject(("a.jpg",), output), output, status)


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        ([], "wrote nothing"),
        ([outcome("out/a.dcm")], "wrote out/a.dcm"),
        ([outcome("-")], "wrote an object to standard output"),
        ([outcome("out/a.dcm"), outcome("out/b.dcm")], "wrote 2 objects to out/"),
        ([outcome("a.dcm"), outcome("b.dcm")], "wrote 2 objects to ./"),
        ([outcome("x/a.dcm"), outcome("y/b.dcm")], "wrote 2 objects to 2 folders"),
        ([outcome("a.dcm", "skipped")] * 3 + [outcome("b.dcm", "failed")], "wrote nothing, skipped 3, failed 1"),
    ],
)
def test_a_run_is_summed_up_in_one_line(outcomes: list[Outcome], line: str) -> None:
    tally = Tally()
    for made in outcomes:
        tally.add(made)
    assert tally.line() == line


def test_names_below_the_current_folder_are_shown_relative_to_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("here")
    monkeypatch.chdir(folder)
    assert shown(str(folder / "a" / "b.dcm")) == "a/b.dcm"
    assert shown(str(folder.parent / "c.dcm")) == str(folder.parent / "c.dcm")
    assert shown("d.dcm") == "d.dcm"


def test_an_interruption_in_generated_code_ends_with_the_code_of_all_interruptions() -> None:
    """Python notes it there, and would end by the signal, long after the interruption was answered."""
    program = (
        "import sys, threading\n"
        "from img2dcm_decl.cli.guard import guarded, leave\n"
        "sys.exit(leave(guarded(lambda: exec('raise KeyboardInterrupt'), alone=True)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
