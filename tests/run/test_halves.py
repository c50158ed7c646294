"""Large pixel data divided among two processes: the same bytes and the same messages as by one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from images.samples import COMMENT, DATA, EOI, EXIF, SOI, TABLES, bmp, frame, scan, segment
from robustness.commands import call, save_plan, write_recipe

from img2dcm_decl.run.frames import WORTH_SHARING
from img2dcm_decl.run.native import WORTH_DIVIDING

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")

GRAY = b"".join(bytes((level, level, level, 0)) for level in range(256))
COLORS = random.Random(0).randbytes(1024)
#: Bits, palette, columns, rows; all a little larger than what is worth dividing.
KINDS = {
    "1 bit, gray": (1, GRAY[::255][:4] + GRAY[-4:], 4203, 4001),
    "4 bits": (4, COLORS[:64], 2401, 2333),
    "8 bits, levels of gray": (8, GRAY, 4201, 4001),
    "8 bits, other gray": (8, GRAY[::-1], 4201, 4001),
    "8 bits, colors": (8, COLORS, 2401, 2333),
    "16 bits": (16, b"", 2401, 2333),
    "24 bits": (24, b"", 2403, 2333),
    "24 bits, rows without padding": (24, b"", 2400, 2333),
    "24 bits, few long rows": (24, b"", 65535, 87),
    "32 bits": (32, b"", 2401, 2333),
}

#: What every script begins with; at its end nothing must be left.
BEGIN = """
import io, os, resource, signal, sys
from hashlib import sha256
from img2dcm_decl.errors import ImageError
from img2dcm_decl.plan.model import ImageRules
from img2dcm_decl.run.frames import Frames
from img2dcm_decl.run.writing import write_object

copies = []
os.register_at_fork(before=lambda: copies.append(1))
names = sys.argv[1:]
open_before = sorted(os.listdir("/proc/self/fd"))
def look():
    return Frames(names, str, ImageRules())
def written(frames, processes):
    with open("out", "w+b", buffering=0) as file:
        file.write(b"before")
        write_object(frames, b"head", b"tail", file, processes=processes)
        file.seek(0)
        data = file.read()
    assert data.startswith(b"beforehead") and data.endswith(b"tail")
    return sha256(data).hexdigest()
"""
END = """
assert sorted(os.listdir("/proc/self/fd")) == open_before
try:
    assert os.waitpid(-1, os.WNOHANG) is None
except ChildProcessError:
    print("nothing left")
"""

SAME = """
frames = look()
assert sum(frames.sizes) >= int(os.environ["LEAST"])
alone = written(frames, 1)
assert not copies
assert written(frames, 2) == alone
assert copies
"""
BROKEN = {
    "neither memory nor a device is written to by two": """
frames = look()
sink = io.BytesIO()
write_object(frames, b"", b"", sink, processes=2)
with open(os.devnull, "wb", buffering=0) as device:
    write_object(frames, b"", b"", device, processes=2)
assert not copies
""",
    "a copy is killed at once": """
frames = look()
alone = written(frames, 1)
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGKILL))
assert written(frames, 2) == alone
assert copies
""",
    "a copy is killed at its work": """
frames = look()
alone = written(frames, 1)
os.register_at_fork(after_in_child=lambda: signal.setitimer(signal.ITIMER_REAL, 0.003))
assert written(frames, 2) == alone
assert copies
""",
    "an interruption of all processes": """
