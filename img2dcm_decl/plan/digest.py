"""Digests that tell whether two plans, or two objects, would give the same bytes from the same images."""

from __future__ import annotations

from img2dcm_decl.plan.model import Slot
from img2dcm_decl.plan.tags import INSTANCE_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from img2dcm_decl.plan.model import Element, Plan, PlannedObject, Variant

    Canonical: TypeAlias = "str | bytes | int | tuple[Canonical, ...] | None"

_DIGEST_VERSION = 1
_NUMBER_RULE = "number"


def digest(plan: Plan) -> str:
    """Return the digest of what all objects of a plan share.

    That is what decides their bytes: variants, how images are read, encoding, UID rules and time. Where files lie,
    what happens to existing ones, logging, texts for people and the objects themselves take no part.

    Returns
    -------
    str
        SHA-256 (FIPS 180-4), 64 hexadecimal digits.
    """
    return _digest((plan.version, plan.variants, plan.images, plan.encoding, plan.uids, plan.time))


def run_digest(plan: Plan) -> str:
    """Return the digest of what the derived UIDs of a run stand for: what all objects of a plan share.

    Instance Number takes no part: whether objects are counted depends on how many there are, and one image that is
    converted again stays in its study.

    Returns
    -------
    str
        As from `digest`.
    """
    return digest(plan._replace(variants=tuple([_uncounted(variant) for variant in plan.variants])))


def _uncounted(variant: Variant) -> Variant:
    return variant._replace(elements=tuple([one for one in variant.elements if one.tag != INSTANCE_NUMBER]))


def object_digest(planned: PlannedObject, *, counted: bool = True) -> str:
    """Return the digest of what decides the bytes of one object, besides the shared part and its images' bytes.

    That is its number, texts, identity and variants, and the values that it is to be bound with. An object has
    another digest before it is bound than after.

    Parameters
    ----------
    planned : PlannedObject
        The object.
    counted : bool
        Whether its number is in its dataset; otherwise it takes no part, so that objects which come before it or go
        make no other one of it.

    Returns
    -------
    str
        SHA-256 (FIPS 180-4), 64 hexadecimal digits.
    """
    number = planned.number if counted else 0
    return _digest((number, planned.texts, planned.identity, planned.variants, planned.values))


def is_counted(variants: Sequence[Variant]) -> bool:
    """Tell whether the number of an object is in any of the datasets that it may get."""
    return any(_is_counted(variant.elements) for variant in variants)


def _is_counted(elements: Sequence[Element]) -> bool:
    for element in elements:
        content = element.content
        if isinstance(content, Slot):
            if content.rule == _NUMBER_RULE:
                return True
        elif isinstance(content, tuple) and any(_is_counted(item.elements) for item in content):
            return True
    return False


def _digest(value: Canonical) -> str:
    from hashlib import sha256

    parts: list[bytes] = []
    _write((_DIGEST_VERSION, value), parts.append)
    return sha256(b"".join(parts)).hexdigest()


def _write(value: Canonical, put: Callable[[bytes], None]) -> None:
    """Write a value so that no two values are written alike: each with its kind and length before it."""
    if value is None:
        put(b"n")
    elif isinstance(value, int):  # True and 1 are the same setting, and equal plans have equal digests
        put(b"i%d;" % value)
    elif isinstance(value, bytes):
        put(b"b%d:" % len(value))
        put(value)
    elif isinstance(value, str):
        encoded = value.encode("utf-8", "surrogatepass")
        put(b"s%d:" % len(encoded))
        put(encoded)
    else:
        put(b"t%d:" % len(value))
        for inner in value:
            _write(inner, put)
