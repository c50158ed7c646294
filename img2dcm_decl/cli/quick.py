"""Reads the plain forms of `run`'s command line at no cost; all others are left to the library that explains them."""

from __future__ import annotations

from img2dcm_decl.cli.request import RUN_OPTIONS, RunOption, RunRequest
from img2dcm_decl.plan.locations import STDIO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_BY_NAME = {name: option for option in RUN_OPTIONS for name in option.names}


def read_run(arguments: Sequence[str]) -> RunRequest | None:
    """Return what a command line asks for, or None where it is not of the plain form.

    Parameters
    ----------
    arguments : sequence of str
        What stands behind `run`: files, and known options with valid values.
    """
    files: list[str] = []
    values: dict[str, Any] = {}
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            files.append(argument)
            continue
        name, joined, value = argument.partition("=")
        option = _BY_NAME.get(name)
        if option is None or (joined and not option.metavar):
            return None
        if not option.metavar:
            values[option.field] = True
            continue
        if not joined:
            value = next(rest, "")
        if not _is_plain(option, value):
            return None
        values[option.field] = (*values.get(option.field, ()), value) if option.repeats else value
    return RunRequest(tuple(files), **values) if files and all(files) else None


def _is_plain(option: RunOption, value: str) -> bool:
    if option.choices:
        return value in option.choices
    return value == STDIO or (value != "" and not value.startswith("-"))
