"""The alternatives of a profile, split so that each of its conditions is decided within each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.encode.elements import EXPLICIT_LITTLE_ENDIAN
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.iod.model import Facts, Profile, VariantRule
from img2dcm_decl.plan.model import Condition

#: What is so of an image whose pixels are not compressed.
NATIVE: Facts = MappingProxyType({"transfer_syntax": (EXPLICIT_LITTLE_ENDIAN,)})

#: Each splits every variant it applies to, so that n of them may make 2^n; profiles of the standard have five.
MOST_CONDITIONS = 64
MOST_VARIANTS = 256

_Known: TypeAlias = Mapping[str, tuple[str | int, ...]]


def alternatives(
    profile: Profile, *, by_compression: bool = False, refuse_compressed: str = ""
) -> Iterator[VariantRule]:
    """Yield the variants of a profile, the more special of two before the other.

    A condition of a single attribute that an image can meet or not within a variant splits it in two.

    Parameters
    ----------
    profile : Profile
        The rules of the SOP class.
    by_compression : bool
        Whether native and compressed images need datasets of their own.
    refuse_compressed : str
        Why compressed images are refused then; empty where they are not.

    Raises
    ------
    RecipeError
        The conditions of the profile are so many that their combinations are beyond any use.
    """
    conditions = _conditions(profile, by_compression)
    count = 0
    for rule in profile.variants:
        for split in [rule] if rule.refuse else _split(rule, conditions):
            count += 1
            if count > MOST_VARIANTS:
                raise _refused(profile, f"its conditions (when) combine to more than {MOST_VARIANTS} variants")
            refused = refuse_compressed and not split.refuse and not holds(NATIVE, split.when)
            yield VariantRule("", refuse_compressed, split.when) if refused else split


def holds(when: Facts, known: _Known) -> bool:
    """Tell whether a condition is met by every image of a variant."""
    return all(fact in known and set(known[fact]) <= set(values) for fact, values in when.items())


def to_conditions(when: Facts) -> tuple[Condition, ...]:
    """Return a condition as the plan states it."""
    return tuple(Condition(fact, tuple(values)) for fact, values in when.items())


def _conditions(profile: Profile, by_compression: bool) -> list[Facts]:
    """Return the different conditions of a profile's attributes."""
    asked = [*(write.when for write in profile.writes), *(row.when for row in profile.requirements)]
    distinct: list[Facts] = []
    for when in asked:
        if when and when not in distinct:
            distinct.append(when)
    if len(distinct) > MOST_CONDITIONS:
        raise _refused(profile, f"it has more than {MOST_CONDITIONS} different conditions (when)")
    return [*distinct, NATIVE] if by_compression else distinct


def _refused(profile: Profile, why: str) -> RecipeError:
    help_text = "let attributes share their conditions, or describe the SOP class by several profiles"
    return RecipeError([Diagnostic(f"IOD profile {profile.name}: {why}", help=help_text)])


def _split(rule: VariantRule, conditions: Iterable[Facts]) -> Iterator[VariantRule]:
    open_condition = next((when for when in conditions if not _decided(when, rule.when)), None)
    if open_condition is None:
        yield rule
        return
    met = VariantRule(rule.sop_class, "", _both(rule.when, open_condition))
    yield from _split(met, conditions)
    unmet = [when for when in conditions if when != open_condition]
    yield from _split(rule, unmet)


def _decided(when: Facts, known: _Known) -> bool:
    return holds(when, known) or any(
        fact in known and not set(known[fact]) & set(values) for fact, values in when.items()
    )


def _both(known: _Known, when: Facts) -> dict[str, tuple[str | int, ...]]:
    merged = dict(known)
    for fact, values in when.items():
        merged[fact] = tuple(value for value in merged.get(fact, values) if value in values)
    return merged
