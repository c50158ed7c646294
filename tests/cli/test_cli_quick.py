"""The quick reading of `run`'s command line never differs from typer's."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.cli.app import read_command
from img2dcm_decl.cli.quick import read_run
from img2dcm_decl.cli.request import RunRequest
from img2dcm_decl.errors import UsageError

WORDS = [
    *("a.yaml", "plan.json", "-", "", "x=y", "--output", "--output=o.dcm", "--image", "--image=i.jpg", "--existing"),
    *("skip", "error", "--existing=replace", "--existing=ask", "-q", "-v", "--quiet", "--verbose", "-qv", "--quiet=1"),
    *(
        "--",
        "--set",
        "--set=a=b",
        "--jobs",
        "4",
        "--resume",
        "--log-format=json",
        "--help=x",
        "--outpu",
        "-x",
        "--output=",
        "--image=-",
    ),
]


def by_typer(arguments: list[str]) -> RunRequest | None:
    try:
        action = read_command("img2dcm-run", arguments)
    except UsageError:
        return None
    assert isinstance(action, partial)
    request = action.args[0]
    assert isinstance(request, RunRequest)
    return request


@given(st.lists(st.sampled_from(WORDS) | st.text("ab.-= /", max_size=4), max_size=6))
@settings(max_examples=200, deadline=None)
def test_what_is_read_quickly_is_read_the_same_by_typer(arguments: list[str]) -> None:
    quick = read_run(arguments)
    if quick is not None:
        assert quick == by_typer(arguments)


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        ("plan.json", RunRequest(("plan.json",))),
        ("a.yaml b.yaml", RunRequest(("a.yaml", "b.yaml"))),
        ("a.yaml --output - -q", RunRequest(("a.yaml",), output="-", quiet=True)),
        ("--image=1.jpg a.yaml --image 2.jpg", RunRequest(("a.yaml",), images=("1.jpg", "2.jpg"))),
        ("a.yaml --existing skip --existing=replace -v", RunRequest(("a.yaml",), existing="replace", verbose=True)),
    ],
)
def test_plain_command_lines_are_read_quickly(arguments: str, request_: RunRequest) -> None:
    assert read_run(arguments.split()) == request_ == by_typer(arguments.split())


@pytest.mark.parametrize("arguments", ["", "--help", "-q", "a.yaml --existing ask", "a.yaml --output", "a --foo", "--"])
def test_whatever_needs_an_explanation_is_left_to_typer(arguments: str) -> None:
    assert read_run(arguments.split()) is None
