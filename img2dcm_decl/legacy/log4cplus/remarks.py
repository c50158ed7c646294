"""Collects what is to be said about a settings file while it is read."""

from __future__ import annotations

MOST = 100


class Remarks:
    """Problems and features without a counterpart, each once and the first hundred of them."""

    def __init__(self) -> None:
        self._problems: dict[str, None] = {}
        self._missing: dict[str, None] = {}

    def problem(self, text: str) -> None:
        """Add a problem: one line that says what is wrong and what happens instead."""
        if len(self._problems) < MOST:
            self._problems[text] = None

    def without_counterpart(self, feature: str) -> None:
        """Add something that this program does not do."""
        if len(self._missing) < MOST:
            self._missing[feature] = None

    @property
    def problems(self) -> tuple[str, ...]:
        """The problems in the order in which they were found."""
        return tuple(self._problems)

    @property
    def missing(self) -> tuple[str, ...]:
        """What has no counterpart, in the order in which it was found."""
        return tuple(self._missing)
