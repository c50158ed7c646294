"""Where files are: names in the local file system, and URLs that fsspec knows.

Local names go straight to the system. What is asked of a URL's storage comes from fsspec's own configuration (its
files and the variables `FSSPEC_...`, with those of each storage's library), so that neither recipes nor plans hold
credentials.
"""

from __future__ import annotations

import errno
import io
import os
from contextlib import contextmanager

from img2dcm_decl.lean_typing import NamedTuple, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

#: Stands in place of a name for standard output, or where something is read for standard input.
STDIO = "-"

_MARK = "://"
_CHAIN = "::"
_BLOCK = 1 << 20
_NANOSECONDS = 1_000_000_000
#: What storages call the time of the last change.
_TIMES = ("LastModified", "mtime", "last_modified", "updated", "modify")


class LocationError(OSError):
    """A URL cannot be used, or its storage refused what was asked of it. The message does not name the URL."""


class Scheme(NamedTuple):
    """One kind of URL.

    Attributes
    ----------
    needs : str
        What pip installs for it.
    writing : str
        `close`: an object appears when it is closed, as object stores have it; `commit`: it is written under another
        name and moved; empty: nothing can be written there.
    listings : bool
        Whether fsspec would remember what is in a folder, which other processes change meanwhile.
    """

    needs: str
    writing: str = ""
    listings: bool = False


SCHEMES = {
    "file": Scheme("'img2dcm-decl[remote]'", "commit"),
    "s3": Scheme("'img2dcm-decl[s3]'", "close", listings=True),
    "s3a": Scheme("'img2dcm-decl[s3]'", "close", listings=True),
    "gs": Scheme("gcsfs", "close", listings=True),
    "gcs": Scheme("gcsfs", "close", listings=True),
    "abfs": Scheme("adlfs", "close", listings=True),
    "abfss": Scheme("adlfs", "close", listings=True),
    "az": Scheme("adlfs", "close", listings=True),
    "sftp": Scheme("paramiko", "commit"),
    "http": Scheme("aiohttp"),
    "https": Scheme("aiohttp"),
}


def is_url(name: str) -> bool:
    r"""Tell whether a name is a URL: a scheme of two letters and more (`C:\x` is none) before `://`."""
    scheme, mark, _ = name.partition(_MARK)
    return bool(mark) and len(scheme) > 1 and scheme[0].isalpha() and scheme.isascii() and _is_scheme(scheme)


def _is_scheme(text: str) -> bool:
    """Tell whether a text has only characters of a scheme (RFC 3986 section 3.1), or those that fsspec chains with."""
    return all(sign.isalnum() or sign in "+.-:_" for sign in text)


def join(folder: str, name: str) -> str:
    """Return a name relative to a folder; a URL or an absolute path stays as it is.

    Parameters
    ----------
    folder : str
        A local folder or a URL; empty and `.` are the current folder.
    name : str
        What is found in it.
    """
    if folder in ("", ".") or (_MARK in name and is_url(name)):
        return name
    if _MARK in folder and is_url(folder):
        return name if os.path.isabs(name) else f"{folder.rstrip('/')}/{name}"
    return os.path.join(folder, name)


def open_input(name: str) -> BinaryIO:
    """Open a file to be read; it is seekable and, where it is local, unbuffered.

    Raises
    ------
    OSError
        There is no such file, or it cannot be read.
    """
    if _MARK in name and is_url(name):
        with _talking():
            storage, path = _storage(name)
            return cast("BinaryIO", _Remote(storage.open(path, "rb", block_size=_BLOCK)))
    return cast("BinaryIO", io.FileIO(name))


def exists(name: str) -> bool:
    """Tell whether a name is taken: by a file, a folder or a symbolic link.

    Raises
    ------
    LocationError
        The storage of a URL does not say.
    """
    if _MARK in name and is_url(name):
        with _talking():
            storage, path = _storage(name)
            return bool(storage.exists(path))
    return os.path.lexists(name)


def taken(names: Iterable[str]) -> Iterator[str]:
    """Return those of some names that are taken, in their order.

    Folders of URLs are listed, not asked name by name, and nothing is looked for in local ones that are empty.

    Raises
    ------
    LocationError
        The storage of a URL cannot be listed.
    """
    folder, found, there = "", frozenset[str](), True
    for name in names:
        if not (_MARK in name and is_url(name)):
            if name[: name.rfind("/") + 1] != folder:
                folder = name[: name.rfind("/") + 1]
                there = not folder or not _is_empty(folder)
            if there and os.path.lexists(name):
                yield name
            continue
        if name.rpartition("/")[0] != folder:
            folder = name.rpartition("/")[0]
            found = _listed(folder)
        if name.rpartition("/")[2] in found:
            yield name


