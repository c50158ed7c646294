"""Settings that do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from img2dcm_decl.recipe.model import Path
    from img2dcm_decl.recipe.schema import Data

OTHER_THAN_XML = ("dicom", "dump")


class Conflict(NamedTuple):
    """A setting that another one excludes.

    Attributes
    ----------
    path : Path
        The setting that the message is about.
    message, advice : str
        What is wrong, and what to do about it.
    other : Path
        The setting that excludes it.
    excluded : callable
        Tells from the values of both, in this order, whether they exclude each other; None where one is not given.
    """

    path: Path
    message: str
    advice: str
    other: Path
    excluded: Callable[[Data, Data], bool]


CONFLICTS = (
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
        if conflict.excluded(_value(data, conflict.path), _value(data, conflict.other)):
            yield conflict


def _value(data: Data, path: Path) -> Data:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data
