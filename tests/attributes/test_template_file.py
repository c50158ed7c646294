"""The format of a template is told from its content."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import corpus_files

from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.problems import TemplateError
from img2dcm_decl.attributes.template_file import format_of, read_template
from img2dcm_decl.errors import Img2dcmError


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (bytes(128) + b"DICM", "dicom"),
        (b"<" + bytes(127) + b"DICM", "dicom"),
        (b"<data-set/>", "xml"),
        (b"\xef\xbb\xbf\n <?xml", "xml"),
        ("<?xml".encode("utf-16"), "xml"),
        ("<?xml".encode("utf-16-le"), "xml"),
        (b"# comment", "dump"),
        (b"\n\n(0010,0010) PN", "dump"),
        (b"(\x00\x02\x00US\x02\x00", "dicom"),
        (b"<\x00\x02\x00US\x02\x00", "dicom"),
        (b"\x08\x00\x05\x00CS\x0a\x00", "dicom"),
        (b"", "dicom"),
        (b"text", "dicom"),
    ],
)
def test_the_first_bytes_tell_the_format(head: bytes, expected: str) -> None:
    assert format_of(head) == expected


@pytest.mark.parametrize("path", corpus_files("dicom-templates", "xml-templates", "dumps"), ids=lambda path: path.name)
def test_real_templates_are_recognised(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(132)
    expected = {"dicom-templates": "dicom", "xml-templates": "xml", "dumps": "dump"}[path.parent.name]
    # One of the dumps is a hexadecimal one, of no program's format.
    assert format_of(head) == ("dicom" if path.name == "pydicom--rtplan.dump" else expected)


@pytest.mark.parametrize("path", corpus_files("malformed"), ids=lambda path: path.name)
@pytest.mark.parametrize("format_", ["auto", "xml", "dump"])
def test_malformed_files_are_refused_as_every_format(path: Path, format_: str) -> None:
    with path.open("rb") as file:
        try:
            read_template(file, path.name, Dictionary(), format=format_)  # type: ignore[arg-type]
        except Img2dcmError as error:
            assert path.name in str(error)  # noqa: PT017 - some are damaged and readable
        else:
            assert path.suffix == ".dcm" or b"\n" not in path.read_bytes()


@pytest.mark.parametrize(("validate", "check_namespace"), [(True, False), (False, True)])
def test_only_xml_can_be_validated(validate: bool, check_namespace: bool, tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"(0010,0010) PN [x]")
    with path.open("rb") as file, pytest.raises(TemplateError, match=r"^t: this is not XML"):
        read_template(file, "t", Dictionary(), validate=validate, check_namespace=check_namespace)
