"""The lines and variables of log settings files."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.legacy.log4cplus.syntax import MOST_CHARACTERS, MOST_DEPTH, expand, read_lines

VARIABLES = {"HOME": "/home/x", "NESTED": "<${HOME}>"}.get


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = b", {"a": "b"}),
        (" \t a\t=  b c \t", {"a": "b c"}),
        ("a=b=c", {"a": "b=c"}),
        ("a =\r\nb = 1\r\n", {"a": "", "b": "1"}),
        ("a = b # no comment", {"a": "b # no comment"}),
        ("# a = b\n  # c = d\n\nno equals sign\n", {}),
        ("a = 1\na = 2", {"a": "2"}),
        ("A = 1\na = 2", {"A": "1", "a": "2"}),
        ("a = 1\\\nb = 2", {"a": "1\\", "b": "2"}),
        ("= x", {}),
        ("\N{BYTE ORDER MARK}a = 1", {"a": "1"}),
    ],
)
def test_a_line_is_a_key_and_a_value(text: str, found: dict[str, str]) -> None:
    assert read_lines(text) == found


@pytest.mark.parametrize(
    ("written", "key", "value"),
    [
        ({"f": "${HOME}/log"}, "f", "/home/x/log"),
        ({"HOME": "own", "f": "${HOME}/log"}, "f", "own/log"),
        ({"log4cplus.x": "1", "f": "${log4cplus.x}2"}, "f", "12"),
        ({"f": "${NESTED}"}, "f", "</home/x>"),
        ({"f": "${nosuch}${HOME}"}, "f", "${nosuch}/home/x"),
        ({"${HOME}.f": "1"}, "/home/x.f", "1"),
        ({"f": "$HOME } {"}, "f", "$HOME } {"),
    ],
)
def test_variables_stand_for_settings_first_and_then_for_what_is_around(
    written: dict[str, str], key: str, value: str
) -> None:
    expanded = expand(written, VARIABLES)
    assert expanded.settings[key] == value
    assert not expanded.problems


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"f": "a${HOME}b${open"}, "opened at position 9 is not closed"),
        ({"f": "${f}"}, "f leads back to itself"),
        ({"f": "${g}", "g": "${f}"}, "leads back to itself"),
        ({f"v{n}": f"${{v{n + 1}}}" for n in range(MOST_DEPTH + 2)}, "more than 32 deep"),
        ({f"v{n}": f"${{v{n + 1}}}${{v{n + 1}}}" for n in range(20)}, "more than 10000 replacements"),
        ({"big": "x" * (MOST_CHARACTERS // 2), "f": "${big}${big}${big}"}, "more than 1048576 characters"),
    ],
)
def test_what_cannot_be_replaced_stays_and_is_said(written: dict[str, str], reason: str) -> None:
    started = time.perf_counter()
    expanded = expand(written, VARIABLES)
    assert time.perf_counter() - started < 2
    assert any(reason in problem for problem in expanded.problems)
    first = next(iter(written)) if "big" not in written else "f"
    assert expanded.settings[first] == written[first]


PIECES = st.sampled_from(["${", "}", "a", "b", "=", "\n", "#", " ", "${a}", "${b}", "log4cplus.", "\r", "é", "\ud800"])


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_its_keys_and_values_are_trimmed(text: str) -> None:
    written = read_lines(text)
    for key, value in written.items():
        assert key == key.strip(" \t\r\v\f")
        assert value == value.strip(" \t\r\v\f")
        assert "=" not in key
        assert "\n" not in key + value
    expanded = expand(written, VARIABLES)
    assert len(expanded.settings) <= len(written)


REFERENCES = st.lists(st.sampled_from(["x", "${a}", "${b}", "${c}", "${d}", "${e}"]), max_size=3).map("".join)


@given(st.dictionaries(st.sampled_from("abcd"), REFERENCES, max_size=4))
@settings(max_examples=300, deadline=None)
def test_without_problems_no_known_variable_is_left(written: dict[str, str]) -> None:
    expanded = expand(written, lambda _name: None)
    if not expanded.problems:
        assert not any(f"${{{name}}}" in value for name in written for value in expanded.settings.values())
