"""Argument lists of recorded conversions and of real scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support import shared_dir

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.invocation import parse

if TYPE_CHECKING:
    from pathlib import Path

#: Which recorded refusals are about the command line itself.
REFUSED = {
    *("usage-1", "usage-8", "usage-11", "usage-12"),
    *("option-i-jpeg", "option-i-PNG", "option-i-dash", "option-bogus", "option-zz", "option-dash", "option-vers"),
    *("option-ll-loud", "option-q-ll-info", "option-+Vd", "option-+Vn", "option-k"),
    *("option-padding-junk", "option-padding-junk-2", "option-padding-short", "option-padding-dataset"),
    *("commandfile-unclosed", "source-xml-and-dicom"),
}
#: Which variables of real scripts stand for options or for values out of a short list.
VARIABLES = {"$FORMAT": "JPEG", "$OPTIONS": "-v", "$@": "@line"}
#: Options that the scripts still give and that img2dcm 3.7.0 refuses.
GONE = ("-l1", "--no-latin1")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_recorded_lines_are_refused_where_img2dcm_refuses_the_line() -> None:
    refused = set()
    for case in lines(shared_dir() / "golden" / "cases.jsonl"):

        def read(name: str, most: int, files: dict[str, Any] = case["files"]) -> bytes:
            if name not in files:
                raise FileNotFoundError(2, "No such file or directory", name)
            return str(files[name]["text"]).encode()[:most]

        try:
            invocation = parse(case["argv"], environ=case.get("env") or {}, read=read)
        except UsageError:
            refused.add(case["id"])
            assert case["exit"] != 0, case["id"]
        else:
            assert invocation.recipe is not None
            assert case["exit"] != 0 or invocation.recipe.output.file == case["output"], case["id"]
    assert refused == REFUSED


def test_the_lines_of_real_scripts_are_understood() -> None:
    found = lines(shared_dir() / "wild" / "wild.jsonl")
    understood = 0
    for row in found:
        if row["argv"] is None:
            continue
        argv = [VARIABLES.get(argument, argument) for argument in row["argv"]]
        if set(GONE) & set(argv):
            with pytest.raises(UsageError, match="earlier versions"):
                parse(argv, environ={})
            continue
        invocation = parse(argv, environ={}, read=lambda _name, _most: b"-v a.jpg o.dcm")
        assert invocation.recipe is not None
        understood += 1
    assert understood > 0.9 * len(found)
