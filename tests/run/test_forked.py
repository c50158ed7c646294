"""Work in a copy of the process: its result, what becomes of failures, and that nothing is left of it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")

#: What every script begins with; at its end nothing must be left.
BEGIN = """
import atexit, os, signal, sys, threading, time
from img2dcm_decl.run.forked import Beside

here = os.getpid()
open_before = sorted(os.listdir("/proc/self/fd"))
def elsewhere():
    return os.getpid() != here
def killed():
    if elsewhere():
        os.kill(os.getpid(), signal.SIGKILL)
    return "done here"
"""
END = """
assert sorted(os.listdir("/proc/self/fd")) == open_before
try:
    assert os.waitpid(-1, os.WNOHANG) is None
except ChildProcessError:
    print("nothing left")
"""

SCRIPTS = {
    "the result of a copy": """
with Beside(elsewhere) as other:
    assert other.result() is True
""",
    "a result that is larger than a pipe": """
with Beside(lambda: [b"x" * 1_000_000, (1, None, "text"), elsewhere()]) as other:
    assert other.result() == [b"x" * 1_000_000, (1, None, "text"), True]
""",
    "both at work at the same time": """
reads, writes = os.pipe()
with Beside(lambda: os.read(reads, 1)) as other:
    os.write(writes, b"x")
    assert other.result() == b"x"
os.close(reads)
os.close(writes)
""",
    "an error is that of the function called here": """
def fails():
    raise OSError(os.getpid(), "fails")
try:
    with Beside(fails) as other:
        other.result()
except OSError as error:
    assert error.errno == here
else:
    raise AssertionError
""",
    "what a killed copy did not do is done here": """
with Beside(killed) as other:
    assert other.result() == "done here"
""",
    "what leaves a copy does not leave here": """
def leaves():
    if elsewhere():
        atexit.register(print, "not to be seen")
        sys.exit(0)
    return "done here"
with Beside(leaves) as other:
    assert other.result() == "done here"
""",
    "no copy can be made": """
import resource
before = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (4, before[1]))
with Beside(elsewhere) as other:
    assert other.result() is False
resource.setrlimit(resource.RLIMIT_NOFILE, before)
""",
    "other threads": """
waiting = threading.Event()
thread = threading.Thread(target=waiting.wait)
thread.start()
with Beside(elsewhere) as other:
    assert other.result() is False
waiting.set()
thread.join()
""",
    "children are ignored": """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with Beside(lambda: "done") as other:
    assert other.result() == "done"
""",
    "nobody asks for the result": """
begun = time.monotonic()
with Beside(lambda: time.sleep(60)):
    pass
assert time.monotonic() - begun < 30
""",
    "the part here fails": """
begun = time.monotonic()
try:
    with Beside(lambda: time.sleep(60)) as other:
        raise KeyError
except KeyError:
    assert time.monotonic() - begun < 30
""",
    "an interruption while the result is waited for": """
begun = time.monotonic()
signal.setitimer(signal.ITIMER_REAL, 0.2)
def interrupt(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, interrupt)
try:
    with Beside(lambda: time.sleep(60)) as other:
        other.result()
except KeyboardInterrupt:
    assert time.monotonic() - begun < 30
""",
    "signals for all of a job mean the process that started the copy": """
os.setpgid(0, 0)
reads, writes = os.pipe()
signals = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: signals.append(number))
def finishes():
    os.read(reads, 1)
    return (elsewhere(), signals)
with Beside(finishes) as other:
    os.killpg(0, signal.SIGINT)
    os.killpg(0, signal.SIGTERM)
    os.write(writes, b"x")
    assert other.result() == (True, [])
assert signals == [signal.SIGINT, signal.SIGTERM]
os.close(reads)
os.close(writes)
""",
}


def start(script: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_is_lost_and_nothing_left(name: str) -> None:
    with start(BEGIN + SCRIPTS[name] + END) as process:
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "nothing left\n")


def test_a_copy_ends_with_the_process_that_it_is_a_copy_of() -> None:
    script = """
def tells_its_number():
    print(os.getpid(), flush=True)
    time.sleep(60)
with Beside(tells_its_number) as other:
    other.result()
"""
    with start(BEGIN + script) as process:
        assert process.stdout is not None
        copy = int(process.stdout.readline())
        process.kill()
        process.wait(timeout=60)
        deadline = time.monotonic() + 30
        while is_at_work(copy) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert not is_at_work(copy)


def is_at_work(number: int) -> bool:
    """Tell whether a process exists that nobody has to wait for yet."""
    try:
        status = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
