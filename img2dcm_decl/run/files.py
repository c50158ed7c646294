"""Output files that appear under their names complete, or not at all.

On Linux a file is written without a name and linked into its folder when it is complete: whatever happens to the
process or the disk before, nothing is left behind. Elsewhere, and where a file is to be replaced, it is written under
a hidden name in the same folder and moved.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat

from img2dcm_decl.errors import OutputError
from img2dcm_decl.plan import locations
from img2dcm_decl.plan.locations import LocationError, exists, is_url, open_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType

_UNSUPPORTED = frozenset({errno.EOPNOTSUPP, errno.ENOTSUP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS})
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


class Folders:
    """Makes output files and the folders that they need, and remembers what the system offers.

    Parameters
    ----------
    anonymous : bool, optional
        Whether files without a name may be used; by default, wherever the system has them.
    """

    __slots__ = ("_made", "anonymous", "counter")

    def __init__(self, anonymous: bool | None = None) -> None:
        supported = hasattr(os, "O_TMPFILE") and os.path.isdir("/proc/self/fd")
        self.anonymous = supported if anonymous is None else anonymous
        self.counter = 0
        self._made: set[str] = set()

    def make(self, folder: str) -> None:
        """Make a folder and those above it where they are missing."""
        if folder not in self._made:
            try:
                os.makedirs(folder or ".", exist_ok=True)
            except FileExistsError:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder) from None
            except RecursionError:  # makedirs calls itself for each folder of a path
                raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), folder) from None
            self._made.add(folder)


class NewFile:
    """A file under construction, to be used in a `with` block that gives the open, unbuffered file.

    Where the block ends without an exception the file appears under its name; otherwise it vanishes.

    Parameters
    ----------
    path : str
        Name of the file. Where it may be replaced, a symbolic link is followed: the file that it names is replaced.
    replace : bool
        Whether an existing file may be replaced.
    folders : Folders
        Shared by the files of a run.

    Raises
    ------
    OutputError
        The file cannot be written, or exists and may not be replaced.
    """

    __slots__ = ("_anonymous", "_file", "_folder", "_folders", "_path", "_replace", "_temporary", "path")

    def __init__(self, path: str, replace: bool, folders: Folders) -> None:
        self.path = path
        self._path = os.path.realpath(path) if replace and os.path.islink(path) else path
        self._folder = os.path.dirname(self._path)
        self._replace = replace
        self._folders = folders
        self._anonymous = False
        self._temporary: str | None = None
        self._file: io.FileIO | None = None

    def __enter__(self) -> io.FileIO:
        try:
            self._file = self._open()
        except OSError as error:
            raise output_error(self.path, error) from None
        except ValueError as error:  # characters that no name can have
            raise OutputError(f"{self.path}: cannot be written: {error}") from None
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        file = self._file
        if file is None:
            return
        try:
            if kind is None:
                self._publish(file)
        except OSError as failure:
            raise output_error(self.path, failure) from None
        finally:
            self._discard(file)

    def _discard(self, file: io.FileIO) -> None:
        """Close the file and take away its hidden name; what goes wrong here changes nothing about the output."""
        with contextlib.suppress(OSError):
            file.close()
        if self._temporary is not None:
            # An interruption may fall between the move and its being noted here.
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)
            self._temporary = None

    def _open(self) -> io.FileIO:
        if self._replace and _is_special(self._path):
            return io.FileIO(self._path, "w")
        self._folders.make(self._folder)
        if self._folders.anonymous:
            try:
                handle = os.open(self._folder or ".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666)
            except OSError as error:
                if error.errno not in _UNSUPPORTED:
                    raise
                self._folders.anonymous = False
            else:
                self._anonymous = True
                return io.FileIO(handle, "w")
        return self._open_hidden()

    def _open_hidden(self) -> io.FileIO:
        while True:
            name = self._hidden_name()
            try:
                file = io.FileIO(name, "x")
            except FileExistsError:
                continue
            self._temporary = name
            return file

    def _hidden_name(self) -> str:
        self._folders.counter += 1
        return os.path.join(self._folder, f"{hidden_prefix(self._path)}{os.getpid()}-{self._folders.counter}.part")

    def _publish(self, file: io.FileIO) -> None:
        if self._temporary is not None:
            self._move(self._temporary, file)
        elif self._anonymous:
            try:
                _link(f"/proc/self/fd/{file.fileno()}", self._path)
            except FileExistsError:
                if not self._replace:
                    raise
                self._swap(file)
        else:
            file.close()

    def _swap(self, file: io.FileIO) -> None:
        """Give a file without a name a hidden one, and move it over the existing file."""
        while self._temporary is None:
            name = self._hidden_name()
            try:
                _link(f"/proc/self/fd/{file.fileno()}", name)
            except FileExistsError:
                continue
            self._temporary = name
        self._move(self._temporary, file)

    def _move(self, temporary: str, file: io.FileIO) -> None:
        # Network file systems report a full disk only now, and Windows moves no open files.
        file.close()
        if self._replace:
            os.replace(temporary, self._path)
            self._temporary = None
        elif os.name == "nt":
            os.rename(temporary, self._path)
            self._temporary = None
        else:
            self._link_or_rename(temporary)

    def _link_or_rename(self, temporary: str) -> None:
        try:
            os.link(temporary, self._path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(self._path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
            os.rename(temporary, self._path)
            self._temporary = None


def new_file(path: str, replace: bool, folders: Folders) -> AbstractContextManager[io.RawIOBase]:
    """Return a file under construction: a local one, or one that a URL names.

    Parameters
    ----------
    path : str
        Its name, or its URL.
    replace : bool
        Whether an existing file may be replaced.
    folders : Folders
        Shared by the files of a run.

    Raises
    ------
    OutputError
        When it is entered or left: the file cannot be written, or exists and may not be replaced.
    """
    return _new_object(path, replace) if is_url(path) else NewFile(path, replace, folders)


@contextlib.contextmanager
def _new_object(url: str, replace: bool) -> Iterator[io.RawIOBase]:
    try:
        if not replace and exists(url):
            raise output_error(url, FileExistsError())
        with open_output(url) as sink:
            yield sink
    except LocationError as error:
        raise output_error(url, error) from None


def remove(path: str) -> None:
    """Remove a file that was written under a name: what a symbolic link names, and no device.

    Raises
    ------
    OSError
        It cannot be removed.
    """
    if is_url(path) or not _is_special(path):
        locations.remove(path if is_url(path) else os.path.realpath(path))


def hidden_prefix(path: str) -> str:
    """Return what the hidden names of a file under construction begin with, from which its own name can be told."""
    # Many runs need no hidden names.
    from zlib import crc32

    return f".img2dcm-{crc32(os.path.basename(path).encode('utf-8', 'surrogatepass')):08x}-"


def output_error(path: str, error: OSError) -> OutputError:
    """Return the error that says why a file could not be written."""
    if isinstance(error, FileExistsError):
        return OutputError(f"{path}: exists already; choose another name, or --existing replace or skip")
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")


def _link(source: str, target: str) -> None:
    # Naming a folder, even one that an absolute source makes irrelevant, is what makes os.link follow the link.
    os.link(source, target, src_dir_fd=0, follow_symlinks=True)


def _is_special(path: str) -> bool:
    """Tell whether a name is taken by a device, a pipe or a socket, which is written to and never replaced."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
