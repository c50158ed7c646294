"""What `sop_class` says: the name of an IOD profile that comes with the package, or the path of another one."""

from __future__ import annotations

_SUFFIXES = (".yaml", ".yml")


def is_profile_path(sop_class: str) -> bool:
    """Tell whether a profile is named by its path."""
    return sop_class.endswith(_SUFFIXES)