def _is_empty(folder: str) -> bool:
    """Tell whether a local folder is known to hold nothing, or is missing."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _listed(folder: str) -> frozenset[str]:
    with _talking():
        storage, path = _storage(folder)
        try:
            return frozenset(found.rstrip("/").rpartition("/")[2] for found in storage.ls(path, detail=False))
        except FileNotFoundError:
            return frozenset()


def size_and_time(name: str) -> tuple[int, int]:
    """Return a file's size in bytes, and when it was changed in nanoseconds since 1970; 0 where the storage tells none.

    Raises
    ------
    OSError
        There is no such file, or it cannot be looked at.
    """
    if _MARK in name and is_url(name):
        with _talking():
            storage, path = _storage(name)
            known = storage.info(path)
        return int(known.get("size") or 0), _time(known)
    status = os.stat(name)
    return status.st_size, status.st_mtime_ns


def glob_urls(pattern: str) -> list[str]:
    """Return the URLs of the files that match a URL with `*`, `**`, `?` and `[...]`, in the order of their names.

    Raises
    ------
    LocationError
        The storage cannot be listed.
    """
    with _talking():
        storage, path = _storage(pattern)
        found = storage.glob(path, detail=True)
        return sorted(storage.unstrip_protocol(name) for name, known in found.items() if known.get("type") == "file")


def remove(name: str) -> None:
    """Remove a file.

    Raises
    ------
    OSError
        There is none, or it cannot be removed.
    """
    if is_url(name):
        with _talking():
            storage, path = _storage(name)
            storage.rm_file(path)
    else:
        os.unlink(name)


@contextmanager
def open_output(url: str) -> Iterator[io.RawIOBase]:
    """Open a URL to be written; the object appears when the block ends, and not at all where that fails.

    Raises
    ------
    LocationError
        Nothing can be written there.
    """
    with _talking():
        writing = _scheme(url).writing
        if not writing:
            raise LocationError(f"nothing can be written to URLs of this kind; outputs can be {_writable()}")
        storage, path = _storage(url)
        if writing == "commit":
            storage.makedirs(path.rpartition("/")[0], exist_ok=True)
        file = storage.open(path, "wb", autocommit=writing == "close")
    done = False
    try:
        yield cast("io.RawIOBase", _Remote(file))
        with _talking():
            file.close()
            if writing == "commit":
                file.commit()
        done = True
    finally:
        if not done:
            _discard(file, writing)


def _discard(file: Any, writing: str) -> None:
    """Give up an object under construction; what goes wrong here changes nothing about why."""
    try:
        if writing == "commit":
            file.close()
        file.discard()
    except Exception:  # noqa: S110 - libraries raise what they like, and the first error is being told
        pass
    if writing == "close":
        # Being closed, by the garbage collector too, is what would make the object appear.
        file.closed = True


class _Remote(io.RawIOBase):
    """A file of fsspec whose errors are those of this module."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return bool(self._file.readable())

    def writable(self) -> bool:
        return bool(self._file.writable())

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with _talking():
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        with _talking():
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        with _talking():
            return int(self._file.write(data))

    def close(self) -> None:
        # One that is written is closed by who decides whether the object shall appear.
        if not self.closed and self._file.readable():
            self._file.close()
        super().close()


@contextmanager
def _talking() -> Iterator[None]:
    """Turn whatever a storage's library raises into errors of the system."""
    try:
        yield
    except LocationError:
        raise
    except FileNotFoundError:
        raise LocationError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
    except PermissionError:
        raise LocationError(errno.EACCES, os.strerror(errno.EACCES)) from None
    except Exception as error:
        raise LocationError(str(error) or type(error).__name__) from None


def _scheme(url: str) -> Scheme:
    """Return what is known of a URL's scheme.

    Raises
    ------
    LocationError
        Nothing is, or the URL is of a form that is refused.
    """
    scheme, _, rest = url.partition(_MARK)
    if _CHAIN in url:
        raise LocationError("URLs with '::', which chain storages, are not accepted")
    scheme = scheme.lower()
    user = rest.partition("/")[0].rpartition("@")[0]
    if ":" in user or (user and scheme in ("http", "https")):
        raise LocationError("URLs with passwords are not accepted; fsspec's configuration is the place for them")
    known = SCHEMES.get(scheme)
    if known is None:
        raise LocationError(f"'{scheme}' is no known kind of URL; known are {', '.join(SCHEMES)}")
    return known


def _storage(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, and its path there. fsspec keeps one for each process and thread."""
    scheme = _scheme(url)
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise LocationError(f"URLs need the library fsspec: pip install {SCHEMES['file'].needs}") from None
    options = {"use_listings_cache": False} if scheme.listings else {}
    try:
        storage, path = url_to_fs(url, **options)
    except ImportError:
        raise LocationError(f"such URLs need another library: pip install {scheme.needs}") from None
    return storage, str(path)


def _time(known: dict[str, Any]) -> int:
    changed = next((known[name] for name in _TIMES if known.get(name) is not None), 0)
    seconds = changed.timestamp() if hasattr(changed, "timestamp") else changed
    return round(seconds * _NANOSECONDS) if isinstance(seconds, int | float) else 0


def _writable() -> str:
    return ", ".join(f"{name}{_MARK}" for name, scheme in SCHEMES.items() if scheme.writing)
