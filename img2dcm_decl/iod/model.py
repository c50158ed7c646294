"""The frozen form of an IOD profile."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

#: Image fact -> the values of it that are meant, as in `img2dcm_decl.plan.model.Condition`.
Facts: TypeAlias = Mapping[str, tuple[str | int, ...]]
Conditions: TypeAlias = Mapping[str, tuple[str, ...]]

_ANY: Facts = MappingProxyType({})
_ALWAYS: Conditions = MappingProxyType({})


class VariantRule(NamedTuple):
    """One alternative of the SOP class.

    Attributes
    ----------
    sop_class : str
        Keyword or UID; empty where the image is refused.
    refuse : str
        Why an image that matches is refused.
    when : mapping
        Image facts that must hold; the first alternative that matches is taken.
    """

    sop_class: str = ""
    refuse: str = ""
    when: Facts = _ANY


class Value(NamedTuple):
    """A value that a profile gives.

    Attributes
    ----------
    text : str or None
        The value, backslashes between several.
    generate : str
        What makes the value for each object: `study-uid`, `series-uid`, `object-uid`, `date`, `time`, `date-time` or
        `number-of-frames`; empty where text or items say it.
    items : tuple of mapping, or None
        Items of a sequence: attribute -> value.
    """

    text: str | None = None
    generate: str = ""
    items: tuple[Mapping[str, str], ...] | None = None

    @property
    def given(self) -> bool:
        """Whether there is any value."""
        return self.text is not None or bool(self.generate) or self.items is not None


class Write(NamedTuple):
    """An attribute that the SOP class brings with it, before keys are applied.

    Attributes
    ----------
    attribute : str
        Its keyword.
    value : Value
        What it is given.
    existing : str
        `replace` or `keep` a value that a source has given; `fill` keeps it unless it is empty.
    when : mapping
        Image facts under which it is brought.
    """

    attribute: str
    value: Value
    existing: str = "replace"
    when: Facts = _ANY


class Requirement(NamedTuple):
    """An attribute that the SOP class asks for, checked after keys are applied.

    Attributes
    ----------
    attribute : str
        Its keyword.
    type : str
        `1`, `1C`, `2` or `2C` (PS3.5 section 7.4).
    value : Value
        What a missing type 1 attribute is given; of a sequence's existing item only what is missing is added.
    only_if : mapping
        Attribute -> the values under which this one is asked for; an empty text stands for absent or empty.
    when : mapping
        Image facts under which this one is asked for.
    uncertain : bool
        Whether nobody can know if it is asked for: it is inserted then, but its absence is no error.
    """

    attribute: str
    type: str
    value: Value = Value()
    only_if: Conditions = _ALWAYS
    when: Facts = _ANY
    uncertain: bool = False


class Profile(NamedTuple):
    """The rules of one SOP class, or of a family of which the image chooses one."""

    name: str
    title: str
    standard: str
    variants: tuple[VariantRule, ...]
    writes: tuple[Write, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @property
    def multi_frame(self) -> bool:
        """Whether the object has the Multi-frame module (PS3.3 C.7.6.6)."""
        return any(write.attribute == "NumberOfFrames" for write in self.writes)
