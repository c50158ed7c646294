"""How messages show what stands in files and recipes."""

from __future__ import annotations

import pytest

from img2dcm_decl.attributes.problems import shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Roe^Jane", "'Roe^Jane'"),
        ("", "''"),
        ("A\\B", "'A\\B'"),
        ("Müller", "'Müller'"),
        ("O'Neill", '"O\'Neill"'),
        ("'\"", "''\"'"),
        ("a\nb\x1b[31m", "'a\\nb\\x1b[31m'"),
        ("12\xa0", "'12\\xa0'"),
        ("\u202eevil", "'\\u202eevil'"),
        ("\udcff", "'\\udcff'"),
        ("x" * 61, f"'{'x' * 60}'..."),
    ],
)
def test_a_text_is_shown_as_it_stands_there_but_for_what_cannot_be_seen(text: str, said: str) -> None:
    assert shown(text) == said
    assert shown(text).isprintable()
