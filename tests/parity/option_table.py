"""The table of img2dcm's options that the README shows, made from the options themselves and from their tests.

`python tests/parity/option_table.py` prints it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(parent) for parent in Path(__file__).resolve().parents[1:3]]

from parity.option_specs import SPECS

from img2dcm_decl.legacy.option import Option, Setting
from img2dcm_decl.legacy.options import OPTIONS

HEAD = ("| img2dcm | recipe | tested by its effect on |", "|---|---|---|")
_SHOWN = 4


def option_table() -> str:
    """Return the table, a row for each option."""
    return "\n".join([*HEAD, *map(_row, OPTIONS)])


def _row(option: Option) -> str:
    names = ", ".join(f"`{name}`" for name in (option.long, option.short) if name)
    values = "".join(f" *{value}*" for value in option.values)
    return f"| {names}{values} | {_recipe(option)} | {', '.join(_effects(option))} |"


def _recipe(option: Option) -> str:
    if option.command_only:
        return f"command only: {option.command_only}"
    return ", ".join(_setting(option, setting) for setting in option.settings)


def _setting(option: Option, setting: Setting) -> str:
    if setting.read is not None:
        return f"`{setting.path}`: *{option.values[setting.argument]}*"
    value = str(setting.value).lower() if isinstance(setting.value, bool) else str(setting.value)
    return f"`{setting.path}: {value}`"


def _effects(option: Option) -> Iterator[str]:
    names = list(dict.fromkeys(name.partition(",")[0] for name in SPECS[option.long].differs))
    yield from names[:_SHOWN]
    if len(names) > _SHOWN:
        yield f"and {len(names) - _SHOWN} more"


if __name__ == "__main__":
    sys.stdout.write(option_table() + "\n")
