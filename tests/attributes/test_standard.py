"""The standard's tables: the same as pydicom's own functions tell, without importing pydicom."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydicom import datadict
from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary
from pydicom._private_dict import private_dictionaries
from pydicom._uid_dict import UID_dictionary

from img2dcm_decl.attributes.standard import private_entry, standard_entry, standard_tag, standard_uids

REPEATING = [lowest | 0x00020002 for lowest, _ in datadict.masks.values()]
UNKNOWN = [0x43200010, 0x00289999, 0xFFFFFFFE]


def test_every_attribute_is_told_as_pydicom_tells_it() -> None:
    for tag in (*DicomDictionary, *REPEATING, *UNKNOWN):
        known = DicomDictionary.get(tag) or RepeatersDictionary.get(datadict.mask_match(tag) or "")
        assert standard_entry(tag) == known, f"{tag:08x}"


def test_every_keyword_leads_to_the_tag_that_it_has_in_pydicom() -> None:
    assert {keyword: standard_tag(keyword) for keyword in datadict.keyword_dict if keyword} == {
        keyword: tag for keyword, tag in datadict.keyword_dict.items() if keyword
    }


@pytest.mark.parametrize("changed", [0, 0x00000100, 0x00000001], ids=["as it is", "block", "element"])
def test_every_private_attribute_is_told_as_pydicom_tells_it(changed: int) -> None:
    for creator, entries in private_dictionaries.items():
        for written in entries:
            tag = int(written.replace("x", "1"), 16) ^ changed
            assert private_entry(tag, creator) == _private(tag, creator), f"{tag:08x} {creator}"


def test_uids_are_those_of_pydicom() -> None:
    assert standard_uids() == UID_dictionary


def test_pydicom_itself_is_not_imported() -> None:
    code = (
        "import sys; from img2dcm_decl.attributes.standard import private_entry, standard_uids; "
        "private_entry(0x00191001, 'GEMS_ACQU_01'); standard_uids(); sys.exit('pydicom' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def _private(tag: int, creator: str) -> tuple[str, str, str, str] | None:
    try:
        return datadict.get_private_entry(tag, creator)
    except KeyError:
        return None
