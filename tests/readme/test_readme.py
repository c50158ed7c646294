"""What the README shows works as it is shown."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import yaml
from readme.blocks import README, Block, blocks, commands
from remote_support import answers, free_port, serving, wait_until
from support import ROOT

POSIX = pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
KNOWN = {("sh", mark) for mark in ("", "setup", "tests", "network", "cluster", "s3")} | {("console", "")}
#: What recipes need on the command line.
OPTIONS = {"clinic.yaml": "--set site=BER"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of images as a reader may have one, with the files that the README shows and the programs in `bin`."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("photos", "scans", "planes"):
        shutil.copytree(ROOT / "recipes" / name, folder / name)
    shutil.copy(ROOT / "recipes" / "templates" / "visit.dcm", folder)
    (folder / "bin").mkdir()
    for program, function in (("img2dcm-run", "run_main"), ("img2dcm-decl", "main")):
        script = folder / "bin" / program
        script.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
            f"from img2dcm_decl.cli import {function}\nsys.exit({function}())\n"
        )
        script.chmod(0o755)
    for block in blocks():
        if block.file:
            (folder / block.file).write_text(block.text)
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of a reader's shell, in which the programs are found."""
    places = (str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"])
    return {**os.environ, "PATH": os.pathsep.join(places), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a reader does, with both output streams as one."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    for block in blocks():
        assert (block.language in ("yaml", "csv") and block.file) or (block.language, block.mark) in KNOWN


@POSIX
def test_commands_work_one_after_another(bench: Path) -> None:
    for command in commands(""):
        done = shell(command, bench)
        assert done.returncode == 0, f"{command}\n{done.stdout}"
    assert len(list((bench / "out").glob("*.dcm"))) == 4


@POSIX
@pytest.mark.parametrize("block", [block for block in blocks() if block.language == "console"], ids=lambda _: "")
def test_sessions_are_shown_as_they_go(bench: Path, block: Block) -> None:
    for session in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, shown = session.partition("\n")
        assert shell(command, bench).stdout == shown


@POSIX
@pytest.mark.parametrize("name", [block.file for block in blocks() if "recipe: 1" in block.text])
def test_recipes_run_and_only_the_one_with_mistakes_does_not(bench: Path, name: str) -> None:
    done = shell(f"img2dcm-run {name} --existing replace {OPTIONS.get(name, '')}", bench)
    assert done.returncode == (2 if name == "mistakes.yaml" else 0), done.stdout


@contextmanager
def meanwhile(command: str, folder: Path) -> Iterator[None]:
    """Let a command run beside others, as in a terminal of its own, with whatever it starts."""
    process = subprocess.Popen(
        ["bash", "-c", f"exec {command}"],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@POSIX
def test_a_cluster_is_set_up_and_makes_the_objects(bench: Path) -> None:
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    port = free_port()
    *servers, command = (line.replace("8786", str(port)) for line in commands("cluster"))
    with ExitStack() as running:
        for server in servers:
            running.enter_context(meanwhile(f"{server} --no-dashboard", bench))
            wait_until(lambda: answers(port), "the scheduler starts")
        done = shell(command, bench)
    assert (done.returncode, done.stdout) == (0, "wrote 3 objects to 2 folders\n")


@POSIX
def test_objects_are_written_to_an_object_store(bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3 = pytest.importorskip("boto3", reason="moto, the S3 server, is not installed")
    pytest.importorskip("s3fs", reason="the extra 's3' is not installed")
    port = free_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    (command,) = commands("s3")
    with serving("moto.server", "-H", "127.0.0.1", "-p", str(port), folder=bench):
        wait_until(lambda: answers(port), "the S3 server starts")
        store = boto3.client("s3")
        store.create_bucket(Bucket="archive")
        done = shell(command, bench)
        assert (done.returncode, done.stdout) == (0, "wrote 3 objects to 2 folders\n")
        names = [entry["Key"] for entry in store.list_objects_v2(Bucket="archive")["Contents"]]
    assert names == ["visits/000012/gradient.dcm", "visits/004711/chart.dcm", "visits/004711/disc.dcm"]


@POSIX
def test_the_pre_commit_hook_checks_recipes(bench: Path) -> None:
    configuration = yaml.safe_load((bench / ".pre-commit-config.yaml").read_text())
    (hook,) = configuration["repos"][0]["hooks"]
    assert re.search(hook["files"], "recipes/wounds.yaml")
    assert shell(f"{hook['entry']} wounds.yaml", bench).returncode == 0
    assert shell(f"{hook['entry']} mistakes.yaml", bench).returncode == 2
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [entry["id"] for entry in offered] == [hook["id"]]


@POSIX
def test_the_log_is_where_and_what_the_readme_says(bench: Path) -> None:
    (bench / "run.log").unlink(missing_ok=True)
    assert shell("img2dcm-run logged.yaml --existing replace", bench).returncode == 0
    lines = [json.loads(line) for line in (bench / "run.log").read_text("utf-8").splitlines()]
    assert {line["level"] for line in lines} == {"info"}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8")))))
def test_links_lead_to_files(link: str) -> None:
    assert (ROOT / link).exists()


def test_links_within_the_page_lead_to_headings() -> None:
    text = README.read_text("utf-8")
    titles = re.findall("^#+ (.*)", text, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_the_command_that_runs_the_tests_is_what_continuous_integration_runs() -> None:
    assert len(set(commands("tests"))) == 1
    assert "README.md" in (ROOT / ".ci" / "run").read_text()


@POSIX
@pytest.mark.slow
def test_a_fresh_machine_is_set_up_by_the_command_that_is_shown(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    skipped = shutil.ignore_patterns(".*", "out", "tests", "__pycache__", "build", "dist")
    shutil.copytree(ROOT, copy, ignore=skipped)
    (copy / "recipes" / "out").mkdir()
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    bare |= {"PIP_RETRIES": "0", "PIP_TIMEOUT": "15", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for command in (*commands("setup"), *commands("network")):
        done = subprocess.run(["bash", "-c", command], cwd=copy, env=bare, capture_output=True, text=True, check=False)
        if done.returncode and re.search("No matching distribution|Temporary failure|Max retries", done.stderr):
            pytest.skip("no package index can be reached")
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert (copy / "recipes" / "out" / "quickstart.dcm").exists()
    subprocess.run([copy / ".venv-offline" / "bin" / "img2dcm-decl", "--version"], check=True)
