"""What `--help` and `--version` show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl import __version__
from img2dcm_decl.legacy.options import OPTIONS, PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.legacy.option import Option

STANDS_IN_FOR = "img2dcm 3.7.0 of DCMTK"

_LONG = 21
_TEXT = 33


def usage_text(program: str = "img2dcm-decl legacy") -> str:
    """Return the usage text, which ends in an empty line.

    Parameters
    ----------
    program : str
        How the command is called.
    """
    names = " ".join(name + ("..." if number == 0 else "") for number, (name, _) in enumerate(PARAMETERS))
    lines = [
        f"{program}: convert JPEG, JPEG-LS and BMP images into DICOM objects",
        f"(takes the arguments of {STANDS_IN_FOR})",
        "",
        f"usage: {program} [options] {names}",
        "",
        "parameters:",
        *(f"  {name:<11}  {text}" for name, text in PARAMETERS),
        *_option_lines(),
        "",
    ]
    return "\n".join(lines) + "\n"


def version_text() -> str:
    """Return the name and version of this program, and what its command line is modelled on."""
    return f"img2dcm-decl {__version__}\nlegacy: takes the arguments of {STANDS_IN_FOR}\n"


def _option_lines() -> Iterator[str]:
    group = subgroup = ""
    for option in OPTIONS:
        if option.group != group:
            group, subgroup = option.group, ""
            yield ""
            yield f"{group}:"
        if option.subgroup != subgroup:
            subgroup = option.subgroup
            yield f"  {subgroup}:"
        yield from _rows(option)


def _rows(option: Option) -> Iterator[str]:
    """Yield the rows of one option: its names in columns, and what it does."""
    indent, short = (4, 4) if option.subgroup else (2, 6)
    names = f"{'':{indent}}{option.short:<{short}}  {option.long:<{_LONG}}  "
    values = [" ".join(f"<{name}>" for name in option.values)] if option.values else []
    first, *others = [*values, *option.text.split("\n")]
    yield names + first
    for text in others:
        yield f"{'':{_TEXT}}{text}"
