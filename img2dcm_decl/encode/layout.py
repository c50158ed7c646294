"""A dataset prepared for writing: constant bytes joined, slots between them, lengths computed when it is filled.

Laying out is done once for a plan; filling is done for every object and touches only slots and the lengths around
them.
"""

from __future__ import annotations

from itertools import groupby
from struct import Struct

from img2dcm_decl.encode.elements import (
    ITEM,
    ITEM_DELIMITER,
    LONG_VRS,
    LONGEST_SHORT,
    SEQUENCE_DELIMITER,
    UNDEFINED_LENGTH,
    element,
    header,
)
from img2dcm_decl.errors import ConversionError
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.model import Element, Encoding, Item, Slot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from typing import TypeAlias

PIXEL_DATA_RULE = "pixel_data"
PADDING_TAG = 0xFFFCFFFC

_LENGTH = Struct("<I")
_SHORT_LENGTH = Struct("<H")
_LARGEST_SIZE = 0xFFFFFFFF
_PADDING_HEADER = 12


class Field(NamedTuple):
    """An element whose value is a slot.

    Attributes
    ----------
    tag, vr : int, str
        Of the element.
    slot : Slot
        What fills it.
    start : bytes
        Tag and VR, as they are encoded before a length of 16 bits; empty where the VR has lengths of 32 bits.
    """

    tag: int
    vr: str
    slot: Slot
    start: bytes


class Sized(NamedTuple):
    """Bytes, the 32-bit size of what follows, and what follows: a sequence or an item.

    With `counted` false, the size is not written: an item of undefined length whose padding depends on it.
    """

    prefix: bytes
    nodes: tuple[Node, ...]
    counted: bool = True


class Group(NamedTuple):
    """The elements of a group, preceded by their Group Length (PS3.5 section 7.2).

    With `always` false, the length is left out where no element is written.
    """

    number: int
    nodes: tuple[Node, ...]
    always: bool


class Fill(NamedTuple):
    """Data Set Trailing Padding up to a multiple of a number of bytes (PS3.10 section 7.2)."""

    multiple: int


class Pixels(NamedTuple):
    """Where Pixel Data goes; its bytes are written by somebody else."""


Node: TypeAlias = bytes | Field | Sized | Group | Fill | Pixels


class Filled(NamedTuple):
    """A dataset filled for one object: the bytes before and after its Pixel Data."""

    head: bytes
    tail: bytes


def lay_out(elements: Sequence[Element], encoding: Encoding) -> tuple[Node, ...]:
    """Prepare a dataset, or the file meta information, for filling.

    Parameters
    ----------
    elements : sequence of Element
        In ascending order of tags.
    encoding : Encoding
        Group lengths, kind of lengths and padding.
    """
    return _joined(_dataset(elements, encoding, encoding.pad_file))


def settle(nodes: Sequence[Node], known: Collection[str], value: Callable[[Slot], bytes | None]) -> tuple[Node, ...]:
    """Return a prepared dataset in which some slots are constants: for the many objects that have them alike.

    Parameters
    ----------
    nodes : sequence
        What `lay_out` gave.
    known : collection of str
        The rules of these slots.
    value : callable
        Gives the padded value for each of them, or None where its rule gives none.

    Raises
    ------
    ConversionError
        A group is longer than its Group Length can state.
    """
    return _joined(_settled(node, known, value) for node in nodes)


def _settled(node: Node, known: Collection[str], value: Callable[[Slot], bytes | None]) -> Node:
    if isinstance(node, Field):
        return _filled(node, value(node.slot)) if node.slot.rule in known else node
    if isinstance(node, Sized | Group):
        return node._replace(nodes=tuple(_settled(inner, known, value) for inner in node.nodes))
    return node


def fill(nodes: Sequence[Node], value: Callable[[Slot], bytes | None], pixel_size: int = 0, before: int = 0) -> Filled:
    """Fill a prepared dataset for one object.

    Parameters
    ----------
    nodes : sequence
        What `lay_out` gave.
    value : callable
        Gives the padded value for a slot, or None where its rule gives none.
    pixel_size : int
        Bytes of the whole Pixel Data element.
    before : int
        Bytes of the file before the dataset, which padding takes into account.

    Raises
    ------
    ConversionError
        A group is longer than its Group Length can state.
    """
    chunks: list[bytes] = []
    split = [-1]
    _fill(nodes, value, chunks, split, pixel_size, before)
    if split[0] < 0:
        return Filled(b"".join(chunks), b"")
    return Filled(b"".join(chunks[: split[0]]), b"".join(chunks[split[0] :]))


