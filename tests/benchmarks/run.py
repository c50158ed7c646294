"""Measures img2dcm-decl side by side with img2dcm and cp, and prints a table of ratios.

    python tests/benchmarks/run.py [--rounds N]

Needs Linux or macOS, Pillow, cp and DCMTK's img2dcm. Everything is made in a temporary folder (TMPDIR says where) and
removed again. The programs of a row take turns, so that whatever else the machine does falls on each of them alike, and
each figure is the median of the rounds. Inputs have just been written and lie in the page cache; nobody calls fsync, so
these are times to the page cache, not to the disk. Each run writes into a new folder. For some minutes after files were
removed, ext4 is slow to make others in the same part of the disk, so its folders are spread over the disk (chattr +T).

Memory is the largest resident set of the processes of a run. A process begins as a copy of this one, so that a smaller
one than this shows as less than this one's.
"""

# This program prints its results.
# ruff: noqa: T201

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.inputs import MEGABYTE, write_bmp, write_jpeg

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = [sys.executable, "-c", "import sys; from img2dcm_decl.cli import run_main; sys.exit(run_main())"]
PLAN = [sys.executable, "-m", "img2dcm_decl", "plan"]
SMALL = 80_000
MANY = 2000
LOOP_SAMPLE = 200
UNIT = 1 if sys.platform == "darwin" else 1024


class Measured(NamedTuple):
    """Medians over the rounds."""

    seconds: float
    megabytes: float


class Commands(NamedTuple):
    """What is compared in a row: one or more processes each, started one after another."""

    ours: list[list[str]]
    other: list[list[str]]
    scale: float = 1.0


class Row(NamedTuple):
    """A line of the table. The other's time is multiplied by the scale where only a sample of it is run."""

    title: str
    against: str
    commands: Commands
    target: str = ""


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds for each row (default: 5)")
    rounds = parser.parse_args().rounds
    if shutil.which("img2dcm") is None:
        print("img2dcm is not installed (Debian package dcmtk)", file=sys.stderr)
        return 2
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if shutil.which("chattr"):
            subprocess.run(["chattr", "+T", name], capture_output=True, check=False)  # other file systems need it not
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, {_version()}; median of {rounds} rounds\n")
        print(f"{'':44}{'ours':>9}{'other':>10}{'ratio':>9}{'ours':>8}{'other':>8}")
        print(f"{'':44}{'ms':>9}{'ms':>10}{'':>9}{'MB':>8}{'MB':>8}")
        for row in rows(folder):
            _print(row, *measure(row.commands, folder / "out", rounds))
    return 0


def rows(folder: Path) -> list[Row]:
    """Make the inputs, and return what is to be measured."""
    many = folder / "many"
    many.mkdir()
    write_jpeg(folder / "small.jpg", SMALL, columns=1024)
    for number in range(MANY):
        shutil.copyfile(folder / "small.jpg", many / f"{number}.jpg")
    write_jpeg(folder / "large.jpg", 56 * MEGABYTE)
    write_bmp(folder / "large.bmp", 140 * MEGABYTE)
    out = str(folder / "out")
    small = recipe(folder, "small.jpg", "small")
    plan = save_plan(small)
    large, bmp = (save_plan(recipe(folder, f"large.{name}", name)) for name in ("jpg", "bmp"))
    img2dcm = ["img2dcm", str(folder / "small.jpg"), f"{out}/other.dcm"]
    loop = [["img2dcm", str(many / f"{number}.jpg"), f"{out}/{number}.other"] for number in range(LOOP_SAMPLE)]
    cp = ["cp", str(folder / "large.jpg"), f"{out}/copy"]
    large_img2dcm = ["img2dcm", str(folder / "large.jpg"), f"{out}/other.dcm"]
    large_bmp = ["img2dcm", "-i", "BMP", str(folder / "large.bmp"), f"{out}/other.dcm"]
    import_pydicom = [sys.executable, "-c", "import pydicom"]
    all_of_them = [*RUN, recipe(folder, "many/*.jpg", "many")]
    return [
        Row("1 JPEG of 80 KB, saved plan", "img2dcm", Commands([[*RUN, plan]], [img2dcm]), "at most 4"),
        Row("1 JPEG of 80 KB, recipe", "import pydicom", Commands([[*RUN, small]], [import_pydicom]), "at most 2"),
        Row("1 JPEG of 56 MB, saved plan", "img2dcm", Commands([[*RUN, large]], [large_img2dcm])),
        Row("1 JPEG of 56 MB, saved plan", "cp", Commands([[*RUN, large]], [cp])),
        Row("1 BMP of 140 MB, saved plan", "img2dcm", Commands([[*RUN, bmp]], [large_bmp])),
        Row(
            "1 BMP of 140 MB, saved plan", "cp", Commands([[*RUN, bmp]], [[*cp[:1], str(folder / "large.bmp"), cp[2]]])
        ),
        Row(
            f"{MANY} JPEGs of 80 KB, recipe",
            "loop of img2dcm*",
            Commands([all_of_them], loop, MANY / LOOP_SAMPLE),
            "at most 1/30",
        ),
    ]


