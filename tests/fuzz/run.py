"""Tries thousands of damaged files of every kind, and says what was wrong with how they were taken.

    python tests/fuzz/run.py [--mutants N] [--seed S] [--kind K] [--keep FOLDER]
    python tests/fuzz/run.py --replay FILE

A file is taken well where it gives objects, or messages of one line each that name the file, within two seconds of
processor time and 300 MB of memory, with nothing printed, no warning and no file left behind. The same seed gives the
same files. Findings are saved in the folder that --keep names: the file, made smaller where that shows the same, and
what was wrong. Their names say kind, number and seed; --replay tries such a file again. Needs Linux or macOS.
"""

# This program prints its results.
# ruff: noqa: T201

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fuzz.kinds import KINDS
from fuzz.pool import try_all
from fuzz.shrink import shrink
from fuzz.worker import Result, Task, try_task, warm_up

OUTCOMES = ("written", "read", "refused", "finding")
_UNSHRINKABLE = ("too slow", "too much memory", "it hangs", "the process ended")


class Row(NamedTuple):
    """What became of the files of one kind."""

    outcomes: Counter[str]
    slowest: Result
    largest: Result


def main() -> int:
    """Try damaged files, and return 1 where something was wrong."""
    asked = _arguments()
    if asked.replay:
        return _replay(asked.replay)
    kinds = [asked.kind] if asked.kind else list(KINDS)
    rows: dict[str, Row] = {}
    findings: list[Result] = []
    for result in try_all(_tasks(kinds, asked.mutants, asked.seed)):
        _count(rows, result)
        if result.outcome == "finding":
            findings.append(result)
            print(f"{result.task.kind} {result.task.number}: {result.problem}", flush=True)
    print(table(rows))
    if asked.keep:
        _keep(findings, Path(asked.keep))
    return 1 if findings else 0


def table(rows: dict[str, Row]) -> str:
    """Return the summary: for each kind the outcomes, the slowest file and the largest memory."""
    lines = [f"{'kind':<12}" + "".join(f"{name:>9}" for name in OUTCOMES) + f"{'slowest':>18}{'most memory':>18}"]
    total: Counter[str] = Counter()
    for kind, row in rows.items():
        total += row.outcomes
        slowest = f"{row.slowest.seconds:.2f} s #{row.slowest.task.number}"
        largest = f"{row.largest.memory >> 20} MB #{row.largest.task.number}"
        lines.append(f"{kind:<12}{_counts(row.outcomes)}{slowest:>18}{largest:>18}")
    return "\n".join([*lines, f"{'all':<12}{_counts(total)}"])


def _counts(outcomes: Counter[str]) -> str:
    return "".join(f"{outcomes[name]:>9}" for name in OUTCOMES)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Try damaged files of every kind.")
    parser.add_argument("--mutants", type=int, default=20_000, help="how many, over all kinds")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files")
    parser.add_argument("--kind", choices=KINDS, help="only this kind")
    parser.add_argument("--keep", help="folder for the findings")
    parser.add_argument("--replay", type=Path, help="try a saved finding again")
    return parser.parse_args()


def _tasks(kinds: list[str], mutants: int, seed: int) -> Iterator[Task]:
    for number in range(mutants):
        yield Task(kinds[number % len(kinds)], number // len(kinds), seed)


def _count(rows: dict[str, Row], result: Result) -> None:
    row = rows.setdefault(result.task.kind, Row(Counter(), result, result))
    row.outcomes[result.outcome] += 1
    rows[result.task.kind] = Row(
        row.outcomes,
        max(row.slowest, result, key=lambda found: found.seconds),
        max(row.largest, result, key=lambda found: found.memory),
    )


def _keep(findings: Iterable[Result], folder: Path) -> None:
    """Save each defect once."""
    folder.mkdir(parents=True, exist_ok=True)
    seen: set[tuple[str, str]] = set()
    warm_up()
    for found in findings:
        task = found.task
        if (task.kind, found.problem) in seen:
            continue
        seen.add((task.kind, found.problem))
        data = task.content()
        if not found.problem.startswith(_UNSHRINKABLE):
            data = shrink(data, lambda part, found=found: _shows(part, found))  # type: ignore[misc]
        name = f"{task.kind}-{task.number}-{task.seed}"
        (folder / f"{name}.mutant").write_bytes(data)
        (folder / f"{name}.txt").write_text(f"{found.problem}\n\n{found.detail}\n", "utf-8", "backslashreplace")


def _shows(data: bytes, found: Result) -> bool:
    return try_task(found.task._replace(data=data)).problem == found.problem


def _replay(file: Path) -> int:
    kind, number, seed = file.stem.split("-")
    warm_up()
    result = try_task(Task(kind, int(number), int(seed), file.read_bytes()))
    print(f"{result.outcome}: {result.problem}\n{result.detail}\n{result.seconds:.2f} s, {result.memory >> 20} MB")
    return 1 if result.outcome == "finding" else 0


if __name__ == "__main__":
    sys.exit(main())
