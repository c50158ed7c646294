"""What the XML of an Excel sheet says that a reader of its rows is not told (ISO/IEC 29500-1 section 18.3.1)."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1 << 16
_OVERLAP = 1 << 14
"""Bytes of a match at most: a formula has 8,192 characters."""

_TAG = rb"(?:[A-Za-z0-9]{1,16}:)?"
_MERGED = rb'<%bmergeCell\s[^<>]{0,99}ref\s*=\s*["\'](?P<first>[A-Z]+(?P<row>[0-9]+)):' % _TAG
_UNCALCULATED = (
    rb"<%bc\s(?P<cell>[^<>]{1,999})><%bf(?:\s[^<>]{0,999})?(?:/>|>[^<>]{0,15000}</%bf>)\s*(?:<%bv\s*/>|<%bv></%bv>)?\s*</%bc>"
    % ((_TAG,) * 7)
)
_FOUND = re.compile(_MERGED + b"|" + _UNCALCULATED)
_REFERENCE = re.compile(rb'\br\s*=\s*["\'](?P<first>[A-Z]+(?P<row>[0-9]+))["\']')
_IS_TEXT = re.compile(rb'\bt\s*=\s*["\']str["\']')


def unreadable_cells(file: BinaryIO, part: str) -> Iterator[tuple[str, int, str]]:
    """Yield cells of which rows show nothing, though they are not empty: name, row, and why.

    Of cells that are merged, only the first has the value that a spreadsheet program shows for all of them; a formula
    that no program has calculated yet has no value. A text that is empty is the value of a formula, too.

    Parameters
    ----------
    file : binary file
        The workbook; it can seek.
    part : str
        The name of the sheet's part in it.
    """
    with zipfile.ZipFile(file) as archive, archive.open(part) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            data = rest + block
            end = 0
            for found in _FOUND.finditer(data):
                end = found.end()
                yield from _cell(found)
            rest = data[max(end, len(data) - _OVERLAP) :]


def _cell(found: re.Match[bytes]) -> Iterator[tuple[str, int, str]]:
    if found["first"]:
        yield found["first"].decode(), int(found["row"][:9]), "is merged with others, which have no value of their own"
        return
    at = _REFERENCE.search(found["cell"])
    if at and not _IS_TEXT.search(found["cell"]):
        yield at["first"].decode(), int(at["row"][:9]), "holds a formula that no program has calculated yet"
