"""Runs that are stopped, killed or fail half-way, and are gone on with."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom
import pytest
from support import ROOT, heeding_interrupts

Cli = Callable[..., tuple[int, str, str]]

OBJECTS = 1000
RECIPE = """\
recipe: 1
inputs: {images: "in/*.bmp"}
keys: {ImageComments: "${image.stem}"}
reproducible: {time: 2026-01-31T10:15:00}
uids: {method: derived, key: secret}
output: {file: "out/${image.stem}.dcm", record: run.jsonl}
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such signals")


@pytest.fixture
def many(work: Path) -> Path:
    """Images enough to keep a run busy for a while, and a plan that keeps a record."""
    (work / "in").mkdir()
    content = (work / "a.bmp").read_bytes()
    for number in range(OBJECTS):
        (work / "in" / f"{number}.bmp").write_bytes(content[:-1] + bytes([number & 255]))
    (work / "many.yaml").write_text(RECIPE, encoding="utf-8")
    return work


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "img2dcm_decl", "run", *arguments]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stderr=subprocess.PIPE, env=environ, **options)


def call(*arguments: str, **options: Any) -> tuple[int, list[str]]:
    process = start(*arguments, **options)
    _, err = process.communicate(timeout=60)
    assert b"Traceback" not in err, err.decode()
    return process.returncode, err.decode().splitlines()


