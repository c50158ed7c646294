"""Variants made ready for their objects: laid out once, settled for images that are alike, filled for each object."""

from __future__ import annotations

from img2dcm_decl.encode.layout import Node, Pixels, lay_out, settle
from img2dcm_decl.encode.part10 import meta_elements
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.model import Encoding, Slot
from img2dcm_decl.plan.tags import SERIES_INSTANCE_UID, SOP_CLASS_UID, SOP_INSTANCE_UID, STUDY_INSTANCE_UID
from img2dcm_decl.run.rules import RULES_OF_KINDS, RULES_OF_OFFSETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from img2dcm_decl.images.base import Facts
    from img2dcm_decl.plan.model import Content, Element, Variant
    from img2dcm_decl.run.rules import Subject

#: Kinds of images that are remembered; archives have few.
_MOST_KINDS = 64
_TOLD = (SOP_CLASS_UID, SOP_INSTANCE_UID, STUDY_INSTANCE_UID, SERIES_INSTANCE_UID)


class Prepared(NamedTuple):
    """A variant laid out for filling, and what is told of each object that is made of it.

    Attributes
    ----------
    meta, dataset : tuple of Node
        File meta information and dataset.
    has_pixels : bool
        Whether Pixel Data comes from the images.
    uids : tuple of str or Slot
        SOP Class, SOP Instance, Study Instance and Series Instance UID; a text that is empty where there is none.
    origins : tuple of (str, int)
        Where the values of its attributes come from, and how many from there.
    """

    meta: tuple[Node, ...]
    dataset: tuple[Node, ...]
    has_pixels: bool
    uids: tuple[str | Slot, ...]
    origins: tuple[tuple[str, int], ...]


class PreparedVariants:
    """The variants of a plan, each made ready when it is needed first.

    Parameters
    ----------
    variants : sequence of Variant
        All of them.
    encoding : Encoding
        How objects are encoded.
    """

    __slots__ = ("_encoding", "_laid_out", "_settled", "_variants")

    def __init__(self, variants: Sequence[Variant], encoding: Encoding) -> None:
        self._variants = variants
        self._encoding = encoding
        self._laid_out: dict[int, Prepared] = {}
        self._settled: dict[tuple[int, Facts, str, int], Prepared] = {}

    def __call__(self, position: int, subject: Subject, value: Callable[[Slot], bytes | None]) -> Prepared:
        """Return a variant in which all that is so of each image of a kind is constant.

        Parameters
        ----------
        position : int
            Which variant.
        subject : Subject
            An object whose images are of that kind.
        value : callable
            Gives the values of its slots.
        """
        kind = (position, subject.facts, subject.lossy_method, len(subject.sizes))
        prepared = self._settled.get(kind)
        if prepared is None:
            if len(self._settled) == _MOST_KINDS:
                self._settled.clear()
            prepared = self._settled[kind] = self._settle(self._lay_out(position), len(subject.sizes), value)
        return prepared

    def _lay_out(self, position: int) -> Prepared:
        prepared = self._laid_out.get(position)
        if prepared is None:
            prepared = self._laid_out[position] = prepare(self._variants[position], self._encoding)
        return prepared

    def _settle(self, prepared: Prepared, frames: int, value: Callable[[Slot], bytes | None]) -> Prepared:
        known = RULES_OF_KINDS if frames > 1 else RULES_OF_KINDS | RULES_OF_OFFSETS
        meta, dataset = (settle(nodes, known, value) for nodes in (prepared.meta, prepared.dataset))
        uids = tuple(text_of(uid, value) if _is_settled(uid, known) else uid for uid in prepared.uids)
        return prepared._replace(meta=meta, dataset=dataset, uids=uids)


def prepare(variant: Variant, encoding: Encoding) -> Prepared:
    """Lay out a variant for filling."""
    contents = {element.tag: element.content for element in variant.elements}
    dataset = lay_out(variant.elements, encoding)
    return Prepared(
        meta=lay_out(meta_elements(contents.get(SOP_CLASS_UID, b""), contents.get(SOP_INSTANCE_UID, b"")), Encoding()),
        dataset=dataset,
        has_pixels=any(isinstance(node, Pixels) for node in _flat(dataset)),
        uids=tuple(_uid(contents.get(tag, b"")) for tag in _TOLD),
        origins=_origins(variant.elements),
    )


def text_of(uid: str | Slot, value: Callable[[Slot], bytes | None]) -> str:
    """Return a UID of an object as text, empty where it has none."""
    return uid if isinstance(uid, str) else _text(value(uid) or uid.otherwise or b"")


def _text(value: bytes) -> str:
    return value.rstrip(b" \0").decode("latin-1")


def _uid(content: Content) -> str | Slot:
    """Return what a UID's element holds; a sequence, which a hostile plan may have there, is no UID."""
    if isinstance(content, Slot):
        return content
    return _text(content) if isinstance(content, bytes) else ""


def _is_settled(uid: str | Slot, known: Collection[str]) -> bool:
    return isinstance(uid, Slot) and uid.rule in known


def _flat(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        inner = getattr(node, "nodes", ())
        yield node
        yield from _flat(inner)


def _origins(elements: Sequence[Element]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for element in elements:
        counts[element.origin] = counts.get(element.origin, 0) + 1
    return tuple(sorted(counts.items()))
