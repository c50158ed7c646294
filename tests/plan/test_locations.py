"""Names are found where they say: in the local file system, or through fsspec where they are URLs."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT

from img2dcm_decl.errors import ImageError, one_line
from img2dcm_decl.plan.locations import (
    SCHEMES,
    LocationError,
    exists,
    glob_urls,
    is_url,
    join,
    open_input,
    open_output,
    size_and_time,
    taken,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s3://bucket/key.jpg", True),
        ("file:///data/a.jpg", True),
        ("S3://bucket/key.jpg", True),
        ("zip::s3://bucket/key.zip", True),
        ("a.jpg", False),
        ("photos/a.jpg", False),
        ("/data/a.jpg", False),
        ("C:/x", False),
        ("C:\\x", False),
        ("C://x", False),
        ("://x", False),
        ("1x://a", False),
        ("a b://c", False),
        ("données://c", False),
        ("", False),
    ],
)
def test_urls_are_told_from_local_names(name: str, expected: bool) -> None:
    assert is_url(name) is expected


@pytest.mark.parametrize(
    ("folder", "name", "expected"),
    [
        ("", "a.jpg", "a.jpg"),
        (".", "a.jpg", "a.jpg"),
        ("data", "a.jpg", os.path.join("data", "a.jpg")),
        ("data", "/a.jpg", "/a.jpg"),
        ("data", "s3://b/a.jpg", "s3://b/a.jpg"),
        ("s3://b/data", "a.jpg", "s3://b/data/a.jpg"),
        ("s3://b/data/", "in/a.jpg", "s3://b/data/in/a.jpg"),
        ("s3://b/data", "/a.jpg", "/a.jpg"),
        ("s3://b/data", "gs://c/a.jpg", "gs://c/a.jpg"),
    ],
)
def test_names_are_relative_to_folders(folder: str, name: str, expected: str) -> None:
    assert join(folder, name) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_url_stays_as_it_is_wherever_it_is_found(folder: str, name: str) -> None:
    found = join(folder, name)
    assert found == name if is_url(name) else found.endswith(name)


@pytest.fixture(params=["local", "url"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "local":
        return str(tmp_path)
    pytest.importorskip("fsspec", reason="the extra 'remote' is not installed")
    return tmp_path.as_uri()


def test_files_are_read_from_any_place(there: str, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"0123456789")
    name = join(there, "a.bin")
    assert exists(name)
    assert not exists(join(there, "b.bin"))
    size, time = size_and_time(name)
    assert size == 10
    assert time == pytest.approx((tmp_path / "a.bin").stat().st_mtime_ns, abs=1000)
    buffer = bytearray(4)
    with open_input(name) as file:
        assert file.read(3) == b"012"
        assert file.seek(-2, os.SEEK_END) == 8
        assert file.read() == b"89"
        file.seek(1)
        assert file.readinto(buffer) == 4  # type: ignore[attr-defined]
    assert buffer == b"1234"


def test_names_that_are_taken_are_found_among_many(there: str, tmp_path: Path) -> None:
    for name in ("in/a.dcm", "in/c.dcm", "out/b.dcm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [join(there, name) for name in ("in/a.dcm", "in/b.dcm", "none/a.dcm", "out/b.dcm", "out", "in/c.dcm")]
    assert list(taken(names)) == [names[0], names[3], names[4], names[5]]


@pytest.mark.parametrize("action", [open_input, size_and_time])
def test_what_is_missing_is_said_as_the_system_does(there: str, action: object) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        action(join(there, "none.bin"))  # type: ignore[operator]


# --- URLs -----------------------------------------------------------------------------------------


@pytest.fixture
def url(tmp_path: Path) -> str:
    pytest.importorskip("fsspec", reason="the extra 'remote' is not installed")
    return tmp_path.as_uri()


def test_an_output_appears_when_it_is_complete(url: str, tmp_path: Path) -> None:
    with open_output(f"{url}/in/it/a.dcm") as file:
        file.write(b"DICM")
        assert not (tmp_path / "in/it/a.dcm").exists()
    assert (tmp_path / "in/it/a.dcm").read_bytes() == b"DICM"


def test_an_output_that_fails_does_not_appear(url: str, tmp_path: Path) -> None:
    (tmp_path / "old.dcm").write_bytes(b"old")

    def fail(name: str) -> None:
        with open_output(f"{url}/{name}") as file:
            file.write(b"DICM")
            raise ImageError("is damaged")

    for name in ("new.dcm", "old.dcm"):
        with pytest.raises(ImageError):
            fail(name)
        gc.collect()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"old.dcm": b"old"}


def test_files_are_found_by_patterns(url: str, tmp_path: Path) -> None:
    for name in ("b.jpg", "a.jpg", "c.txt", "deep/er/d.jpg", "e.jpg/f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert glob_urls(f"{url}/*.jpg") == [f"{url}/a.jpg", f"{url}/b.jpg"]
    assert glob_urls(f"{url}/**/*.jpg") == [f"{url}/a.jpg", f"{url}/b.jpg", f"{url}/deep/er/d.jpg"]
    assert glob_urls(f"{url}/none/*.jpg") == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("zip://a.jpg::s3://bucket/a.zip", "'::', which chain storages, are not accepted"),
        ("simplecache::file:///etc/hostname", "'::', which chain storages, are not accepted"),
        ("nothing://host/a.jpg", "'nothing' is no known kind of URL; known are file, s3,"),
        ("reference://x", "is no known kind of URL"),
        ("sftp://user:secret@host/a.jpg", "URLs with passwords are not accepted"),
        ("https://secret@host/a.jpg", "URLs with passwords are not accepted"),
    ],
)
def test_urls_of_other_forms_are_refused(name: str, message: str) -> None:
    for action in (open_input, exists, size_and_time, glob_urls, lambda url: open_output(url).__enter__()):
        with pytest.raises(LocationError) as error:
            action(name)
        assert message in str(error.value)
        assert "secret" not in str(error.value)


@pytest.mark.parametrize("scheme", [name for name, scheme in SCHEMES.items() if not scheme.writing])
def test_what_cannot_be_written_to_is_said_at_once(scheme: str) -> None:
    with pytest.raises(LocationError, match=r"nothing can be written .* outputs can be file://, s3://"):
        open_output(f"{scheme}://host/a.dcm").__enter__()


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from img2dcm_decl.plan.locations import open_input
try:
    open_input(sys.argv[2])
except OSError as error:
    print(error)
"""


@pytest.mark.parametrize(("library", "url", "extra"), [("fsspec", "file:///a", "remote"), ("s3fs", "s3://b/a", "s3")])
def test_a_missing_library_is_named_with_its_extra(library: str, url: str, extra: str) -> None:
    pytest.importorskip("fsspec", reason="the extra 'remote' is not installed")
    command = [sys.executable, "-c", WITHOUT, library, url]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"pip install 'img2dcm-decl[{extra}]'" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sftp://user:secret@host/a.jpg: is damaged", "sftp://host/a.jpg: is damaged"),
        ("ftp://user:se:cr@et@host/a", "ftp://host/a"),
        ("https://host/a.jpg?X-Amz-Signature=secret: is damaged", "https://host/a.jpg?... is damaged"),
        ("abfs://container@account/a.jpg: x", "abfs://container@account/a.jpg: x"),
        ("10:30@home and a\nb", "10:30@home and a b"),
    ],
)
def test_messages_hold_no_passwords(text: str, expected: str) -> None:
    assert one_line(text) == expected
