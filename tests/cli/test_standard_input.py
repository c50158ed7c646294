"""A source named `-` is read from standard input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian


@pytest.mark.parametrize("option", ["-df", "-stf"])
def test_a_template_or_study_comes_from_standard_input(work: Path, option: str) -> None:
    source = Dataset()
    source.file_meta = FileMetaDataset()
    source.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    source.SOPClassUID, source.SOPInstanceUID = "1.2", "1.3"
    source.PatientID, source.StudyInstanceUID = "ID7", "1.9"
    pydicom.dcmwrite(work / "source.dcm", source, enforce_file_format=True)
    command = [sys.executable, "-m", "img2dcm_decl", "legacy", option, "-", "-i", "BMP", "a.bmp", "o.dcm"]
    with (work / "source.dcm").open("rb") as stdin:
        done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    written = pydicom.dcmread(work / "o.dcm")
    assert (written.PatientID, written.StudyInstanceUID) == ("ID7", "1.9")
