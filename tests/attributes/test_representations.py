"""Value representations: what several parts of the program know of them is the same."""

from __future__ import annotations

import json

from pydicom.valuerep import EXPLICIT_VR_LENGTH_32, STANDARD_VR, STR_VR

from img2dcm_decl.attributes.representations import ALL, LONG, STRINGS, TEXT
from img2dcm_decl.plan import saved
from img2dcm_decl.resources import schema_path


def test_saved_plans_and_their_schema_have_those_of_datasets() -> None:
    schema = json.loads(schema_path("plan").read_text(encoding="utf-8"))
    assert set(schema["$defs"]["element"]["properties"]["vr"]["enum"]) == saved.VRS == ALL


def test_pydicom_knows_the_same_ones() -> None:
    assert {str(vr) for vr in STANDARD_VR} == ALL
    assert {str(vr) for vr in EXPLICIT_VR_LENGTH_32} == LONG
    assert {str(vr) for vr in STR_VR} == STRINGS
    assert TEXT < STRINGS
