"""Reads a DICOM file, or a bare dataset, as a source of attributes (PS3.10 section 7)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from img2dcm_decl.attributes.byte_source import ByteSource, Inflated
from img2dcm_decl.attributes.dicom_stream import IMPLICIT, DatasetReader, Syntax
from img2dcm_decl.attributes.dictionary import Dictionary, is_private_creator
from img2dcm_decl.attributes.problems import TemplateError
from img2dcm_decl.attributes.representations import ALL, LONG
from img2dcm_decl.attributes.template import Template

_IMPLICIT_LITTLE = "1.2.840.10008.1.2"
_EXPLICIT_BIG = "1.2.840.10008.1.2.2"
# Private transfer syntax of GE: the dataset is implicit VR little endian, only its pixel data differs.
_IMPLICIT_UIDS = frozenset({_IMPLICIT_LITTLE, "1.2.840.113619.5.2"})
_DEFLATED = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
_TRANSFER_SYNTAX_UID = 0x00020010
_MAX_META_VALUE = 1 << 20


def read_dicom(
    file: str | BinaryIO, name: str, dictionary: Dictionary | None = None, *, origin: str = "template"
) -> Template:
    """Read the attributes of a DICOM file.

    Parameters
    ----------
    file : str or binary file
        Its path, or the file at its beginning; it need not be seekable.
    name : str
        What messages call it.
    dictionary : Dictionary or None
        Gives the value representations that implicit VR leaves out.
    origin : str
        The origin of the attributes.

    Raises
    ------
    TemplateError
        It cannot be read, is not a DICOM file, is damaged, or is beyond what is accepted.
    """
    known = dictionary or Dictionary()
    try:
        if isinstance(file, str):
            with Path(file).open("rb") as opened:
                return _read(ByteSource(opened.read), known, origin)
        return _read(ByteSource(file.read), known, origin)
    except TemplateError as error:
        raise TemplateError(f"{name}: {error}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TemplateError(f"{name}: cannot be read: {reason}") from None


def _read(source: ByteSource, dictionary: Dictionary, origin: str) -> Template:
    head = source.peek(132)
    if head[128:] == b"DICM":
        source.skip(132)
    elif head[:2] != b"\x02\x00":
        return _bare(source, dictionary, origin)
    uid = _transfer_syntax(source)
    if uid in _DEFLATED:
        source = ByteSource(Inflated(source).read)
    syntax, notes = _syntax(uid, source, dictionary)
    reader = DatasetReader(source, dictionary, origin=origin)
    dataset = reader.read(syntax)
    return Template(dataset, (*notes, *reader.notes))


def _bare(source: ByteSource, dictionary: Dictionary, origin: str) -> Template:
    """Read a dataset without file meta information, if it is one."""
    if not source.peek(1):
        raise TemplateError("the file is empty")
    syntax = _guess(source.peek(8), dictionary)
    if syntax is None:
        raise TemplateError("this is not a DICOM file")
    reader = DatasetReader(source, dictionary, origin=origin)
    try:
        dataset = reader.read(syntax)
    except TemplateError as error:
        raise TemplateError(
            f"this is not a DICOM file, or a damaged one without file meta information: {error}"
        ) from None
    return Template(dataset, ("the file has no file meta information", *reader.notes))


def _guess(head: bytes, dictionary: Dictionary) -> Syntax | None:
    """Tell from the first element how a dataset is encoded; None where it is none.

    Where both byte orders make sense, as in (0010,0010) and (1000,1000), it is the one with the lower group.
    """
    if len(head) < 8:
        return None
    groups = {}
    for little in (True, False):
        group, element = struct.unpack("<HH" if little else ">HH", head[:4])
        explicit = head[4:6].decode("latin-1") in ALL
        if _begins_dataset(group, element, dictionary) and (explicit or little):
            groups[Syntax(explicit, little)] = group
    return min(groups, key=groups.__getitem__, default=None)


def _begins_dataset(group: int, element: int, dictionary: Dictionary) -> bool:
    tag = group << 16 | element
    group_length = element == 0 and 0 < group < 0x100 and not group & 1
    return group_length or is_private_creator(tag) or bool(dictionary.keyword_of(tag))


def _transfer_syntax(source: ByteSource) -> str:
    """Pass over the file meta information and return the Transfer Syntax UID; empty where there is none.

    The group's length is not relied upon: it is missing or wrong in many files.
    """
    uid = ""
    while source.peek(2) == b"\x02\x00":
        group, element, code = struct.unpack("<HH2s", source.take(6))
        vr = code.decode("latin-1")
        if vr not in ALL:
            (length,) = struct.unpack("<I", code + source.take(2))
        elif vr in LONG:
            (length,) = struct.unpack("<2xI", source.take(6))
        else:
            (length,) = struct.unpack("<H", source.take(2))
        if length > _MAX_META_VALUE:
            raise TemplateError(f"({group:04x},{element:04x}) of the file meta information has {length} bytes")
        value = source.take(length)
        if group << 16 | element == _TRANSFER_SYNTAX_UID:
            uid = value.decode("latin-1").strip(" \0")
    return uid


def _syntax(uid: str, source: ByteSource, dictionary: Dictionary) -> tuple[Syntax, list[str]]:
    """Return how the dataset is encoded: what its transfer syntax says, or what its first element shows."""
    declared = IMPLICIT if uid in _IMPLICIT_UIDS else Syntax(explicit=True, little=uid != _EXPLICIT_BIG)
    seen = _guess(source.peek(8), dictionary)
    if seen is None or seen == declared:
        return declared, []
    said = f"is {uid}" if uid else "is not given"
    return seen, [f"the Transfer Syntax UID {said}; the dataset is encoded otherwise, and read as it is"]
