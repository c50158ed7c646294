"""The settings file that img2dcm's `--log-config` names: checked and read."""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.log4cplus.reader import read_settings
from img2dcm_decl.legacy.log4cplus.syntax import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from img2dcm_decl.legacy.log4cplus.model import Settings

#: What settings files know as their program: file names made with it stay what they are.
APPNAME = "img2dcm"
_FILE = "Specified --log-config file"


class Surroundings(NamedTuple):
    """What variables and messages of a settings file may tell of a process.

    Attributes
    ----------
    environ : mapping of str to str
        The environment.
    started : float
        When the process began to log, in seconds since 1970.
    pid : int
        Number of the process.
    host : str
        Name of the computer.
    """

    environ: Mapping[str, str]
    started: float
    pid: int
    host: str

    def variable(self, name: str) -> str | None:
        """Return the value of a variable: a predefined one, or one of the environment; None where there is none."""
        return self._predefined().get(name) or self.environ.get(name)

    def _predefined(self) -> dict[str, str]:
        now = time.localtime(self.started)
        return {
            "appname": APPNAME,
            "date": time.strftime("%Y%m%d", now),
            "time": time.strftime("%H%M%S", now),
            "pid": str(self.pid),
            "hostname": self.host,
        }


def read_log_config(path: str, surroundings: Surroundings) -> Settings:
    """Read a settings file.

    Parameters
    ----------
    path : str
        Its name.
    surroundings : Surroundings
        Give the values of variables.

    Raises
    ------
    UsageError
        There is no such file, it cannot be read, or it sets up no logging.
    """
    if not os.path.isfile(path):
        raise UsageError(f"{_FILE} does not exist")
    try:
        with open(path, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{_FILE} is no regular file")
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{_FILE} cannot be read: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise UsageError(f"{_FILE} is too large: it may have {MOST_BYTES >> 10} KiB")
    return read_settings(content.decode("utf-8", "surrogateescape"), surroundings.variable)