def recipe(folder: Path, images: str, name: str) -> str:
    """Write a recipe, and return the name of its file."""
    path = folder / f"{name}.yaml"
    output = {"file": "out/${image.stem}.dcm", "existing": "replace"}
    path.write_text(json.dumps({"recipe": 1, "inputs": {"images": images}, "output": output}))
    return str(path)


def save_plan(path: str) -> str:
    """Compile a recipe, and return the name of the saved plan."""
    plan = str(Path(path).with_suffix(".json"))
    subprocess.run([*PLAN, path, "-o", plan], check=True, capture_output=True)
    return plan


def measure(commands: Commands, out: Path, rounds: int) -> tuple[Measured, Measured]:
    """Return the medians of both sides, which take turns."""
    results: tuple[list[Measured], list[Measured]] = ([], [])
    spent = out.with_name("spent")
    spent.mkdir()
    for number in range(rounds + 1):
        for side, processes in enumerate((commands.ours, commands.other)):
            out.mkdir()
            taken = once(processes)
            out.rename(spent / f"{number}-{side}")
            if number:  # the first round warms the caches
                results[side].append(taken)
    shutil.rmtree(spent)
    ours, other = (Measured(*(median(values) for values in zip(*side, strict=True))) for side in results)
    return ours, other._replace(seconds=other.seconds * commands.scale)


def once(processes: list[list[str]]) -> Measured:
    """Run processes one after another; return their time and the largest memory among them."""
    memory = 0
    start = time.perf_counter()
    for command in processes:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        memory = max(memory, usage.ru_maxrss)
    return Measured(time.perf_counter() - start, memory * UNIT / MEGABYTE)


def _print(row: Row, ours: Measured, other: Measured) -> None:
    ratio = ours.seconds / other.seconds
    shown = f"1/{1 / ratio:.1f}" if ratio < 0.1 else f"{ratio:.2f}"
    title = f"{row.title} : {row.against}"
    print(
        f"{title:44}{ours.seconds * 1000:9.1f}{other.seconds * 1000:10.1f}{shown:>9}"
        f"{_memory(ours):>8}{_memory(other):>8}  {row.target and f'({row.target})'}".rstrip()
    )
    if row.commands.scale != 1:
        print(f"  * {LOOP_SAMPLE} processes, measured and scaled to {MANY}; no shell between them")


def _memory(measured: Measured) -> str:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / MEGABYTE
    return f"{measured.megabytes:.0f}" if measured.megabytes > own * 1.05 else f"<{own:.0f}"


def _version() -> str:
    done = subprocess.run(["img2dcm", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split("$")[1].partition(":")[2].strip()


if __name__ == "__main__":
    sys.exit(main())
