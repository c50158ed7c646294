"""A folder with two small images and a recipe, and the command line called in it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from img2dcm_decl.cli import main, run_main

RECIPE = """\
recipe: 1
title: Small pictures
inputs: {images: "*.bmp"}
keys:
  PatientName: Bönd^James
  PatientID: ${image.stem}
  RequestAttributesSequence[0].ScheduledProcedureStepID: SPS-7
output: out/${image.stem}.dcm
"""


def bmp(width: int = 2, height: int = 2) -> bytes:
    """Return a gray-blue BMP of 24 bits."""
    stride = (width * 3 + 3) // 4 * 4
    pixels = b"".join(b"\x40\x30\x20" * width + bytes(stride - width * 3) for _ in range(height))
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54) + info + pixels


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.bmp", "b.bmp"):
        (tmp_path / name).write_bytes(bmp())
    (tmp_path / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(work: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:  # noqa: ARG001
    """Call `img2dcm-decl` in the folder: arguments -> exit code, standard output, standard error."""

    def call(*arguments: str, program: str = "img2dcm-decl") -> tuple[int, str, str]:
        code = (run_main if program == "img2dcm-run" else main)(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call
