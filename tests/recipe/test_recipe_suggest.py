from __future__ import annotations

import pytest

from img2dcm_decl.recipe.suggest import suggest


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("repalce", "replace"),
        ("REPLACE", "replace"),
        ("as written", "as-written"),
        ("sop-class", "sop_class"),
        ("zzz", None),
        ("", None),
        ("replace" * 100, None),
    ],
)
def test_the_word_that_was_meant_is_found(word: str, meant: str | None) -> None:
    assert suggest(word, ("error", "replace", "skip", "as-written", "sop_class")) == meant
