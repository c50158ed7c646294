"""Plain data -> YAML, laid out for people."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

import yaml
from yaml.emitter import Emitter

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe import core

if TYPE_CHECKING:
    from collections.abc import Iterator

    from img2dcm_decl.recipe.schema import Data

ESCAPED = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Line breaks, and what cannot stand in YAML as it is."""
UNDECODED = re.compile("[\ud800-\udfff]")
"""What bytes in names of files become that are no text."""


def emit(document: Data) -> str:
    """Return a recipe's plain data as YAML in block style.

    Texts stand without quotes wherever they read back as they are: under `keys` also those that look like numbers,
    because the language takes them as they are written.

    Raises
    ------
    RecipeError
        A text is the name of a file that is not UTF-8.
    """
    stream = io.StringIO()
    emitter = _Emitter(stream, allow_unicode=True, width=sys.maxsize)
    for event in _stream(document):
        emitter.emit(event)
    return stream.getvalue()


class _Emitter(Emitter):
    """Indents the entries of a list, as most people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _stream(document: Data) -> Iterator[yaml.Event]:
    yield yaml.StreamStartEvent()
    yield yaml.DocumentStartEvent(explicit=False)
    yield from _mapping(document, written=False)
    yield yaml.DocumentEndEvent(explicit=False)
    yield yaml.StreamEndEvent()


def _events(data: Data, written: bool) -> Iterator[yaml.Event]:
    if isinstance(data, dict):
        yield from _mapping(data, written)
    elif isinstance(data, list):
        yield yaml.SequenceStartEvent(None, None, True, flow_style=False)
        for entry in data:
            yield from _events(entry, written)
        yield yaml.SequenceEndEvent()
    elif isinstance(data, str):
        changes = core.is_null(data) if written else not isinstance(core.resolve(data), str)
        yield _scalar(data, quote=changes)
    else:
        yield _scalar(str(data).lower(), quote=False)


def _mapping(data: Data, written: bool) -> Iterator[yaml.Event]:
    yield yaml.MappingStartEvent(None, None, True, flow_style=False)
    for name, value in data.items():
        yield _scalar(name, quote=name == "<<" or not isinstance(core.resolve(name), str))
        yield from _events(value, written or name == "keys")
    yield yaml.MappingEndEvent()


def _scalar(text: str, quote: bool) -> yaml.Event:
    if UNDECODED.search(text):
        advice = "rename the file, or name it by a pattern with ? in place of what is not"
        raise RecipeError([Diagnostic(f"'{text}' is not UTF-8, and a recipe is in UTF-8", help=advice)])
    style = '"' if ESCAPED.search(text) or not text else "'" if quote else None
    return yaml.ScalarEvent(None, None, (True, True), text, style=style)
