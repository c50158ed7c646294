"""The frozen model of a plan.

A plan is a shared part and a list of objects. The shared part holds whole datasets (variants) whose elements
are encoded bytes wherever they do not depend on the object, and slots where they do. Named tuples, because the
run half starts in the time that importing dataclasses alone would take.
"""

from __future__ import annotations

from img2dcm_decl.lean_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

PLAN_VERSION = 1


class Slot(NamedTuple):
    """A place in a dataset that is filled per object.

    Attributes
    ----------
    rule : str
        Name of the rule that gives the value: a key of `img2dcm_decl.run.rules.RULES`.
    argument : str
        What the rule needs to know besides the object, such as the number of a text or the name of a UID.
    otherwise : bytes or None
        Encoded value where the rule gives none. None: the element is left out then.
    """

    rule: str
    argument: str = ""
    otherwise: bytes | None = None


class Item(NamedTuple):
    """One item of a sequence; its elements are in ascending order of their tags."""

    elements: tuple[Element, ...] = ()


Content: TypeAlias = bytes | Slot | tuple[Item, ...]


class Element(NamedTuple):
    """One attribute of an object.

    Attributes
    ----------
    tag : int
        Group and element number, `0xggggeeee`.
    vr : str
        Value representation.
    content : bytes, Slot or tuple of Item
        The encoded, padded value (little endian); what fills it; or the items of a sequence.
    origin : str
        Where the value came from: `template`, `study source`, `series source`, `image`, `IOD profile`, `key`,
        `invention` or `run`.
    """

    tag: int
    vr: str
    content: Content
    origin: str = ""


class Condition(NamedTuple):
    """One image fact and the values of it that are meant.

    Attributes
    ----------
    fact : str
        Name of a field of `img2dcm_decl.images.base.Facts`, or `frames` (`one` or `many`).
    values : tuple of str or int
        The values that match.
    """

    fact: str
    values: tuple[str | int, ...]


class Variant(NamedTuple):
    """A whole alternative of the dataset. The first whose conditions all hold is taken.

    Attributes
    ----------
    when : tuple of Condition
        What must hold; empty for the alternative that always matches.
    refuse : str
        Why an image that matches cannot become this object; empty where it can.
    elements : tuple of Element
        The dataset in ascending order of tags. Pixel Data is the element whose content is `Slot("pixel_data")`.
    """

    when: tuple[Condition, ...] = ()
    refuse: str = ""
    elements: tuple[Element, ...] = ()


class ImageRules(NamedTuple):
    """How images are read.

    Attributes
    ----------
    format : str
        `auto`, or the name of the one format that is accepted.
    progressive, extended : str
        `accept` or `reject` JPEG of that process.
    jfif : str
        `optional` or `required`.
    app_segments, comments : str
        `keep` or `remove`.
    """

    format: str = "auto"
    progressive: str = "accept"
    extended: str = "accept"
    jfif: str = "optional"
    app_segments: str = "remove"
    comments: str = "keep"


class Encoding(NamedTuple):
    """How objects are encoded.

    Attributes
    ----------
    file_format : str
        `part10`, or `dataset` without preamble and file meta information (PS3.10 section 7).
    group_length : str
        `recalculate`, `create` or `remove` group length elements.
    sequence_length : str
        `explicit` or `undefined` (PS3.5 section 7.5).
    pad_file, pad_item : int
        The file's (an item's) length in bytes becomes a multiple of this; 0 leaves it as it is.
    """

    file_format: str = "part10"
    group_length: str = "recalculate"
    sequence_length: str = "explicit"
    pad_file: int = 0
    pad_item: int = 0


class LogRules(NamedTuple):
    """What is said during a run, where and in which form.

    Attributes
    ----------
    level : str
        The least important kind of message that is said: `off`, `fatal`, `error`, `warn`, `info`, `debug` or `trace`.
    file : str
        The file that messages are appended to, relative to the plan's folder; empty is standard error.
    format : str
        `text`, lines for people, or `json`, an object a line.
    """

    level: str = "warn"
    file: str = ""
    format: str = "text"


class PlannedObject(NamedTuple):
    """One object to be written.

    Attributes
    ----------
    images : tuple of str
        The image file of each frame, relative to the plan's folder.
    output : str
        The file to be written, relative to the plan's folder; `-` is standard output.
    number : int
        Position among the objects of the run, counted from 1.
    texts : tuple of bytes
        Encoded values of this object alone, for slots with the rule `text`; for those with the rule `uid_of_value`,
        in UTF-8, what the UID stands for.
    identity : str
        What makes this object itself, besides its images' bytes, where its UIDs are derived.
    variants : tuple of Variant
        Alternatives of the dataset for this object alone, in place of the plan's; empty: those of the plan.
    values : tuple of tuple of str
        Names and values of placeholders, which the binding step needs; such an object is not complete before it.
    warnings : tuple of str
        What a person should know about the sources that the binding step has read for this object. Is not saved.
    """

    images: tuple[str, ...]
    output: str
    number: int = 1
    texts: tuple[bytes, ...] = ()
    identity: str = ""
    variants: tuple[Variant, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


class UidRules(NamedTuple):
    """Where generated UIDs come from.

    Attributes
    ----------
    method : str
        `fresh`: new ones in every run; `derived`: HMAC-SHA256 of what they stand for.
    root : str
        What they begin with.
    key : str
        Key of the hash.
    content : bool
        Whether the bytes of an object's images take part in its own UIDs.
    of_run : bool
        Whether all that are derived belong to the run, so that other attributes or another encoding give others.
    """

    method: str = "fresh"
    root: str = "2.25"
    key: str = ""
    content: bool = False
    of_run: bool = False


class Plan(NamedTuple):
    """Everything that a run needs besides the images.

    Attributes
    ----------
    folder : str
        What relative paths in the plan are relative to.
    variants : tuple of Variant
        The alternatives of the dataset.
    objects : sequence of PlannedObject
        What is to be written. Compiled and saved plans make them as they are asked for, from a few bytes for each.
    title : str
        For people.
    images : ImageRules
        How images are read.
    encoding : Encoding
        How objects are encoded.
    existing : str
        What happens where an output exists already: `error`, `replace` or `skip`.
    logging : LogRules
        What is said.
    uids : UidRules
        Where generated UIDs come from.
    time : str
        What is taken for the time of the run, `YYYYMMDDHHMMSS`; empty for the clock's.
    record : str
        Where the run record is kept, relative to the folder; empty where none was asked for.
    bound : bool
        Whether objects are to be completed by the binding step.
    warnings : tuple of str
        What a person who runs the plan has to know. Holds no values of attributes.
    notes : tuple of str
        What a person who reviews the plan may want to know.
    version : int
        Version of this format.
    """

    folder: str
    variants: tuple[Variant, ...]
    objects: Sequence[PlannedObject]
    title: str = ""
    images: ImageRules = ImageRules()
    encoding: Encoding = Encoding()
    existing: str = "error"
    logging: LogRules = LogRules()
    uids: UidRules = UidRules()
    time: str = ""
    record: str = ""
    bound: bool = False
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    version: int = PLAN_VERSION
