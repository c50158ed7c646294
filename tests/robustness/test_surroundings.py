"""Streams that are closed or full, other locales, interruptions: the work is done, or said not to be."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.inputs import write_jpeg
from robustness.commands import COMMAND, ENVIRONMENT, is_complete, start, write_recipe
from support import heeding_interrupts

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="streams, locales and signals as POSIX has them"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a current folder with an image and a recipe for it."""
    write_jpeg(tmp_path / "a.jpg", 20_000)
    write_recipe(tmp_path, "a.jpg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def in_shell(line: str, code: str = "$?", **options: str) -> tuple[int, str, str]:
    """Run a line in which `decl` stands for the program."""
    program = " ".join(f"'{part}'" for part in COMMAND)
    done = subprocess.run(
        ["bash", "-c", f'decl() {{ {program} "$@"; }}; {line}; exit {code}'],
        env={**ENVIRONMENT, **options},
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    messages = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in messages, messages
    return done.returncode, done.stdout.decode("utf-8", "replace"), messages


RESULTS = ("plan recipe.yaml", "schema", "init a.jpg", "translate -o - -- a.jpg a.dcm", "--version", "legacy --help")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", RESULTS)
def test_results_that_nobody_takes_are_no_defects(line: str) -> None:
    code, _, messages = in_shell(f"decl {line} >&-")
    assert (code, messages) == (2, "error: standard output is closed\n")
    code, out, messages = in_shell(f"decl {line} | head -c 1", "${PIPESTATUS[0]}")
    assert (code in (0, 1), len(out), messages) == (True, 1, "")
    if Path("/dev/full").exists():
        code, _, messages = in_shell(f"decl {line} >/dev/full")
        assert (code, messages) == (1, "error: standard output: No space left on device\n")


@pytest.mark.parametrize("nowhere", ["2>&-", "2>/dev/full", "<&- >&- 2>&-", "2> >(head -c 1 >/dev/null)"])
def test_messages_that_nobody_takes_change_neither_the_work_nor_the_exit_code(folder: Path, nowhere: str) -> None:
    if "full" in nowhere and not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    image = (folder / "a.jpg").read_bytes()
    for number in range(5):
        (folder / f"{number}.jpg").write_bytes(image)
    recipe = write_recipe(folder, "[0-9].jpg")
    assert in_shell(f"decl run {recipe.name} --verbose {nowhere}")[0] == 0
    assert len(os.listdir(folder / "out")) == 5
    assert in_shell(f"decl run missing.yaml {nowhere}")[0] == 2


def test_a_current_folder_that_was_removed_is_named_and_hinders_nothing_that_does_not_need_it(folder: Path) -> None:
    gone = "mkdir gone && cd gone && rmdir ../gone && decl"
    code, _, messages = in_shell(f"{gone} run ../recipe.yaml")
    assert code in (1, 2)
    assert len(messages.splitlines()) <= 3  # a headline, and where it says the recipe's line with a caret under it
    assert "standard output" not in messages
    code, _, messages = in_shell(f"{gone} run '{folder}/recipe.yaml'")
    assert code == 0, messages
    assert (folder / "out" / "a.dcm").is_file()


PLACES = (
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii:strict"},
    {"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1"},
    {"COLUMNS": "nonsense", "HOME": "/nonexistent"},
)


@pytest.mark.parametrize("environment", PLACES, ids=lambda environment: "+".join(environment))
def test_names_and_results_do_not_depend_on_the_environment(folder: Path, environment: dict[str, str]) -> None:
    (folder / "a.jpg").rename(folder / "ü.jpg")
    recipe = write_recipe(folder, "*.jpg")
    code, out, messages = in_shell(f"decl plan {recipe.name}", **environment)
    assert (code, messages) == (0, "")
    assert "ü.jpg" in out or "LC_ALL" in environment
    code, _, messages = in_shell(f"decl run {recipe.name} --verbose", **environment)
    assert code == 0, messages
    assert (folder / "out" / "ü.dcm").is_file()


def test_outputs_have_the_permissions_that_the_umask_leaves(folder: Path) -> None:
    assert in_shell("umask 027; decl run recipe.yaml")[0] == 0
    assert (folder / "out" / "a.dcm").stat().st_mode & 0o777 == 0o640
    assert (folder / "out").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("existing", ["error", "replace", "skip"])
def test_two_runs_at_once_leave_complete_files(folder: Path, existing: str) -> None:
    image = (folder / "a.jpg").read_bytes()
    (folder / "many").mkdir()
    for number in range(40):
        (folder / "many" / f"{number}.jpg").write_bytes(image)
    recipe = write_recipe(folder, "many/*.jpg", existing=existing)
    runs = [start("run", recipe) for _ in range(2)]
    for run in runs:
        _, messages = run.communicate(timeout=60)
        assert run.returncode in ((0, 1) if existing != "replace" else (0,)), messages
        assert b"internal" not in messages
    assert sorted(os.listdir(folder / "out")) == sorted(f"{number}.dcm" for number in range(40))
    stream = image[:2] + image[4 + int.from_bytes(image[4:6], "big") :]
    assert all(is_complete(path, stream) for path in (folder / "out").iterdir())


@pytest.mark.parametrize("times", [1, 2, 5])
def test_who_interrupts_twice_gets_the_same_answer(folder: Path, times: int) -> None:
    image = (folder / "a.jpg").read_bytes()
    (folder / "many").mkdir()
    for number in range(1500):
        (folder / "many" / f"{number}.jpg").write_bytes(image)
    with heeding_interrupts():
        run = start("run", write_recipe(folder, "many/*.jpg"))
    deadline = time.monotonic() + 30
    while not (folder / "out").is_dir() and time.monotonic() < deadline:
        time.sleep(0.005)
    for _ in range(times):
        run.send_signal(signal.SIGINT)
        time.sleep(0.003)
    _, messages = run.communicate(timeout=30)
    assert run.returncode == 130, messages
    assert messages.decode().splitlines()[-1].startswith("interrupted")
    assert b"Traceback" not in messages
    assert all(name.endswith(".dcm") for name in os.listdir(folder / "out"))
