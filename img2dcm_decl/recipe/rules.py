"""What the settings of a recipe must be beyond what the schema can say: alone, and together with others."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.recipe.expressions import is_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from img2dcm_decl.recipe.model import Path
    from img2dcm_decl.recipe.schema import Data

OTHER_THAN_XML = ("dicom", "dump")
OTHER_THAN_TEXT = ("jsonl", "excel")
OTHER_THAN_EXCEL = ("csv", "tsv", "jsonl")
LONGEST_PATTERN = 1000
"""Most characters of a regular expression; the schema refuses longer ones."""

EACH = "*"
"""Stands in a path for every name of a mapping, the same one in both paths of a conflict."""

WHOLE: Path = ()
"""The path of the recipe itself."""


class Conflict(NamedTuple):
    """A setting that another one excludes, or that is wrong by itself.

    Attributes
    ----------
    path : Path
        The setting that the message is about.
    message, advice : str
        What is wrong, and what to do about it.
    other : Path
        The setting that excludes it; the whole recipe where it takes more than one, or none, to tell.
    excluded : callable
        Tells from the values of both, in this order, whether they exclude each other; None where one is not given.
    """

    path: Path
    message: str
    advice: str
    other: Path
    excluded: Callable[[Data, Data], bool]


def _is_fresh(recipe: Data) -> bool:
    method = _value(recipe, ("uids", "method"))
    return method in (None, "fresh") and _value(recipe, ("reproducible",)) in (None, False)


def _is_no_expression(pattern: Data, _recipe: Data) -> bool:
    return isinstance(pattern, str) and len(pattern) <= LONGEST_PATTERN and not is_expression(pattern)


def _is_no_encoding(name: Data, _recipe: Data) -> bool:
    """Tell whether a text is no name of a character encoding, such as those of compressions, which codecs has too."""
    if not isinstance(name, str):
        return False
    try:
        " ".encode(name)
    except (LookupError, ValueError):
        return True
    return False


def _is_no_time(text: Data, _recipe: Data) -> bool:
    if not isinstance(text, str):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return True
    return False


CONFLICTS = (
    Conflict(
        ("parameters", EACH, "required"),
        "a parameter that is required has no use for a default",
        "leave out required, or default",
        ("parameters", EACH, "default"),
        lambda required, default: required is True and default is not None,
    ),
    Conflict(
        ("parameters", EACH, "pattern"),
        "this is not a regular expression",
        "put a backslash before ( ) [ ] { } . * + ? | ^ where they stand for themselves",
        WHOLE,
        _is_no_expression,
    ),
    Conflict(
        ("table", "delimiter"),
        "only a CSV or TSV has a delimiter",
        "set table.format to csv, or leave delimiter out",
        ("table", "format"),
        lambda delimiter, format_: delimiter is not None and format_ in OTHER_THAN_TEXT,
    ),
    Conflict(
        ("table", "encoding"),
        "only a CSV or TSV has an encoding that can be stated",
        "set table.format to csv or tsv, or leave encoding out",
        ("table", "format"),
        lambda encoding, format_: encoding is not None and format_ in OTHER_THAN_TEXT,
    ),
    Conflict(
        ("table", "encoding"),
        "there is no character encoding of this name",
        "give it as Python knows it: utf-8, latin-1, windows-1252 or shift_jis, for example",
        WHOLE,
        _is_no_encoding,
    ),
    Conflict(
        ("table", "sheet"),
        "only an Excel workbook has sheets",
        "set table.format to excel, or leave sheet out",
        ("table", "format"),
        lambda sheet, format_: sheet is not None and format_ in OTHER_THAN_EXCEL,
    ),
    Conflict(
        ("sources", "series"),
        "sources.series cannot be given together with sources.study",
        "a series source brings its study along: leave study out",
        ("sources", "study"),
        lambda series, study: series is not None and study is not None,
    ),
    Conflict(
        ("sources", "template", "validate"),
        "only an XML template can be validated",
        "set sources.template.format to xml, or leave validate out",
        ("sources", "template", "format"),
        lambda validate, format_: validate is True and format_ in OTHER_THAN_XML,
    ),
    Conflict(
        ("sources", "template", "check_namespace"),
        "only an XML template has a namespace to check",
        "set sources.template.format to xml, or leave check_namespace out",
        ("sources", "template", "format"),
        lambda check, format_: check is True and format_ in OTHER_THAN_XML,
    ),
    Conflict(
        ("sources", "increment_instance_number"),
        "the Instance Number to be incremented is replaced by that of uids.instance_number",
        "leave out increment_instance_number, or uids.instance_number",
        ("uids", "instance_number"),
        lambda increment, number: increment is True and number not in (None, "order"),
    ),
    Conflict(
        ("uids", "method"),
        "uids.method cannot be fresh in a recipe that is reproducible",
        "leave method out: reproducible implies derived UIDs",
        ("reproducible",),
        lambda method, reproducible: method == "fresh" and reproducible not in (None, False),
    ),
    Conflict(
        ("uids", "key"),
        "uids.key is for derived UIDs, and those of this recipe are fresh in every run",
        "set uids.method to derived, or leave key out",
        WHOLE,
        lambda key, recipe: key is not None and _is_fresh(recipe),
    ),
    Conflict(
        ("uids", "facts"),
        "uids.facts are for derived UIDs, and those of this recipe are fresh in every run",
        "set uids.method to derived, or leave facts out",
        WHOLE,
        lambda facts, recipe: facts is not None and _is_fresh(recipe),
    ),
    Conflict(
        ("reproducible", "time"),
        "there is no such date or time",
        "it is of the form 2026-01-31T10:15:00",
        WHOLE,
        _is_no_time,
    ),
    Conflict(
        ("encoding", "padding"),
        "padding needs a DICOM file, and encoding.file_format is dataset",
        "leave padding out, or set file_format to part10",
        ("encoding", "file_format"),
        lambda padding, file_format: file_format == "dataset" and isinstance(padding, dict) and any(padding.values()),
    ),
)


def conflicts(data: Data) -> Iterator[Conflict]:
    """Yield the conflicts in the plain data of a recipe, which need not be right otherwise."""
    for conflict in CONFLICTS:
        for stated in _stated(conflict, data):
            if stated.excluded(_value(data, stated.path), _value(data, stated.other)):
                yield stated


def _stated(conflict: Conflict, data: Data) -> Iterator[Conflict]:
    """Yield a conflict, once for each name that `EACH` stands for."""
    if EACH not in conflict.path:
        yield conflict
        return
    mapping = _value(data, conflict.path[: conflict.path.index(EACH)])
    for name in mapping if isinstance(mapping, dict) else ():
        yield conflict._replace(path=_at(conflict.path, name), other=_at(conflict.other, name))


def _at(path: Path, name: str) -> Path:
    return tuple(name if part == EACH else part for part in path)


def _value(data: Data, path: Path) -> Data:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data
