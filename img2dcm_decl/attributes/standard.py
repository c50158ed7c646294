"""PS3.6 as pydicom has it: the standard's data dictionary and its UIDs, without the rest of pydicom.

Importing pydicom takes as long as making hundreds of objects, most of it for what is never used here. Its tables are
modules of their own that import nothing.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

StandardEntry: TypeAlias = tuple[str, str, str, str, str]
"""Value representation, multiplicity, name, `Retired` or nothing, and keyword."""
PrivateEntry: TypeAlias = tuple[str, str, str, str]
"""The same without keyword."""

_PACKAGE = "pydicom"


@cache
def _tables(module: str) -> ModuleType:
    """Return one of pydicom's modules of tables."""
    package = PathFinder.find_spec(_PACKAGE)
    found = PathFinder.find_spec(module, package.submodule_search_locations) if package else None
    if found is None or found.loader is None:  # programs that are packed into one file have importers of their own
        return import_module(f"{_PACKAGE}.{module}")
    loaded = module_from_spec(found)
    found.loader.exec_module(loaded)
    return loaded


class _Repeating(NamedTuple):
    """A repeating group (PS3.5 section 7.6): its lowest tag, the bits that its tags have in common, and its entry."""

    lowest: int
    common: int
    entry: StandardEntry


def _repeating(written: str, entry: StandardEntry) -> _Repeating:
    common = "".join(["0" if digit == "x" else "F" for digit in written])
    return _Repeating(int(written.replace("x", "0"), 16), int(common, 16), entry)


_ENTRIES: Mapping[int, StandardEntry] = _tables("_dicom_dict").DicomDictionary
_REPEATING = [_repeating(*row) for row in _tables("_dicom_dict").RepeatersDictionary.items()]
_TAGS: Mapping[str, int] = {
    **{entry[4]: tag for tag, entry in _ENTRIES.items() if entry[4]},
    # Where the lowest tag of a group is an attribute of its own, the group's keyword would not lead to the group.
    **{group.entry[4]: group.lowest for group in _REPEATING if group.lowest not in _ENTRIES},
}


def standard_entry(tag: int) -> StandardEntry | None:
    """Return what is said of an attribute, which may be one of a repeating group; None where it is not known."""
    known = _ENTRIES.get(tag)
    if known is not None:
        return known
    return next((group.entry for group in _REPEATING if (tag ^ group.lowest) & group.common == 0), None)


def standard_tag(keyword: str) -> int | None:
    """Return the tag that a keyword names, of a repeating group the lowest; None where it names none."""
    return _TAGS.get(keyword)


def standard_keywords() -> Iterator[str]:
    """Return the keywords of all attributes, those of repeating groups last."""
    return iter(_TAGS)


def private_entry(tag: int, creator: str) -> PrivateEntry | None:
    """Return what is said of a private attribute; None where it is not known."""
    known: Mapping[str, PrivateEntry] = _tables("_private_dict").private_dictionaries.get(creator, {})
    written = f"{tag:08X}"
    forms = (written, f"{written[:4]}xx{written[6:]}", f"{written[:2]}xxxx{written[6:]}")
    return next((known[form] for form in forms if form in known), None)


def standard_uids() -> Mapping[str, StandardEntry]:
    """Return what is said of each UID: its name first, and its keyword, which may be empty, last."""
    uids: Mapping[str, StandardEntry] = _tables("_uid_dict").UID_dictionary
    return uids
