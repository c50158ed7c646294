"""Inputs, templates and outputs may be URLs: a local S3 server serves one process, several and a cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pydicom
import pytest
from images_made import jpeg
from pydicom.dataset import Dataset, FileMetaDataset
from remote_support import Farm, answers, archive, free_port, run_of, serving, statuses, wait_until
from support import ROOT

from img2dcm_decl.errors import ImageError
from img2dcm_decl.plan.locations import exists, glob_urls, open_input, open_output, size_and_time
from img2dcm_decl.run.workers import outcomes

pytest.importorskip("s3fs", reason="the extra 's3' is not installed")
pytest.importorskip("moto", reason="moto, the S3 server, is not installed")

# What s3fs, its libraries and Dask warn of is theirs.
pytestmark = pytest.mark.filterwarnings("ignore")

NUMBER = 6
RECIPE = """
recipe: 1
inputs: {{images: "{place}in/*.jpg"}}
sources: {{template: "{place}base.dcm"}}
reproducible: {{time: "2026-01-31T10:15:00"}}
keys: {{PatientID: "${{image.stem}}"}}
uids: {{key: a key}}
output: {{file: "{place}out/${{image.stem}}.dcm", existing: {existing}}}
"""


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Serve S3 on this machine, and give the client of it; this process and its children find it by its variables."""
    port = free_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    with pytest.MonkeyPatch.context() as patch, ExitStack() as processes:
        for name, value in variables.items():
            patch.setenv(name, value)
        processes.enter_context(
            serving("moto.server", "-H", "127.0.0.1", "-p", str(port), folder=tmp_path_factory.mktemp("s3"))
        )
        wait_until(lambda: answers(port), "the S3 server starts")
        from s3fs import S3FileSystem  # type: ignore[import-untyped]

        storage = S3FileSystem(use_listings_cache=False)
        storage.mkdir("bucket")
        yield storage


@pytest.fixture(scope="module")
def farm(bucket: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    assert bucket
    with ExitStack() as processes:
        made = Farm(tmp_path_factory.mktemp("cluster"), processes)
        made.add("--no-nanny")
        made.add("--no-nanny")
        made.wait_for(2)
        yield made


def content(storage: Any, folder: str) -> dict[str, bytes]:
    """Return the content of each object of a folder."""
    return {name.rpartition("/")[2]: storage.cat_file(name) for name in storage.find(folder)}


def run(recipe: Path, *options: str, code: int = 0) -> str:
    """Run a recipe as a process and return what it says on standard error."""
    command = [sys.executable, "-m", "img2dcm_decl", "run", str(recipe), *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.fixture(scope="module")
def material(bucket: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with images and a template, which the bucket holds as well."""
    folder = tmp_path_factory.mktemp("material")
    (folder / "in").mkdir()
    for n in range(NUMBER):
        (folder / f"in/{n}.jpg").write_bytes(jpeg(size=(16 + n, 8)))
    template = Dataset()
    template.PatientName = "Doe^John"
    template.StudyDescription = "Wound"
    template.file_meta = FileMetaDataset()
    template.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    template.save_as(folder / "base.dcm", enforce_file_format=False)
    for path in (*folder.glob("in/*"), folder / "base.dcm"):
        bucket.pipe_file(f"bucket/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return folder


# --- recipes --------------------------------------------------------------------------------------


def test_a_recipe_gives_the_same_bytes_from_files_and_urls_here_and_on_a_cluster(
    bucket: Any, farm: Farm, material: Path
) -> None:
    (material / "local.yaml").write_text(RECIPE.format(place="", existing="replace"))
    (material / "remote.yaml").write_text(RECIPE.format(place="s3://bucket/", existing="error"))
    run(material / "local.yaml")
    expected = {path.name: path.read_bytes() for path in (material / "out").iterdir()}
    assert len(expected) == NUMBER
    assert pydicom.dcmread(material / "out/3.dcm").StudyDescription == "Wound"
    run(material / "remote.yaml")
    assert content(bucket, "bucket/out") == expected
    bucket.rm("bucket/out", recursive=True)
    run(material / "remote.yaml", "--executor", farm.url)
    assert content(bucket, "bucket/out") == expected
    for path in (material / "out").iterdir():
        path.unlink()
    run(material / "local.yaml", "--executor", farm.url)
    assert {path.name: path.read_bytes() for path in (material / "out").iterdir()} == expected


# --- plans ----------------------------------------------------------------------------------------


def test_worker_processes_read_and_write_urls(bucket: Any, tmp_path: Path) -> None:
    plan = archive(tmp_path, 8)
    for path in tmp_path.glob("*.jpg"):
        bucket.pipe_file(f"bucket/jobs/{path.name}", path.read_bytes())
    bucket.pipe_file("bucket/jobs/3.jpg", b"no image")
    there = plan._replace(folder="s3://bucket/jobs")
    made = list(outcomes(run_of(there), jobs=2))
    assert statuses(made) == {"written": 7, "failed": 1}
    assert made[3].message.startswith("s3://bucket/jobs/3.jpg: the file is not of a known image format")
    list(outcomes(run_of(plan._replace(existing="skip"))))
    expected = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.name != "3.dcm"}
    assert content(bucket, "bucket/jobs/out") == expected
    again = list(outcomes(run_of(there)))
    assert again[0].message.startswith("s3://bucket/jobs/out/0.dcm: exists already")


# --- locations ------------------------------------------------------------------------------------


def test_objects_are_listed_looked_at_and_read(bucket: Any) -> None:
    bucket.pipe_file("bucket/some/a.bin", b"0123456789")
    bucket.pipe_file("bucket/some/deep/b.bin", b"")
    assert glob_urls("s3://bucket/some/**/*.bin") == ["s3://bucket/some/a.bin", "s3://bucket/some/deep/b.bin"]
    assert exists("s3://bucket/some/a.bin")
    assert not exists("s3://bucket/some/b.bin")
    size, time = size_and_time("s3://bucket/some/a.bin")
    assert size == 10
    assert time > 10**18
    with open_input("s3://bucket/some/a.bin") as file:
        assert file.seek(5) == 5
        assert file.read() == b"56789"


@pytest.mark.parametrize("size", [10, 20 << 20])
def test_an_object_appears_complete_or_not_at_all(bucket: Any, size: int) -> None:
    assert bucket
    url = f"s3://bucket/new/{size}"

    def write(fail: bool) -> None:
        with open_output(url) as file:
            file.write(bytes(size))
            if fail:
                raise ImageError("is damaged")

    with pytest.raises(ImageError):
        write(fail=True)
    assert not exists(url)
    write(fail=False)
    assert size_and_time(url)[0] == size


@pytest.mark.parametrize("url", ["s3://bucket/none", "s3://nowhere/none"])
def test_what_is_not_there_is_said(bucket: Any, url: str) -> None:
    assert bucket
    with pytest.raises(OSError, match="No such file or directory"):
        open_input(url)