def _fill(
    nodes: Sequence[Node],
    value: Callable[[Slot], bytes | None],
    chunks: list[bytes],
    split: list[int],
    pixel_size: int,
    before: int,
) -> int:
    size = 0
    for node in nodes:
        if isinstance(node, bytes):
            chunk = node
        elif isinstance(node, Field):
            chunk = _filled(node, value(node.slot))
        elif isinstance(node, Sized):
            at = len(chunks)
            chunks.append(b"")
            inner = _fill(node.nodes, value, chunks, split, pixel_size, 0)
            chunks[at] = node.prefix + _LENGTH.pack(inner) if node.counted else node.prefix
            size += inner + len(chunks[at])
            continue
        elif isinstance(node, Group):
            at = len(chunks)
            chunks.append(b"")
            inner = _fill(node.nodes, value, chunks, split, pixel_size, 0)
            chunks[at] = _group_length(node, inner)
            size += inner + len(chunks[at])
            continue
        elif isinstance(node, Fill):
            chunk = _padding(before + size, node.multiple)
        else:
            split[0] = len(chunks)
            size += pixel_size
            continue
        chunks.append(chunk)
        size += len(chunk)
    return size


def _filled(field: Field, value: bytes | None) -> bytes:
    """Return the element of a slot that was given a value, or nothing where there is none."""
    if value is None:
        value = field.slot.otherwise
        if value is None:
            return b""
    length = len(value)
    if field.start and length <= LONGEST_SHORT:
        return field.start + _SHORT_LENGTH.pack(length) + value
    return element(field.tag, field.vr, value)


def _group_length(group: Group, size: int) -> bytes:
    if not size and not group.always:
        return b""
    if size > _LARGEST_SIZE:
        raise ConversionError(
            f"group {group.number:04x} has {size} bytes, more than its Group Length can state: "
            "leave group lengths out (group_length: remove)"
        )
    return element(group.number << 16, "UL", _LENGTH.pack(size))


def _padding(size: int, multiple: int) -> bytes:
    """Return Data Set Trailing Padding that brings `size` to a multiple, or nothing where it is one."""
    missing = -size % multiple
    if not missing:
        return b""
    while missing < _PADDING_HEADER or missing & 1:
        missing += multiple
    return element(PADDING_TAG, "OB", bytes(missing - _PADDING_HEADER))


def _dataset(elements: Iterable[Element], encoding: Encoding, multiple: int) -> list[Node]:
    nodes: list[Node] = []
    for group, members in groupby(elements, key=lambda e: e.tag >> 16):
        rows = list(members)
        inner = [node for row in rows if row.tag & 0xFFFF for node in _element(row, encoding)]
        had_length = rows[0].tag & 0xFFFF == 0
        if encoding.group_length == "create":
            nodes.append(Group(group, tuple(inner), always=False))
        elif encoding.group_length == "recalculate" and had_length:
            nodes.append(Group(group, tuple(inner), always=True))
        else:
            nodes += inner
    if multiple:
        nodes.append(Fill(multiple))
    return nodes


def _element(row: Element, encoding: Encoding) -> list[Node]:
    if isinstance(row.content, bytes):
        return [element(row.tag, row.vr, row.content)]
    if isinstance(row.content, Slot):
        if row.content.rule == PIXEL_DATA_RULE:
            return [Pixels()]
        start = b"" if row.vr in LONG_VRS else header(row.tag, row.vr, 0)[:-2]
        return [Field(row.tag, row.vr, row.content, start)]
    items = [node for item in row.content for node in _item(item, encoding)]
    if encoding.sequence_length == "undefined":
        return [header(row.tag, "SQ", UNDEFINED_LENGTH), *items, SEQUENCE_DELIMITER]
    return [Sized(header(row.tag, "SQ", 0)[:-4], tuple(items))]


def _item(item: Item, encoding: Encoding) -> list[Node]:
    nodes = _dataset(item.elements, encoding, encoding.pad_item)
    if encoding.sequence_length == "undefined":
        return [Sized(ITEM + _LENGTH.pack(UNDEFINED_LENGTH), tuple(nodes), counted=False), ITEM_DELIMITER]
    return [Sized(ITEM, tuple(nodes))]


def _joined(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Join neighbouring constants, and turn containers that hold nothing else into constants."""
    joined: list[Node] = []
    for node in nodes:
        if isinstance(node, Sized | Group):
            node = _constant(node._replace(nodes=_joined(node.nodes)))
        if isinstance(node, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += node
        else:
            joined.append(node)
    return tuple(joined)


def _constant(node: Sized | Group) -> Node:
    if all(isinstance(inner, bytes | Fill) for inner in node.nodes):
        return fill([node], lambda _slot: None).head
    return node
