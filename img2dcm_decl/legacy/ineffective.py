"""What of a command line img2dcm accepts and nothing comes of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.legacy.values import FORMATS, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.legacy.grammar import Line, Occurrence

_WITHOUT_CHECKS = ("--insert-type2", "--no-type2-insert", "--invent-type1", "--no-type1-invent", "--do-checks")
_MOST = 100


def without_effect(line: Line) -> tuple[str, ...]:
    """Return a line of text for each option that has no effect, of the first hundred."""
    found = (text for occurrence in line.occurrences if (text := _reason(line, occurrence)))
    return tuple(text for text, _ in zip(found, range(_MOST), strict=False))


def _reason(line: Line, occurrence: Occurrence) -> str:
    """Return why an occurrence of an option has no effect, nothing where it has one."""
    option = occurrence.option
    if option.repeats:
        return "" if occurrence.values[0] else f"{option.long} has no effect: the key is empty"
    winner = line.effective[option.slot]
    if winner.position != occurrence.position:
        if (winner.option, winner.values) == (option, occurrence.values):
            return ""
        return f"{_as_given(occurrence)} has no effect: {_as_given(winner)} stands right of it"
    return "".join(_limited(line, occurrence))


def _limited(line: Line, occurrence: Occurrence) -> Iterator[str]:
    """Yield why an option that is the rightmost of its kind has no effect all the same."""
    option = occurrence.option
    if option.long in _WITHOUT_CHECKS and line.find("--no-checks"):
        yield f"{option.long} has no effect: --no-checks is given"
    given = line.find("--input-format")
    if option.subgroup == "JPEG format" and given and FORMATS[given.values[0]] != "jpeg":
        yield f"{option.long} has no effect: the images are {given.values[0]}"
    if option.long == "--transliterate" and line.find("--discard-illegal"):
        yield f"{option.long} has no effect: --discard-illegal is given"


def _as_given(occurrence: Occurrence) -> str:
    return " ".join([occurrence.option.long, *(shown(value) for value in occurrence.values)])
