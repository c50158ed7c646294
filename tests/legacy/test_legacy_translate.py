"""From argument list to recipe text and back: the text says the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support import shared_dir

from img2dcm_decl.legacy.differences import notes
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.options import OPTIONS
from img2dcm_decl.recipe.read import read_recipe
from img2dcm_decl.recipe.write import write_recipe

if TYPE_CHECKING:
    from img2dcm_decl.legacy.option import Option

VALUES = {"format": "BMP", "level": "info", "key": "PatientID=1", "file-pad": "4", "item-pad": "2"}


def assert_survives(argv: list[str]) -> None:
    invocation = parse(argv, environ={"DCMDICTPATH": "site.dic"})
    assert invocation.recipe is not None
    text = write_recipe(invocation.recipe, comments=notes(invocation))
    assert read_recipe(text, "recipe.yaml", ".") == invocation.recipe
    comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    for line in "\n".join(notes(invocation).values()).splitlines():
        assert f"# {line}" in comments


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.settings], ids=lambda o: o.long)
def test_every_option_survives_translation(option: Option) -> None:
    given = [VALUES.get(name, "x.dcm") for name in option.values]
    xml = ["-dx", "t.xml"] if option.subgroup == "XML validation" else []
    assert_survives([*xml, option.long, *given, "a.jpg", "o.dcm"])


@pytest.mark.parametrize(
    "argv",
    [
        ["a.jpg", "b.jpg", "-"],
        ["-", "[1]*.jpg", "${x}.dcm"],
        ["-k", "A=1", "-k", "A=2", "-k", "B[1].C=x\\y", "a.jpg", "$$.dcm"],
        ["-k", "PatientName=Müller^ Jörg  ", "-k", "StudyDescription=${index}: # 'x' \"y\"", "a.jpg", "o.dcm"],
        ["-k", "PatientID=010", "-k", "0010,0020", "-k", "(0009,0010)=NO", "a.jpg", "o.dcm"],
        ["-k", "StudyDescription=two\nlines\t", "a b\u00a0.jpg", "ö.dcm"],
    ],
)
def test_unusual_texts_survive_translation(argv: list[str]) -> None:
    assert_survives(argv)


def test_the_lines_of_real_scripts_survive_translation() -> None:
    for row in (shared_dir() / "wild" / "wild.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(row)
        if case["rc_3_7_0"] == 0 and not {"$FORMAT", "$@"} & set(case["argv"]):
            assert_survives(case["argv"])
