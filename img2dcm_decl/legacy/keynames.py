"""Which attribute a key names, as far as that can be told without a data dictionary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from img2dcm_decl.recipe.model import Key

_TAG = re.compile(r"\(?\s*(?:0x)?([0-9a-f]{1,8})\s*,\s*(?:0x)?([0-9a-f]{1,8})", re.IGNORECASE | re.ASCII)


class Attribute(NamedTuple):
    """An attribute by its keyword and its tag."""

    keyword: str
    tag: int


def tag_of(key: Key) -> int | None:
    """Return the tag that a key's path begins with, None where it begins with a keyword."""
    found = _TAG.match(key.path)
    return (int(found[1], 16) & 0xFFFF) << 16 | int(found[2], 16) & 0xFFFF if found else None


def names(key: Key, attribute: Attribute) -> bool:
    """Tell whether a key is about an attribute of the top level, by its keyword or its tag."""
    if "[" in key.path:
        return False
    return key.path.strip("()") == attribute.keyword or tag_of(key) == attribute.tag
