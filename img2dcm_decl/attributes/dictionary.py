"""The data dictionary: pydicom's edition of PS3.6, with further dictionaries layered on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.standard import private_entry, standard_entry, standard_keywords, standard_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from img2dcm_decl.attributes.standard import PrivateEntry, StandardEntry

RETIRED = "RETIRED_"
"""What DCMTK's dictionary puts before the keyword of a retired attribute."""

_GENERIC_KEYWORDS = {"GenericGroupLength": 0x00000000, "PrivateCreator": 0x00090010}
CODES = {"ox": "OB", "px": "OW", "xs": "US", "lt": "OW", "na": "UN", "up": "UL"}
"""What a dictionary file may name in place of a value representation, for a choice of several, and which is taken."""

_CHOICES = {"US or SS": "US", "US or SS or OW": "OW", "US or OW": "OW", "NONE": "UN"}
_WORDS = frozenset({0x7FE00010, 0x60003000})


class Span(NamedTuple):
    """A range of group or element numbers; `parity` is `even`, `odd` or `all`."""

    low: int
    high: int
    parity: str = "all"

    def holds(self, number: int) -> bool:
        """Tell whether a number lies in the range."""
        return self.low <= number <= self.high and (self.parity == "all" or (number & 1) == (self.parity == "odd"))

    @property
    def first(self) -> int:
        """The lowest number in the range."""
        return self.low if self.holds(self.low) else self.low + 1


class Entry(NamedTuple):
    """One attribute, or range of attributes, of a data dictionary.

    Attributes
    ----------
    group, element : Span
        The numbers that it describes; of a private element only the low byte counts.
    vr : str
        Value representation, or one of the codes for a choice in DCMTK's dictionaries (`ox`, `px`, `xs` ...).
    keyword : str
        Name of the attribute.
    vm : str
        Value multiplicity.
    creator : str
        Private Creator; empty for standard attributes.
    """

    group: Span
    element: Span
    vr: str
    keyword: str
    vm: str = "1"
    creator: str = ""

    @property
    def exact(self) -> bool:
        """Whether it describes one attribute only."""
        return self.group.low == self.group.high and self.element.low == self.element.high

    @property
    def tag(self) -> int:
        """The lowest tag that it describes."""
        return self.group.first << 16 | self.element.first

    @property
    def width(self) -> int:
        """The number of tags between its bounds."""
        return (self.group.high - self.group.low + 1) * (self.element.high - self.element.low + 1)


