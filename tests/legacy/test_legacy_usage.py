"""The usage text keeps img2dcm's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from img2dcm_decl import __version__
from img2dcm_decl.legacy.options import OPTIONS
from img2dcm_decl.legacy.usage import usage_text, version_text

if TYPE_CHECKING:
    from img2dcm_decl.legacy.option import Option

LINES = usage_text().split("\n")


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.long)
def test_an_option_stands_in_its_columns(option: Option) -> None:
    (line,) = [line for line in LINES if f"  {option.long}  " in line]
    short = option.short
    assert line.index(option.long) == 10
    assert line[:10].split() == ([short] if short else [])
    assert line[31:33] == "  "
    assert line[33] != " "
    if short:
        assert line.index(short) == (4 if option.subgroup else 2)


def test_the_text_fits_a_terminal_and_ends_in_an_empty_line() -> None:
    assert max(map(len, LINES)) <= 86
    assert usage_text().endswith("bytes\n\n")
    assert "usage: prog [options] imgfile-in... dcmfile-out" in usage_text("prog")


def test_groups_stand_at_the_left_and_sub_groups_at_column_two() -> None:
    titles = [line for line in LINES if line.endswith(":") and not line.startswith("   ")]
    assert [title for title in titles if not title.startswith(" ")] == [
        "parameters:",
        "general options:",
        "input options:",
        "processing options:",
        "output options:",
    ]
    assert "  target SOP class:" in titles


def test_the_version_names_what_it_stands_in_for() -> None:
    assert version_text().startswith(f"img2dcm-decl {__version__}\n")
    assert "img2dcm 3.7.0" in version_text()
