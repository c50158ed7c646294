"""The program as its users start it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydicom
from support import ROOT

COMMAND = [sys.executable, "-m", "img2dcm_decl"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
END_OF_FRAMES = b"\xfe\xff\xdd\xe0\0\0\0\0"


def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start the program with pipes for its output; `before` is what stands before it on the command line."""
    command = [*options.pop("before", ()), *COMMAND, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT}
    return subprocess.Popen(command, **{**pipes, **options})


def call(*arguments: str | Path, **options: Any) -> tuple[int, str]:
    """Run the program; return its exit code and what it wrote to standard error."""
    process = start(*arguments, **options)
    _, messages = process.communicate(timeout=120)
    text = messages.decode()
    assert "Traceback" not in text, text
    return process.returncode, text


def write_recipe(folder: Path, images: str, output: str = "out/${image.stem}.dcm", existing: str = "error") -> Path:
    """Write a recipe into a folder."""
    recipe = {"recipe": 1, "inputs": {"images": images}, "output": {"file": output, "existing": existing}}
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    return path


def save_plan(recipe: Path) -> Path:
    """Compile a recipe into a saved plan beside it."""
    plan = recipe.with_suffix(".json")
    plan.unlink(missing_ok=True)
    code, messages = call("plan", recipe, "-o", plan)
    assert code == 0, messages
    return plan


def is_complete(path: Path, stream: bytes) -> bool:
    """Tell whether an object holds all of a JPEG stream, and all that belongs around it."""
    data = path.read_bytes()
    pixel_data = stream + bytes(len(stream) % 2) + END_OF_FRAMES
    return data[128:132] == b"DICM" and data.endswith(pixel_data) and pydicom.dcmread(path).Rows > 0