class Dictionary:
    """What is known about attributes: value representation, multiplicity and keyword of a tag, and the way back.

    Frozen: `with_entries` returns a new one. Where a layered entry and the standard differ, the entry counts; of
    two entries for the same tag (and private creator) the later; single tags come before ranges and narrow
    ranges before wide ones.

    Parameters
    ----------
    entries : iterable of Entry
        What is layered on top of the standard.
    """

    __slots__ = ("_entries", "_exact", "_keywords", "_ranges")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = tuple(entries)
        self._exact = {(_masked(e.tag, e.creator), e.creator): e for e in self._entries if e.exact}
        # A stable sort of the reversed list: the later of two equally wide ranges is found first.
        self._ranges = tuple(sorted((e for e in reversed(self._entries) if not e.exact), key=lambda e: e.width))
        named = [*self._exact.values(), *reversed(self._ranges)]
        self._keywords = {e.keyword: e.tag for e in sorted(named, key=_keyword_rank, reverse=True)}

    def with_entries(self, entries: Iterable[Entry]) -> Dictionary:
        """Return a dictionary with further entries layered on top of this one."""
        return Dictionary((*self._entries, *entries))

    def tag_of(self, keyword: str) -> int | None:
        """Return the tag that a keyword names, or None.

        Keywords are case-sensitive. Those of repeating groups give the lowest group; a retired attribute goes by
        its keyword with or without the prefix `RETIRED_`.
        """
        if keyword in self._keywords:
            return self._keywords[keyword]
        tag = _standard_tag(keyword)
        if tag is None or (tag, "") in self._exact:
            return None
        return tag

    def vr_of(self, tag: int, creator: str | None = None, *, signed: bool = False) -> str:
        """Return the value representation of an attribute; `UN` where it is not known.

        Parameters
        ----------
        tag : int
            Group and element number.
        creator : str or None
            Private Creator of the tag's block.
        signed : bool
            Whether "US or SS" is SS: what Pixel Representation says (PS3.5 A.1).
        """
        entry = self._layered(tag, creator)
        vr = entry.vr if entry else _standard_vr(tag, creator)
        if vr in {"xs", "US or SS"}:
            return "SS" if signed else "US"
        if vr == "OB or OW":
            return "OW" if _repeated(tag) in _WORDS else "OB"
        return CODES.get(vr) or _CHOICES.get(vr, vr)

    def vm_of(self, tag: int, creator: str | None = None) -> str:
        """Return the value multiplicity of an attribute (PS3.5 section 6.4); `1-n` where it is not known."""
        entry = self._layered(tag, creator)
        if entry:
            return entry.vm
        if is_private_creator(tag):
            return "1"
        known = _private_entry(tag, creator) if is_private(tag) else _standard_entry(tag)
        return known[1] if known else "1-n"

    def keyword_of(self, tag: int) -> str:
        """Return the keyword of a standard attribute, or an empty string where it has none."""
        entry = self._layered(tag, None)
        if entry:
            return entry.keyword
        known = _standard_entry(tag)
        return known[4] if known else ""

    def name_of(self, tag: int) -> str:
        """Return what to call an attribute in a message: its keyword, else `(gggg,eeee)`."""
        return self.keyword_of(tag) or tag_text(tag)

    def is_retired(self, tag: int) -> bool:
        """Tell whether PS3.6 calls an attribute retired."""
        known = None if self._layered(tag, None) else _standard_entry(tag)
        return bool(known and known[3])

    def keywords(self) -> Iterator[str]:
        """Yield every keyword, to find the one that was meant."""
        yield from self._keywords
        yield from standard_keywords()

    def _layered(self, tag: int, creator: str | None) -> Entry | None:
        if not self._entries:
            return None
        owner = creator or ""
        number = _masked(tag, owner)
        found = self._exact.get((number, owner))
        if found:
            return found
        group, element = number >> 16, number & 0xFFFF
        return next(
            (e for e in self._ranges if e.creator == owner and e.group.holds(group) and e.element.holds(element)),
            None,
        )


def is_private(tag: int) -> bool:
    """Tell whether a tag lies in a group of odd number (PS3.5 section 7.8)."""
    return bool(tag >> 16 & 1)


def is_private_creator(tag: int) -> bool:
    """Tell whether a tag reserves a block of private elements (PS3.5 section 7.8.1)."""
    return is_private(tag) and 0x10 <= tag & 0xFFFF <= 0xFF


def tag_text(tag: int) -> str:
    """Return a tag as DICOM writes it, `(gggg,eeee)`."""
    return f"({tag >> 16:04x},{tag & 0xFFFF:04x})"


def _masked(tag: int, creator: str) -> int:
    return tag & 0xFFFF00FF if creator else tag


def _keyword_rank(entry: Entry) -> int:
    """Return where an entry stands when a keyword is looked up: single tags, then ranges, private ones last."""
    return 2 if entry.creator else int(not entry.exact)


def _standard_vr(tag: int, creator: str | None) -> str:
    if not tag & 0xFFFF:
        return "UL"
    if is_private_creator(tag):
        return "LO"
    known = _private_entry(tag, creator) if is_private(tag) else _standard_entry(tag)
    return known[0] if known else "UN"


def _standard_entry(tag: int) -> StandardEntry | None:
    return None if is_private(tag) else standard_entry(tag)


def _private_entry(tag: int, creator: str | None) -> PrivateEntry | None:
    return private_entry(tag, creator) if creator else None


def _standard_tag(keyword: str) -> int | None:
    if keyword in _GENERIC_KEYWORDS:
        return _GENERIC_KEYWORDS[keyword]
    name = keyword.removeprefix(RETIRED)
    if not name:
        return None
    tag = standard_tag(name)
    if tag is None or name == keyword:
        return tag
    known = _standard_entry(tag)
    return tag if known and known[3] else None


def _repeated(tag: int) -> int:
    """Return the lowest tag that a tag of a repeating group stands for; other tags as they are."""
    return tag & 0xFF00FFFF if tag >> 24 in {0x50, 0x60, 0x7F} and tag >> 16 != 0x7FE0 else tag
