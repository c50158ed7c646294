"""UIDs that nobody has used, and UIDs that a keyed hash derives from what they stand for."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: What UIDs begin with that are made of a UUID (PS3.5 section B.2).
UUID_ROOT = "2.25"
_LONGEST_UID = 64
_RANDOM = 4
_CUSTOM = 8


def random_uid(root: str = UUID_ROOT) -> str:
    """Return a new UID.

    Parameters
    ----------
    root : str
        What it begins with. Below 2.25 it is a random UUID (RFC 9562 section 5.4).
    """
    return _below(root, int.from_bytes(os.urandom(32), "big"), _RANDOM)


def hashed_uid(root: str, key: bytes, facts: Iterable[bytes]) -> str:
    """Return the UID that stands for some facts: HMAC-SHA256 (RFC 2104) of them.

    Parameters
    ----------
    root : str
        What it begins with. Below 2.25 it is a UUID of version 8 (RFC 9562 section 5.8).
    key : bytes
        The key of the hash.
    facts : iterable of bytes
        What it stands for; each counts with its length, so that no two lists of facts are taken for one another.
    """
    # Runs of a single object do without these libraries, which take a good part of the time of such a run to load.
    from hmac import digest

    message = b"".join(len(fact).to_bytes(8, "big") + fact for fact in facts)
    return _below(root, int.from_bytes(digest(key, message, "sha256"), "big"), _CUSTOM)


def _below(root: str, number: int, version: int) -> str:
    """Return a UID below a root, made of a number of 256 bits."""
    if root == UUID_ROOT:
        number >>= 128
        number = number & ~(0xF << 76) | (version << 76)
        number = number & ~(0x3 << 62) | (0x2 << 62)
        return f"{root}.{number}"
    digits = _LONGEST_UID - len(root) - 1
    smallest = 10 ** (digits - 1)
    return f"{root}.{smallest + number % (9 * smallest)}"
