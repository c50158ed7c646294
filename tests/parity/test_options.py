"""Each option of img2dcm changes what it should in a real conversion, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pydicom
import pytest
from parity.observing import differences, observe
from parity.option_files import write_files
from parity.option_specs import SPECS, Seen
from parity.option_table import option_table
from support import ROOT

from img2dcm_decl.legacy.option import Option
from img2dcm_decl.legacy.options import BY_NAME, OPTIONS

OUTPUT = "out.dcm"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("options")
    write_files(made)
    return made


def fits(seen: str | None, expected: Seen) -> bool:
    if isinstance(expected, re.Pattern):
        return seen is not None and expected.search(seen) is not None
    return seen == expected


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.long)
def test_an_option_changes_what_it_should_and_nothing_else(
    option: Option, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pydicom.config.settings, "reading_validation_mode", pydicom.config.IGNORE)
    spec = SPECS[option.long]
    before, after = (observe(f"{arguments} {OUTPUT}", folder) for arguments in (spec.without, spec.given))
    found = differences(before, after)
    assert {name: pair for name, pair in found.items() if name not in spec.differs} == {}
    for name, (old, new) in spec.differs.items():
        assert name in found
        assert fits(found[name][0], old), found[name]
        assert fits(found[name][1], new), found[name]


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.long)
def test_the_two_command_lines_differ_by_the_option_alone(option: Option) -> None:
    spec = SPECS[option.long]
    without, given = spec.without.split(), spec.given.split()
    assert given[: len(without)] == without
    assert BY_NAME[given[len(without)]] is option
    assert len(given) - len(without) == 1 + len(option.values)
    assert spec.differs


def test_every_option_has_its_row_and_no_row_is_left_over() -> None:
    assert list(SPECS) == [option.long for option in OPTIONS]


def test_the_readme_shows_every_option() -> None:
    assert f"\n\n{option_table()}\n\n" in (ROOT / "README.md").read_text("utf-8")
