"""Every real image is converted, or refused in one clear line; what is written is DICOM that others read."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pydicom
import pytest

if TYPE_CHECKING:
    from corpus.corpus_run import Run

LEAST_WRITTEN = 600
FILES_PER_PROCESS = 100


def test_every_image_is_converted_or_refused_in_one_line_that_names_it(run: Run) -> None:
    assert len(run.outcomes) > len(run.written) >= LEAST_WRITTEN
    for image, outcome in run.outcomes.items():
        assert outcome.status in ("written", "failed")
        assert Path(outcome.output).exists() == (outcome.status == "written")
        for line in (outcome.message, *outcome.warnings):
            assert line.isprintable(), repr(line)
            assert not line or image in line


def test_a_run_leaves_nothing_but_its_outputs(run: Run) -> None:
    files = {path for path in run.folder.rglob("*") if path.is_file()}
    assert files == {Path(name) for name in run.written}


def test_pydicom_reads_every_output_without_a_warning(run: Run) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in run.written:
            dataset = pydicom.dcmread(name)
            for element in dataset.iterall():
                assert element.value is not None or element.is_empty
            assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID


def test_no_two_objects_share_a_uid_and_all_share_a_series(run: Run) -> None:
    heads = [pydicom.dcmread(name, stop_before_pixels=True) for name in run.written]
    assert len({head.SOPInstanceUID for head in heads}) == len(heads)
    assert len({(head.StudyInstanceUID, head.SeriesInstanceUID) for head in heads}) == 1


def test_dcmdump_reads_every_output(run: Run) -> None:
    program = needed("dcmdump", "dcmtk")
    for start in range(0, len(run.written), FILES_PER_PROCESS):
        files = run.written[start : start + FILES_PER_PROCESS]
        done = subprocess.run([program, "-M", *files], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert not done.stderr, done.stderr.decode()


def test_dciodvfy_finds_no_error(run: Run) -> None:
    program = needed("dciodvfy", "dicom3tools")

    def errors(name: str) -> list[str]:
        done = subprocess.run([program, name], capture_output=True, check=False)
        report = (done.stdout + done.stderr).decode("latin-1")
        return [f"{name}: {line}" for line in report.splitlines() if "Error" in line]

    with ThreadPoolExecutor(2) as pool:
        found = [line for lines in pool.map(errors, run.written) for line in lines]
    assert not found, "\n".join(found)


def needed(program: str, package: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed (Debian package {package})")
    return path
