"""Joins a dataset to the study, or the series, of an existing object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from img2dcm_decl.attributes.characters import convert_text
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.problems import CharacterSetError, TemplateError
from img2dcm_decl.attributes.representations import MAX_SHORT_LENGTH, TEXT
from img2dcm_decl.attributes.text import SPECIFIC_CHARACTER_SET, declared

if TYPE_CHECKING:
    from img2dcm_decl.attributes.characters import Mode

INSTANCE_NUMBER = 0x00200013


class _Copied(NamedTuple):
    """An attribute that is taken over.

    Attributes
    ----------
    name : str
        What PS3.6 calls it.
    vr : str
        The value representation that it gets, whatever the source says.
    required : bool
        Whether a source without a value is refused.
    """

    name: str
    vr: str
    required: bool = False


_STUDY = {
    0x00080020: _Copied("Study Date", "DA"),
    0x00080030: _Copied("Study Time", "TM"),
    0x00080050: _Copied("Accession Number", "SH"),
    0x00080090: _Copied("Referring Physician's Name", "PN"),
    0x00100010: _Copied("Patient's Name", "PN"),
    0x00100020: _Copied("Patient ID", "LO"),
    0x00100030: _Copied("Patient's Birth Date", "DA"),
    0x00100040: _Copied("Patient's Sex", "CS"),
    0x0020000D: _Copied("Study Instance UID", "UI", required=True),
    0x00200010: _Copied("Study ID", "SH"),
}
_SERIES = {
    **_STUDY,
    0x00080070: _Copied("Manufacturer", "LO"),
    0x0020000E: _Copied("Series Instance UID", "UI", required=True),
    0x00200011: _Copied("Series Number", "IS"),
}
# Value representations whose leading blanks are no part of the value (PS3.5 section 6.2).
_BLANKS_BEFORE = frozenset({"CS", "IS", "LO", "SH"})
# Where an object does not say which one of its series it is, it is counted as the first.
_UNNUMBERED = b"1"


def join(
    dataset: Dataset,
    source: Dataset,
    level: Literal["study", "series"],
    *,
    mode: Mode = "strict",
    instance_number: bool = False,
) -> None:
    """Copy what identifies a patient and a study, or also a series, into a dataset.

    What the source lacks becomes empty: an object must not name two patients in one. Text is brought into the
    dataset's character set; where the dataset declares none, it takes that of the source. Text of a source that
    declares none is copied as it is.

    Parameters
    ----------
    dataset : Dataset
        Gets the attributes.
    source : Dataset
        An object of the study or series.
    level : str
        `study` or `series`.
    mode : str
        What becomes of characters that the dataset's character set lacks (`convert_text`).
    instance_number : bool
        Whether Instance Number is copied too; a source without the attribute counts as number 1.

    Raises
    ------
    TemplateError
        The source has no Study (Series) Instance UID.
    CharacterSetError
        The source's text does not fit the dataset's character set, or is no text of its own.
    """
    origin = f"{level} source"
    given = declared(source)
    wanted = declared(dataset)
    for tag, copied in (_SERIES if level == "series" else _STUDY).items():
        value = _value(source, tag, copied)
        if copied.vr in TEXT and value and given and wanted and given != wanted:
            value = _converted(value, copied, given, wanted, mode)
        dataset.put(Attribute(tag, copied.vr, value, origin))
    if given and not wanted:
        dataset.put(Attribute(SPECIFIC_CHARACTER_SET, "CS", "\\".join(given).encode("latin-1"), origin))
    if instance_number:
        found = _value(source, INSTANCE_NUMBER, _Copied("Instance Number", "IS"))
        dataset.put(Attribute(INSTANCE_NUMBER, "IS", found if INSTANCE_NUMBER in source else _UNNUMBERED, origin))


def _value(source: Dataset, tag: int, copied: _Copied) -> bytes:
    attribute = source.get(tag)
    value = b"" if attribute is None or attribute.empty else attribute.content
    if not isinstance(value, bytes):
        raise TemplateError(f"its {copied.name} is not a value")
    if copied.vr in _BLANKS_BEFORE:
        value = value.lstrip(b" ")
    if copied.required and not value:
        raise TemplateError(f"it has no {copied.name}, so that nothing can be joined to it")
    if len(value) > MAX_SHORT_LENGTH:
        raise TemplateError(f"its {copied.name} has {len(value)} bytes")
    return value


def _converted(value: bytes, copied: _Copied, given: tuple[str, ...], wanted: tuple[str, ...], mode: Mode) -> bytes:
    try:
        converted = convert_text(value, copied.vr, given, wanted, mode)
    except CharacterSetError as error:
        raise CharacterSetError(f"its {copied.name} does not fit: {error}") from None
    if len(converted) > MAX_SHORT_LENGTH:
        raise CharacterSetError(f"its {copied.name} becomes longer than the {MAX_SHORT_LENGTH} bytes it can have")
    return converted