os.setpgid(0, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
os.register_at_fork(after_in_child=lambda: os.killpg(0, signal.SIGINT))
try:
    written(look(), 2)
except KeyboardInterrupt:
    assert copies
else:
    raise AssertionError
""",
    "a file becomes shorter": """
said = set()
frames = look()
for share in (0.3, 0.7):
    for processes in (1, 2):
        os.truncate(names[0], int(os.path.getsize(names[0]) * share))
        try:
            written(frames, processes)
        except ImageError as error:
            assert "the file changed while it was being read" in str(error)
            said.add(str(error).partition(":")[0])
        else:
            raise AssertionError
assert said == {names[0]}
assert copies
""",
}


def picture(name: str, seed: int = 0, *, top_down: bool = False) -> bytes:
    bits, palette, columns, rows = KINDS[name]
    stride = (columns * bits + 31) // 32 * 4
    pixels = random.Random(seed).randbytes(stride * rows)
    return bmp(pixels, columns, -rows if top_down else rows, bits, palette=palette)


def jpeg(number: int) -> bytes:
    """Return an image unlike that of any other number, in parts, of an even or odd size; some have very many parts."""
    parts = (EXIF + segment(0xFE, bytes([number]))) * (20 if number % 10 == 3 else 2)
    return SOI + parts + TABLES + frame() + scan() + DATA + bytes([number % 250 + 1]) * number + COMMENT + EOI


def run(script: str, folder: Path, *images: bytes) -> None:
    names = [f"{number}.img" for number in range(len(images))]
    for name, data in zip(names, images, strict=True):
        (folder / name).write_bytes(data)
    environment = {**os.environ, "LEAST": str(WORTH_DIVIDING)}
    command = [sys.executable, "-c", BEGIN + script + END, *names]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing left\n", "")


@pytest.mark.parametrize("top_down", [False, True], ids=["bottom-up", "top-down"])
@pytest.mark.parametrize("name", KINDS)
def test_two_processes_write_the_bytes_that_one_writes(tmp_path: Path, name: str, top_down: bool) -> None:
    run(SAME, tmp_path, picture(name, top_down=top_down))


@pytest.mark.parametrize("count", [2, 3])
def test_frames_are_divided_wherever_the_middle_falls(tmp_path: Path, count: int) -> None:
    run(SAME, tmp_path, *(picture("24 bits", seed) for seed in range(count)))


def test_many_streams_are_looked_at_and_copied_by_two(tmp_path: Path) -> None:
    many = """
frames = [Frames(names, str, ImageRules(), hashed=True, processes=processes) for processes in (1, 2)]
assert len(copies) == 1
assert len({(f.sizes.tobytes(), f.lossy_method, *f.states, *f.warnings) for f in frames}) == 1
assert len({written(f, processes) for f in frames for processes in (1, 2)}) == 1
assert len(copies) == 3
"""
    run(many, tmp_path, *map(jpeg, range(WORTH_SHARING + 1)))


def test_few_streams_are_copied_by_one(tmp_path: Path) -> None:
    few = "written(Frames(names, str, ImageRules(), processes=2), 2)\nassert not copies\n"
    run(few, tmp_path, *map(jpeg, range(WORTH_SHARING - 1)))


@pytest.mark.parametrize("at", [0.2, 0.8])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (b"\xff\xd8", "the file ends before the end of the image (EOI): it is truncated"),
        (jpeg(1).replace(frame(), frame(rows=9)), "Rows is 9, but"),
    ],
    ids=["truncated", "of another size"],
)
def test_the_first_wrong_frame_is_told_of_whoever_finds_it(
    tmp_path: Path, at: float, wrong: bytes, message: str
) -> None:
    images = [jpeg(number) for number in range(WORTH_SHARING)]
    first = int(at * len(images))
    images[first] = images[first + 2] = wrong
    tell = f"""
for processes in (1, 2):
    try:
        Frames(names, str, ImageRules(), processes=processes)
    except ImageError as error:
        assert str(error).startswith({f"{first}.img: {message}"!r}), error
    else:
        raise AssertionError
assert copies
"""
    run(tell, tmp_path, *images)


@pytest.mark.parametrize("at", [0.2, 0.8])
def test_a_frame_that_changed_since_is_told_of_whoever_copies_it(tmp_path: Path, at: float) -> None:
    changed = int(at * WORTH_SHARING)
    tell = f"""
frames = look()
os.truncate(names[{changed}], 10)
for processes in (1, 2):
    try:
        written(frames, processes)
    except ImageError as error:
        assert str(error) == "{changed}.img: the file changed while it was being read", error
    else:
        raise AssertionError
assert copies
"""
    run(tell, tmp_path, *map(jpeg, range(WORTH_SHARING)))


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_divided_or_breaks_off_is_right_or_refused(tmp_path: Path, name: str) -> None:
    run(BROKEN[name], tmp_path, picture("24 bits"))


def test_a_picture_that_is_not_worth_it_is_not_divided(tmp_path: Path) -> None:
    run("written(look(), 2)\nassert not copies\n", tmp_path, bmp(bytes(3_000_000), 1000, 1000, 24))


@pytest.mark.parametrize("at", [0.2, 0.8])
def test_a_defect_is_one_message_wherever_it_lies(tmp_path: Path, at: float) -> None:
    pixels = bytearray(3000 * 3000)
    pixels[int(len(pixels) * at)] = 77
    (tmp_path / "a.bmp").write_bytes(bmp(bytes(pixels), 3000, 3000, 8, palette=COLORS[:40]))
    plan = save_plan(write_recipe(tmp_path, "a.bmp"))
    said = {call("run", plan, "--jobs", jobs) for jobs in ("1", "2")}
    ((code, messages),) = said
    assert code == 1
    assert messages.count("a.bmp: a pixel has color 77, where the palette ends at 9: the file is damaged") == 1
    assert os.listdir(tmp_path / "out") == []


@pytest.mark.parametrize("mode", ["wb", "ab"])
def test_standard_output_is_written_front_to_back_by_one(tmp_path: Path, mode: str) -> None:
    (tmp_path / "a.bmp").write_bytes(picture("24 bits"))
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("recipe: 1\ninputs: {images: a.bmp}\noutput: out.dcm\nreproducible: true\n")
    assert call("run", recipe, "--jobs", "2")[0] == 0
    with (tmp_path / "stdout.dcm").open(mode) as stdout:
        assert call("run", recipe, "--jobs", "2", "--output", "-", stdout=stdout)[0] == 0
    assert (tmp_path / "stdout.dcm").read_bytes() == (tmp_path / "out.dcm").read_bytes()


@pytest.mark.parametrize("at", [0.2, 0.8])
def test_an_object_that_is_larger_than_a_file_may_be_is_one_message(tmp_path: Path, at: float) -> None:
    resource = pytest.importorskip("resource")
    data = picture("24 bits")
    (tmp_path / "a.bmp").write_bytes(data)
    plan = save_plan(write_recipe(tmp_path, "a.bmp"))
    most = int(len(data) * at)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    said = {call("run", plan, "--jobs", jobs, preexec_fn=limit) for jobs in ("1", "2")}
    ((code, messages),) = said
    assert code == 1
    assert messages.count("a.dcm: cannot be written: File too large") == 1
    assert os.listdir(tmp_path / "out") == []
