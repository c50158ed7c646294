"""Measures img2dcm-decl side by side with img2dcm and cp, and prints a table.

    python tests/benchmarks/run.py [--only NAME...] [--rounds N] [--fsync] [--whole] [--folder FOLDER]

Needs Linux or macOS, DCMTK's img2dcm, and the Python of a development environment: a wheel is built and installed with
its bytecode into an environment of its own, as users have it, which finds the libraries of this one.

All that a row compares takes turns, so that whatever else the machine does falls on each side alike, and each figure is
the median of the rounds. A first round, which is not counted, warms the caches: inputs are in memory then. Without
--fsync, outputs are there too when a side ends, and these are times to the memory of the system, not to the disk. With
--fsync, the system is made to write all of it to the disk (sync) before a side's time ends. Each side writes into a new
folder, no file is removed before all is measured, and folders are spread over the disk where the file system can
(chattr +T), because ext4 is slow to make files where others were just removed.

Where a row says nothing of processes, several objects are made by one, and a single large one by as many as there are
processors, as it is without any option.

Loops of img2dcm are measured over 200 of 2,000 images and multiplied by ten; --whole runs all of them.
"""

# This program prints its results.
# ruff: noqa: T201

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.measure import Bench, measure  # noqa: E402
from benchmarks.rows import Programs, Row, rows  # noqa: E402
from benchmarks.table import Result, distances, head, lines  # noqa: E402

_SHARE = 10


def main() -> int:
    """Measure, and print the table."""
    arguments = _arguments()
    if shutil.which("img2dcm") is None:
        print("img2dcm is not installed (Debian package dcmtk)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="benchmark-") as name:
        folder = Path(name)
        programs = Programs.of(_install(folder / "installed"))
        chosen = _chosen(rows(programs, 1 if arguments.whole else _SHARE), arguments.only)
        bench = Bench(folder / "work", arguments.rounds, arguments.fsync, _environment())
        bench.folder.mkdir()
        if shutil.which("chattr"):
            subprocess.run(["chattr", "+T", str(bench.folder)], capture_output=True, check=False)
        print(_about(arguments), "\n")
        print(head())
        results = []
        for row in chosen:
            results.append(_result(bench, programs, row))
            print(*lines(results[-1]), sep="\n", flush=True)
    print("\nBeside what nobody could beat:\n")
    print(*distances(results), sep="\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="measure these rows alone")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each row (default: 5)")
    parser.add_argument("--fsync", action="store_true", help="count the time until all is on the disk")
    parser.add_argument("--whole", action="store_true", help="loop over all images with img2dcm, not over a tenth")
    parser.add_argument("--folder", help="where inputs and outputs are (default: the system's folder for such files)")
    return parser.parse_args()


def _chosen(all_rows: list[Row], names: list[str]) -> list[Row]:
    known = {row.name: row for row in all_rows}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"there is no row called {unknown[0]}; there are {', '.join(known)}")
    return [known[name] for name in names] or all_rows


def _install(folder: Path) -> Path:
    """Build a wheel, install it into an environment that finds this one's libraries; return where the commands are."""
    _call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    home = folder / "venv"
    _call(sys.executable, "-m", "venv", "--without-pip", str(home))
    python = home / "bin" / "python"
    wheel = next(folder.glob("*.whl"))
    _call(sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    libraries = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    (libraries / "development.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def _environment() -> dict[str, str]:
    hindering = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in hindering}


def _result(bench: Bench, programs: Programs, row: Row) -> Result:
    _prepare(bench, programs, row)
    ours, *others, limit = measure(bench, [row.ours, *(rival.work for rival in row.rivals), row.limit.work])
    return Result(row, ours, tuple(others), limit)


def _prepare(bench: Bench, programs: Programs, row: Row) -> None:
    missing = [name for name in dict.fromkeys(row.inputs) if not (bench.folder / name).exists()]
    if missing:
        _call(sys.executable, str(Path(__file__).with_name("inputs.py")), str(bench.folder), *missing)
    if row.recipe is not None:
        path = bench.folder / f"{row.name}.yaml"
        path.write_text(row.recipe if isinstance(row.recipe, str) else json.dumps(row.recipe))
        if row.saved:
            _call(programs.decl, "plan", str(path), "-o", str(path.with_suffix(".json")))


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def _about(arguments: argparse.Namespace) -> str:
    version = subprocess.run(["img2dcm", "--version"], capture_output=True, text=True, check=True).stdout
    reached = "to the disk (fsync)" if arguments.fsync else "to the memory of the system (no fsync)"
    return (
        f"Python {platform.python_version()} with compiled bytecode, {os.cpu_count()} CPUs, "
        f"img2dcm{version.split('$')[1].partition(':')[2].rstrip()}; medians of {arguments.rounds} rounds, {reached}"
    )


if __name__ == "__main__":
    sys.exit(main())
