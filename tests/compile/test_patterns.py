"""Patterns of file names: what they match, and that links in circles end."""

from __future__ import annotations

import glob
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.compile.patterns import in_any_case, matching

FILES = (
    *("9.jpg", "a/1.jpg", "a/b/2.jpg", "a/b/c/3.jpg", "b/a/10.jpg", "[x]/7.jpg", "[x]/y/8.jpg"),
    *(".h/4.jpg", "a/.hid/5.jpg", "a/.6.jpg"),
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def files(folder: Path, pattern: str) -> set[str]:
    return {os.path.normpath(name) for name in matching(str(folder), pattern, set()) if (folder / name).is_file()}


PARTS = st.sampled_from(["**", "*", "a", "b", ".h", "[[]x]", "*.jpg", "?.jpg", "**.jpg", "c", ".", ""])


@given(st.lists(PARTS, min_size=1, max_size=5).map("/".join).filter(lambda pattern: not pattern.startswith("/")))
@settings(max_examples=80, deadline=None)
def test_patterns_match_what_glob_matches(tree: Path, pattern: str) -> None:
    expected = glob.iglob(pattern, root_dir=tree, recursive=True)
    assert files(tree, pattern) == {os.path.normpath(name) for name in expected if (tree / name).is_file()}


def test_a_link_to_a_folder_is_followed_but_not_in_circles(tmp_path: Path) -> None:
    for name in ("in/a", "in/b", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "1.jpg").write_bytes(b"")
    for name, target in {
        "in/self": ".",
        "in/also": ".",
        "in/a/up": "..",
        "in/a/top": str(tmp_path),
        "in/a/to_b": "../b",
        "in/b/to_a": "../a",
        "in/other": "../elsewhere",
        "in/broken": "nowhere",
    }.items():
        (tmp_path / name).symlink_to(target)
    found = files(tmp_path, "in/**/*.jpg")
    assert found == {"in/a/1.jpg", "in/b/1.jpg", "in/other/1.jpg", "in/a/to_b/1.jpg", "in/b/to_a/1.jpg"}


def test_links_that_multiply_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("img2dcm_decl.compile.patterns.MAX_FOLDERS", 1000)
    for number in range(30):
        (tmp_path / str(number)).mkdir()
        for name in ("x", "y"):
            (tmp_path / str(number) / name).symlink_to(tmp_path / str(number + 1))
    with pytest.raises(ValueError, match="more than 1,000 folders"):
        list(matching(str(tmp_path), "0/**/*.jpg", set()))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.jpg", "*.[jJ][pP][gG]"),
        ("[a-c]?.JPG", "[a-c]?.[jJ][pP][gG]"),
        ("[]x]é[!]a]1", "[]x]é[!]a]1"),
        ("[x", "[[xX]"),
    ],
)
def test_a_pattern_in_any_case_keeps_its_brackets(pattern: str, expected: str) -> None:
    assert in_any_case(pattern) == expected
