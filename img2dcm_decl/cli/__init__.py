"""The edge: the command line, and everything that prints.

A command looks at its arguments first and imports only what it needs. Running a saved plan is the frequent case, so
the arguments of `run` are read without the library that reads all others; whatever is out of the ordinary goes there.
"""

from __future__ import annotations

import gc
import sys

from img2dcm_decl.cli.guard import guarded, leave, stop_on_termination
from img2dcm_decl.cli.quick import read_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROGRAM = "img2dcm-decl"
RUN_PROGRAM = "img2dcm-run"

#: Next to nothing of what is imported is garbage, and looking for some as often as Python does takes a twentieth of
#: the time of a small run.
_COLLECTED_AFTER = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `img2dcm-decl`.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind the name of the program; by default, what this process was called with.

    Returns
    -------
    int
        The exit code: 0; 1, a conversion failed; 2, the command line or a recipe is wrong; 3, a defect of this
        program; 130, interrupted.
    """
    return _called(_decl, arguments)


def run_main(arguments: Sequence[str] | None = None) -> int:
    """Run `img2dcm-run`, which is `img2dcm-decl run`; parameters and exit codes as of `main`."""
    return _called(_run, arguments)


def _called(command: Callable[[list[str]], int], arguments: Sequence[str] | None) -> int:
    code = guarded(lambda: command(_own(arguments)), alone=arguments is None)
    return leave(code) if arguments is None else code


def _own(arguments: Sequence[str] | None) -> list[str]:
    if arguments is not None:
        return list(arguments)
    stop_on_termination()
    gc.set_threshold(_COLLECTED_AFTER)
    return sys.argv[1:]


def _decl(arguments: list[str]) -> int:
    first = arguments[:1]
    if first == ["run"]:
        return _run(arguments[1:], PROGRAM, arguments)
    if first == ["legacy"]:
        from img2dcm_decl.cli.legacy import convert

        return convert(arguments[1:])
    if arguments == ["--version"]:
        return _version()
    from img2dcm_decl.cli.app import read_command

    return read_command(PROGRAM, arguments or ["--help"])()


def _run(options: list[str], program: str = RUN_PROGRAM, arguments: list[str] | None = None) -> int:
    request = read_run(options)
    if request is not None:
        from img2dcm_decl.cli.running import run

        return run(request)
    if options == ["--version"]:
        return _version()
    from img2dcm_decl.cli.app import read_command

    return read_command(program, options if arguments is None else arguments)()


def _version() -> int:
    from img2dcm_decl.cli.results import put, version_line

    put(version_line())
    return 0
