"""Memory grows neither with the image nor with the number of frames."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.inputs import MEGABYTE, write_bmp, write_jpeg
from robustness.commands import COMMAND, ENVIRONMENT, call, write_recipe

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


def peak_of_saved_plan(recipe: Path, jobs: int = 1) -> float:
    """Compile a recipe, run the plan, and return how many megabytes any process took at most."""
    plan = recipe.with_suffix(".json")
    assert call("plan", recipe, "-o", plan)[0] == 0
    command = [sys.executable, "-c", LAUNCHER, *COMMAND, "run", "--jobs", str(jobs), str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=True)
    code, peak = map(int, done.stdout.split())
    assert code == 0
    return peak * UNIT / MEGABYTE


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("write", "name", "size", "most"),
    [(write_jpeg, "large.jpg", 56 * MEGABYTE, 40), (write_bmp, "large.bmp", 144 * MEGABYTE, 64)],
    ids=["JPEG of 56 MB", "BMP of 144 MB"],
)
def test_large_images_convert_in_little_memory(
    tmp_path: Path, write: Callable[[Path, int], None], name: str, size: int, most: int, jobs: int
) -> None:
    write(tmp_path / name, size)
    assert abs((tmp_path / name).stat().st_size - size) < size / 20
    assert peak_of_saved_plan(write_recipe(tmp_path, name), jobs) < most
    assert (tmp_path / "out" / "large.dcm").stat().st_size > size * 0.95


def test_many_frames_convert_in_the_memory_of_a_few(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "frame.jpg", 2000, columns=32)
    peaks = []
    for count in (500, 10_000):
        folder = tmp_path / str(count)
        (folder / "frames").mkdir(parents=True)
        for number in range(count):
            os.link(tmp_path / "frame.jpg", folder / "frames" / f"{number}.jpg")
        recipe = folder / "recipe.yaml"
        inputs = {"images": "frames/*.jpg", "group_by": "all"}
        text = {"recipe": 1, "inputs": inputs, "sop_class": "multiframe-secondary-capture", "output": "out.dcm"}
        recipe.write_text(json.dumps(text))
        peaks.append(peak_of_saved_plan(recipe))
        assert (folder / "out.dcm").stat().st_size > count * 1500
    assert peaks[1] < 32
    assert peaks[1] - peaks[0] < 4
