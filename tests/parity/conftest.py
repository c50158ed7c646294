"""A folder to convert in, and a call that converts there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pydicom
import pytest
from parity.calling import legacy
from pydicom.dataset import FileDataset

Convert = Callable[..., FileDataset]
Refuse = Callable[..., str]


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Write files, by their names; underscores stand for dots: name -> content."""

    def write(**contents: bytes) -> Path:
        for name, content in contents.items():
            (tmp_path / name.replace("_", ".")).write_bytes(content)
        return tmp_path

    return write


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """Convert as img2dcm arguments say, and return the object."""

    def call(*arguments: str, environ: Mapping[str, str] | None = None) -> FileDataset:
        ended = legacy([*arguments, "out.dcm"], tmp_path, environ)
        assert ended.code == 0, ended.stderr.decode()
        return pydicom.dcmread(tmp_path / "out.dcm", force=True)

    return call


@pytest.fixture
def refuse(tmp_path: Path) -> Refuse:
    """Convert as img2dcm arguments say, and return why that was refused."""

    def call(*arguments: str, code: int = 1, environ: Mapping[str, str] | None = None) -> str:
        ended = legacy([*arguments, "out.dcm"], tmp_path, environ)
        assert (ended.code, ended.stdout) == (code, b"")
        assert not (tmp_path / "out.dcm").exists()
        return ended.stderr.decode()

    return call


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., str]:
    """Convert as img2dcm arguments say, and return the messages."""

    def call(*arguments: str) -> str:
        ended: Any = legacy([*arguments, "out.dcm"], tmp_path)
        assert ended.code == 0, ended.stderr.decode()
        return str(ended.stderr.decode())

    return call
