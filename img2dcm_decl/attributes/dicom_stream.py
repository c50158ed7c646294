"""Reads the elements of a dataset in any transfer syntax (PS3.5 section 7), values as they are."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dictionary import is_private, is_private_creator, tag_text
from img2dcm_decl.attributes.keys import creator_text
from img2dcm_decl.attributes.limits import MAX_DEPTH, MAX_TEMPLATE_BYTES
from img2dcm_decl.attributes.problems import TemplateError
from img2dcm_decl.attributes.representations import ALL, LONG, STRINGS, WIDTH
from img2dcm_decl.attributes.template_notes import Notes

if TYPE_CHECKING:
    from img2dcm_decl.attributes.byte_source import ByteSource
    from img2dcm_decl.attributes.dictionary import Dictionary

UNDEFINED = 0xFFFFFFFF
PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PIXEL_REPRESENTATION = 0x00280103
_WAVEFORM_BITS_ALLOCATED = 0x54001004
_WAVEFORM_SAMPLES = frozenset({0x54001010, 0x5400100A})
# What an attribute costs in memory, besides its value.
_ATTRIBUTE_COST = 256


class Syntax(NamedTuple):
    """How elements are encoded."""

    explicit: bool = True
    little: bool = True


IMPLICIT = Syntax(explicit=False)


class _Header(NamedTuple):
    tag: int
    vr: str
    length: int


class _Scope(NamedTuple):
    """What holds for the elements of one dataset or item.

    Attributes
    ----------
    syntax : Syntax
        How they are encoded.
    end : int or None
        Where they end; None where a delimiter says so, or the end of the file.
    depth : int
        The number of sequences around them.
    signed : bool
        What Pixel Representation of the dataset around them says.
    """

    syntax: Syntax
    end: int | None = None
    depth: int = 0
    signed: bool = False


class DatasetReader:
    """Reads one dataset.

    Values are copied byte for byte, little endian, without their padding. Pixel data is passed over; its
    attribute stays, empty. Of two elements with one tag the first is kept.

    Parameters
    ----------
    source : ByteSource
        At the first element.
    dictionary : Dictionary
        Gives the value representation where the transfer syntax leaves it out.
    origin : str
        The origin of all attributes.

    Attributes
    ----------
    notes : Notes
        What is irregular and was put up with.
    """

    def __init__(self, source: ByteSource, dictionary: Dictionary, *, origin: str = "template") -> None:
        self.notes = Notes()
        self._source = source
        self._dictionary = dictionary
        self._origin = origin
        self._cost = 0

    def read(self, syntax: Syntax) -> Dataset:
        """Read elements up to the end of the source.

        Raises
        ------
        TemplateError
            The dataset is damaged, or beyond what is accepted.
        """
        return self._dataset(_Scope(syntax))

    def _dataset(self, scope: _Scope) -> Dataset:
        dataset = Dataset()
        while not self._at_end(scope):
            header = self._header(scope.syntax, dataset, signed=scope.signed)
            if header.tag == _ITEM_END and scope.depth and scope.end is None:
                return dataset
            if header.tag >> 16 == 0xFFFE:
                raise self._error(f"{tag_text(header.tag)} stands where an attribute should")
            self._charge(_ATTRIBUTE_COST)
            attribute = self._attribute(header, scope)
            if attribute is not None:
                self._put(dataset, attribute)
            if header.tag == _PIXEL_REPRESENTATION and attribute is not None:
                scope = scope._replace(signed=attribute.content == b"\x01\x00")
        return dataset

    def _at_end(self, scope: _Scope) -> bool:
        if scope.end is not None:
            if self._source.position > scope.end:
                raise self._error("an element reaches beyond the item or sequence that holds it")
            return self._source.position == scope.end
        return not scope.depth and not self._source.peek(1)

    def _header(self, syntax: Syntax, dataset: Dataset, *, signed: bool) -> _Header:
        order = "<" if syntax.little else ">"
        group, element = struct.unpack(order + "HH", self._source.take(4))
        tag = group << 16 | element
        if syntax.explicit and group != 0xFFFE:
            code = self._source.peek(2)
            # Some writers leave the VR out of single elements, of private ones above all.
            if len(code) == 2 and (code.isalpha() or code == b"??"):
                return self._explicit(tag, self._source.take(2).decode("latin-1"), order)
        (length,) = struct.unpack(order + "I", self._source.take(4))
        creator = None
        if is_private(tag) and not is_private_creator(tag):
            reservation = dataset.get(tag & 0xFFFF0000 | tag >> 8 & 0xFF)
            creator = creator_text(reservation) if reservation else None
        vr = self._dictionary.vr_of(tag, creator, signed=signed)
        if tag in _WAVEFORM_SAMPLES and _wide_samples(dataset):
            vr = "OW"
        # The items of a sequence that only a private dictionary knows are safest as they are.
        return _Header(tag, "UN" if vr == "SQ" and is_private(tag) else vr, length)

    def _explicit(self, tag: int, vr: str, order: str) -> _Header:
        # A value representation of a later edition has a length of 32 bits (PS3.5 section 6.2).
        if vr in LONG or (vr not in ALL and vr.isupper()):
            self._source.skip(2)
            (length,) = struct.unpack(order + "I", self._source.take(4))
        else:
            (length,) = struct.unpack(order + "H", self._source.take(2))
        if vr not in ALL:
            self.notes.add(f"{tag_text(tag)} has the unknown value representation {vr!r} and is taken as UN")
            vr = "UN"
        return _Header(tag, vr, length)

    def _attribute(self, header: _Header, scope: _Scope) -> Attribute | None:
        tag, vr, length = header
        if tag in PIXELS and not scope.depth:
            self._skip(length, scope.syntax)
            return Attribute(tag, vr, b"", self._origin)
        if vr == "SQ" or (length == UNDEFINED and vr == "UN"):
            # A sequence of unknown VR is in implicit VR little endian (PS3.5 section 6.2.2).
            inner = scope if vr == "SQ" else scope._replace(syntax=IMPLICIT)
            return Attribute(tag, "SQ", self._items(header, inner), self._origin)
        if length == UNDEFINED:
            if tag not in PIXELS:
                raise self._error(f"{tag_text(tag)} {vr} has an undefined length")
            self._skip(length, scope.syntax)
            self.notes.inner_pixels(tag)
            return None
        self._within(length, scope)
        self._charge(length)
        return Attribute(tag, vr, _plain(self._source.take(length), vr, scope.syntax), self._origin)

    def _put(self, dataset: Dataset, attribute: Attribute) -> None:
        if self.notes.leaves_out(attribute.tag):
            return
        if attribute.tag in dataset:
            self.notes.twice(attribute.tag, "first")
        else:
            dataset.put(attribute)

    def _items(self, header: _Header, scope: _Scope) -> tuple[Dataset, ...]:
        if scope.depth == MAX_DEPTH:
            raise self._error(f"there are more than {MAX_DEPTH} sequences inside one another")
        self._within(header.length, scope)
        end = None if header.length == UNDEFINED else self._source.position + header.length
        items: list[Dataset] = []
        while end is None or self._source.position < end:
            tag, length = self._item_header(scope.syntax)
            if tag == _SEQUENCE_END and end is None:
                return tuple(items)
            if tag != _ITEM:
                raise self._error(f"{tag_text(tag)} stands where an item of {tag_text(header.tag)} should")
            self._charge(_ATTRIBUTE_COST)
            item_end = None if length == UNDEFINED else self._source.position + length
            if item_end is not None and end is not None and item_end > end:
                raise self._error(f"an item of {tag_text(header.tag)} reaches beyond the sequence")
            items.append(self._dataset(scope._replace(end=item_end, depth=scope.depth + 1)))
        if self._source.position > end:
            raise self._error(f"an item reaches beyond its sequence {tag_text(header.tag)}")
        return tuple(items)

    def _item_header(self, syntax: Syntax) -> tuple[int, int]:
        group, element, length = struct.unpack("<HHI" if syntax.little else ">HHI", self._source.take(8))
        return group << 16 | element, length

    def _skip(self, length: int, syntax: Syntax) -> None:
        """Pass over a value, or over the fragments of compressed pixel data (PS3.5 annex A.4)."""
        if length != UNDEFINED:
            self._source.skip(length)
            return
        while True:
            tag, fragment = self._item_header(syntax)
            if tag == _SEQUENCE_END:
                return
            if tag != _ITEM or fragment == UNDEFINED:
                raise self._error("the fragments of compressed pixel data are damaged")
            self._source.skip(fragment)

    def _within(self, length: int, scope: _Scope) -> None:
        if length != UNDEFINED and scope.end is not None and self._source.position + length > scope.end:
            raise self._error("an element reaches beyond the item that holds it")

    def _charge(self, cost: int) -> None:
        self._cost += cost
        if self._cost > MAX_TEMPLATE_BYTES:
            raise self._error(f"the attributes take more than {MAX_TEMPLATE_BYTES >> 20} MiB")

    def _error(self, message: str) -> TemplateError:
        return TemplateError(f"{message} (before byte {self._source.position})")


def _wide_samples(dataset: Dataset) -> bool:
    """Tell whether the samples of a waveform are words: more than 8 bits are OW (PS3.5 annex A.1)."""
    bits = dataset.get(_WAVEFORM_BITS_ALLOCATED)
    return bits is not None and bits.content != b"\x08\x00"


def _plain(value: bytes, vr: str, syntax: Syntax) -> bytes:
    """Return a value little endian and without its padding; of UIDs, without any white space (PS3.5 section 9.1)."""
    if vr == "UI":
        return b"".join(value.split()).rstrip(b"\0")
    if vr in STRINGS:
        return value.rstrip(b" \0")
    width = WIDTH.get(vr, 1)
    if syntax.little or width == 1 or len(value) < width:
        return value
    whole = len(value) - len(value) % width
    swapped = bytearray(whole)
    for byte in range(width):
        swapped[byte::width] = value[width - 1 - byte : whole : width]
    return bytes(swapped) + value[whole:]
