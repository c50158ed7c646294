"""What happens when a log cannot be written to: one line on standard error, and the run goes on."""

from __future__ import annotations

import logging
import sys

from img2dcm_decl.cli.streams import say


def say_problem(text: str) -> None:
    """Say what is wrong with logging itself, as log4cplus does."""
    say(f"log4cplus:ERROR {text}")


class SaysTrouble(logging.Handler):
    """A handler that says once that it cannot write, where Python would show a traceback each time."""

    _said = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - Python's name
        """Say why a record could not be written."""
        if not self._said:
            self._said = True
            error = sys.exc_info()[1]
            reason = (isinstance(error, OSError) and error.strerror) or error
            say_problem(f"{self.get_name()}: messages are lost: {reason}")
