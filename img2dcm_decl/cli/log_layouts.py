"""Log records in the form of a log4cplus layout."""

from __future__ import annotations

import logging
import socket
import threading
import time
from functools import cache
from typing import TYPE_CHECKING

from img2dcm_decl.cli.streams import printable
from img2dcm_decl.legacy.log4cplus.pattern import WITHOUT_COUNTERPART, split_date_format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from img2dcm_decl.cli.log_config import Surroundings
    from img2dcm_decl.legacy.log4cplus.model import Field, Layout

#: Python's numbers of the levels, and log4cplus's names of them.
NUMBERS = {"trace": 5, "debug": 10, "info": 20, "warn": 30, "error": 40, "fatal": 50, "off": 60}
NAMES = {number: level.upper() for level, number in NUMBERS.items()}


class LayoutFormatter(logging.Formatter):
    """Formats records as a layout says.

    Parameters
    ----------
    layout : Layout
        The form.
    surroundings : Surroundings
        What the form may tell of this process.
    """

    def __init__(self, layout: Layout, surroundings: Surroundings) -> None:
        super().__init__()
        self._layout = layout
        self._fillers = _fillers(surroundings)

    def format(self, record: logging.LogRecord) -> str:
        """Return what is written for a record, its line break included."""
        text = record.getMessage()
        messages = text.split("\n") if self._layout.each_line else [text]
        return "".join(self._line(record, message) for message in messages)

    def _line(self, record: logging.LogRecord, message: str) -> str:
        return "".join(
            part if isinstance(part, str) else _fitted(part, self._fillers[part.kind](record, part, message))
            for part in self._layout.pattern
        )


def _fillers(surroundings: Surroundings) -> Mapping[str, Callable[[logging.LogRecord, Field, str], str]]:
    """Return what fills each kind of field, given the record, the field and the line of the message."""
    full_name = cache(socket.getfqdn)  # which may ask the network
    return {
        "m": lambda _record, _field, message: printable(message),
        "n": lambda _record, _field, _message: "\n",
        "p": lambda record, _field, _message: NAMES[record.levelno],
        "P": lambda record, _field, _message: NAMES[record.levelno][0],
        "c": lambda record, field, _message: _last_parts(record.name, field.option),
        "D": lambda record, field, _message: _date(field.option, record.created, time.localtime),
        "d": lambda record, field, _message: _date(field.option, record.created, time.gmtime),
        "i": lambda _record, _field, _message: str(surroundings.pid),
        "h": lambda _record, _field, _message: surroundings.host,
        "H": lambda _record, _field, _message: full_name(surroundings.host),
        "t": lambda _record, _field, _message: str(threading.get_ident()),
        "T": lambda _record, _field, _message: str(threading.get_native_id()),
        "r": lambda record, _field, _message: str(max(0, int((record.created - surroundings.started) * 1000))),
        **dict.fromkeys(WITHOUT_COUNTERPART, lambda _record, _field, _message: ""),
    }


def _fitted(field: Field, text: str) -> str:
    """Return a text with the width that a field has room for: of one that is too long, the end."""
    if field.most is not None and len(text) > field.most:
        text = text[len(text) - field.most :]
    return text.ljust(field.least) if field.justified == "left" else text.rjust(field.least)


def _last_parts(name: str, number: str) -> str:
    """Return the last parts of a dotted name; without a number, or with 0, all of it."""
    return ".".join(name.split(".")[-int(number) :]) if number else name


def _date(form: str, seconds: float, at: Callable[[float], time.struct_time]) -> str:
    """Return a time by strftime's directives, and `%q` and `%Q` for milliseconds without and with decimals."""
    microseconds = round(seconds * 1_000_000)
    when = at(microseconds // 1_000_000)
    milliseconds, rest = divmod(microseconds % 1_000_000, 1000)
    own = {"%": "%", "q": f"{milliseconds:03}", "Q": f"{milliseconds:03}.{rest:03}"}
    parts = split_date_format(form)
    return "".join(own[part] if number % 2 else time.strftime(part, when) for number, part in enumerate(parts))
