"""Reads a template of any format; its content tells which one it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from img2dcm_decl.attributes.dicom_template import read_dicom
from img2dcm_decl.attributes.dump_template import read_dump
from img2dcm_decl.attributes.problems import TemplateError
from img2dcm_decl.attributes.xml_template import read_xml

if TYPE_CHECKING:
    import io

    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.attributes.template import Format, Template

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe<", b"\xfe\xff\0<")


def read_template(
    file: io.BufferedReader,
    name: str,
    dictionary: Dictionary,
    *,
    folder: str = ".",
    format: Literal["auto"] | Format = "auto",  # noqa: A002 - the recipe language's word
    validate: bool = False,
    check_namespace: bool = False,
) -> Template:
    """Read the attributes of a template.

    Parameters
    ----------
    file : buffered binary file
        The template, at its beginning.
    name : str
        What messages call it.
    dictionary : Dictionary
        Gives the value representations that it leaves out.
    folder : str
        Where it lies; the files that it names must lie there or below.
    format : str
        `dicom`, `xml`, `dump`, or `auto`, which looks at the content.
    validate, check_namespace : bool
        As for `read_xml`; nothing else has them.

    Raises
    ------
    TemplateError, RecipeError
        It cannot be read, or is wrong.
    """
    found = format_of(file.peek(132)) if format == "auto" else format
    if found == "xml":
        return read_xml(file, name, dictionary, folder=folder, validate=validate, check_namespace=check_namespace)
    if validate or check_namespace:
        raise TemplateError(f"{name}: this is not XML, and nothing else can be validated or has a namespace")
    return read_dump(file, name, dictionary, folder=folder) if found == "dump" else read_dicom(file, name, dictionary)


def format_of(head: bytes) -> Format:
    """Tell from its first 132 bytes which format a template has; what is not text is DICOM, if anything."""
    if head[128:132] == b"DICM":
        return "dicom"
    if head.startswith(_UTF16_MARKS):
        return "xml"
    start = head.removeprefix(_UTF8_MARK).lstrip()[:8]
    # The group numbers 0028H and 003CH of a bare dataset look like "(" and "<" with a zero behind.
    if b"\0" in start:
        return "xml" if start.startswith(b"<\0?\0") else "dicom"
    if start.startswith(b"<"):
        return "xml"
    return "dump" if start.startswith((b"#", b"(")) else "dicom"
