"""Memory does not grow with the image."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.inputs import MEGABYTE, write_bmp, write_jpeg
from robustness.commands import COMMAND, ENVIRONMENT, write_recipe

PEAK = 100 * MEGABYTE
UNIT = 1 if sys.platform == "darwin" else 1024

# A process counts the memory of the one that it was started from, so a small one stands between this and the program.
LAUNCHER = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the memory of a process this way"),
]


@pytest.mark.parametrize(
    ("write", "name", "size"),
    [(write_jpeg, "large.jpg", 56 * MEGABYTE), (write_bmp, "large.bmp", 140 * MEGABYTE)],
    ids=["JPEG of 56 MB", "BMP of 140 MB"],
)
def test_large_images_convert_in_little_memory(
    tmp_path: Path, write: Callable[[Path, int], None], name: str, size: int
) -> None:
    write(tmp_path / name, size)
    assert abs((tmp_path / name).stat().st_size - size) < size / 20
    command = [sys.executable, "-c", LAUNCHER, *COMMAND, "run", str(write_recipe(tmp_path, name))]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=True)
    code, peak = map(int, done.stdout.split())
    assert code == 0
    assert peak * UNIT < PEAK
    assert (tmp_path / "out" / "large.dcm").stat().st_size > size * 0.95
