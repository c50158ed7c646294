"""The one error handler: every way in which a command ends, as a message and an exit code."""

from __future__ import annotations

import os
import sys

from img2dcm_decl.cli.streams import say
from img2dcm_decl.errors import Img2dcmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DEBUG_VARIABLE = "IMG2DCM_DECL_DEBUG"
FAILED = 1
DEFECT = 3
INTERRUPTED = 130


def guarded(action: Callable[[], int], *, alone: bool = False) -> int:
    """Return the exit code of a command, having said what it failed with.

    Parameters
    ----------
    action : callable
        The command; returns an exit code.
    alone : bool
        Whether the command is all that this process is for.
    """
    try:
        code = action()
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt as error:
        if alone:
            _ignore_interruptions()
        say(str(error) or "interrupted")
        return INTERRUPTED
    except Exception as error:
        return _ended(error)
    return code


def leave(code: int) -> int:
    """End this process at once where nothing was loaded that may have something left to do; else return the code.

    Taking the interpreter down takes a good part of the time of a small conversion. Every library that has threads,
    processes or connections to finish loads `threading`. An interrupted run has finished them; and where Python was
    interrupted in code that it generates, as it does for named tuples, its own end would be by the signal in place of
    the code.
    """
    if code == INTERRUPTED or "threading" not in sys.modules:
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
        except (OSError, ValueError):
            return code  # the interpreter's own end says what is lost
        os._exit(code)
    return code


def stop_on_termination() -> None:
    """Let SIGTERM end this process as Ctrl-C does: what is under construction is removed."""
    import signal

    signal.signal(signal.SIGTERM, _interrupt)


def _ignore_interruptions() -> None:
    """Keep who presses Ctrl-C twice from interrupting the interpreter at its end, with messages of its own."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _ended(error: Exception) -> int:
    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, ExceptionGroup):
        return max(_ended(inner) for inner in error.exceptions)
    if isinstance(error, Img2dcmError):
        from img2dcm_decl.cli.report import report

        report(error)
        return error.exit_code
    if isinstance(error, OSError):
        return _system(error)
    if isinstance(error, MemoryError):
        say("error: there is not enough memory")
        return FAILED
    what = f"{type(error).__name__} at {_where(error)}"
    say(f"internal error: {what}; please report it, with what {DEBUG_VARIABLE}=1 adds")
    return DEFECT


def _system(error: OSError) -> int:
    """Say what the system refused; where standard output has no reader any more there is nobody to tell."""
    what = error.filename
    if what is None and isinstance(error, FileNotFoundError):
        what = "the current folder"
    elif what is None:
        what = "standard output"
        _drop_stdout()
    if not isinstance(error, BrokenPipeError):
        say(f"error: {what}: {error.strerror or error}")
    return FAILED


def _drop_stdout() -> None:
    """Keep what could not be written from being tried again, with a second message, when the interpreter ends."""
    if sys.stdout is not None and sys.stdout is sys.__stdout__:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
