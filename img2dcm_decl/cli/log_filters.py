"""log4cplus's filters as one filter of Python's logging."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from img2dcm_decl.cli.log_layouts import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.legacy.log4cplus.model import Filter


class Chain(logging.Filter):
    """Asks filters one after the other: the first with an opinion decides; where none has, a record passes.

    Parameters
    ----------
    filters : sequence of Filter
        In the order in which they are asked.
    """

    def __init__(self, filters: Sequence[Filter]) -> None:
        super().__init__()
        self._filters = tuple(filters)

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record passes."""
        opinions = (_opinion(one, record.levelno, record.getMessage()) for one in self._filters)
        return next((opinion for opinion in opinions if opinion is not None), True)


def _opinion(one: Filter, level: int, text: str) -> bool | None:
    """Return whether a filter lets a message pass, None where it does not mind."""
    if one.kind == "deny":
        return False
    if one.kind == "range":
        if level < NUMBERS.get(one.least, 0) or level > NUMBERS.get(one.most, level):
            return False
        return one.accept or None
    matches = level == NUMBERS.get(one.least) if one.kind == "level" else bool(one.text) and one.text in text
    return one.accept if matches else None
