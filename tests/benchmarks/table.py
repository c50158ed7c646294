"""The table of results, and how far each row stands from what nobody could beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.measure import Measured
    from benchmarks.rows import Rival, Row, Target

_TITLE = 50


class Result(NamedTuple):
    """What was measured for a row.

    Attributes
    ----------
    row : Row
        The row.
    ours : Measured
        Our side.
    rivals : tuple of Measured
        The other sides, in the row's order.
    limit : Measured
        What the work cannot be quicker than.
    """

    row: Row
    ours: Measured
    rivals: tuple[Measured, ...]
    limit: Measured


def head() -> str:
    """Return the lines above the table."""
    return (
        f"{'work':{_TITLE}}{'ours':>8}  {'beside':18}{'other':>8}  {'ratio':>14}  {'aimed at':>14}         "
        f"{'memory':>8}  {'aimed at':>8}\n{'':{_TITLE}}{'ms':>8}  {'':18}{'ms':>8}  {'':14}  {'':14}         {'MB':>8}"
    )


def lines(result: Result) -> Iterator[str]:
    """Yield the lines of a row, one for each other side."""
    row, ours = result.row, result.ours
    for position, (rival, other) in enumerate(zip(row.rivals, result.rivals, strict=True)):
        title = row.title if position == 0 else ""
        line = f"{title:{_TITLE}}{_milliseconds(ours)}  {rival.name:18}{_milliseconds(other)}"
        line += f"  {_compared(rival, ours, other)}"
        if position == 0:
            line += f"{ours.megabytes:10.0f}"
            if row.megabytes:
                line += f"  {row.megabytes:8} {_met(ours.megabytes <= row.megabytes)}"
        yield line


def distances(results: Sequence[Result]) -> Iterator[str]:
    """Yield a line for each row: how far it stands from its limit, and why."""
    for result in results:
        times = result.ours.seconds / result.limit.seconds
        limit = f"{times:.1f} times {result.row.limit.name}"
        yield f"{result.row.title:{_TITLE}}{limit:30}{result.row.why}"


def _compared(rival: Rival, ours: Measured, other: Measured) -> str:
    if rival.target is None:
        return ""
    shown, wanted, met = _SCALES[rival.target.kind](rival.target, ours.seconds, other.seconds)
    return f"{shown:>14}  {wanted:>14}  {_met(met):6}"


def _faster(target: Target, ours: float, other: float) -> tuple[str, str, bool]:
    ratio = other / ours
    return f"{ratio:.1f} x faster", f"{target.amount:g} x", ratio >= target.amount


def _slower(target: Target, ours: float, other: float) -> tuple[str, str, bool]:
    ratio = ours / other
    return f"{ratio:.2f} x as long", f"at most {target.amount:g} x", ratio <= target.amount


def _more(target: Target, ours: float, other: float) -> tuple[str, str, bool]:
    more = (ours - other) * 1000
    return f"{more:.0f} ms more", f"at most {target.amount:g} ms", more <= target.amount


_SCALES = {"faster": _faster, "slower": _slower, "more": _more}


def _milliseconds(measured: Measured) -> str:
    return f"{measured.seconds * 1000:8.1f}"


def _met(holds: bool) -> str:
    return "met" if holds else "MISSED"