def records(work: Path, name: str = "run.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (work / name).read_text("ascii").splitlines()]


def files(work: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (work / "out").iterdir()}


def wait_for_objects(work: Path, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None and not any((work / "out").glob("*.dcm")):
        time.sleep(0.005)


# --- signals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signals", [(signal.SIGTERM,), (signal.SIGINT,), (signal.SIGINT, signal.SIGTERM, signal.SIGTERM)]
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_signal_lets_be_finished_what_was_begun_and_the_run_can_be_gone_on_with(
    many: Path, signals: tuple[signal.Signals, ...], jobs: str
) -> None:
    with heeding_interrupts(), start("many.yaml", "--jobs", jobs) as process:
        wait_for_objects(many, process)
        for number in signals:
            process.send_signal(number)
        _, err = process.communicate(timeout=60)
    *_, wrote, last = err.decode().splitlines()
    assert process.returncode == 130
    assert last.startswith("interrupted: ")
    assert last.endswith(" objects are left; the same command with --resume goes on")
    kinds = [line["kind"] for line in records(many)]
    done = kinds.count("object")
    assert (kinds[-1], records(many)[-1]["finished"]) == ("end", False)
    assert wrote == f"wrote {done} objects to out/" or done == 1
    assert len(files(many)) == done
    assert call("many.yaml", "--jobs", jobs, "--resume") == (
        0,
        [f"wrote {OBJECTS - done} objects to out/, kept {done}"],
    )
    assert records(many)[-1]["finished"] is True
    assert len(files(many)) == OBJECTS


def test_a_second_signal_ends_the_run_at_once_and_leaves_complete_files(many: Path) -> None:
    with heeding_interrupts(), start("many.yaml") as process:
        wait_for_objects(many, process)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert all(name.endswith(".dcm") for name in files(many))
    assert call("many.yaml", "--resume")[0] == 0
    assert len(files(many)) == OBJECTS


def test_killing_a_run_again_and_again_and_going_on_gives_what_an_undisturbed_run_gives(many: Path) -> None:
    assert call("many.yaml")[0] == 0
    undisturbed = files(many)
    shutil.rmtree(many / "out")
    (many / "run.jsonl").unlink()
    moments = random.Random(1)
    for attempt in range(6):
        process = start("many.yaml", "--resume", "--jobs", str(1 + attempt % 2))
        time.sleep(moments.uniform(0.3, 0.9))
        process.kill()
        process.communicate()
    code, messages = call("many.yaml", "--resume")
    assert (code, len(messages)) == (0, 1), messages
    assert files(many) == undisturbed


# --- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_first_failure_may_end_a_run(many: Path, jobs: str) -> None:
    for name in ("in/7.bmp", "in/900.bmp"):
        (many / name).write_bytes(b"BM")
    code, messages = call("many.yaml", "--fail-fast", "--jobs", jobs)
    assert code == 1
    assert messages[0].startswith("error: ")
    assert messages[-1].startswith("stopped at the first failure: ")
    assert 0 < len(files(many)) < OBJECTS - 2
    code, messages = call("many.yaml", "--resume")
    assert (code, len([line for line in messages if line.startswith("error: ")])) == (1, 2)
    assert len(files(many)) == OBJECTS - 2


def test_a_record_that_takes_no_more_ends_the_run_and_is_good_to_go_on_with(many: Path) -> None:
    resource = pytest.importorskip("resource")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    code, messages = call("many.yaml", preexec_fn=limit)
    assert code == 1
    assert "run.jsonl: the run record takes no more: " in messages[-1]
    done = sum(line["kind"] == "object" for line in records(many))
    assert 0 < done < OBJECTS
    code, messages = call("many.yaml", "--resume")
    assert code == 0
    assert messages[-1].endswith(f", kept {done}")


# --- what is said of records ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["recipe.yaml", "--resume"],
            2,
            "error: --resume needs the record of the run: --record FILE, or output.record",
        ),
        (["recipe.yaml", "recipe.yaml", "--record", "r"], 2, "error: "),
        (["recipe.yaml", "--record", "old.jsonl"], 1, "error: old.jsonl: exists already and nothing was written; --re"),
        (["recipe.yaml", "--record", "recipe.yaml", "--resume"], 2, "error: recipe.yaml cannot be the run record"),
        (["recipe.yaml", "--record", "./a.bmp", "--resume"], 2, "error: ./a.bmp cannot be the run record: this run"),
        (["recipe.yaml", "--record", "out/b.dcm"], 2, "error: out/b.dcm cannot be the run record: this run reads or"),
        (["recipe.yaml", "--record", "s3://bucket/r"], 2, "error: s3://bucket/r cannot be the run record: it has to"),
        (["recipe.yaml", "--record", "old.jsonl", "--resume"], 1, "error: old.jsonl:1: this line of the run record is"),
        (["recipe.yaml", "--jobs", "0"], 2, "error: --jobs: '0' is not a number of processes, 1 to 1024"),
        (["recipe.yaml", "--jobs", "many"], 2, "error: --jobs: 'many' is not a number of processes"),
        (["recipe.yaml", "--jobs", "1" * 5000], 2, "error: --jobs: '111"),
        (
            ["recipe.yaml", "--executor", "dask://host"],
            2,
            "error: --executor: 'dask://host' is not of the form dask://",
        ),
        (["recipe.yaml", "--executor", "dask+tls://:1"], 2, "error: --executor: 'dask+tls://:1' is not of the form"),
        (
            ["recipe.yaml", "--executor", "ray://a:1"],
            2,
            "error: --executor: 'ray://a:1' is not of the form dask://HOST",
        ),
        (
            ["recipe.yaml", "--jobs", "2", "--executor", "dask://a:1"],
            2,
            "error: --jobs and --executor exclude each oth",
        ),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(
    cli: Cli, work: Path, arguments: list[str], code: int, message: str
) -> None:
    (work / "old.jsonl").write_text("not a record\n", encoding="utf-8")
    before = sorted(work.rglob("*"))
    got, _, err = cli("run", *arguments)
    assert (got, err.count("\n")) == (code, 1), err
    assert err.startswith(message)
    assert sorted(work.rglob("*")) == before


def test_an_output_that_exists_leaves_no_record_behind(cli: Cli, work: Path) -> None:
    (work / "out").mkdir()
    (work / "out" / "a.dcm").write_bytes(b"old")
    assert cli("run", "recipe.yaml", "--record", "run.jsonl")[0] == 1
    assert not (work / "run.jsonl").exists()


def test_going_on_makes_what_is_new_or_changed_and_says_so(cli: Cli, work: Path) -> None:
    keep = ("run", "recipe.yaml", "--record", "run.jsonl")
    assert cli(*keep, "--resume")[2].splitlines()[-1] == "wrote 2 objects to out/"
    assert cli(*keep, "--resume")[2].splitlines()[-1] == "wrote nothing, kept 2"
    (work / "c.bmp").write_bytes((work / "a.bmp").read_bytes())
    (work / "a.bmp").write_bytes((work / "a.bmp").read_bytes() + b"\0")
    said = cli(*keep, "--resume", "-v")[2].splitlines()
    assert "out/a.dcm is made anew: a.bmp was changed" in said
    assert said[-1] == "wrote 2 objects to out/ (1 changed), kept 1"


def test_a_changed_recipe_is_said_once_and_all_is_made_anew(cli: Cli, work: Path) -> None:
    keep = ("run", "recipe.yaml", "--record", "run.jsonl")
    cli(*keep)
    text = (work / "recipe.yaml").read_text("utf-8")
    (work / "recipe.yaml").write_text(text.replace("SPS-7", "SPS-8"), encoding="utf-8")
    said = cli(*keep, "--resume")[2]
    assert said.count("run.jsonl: the recipe or plan has changed since 2") == 1
    assert said.splitlines()[-1] == "wrote 2 objects to out/"


def test_objects_that_are_no_more_planned_are_said_and_their_files_stay(cli: Cli, work: Path) -> None:
    keep = ("run", "recipe.yaml", "--record", "run.jsonl")
    cli(*keep)
    (work / "b.bmp").unlink()
    said = cli(*keep, "--resume")[2]
    assert "run.jsonl: 1 recorded object is not planned any more; its file was left alone" in said
    assert (work / "out" / "b.dcm").is_file()


def test_each_recipe_may_keep_a_record_of_its_own(cli: Cli, many: Path) -> None:
    (many / "two.yaml").write_text(RECIPE.replace("out/", "two/").replace("run.jsonl", "two.jsonl"), encoding="utf-8")
    for number in range(3, OBJECTS):
        (many / "in" / f"{number}.bmp").unlink()
    assert cli("run", "many.yaml", "two.yaml")[0] == 0
    assert [len(records(many, name)) for name in ("run.jsonl", "two.jsonl")] == [7, 7]
    (many / "two.yaml").write_text(RECIPE.replace("out/", "two/"), encoding="utf-8")
    assert "cannot be the run record" in cli("run", "many.yaml", "two.yaml", "--resume")[2]


def test_fresh_uids_of_the_run_go_on_when_it_does(cli: Cli, work: Path) -> None:
    keep = ("run", "recipe.yaml", "--record", "run.jsonl", "--resume")
    text = (work / "recipe.yaml").read_text("utf-8")
    (work / "recipe.yaml").write_text(text.replace("PatientID: ${image.stem}", "PatientID: P7"), encoding="utf-8")
    cli(*keep)
    (work / "c.bmp").write_bytes((work / "a.bmp").read_bytes())
    cli(*keep)
    assert len({pydicom.dcmread(path).StudyInstanceUID for path in (work / "out").iterdir()}) == 1
