"""What was made last is kept, within bounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from img2dcm_decl.compile.kept import Kept


def test_what_is_kept_is_not_made_again() -> None:
    made: list[str] = []
    kept = Kept[str](10, len)

    def get(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key * 2

        return kept.get(key, make)

    assert [get(key) for key in ("ab", "cd", "ab", "ef", "ab", "cd")] == [
        "abab",
        "cdcd",
        "abab",
        "efef",
        "abab",
        "cdcd",
    ]
    assert made == ["ab", "cd", "ef", "cd"]


def test_what_alone_takes_too_much_is_not_kept_and_drives_nothing_out() -> None:
    kept = Kept[str](4, len)
    kept.get("small", lambda: "abc")
    assert kept.get("large", lambda: "a" * 5) == "a" * 5
    assert kept.get("small", lambda: "made anew") == "abc"
    assert kept.get("large", lambda: "again") == "again"


def test_what_cannot_be_made_is_tried_again() -> None:
    kept = Kept[str](4, len)
    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: str(1 // 0))
    assert kept.get("key", lambda: "made") == "made"


def test_threads_may_ask_at_once() -> None:
    kept = Kept[str](40, len)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: kept.get(number % 7, lambda: f"value {number % 7}"), range(2000)))
    assert found == [f"value {number % 7}" for number in range(2000)]
