"""A folder with a small image, and the command line called in it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from img2dcm_decl.cli import main


def bmp(width: int = 2, height: int = 2) -> bytes:
    """Return a BMP of 24 bits."""
    stride = (width * 3 + 3) // 4 * 4
    pixels = bytes(stride * height)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54) + info + pixels


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.bmp", "b.bmp"):
        (tmp_path / name).write_bytes(bmp())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(work: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:  # noqa: ARG001
    """Call `img2dcm-decl` in the folder: arguments -> exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call
