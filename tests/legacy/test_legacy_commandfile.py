"""Command files: quoting, limits, and what is no command file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.commandfile import MOST_ARGUMENTS, MOST_BYTES, expand, read_start, split

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def files(**contents: bytes | str) -> Callable[[str, int], bytes]:
    def read(name: str, most: int) -> bytes:
        if name not in contents:
            raise FileNotFoundError(2, "No such file or directory", name)
        content = contents[name]
        return (content.encode() if isinstance(content, str) else content)[:most]

    return read


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", []),
        (" \t\r\n ", []),
        ("-vlp in.jpg out.dcm", ["-vlp", "in.jpg", "out.dcm"]),
        ("a\r\n\tb\n\n  c\r", ["a", "b", "c"]),
        ("'PatientID=a\"b'", ['PatientID=a"b']),
        ('"a\'b"', ["a'b"]),
        ('PatientID="a b"', ["PatientID=a b"]),
        ('"abc"def', ["abc", "def"]),
        ("'a''b'", ["a", "b"]),
        ('""', [""]),
        ("'' x", ["", "x"]),
        ('a""', ["a"]),
        ('-k "PatientID=x in.jpg out.dcm', ["-k", "PatientID=x in.jpg out.dcm"]),
        ('a "', ["a"]),
        ("a b\"c ' d", ["a", "bc ' d"]),
        ("# comment", ["#", "comment"]),
        ("a\\ b", ["a\\", "b"]),
        ("a\u00a0b\u2028c\x0bd", ["a\u00a0b\u2028c\x0bd"]),
    ],
)
def test_a_command_file_is_split_as_img2dcm_does(text: str, arguments: list[str]) -> None:
    assert list(split(text)) == arguments


def test_command_files_are_expanded_before_anything_else() -> None:
    read = files(a="-k", b="PatientID=1 in.jpg")
    assert expand(["@a", "@b", "out.dcm"], read) == ["-k", "PatientID=1", "in.jpg", "out.dcm"]


def test_command_files_are_not_nested() -> None:
    assert expand(["@a"], files(a="in.jpg @b")) == ["in.jpg", "@b"]


def test_a_lone_at_sign_is_an_ordinary_argument() -> None:
    assert expand(["@", "x@y"], files()) == ["@", "x@y"]


def test_a_byte_order_mark_is_not_part_of_the_first_argument() -> None:
    assert expand(["@a"], files(a="\ufeffin.jpg")) == ["in.jpg"]


def test_bytes_that_are_no_text_stay_the_file_name_they_were() -> None:
    (name,) = expand(["@a"], files(a=b"M\xfcller.jpg"))
    assert name.encode("utf-8", "surrogateescape") == b"M\xfcller.jpg"


def test_a_missing_command_file_is_named() -> None:
    with pytest.raises(UsageError, match=r"^Cannot open command file 'missing.txt': No such file or directory$"):
        expand(["a", "@missing.txt"], files())


def test_a_command_file_name_that_the_system_refuses_is_named() -> None:
    with pytest.raises(UsageError, match="Cannot open command file 'a\\?b'"):
        expand(["@a\0b"], read_start)


def test_a_null_character_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^Argument 2 \(b\?c\) holds a null character"):
        expand(["@a"], files(a="a b\0c"))


def test_real_files_are_read_up_to_the_limit(tmp_path: Path) -> None:
    name = str(tmp_path / "c.txt")
    (tmp_path / "c.txt").write_text("in.jpg out.dcm", encoding="utf-8")
    assert expand([f"@{name}"], read_start) == ["in.jpg", "out.dcm"]
    assert read_start(name, 3) == b"in."
    with pytest.raises(UsageError, match="Cannot open command file"):
        expand([f"@{tmp_path}"], read_start)


def test_command_files_share_one_limit_of_bytes() -> None:
    half = b" " * (MOST_BYTES // 2)
    assert expand(["@a", "@a"], files(a=half)) == []
    with pytest.raises(UsageError, match=f"'b' is too large: all together may have {MOST_BYTES} bytes"):
        expand(["@a", "@a", "@b"], files(a=half, b="x"))


def test_the_number_of_arguments_is_limited() -> None:
    with pytest.raises(UsageError, match=f"more than {MOST_ARGUMENTS} arguments"):
        expand(["@a"], files(a=b"x " * (MOST_ARGUMENTS + 1)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0'", codec="utf-8"))))
def test_quoted_arguments_survive_a_command_file(arguments: list[str]) -> None:
    text = "\n".join(f"'{argument}'" for argument in arguments)
    assert list(split(text)) == arguments


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_command_file_is_split_or_refused(content: bytes) -> None:
    try:
        arguments = expand(["@a"], files(a=content))
    except UsageError:
        assert b"\0" in content
    else:
        assert sum(map(len, arguments)) <= len(content)
