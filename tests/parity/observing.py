"""What can be seen of a conversion: how it ended, what it said, and the object, element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pydicom
from parity.calling import Ended, legacy
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.sequence import Sequence

_NEW_UID = re.compile(r"2\.25\.\d+")
_TIME = re.compile(r"\d{6,14}")
_TIMES = {"ContentDate", "ContentTime", "AcquisitionDateTime"}
_PADDING = 0xFFFCFFFC
_PAD_FILE = 512


def observe(command: str, folder: Path) -> dict[str, str]:
    """Convert as a command line says; the output is `out.dcm`."""
    output = folder / "out.dcm"
    output.unlink(missing_ok=True)
    ended = legacy(command.split(), folder)
    seen = {"exit code": str(ended.code), **_said(ended)}
    if output.exists():
        seen |= {"output": "written", **read_object(output)}
    return seen


def differences(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Return what was seen differently, before and after; of an output that is gone, only that it is."""
    names = {**before, **after}
    if ("output" in before) != ("output" in after):
        names = {name: "" for name in names if name in _OF_THE_RUN}
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


_OF_THE_RUN = ("exit code", "standard output", "standard error", "output")


def _said(ended: Ended) -> dict[str, str]:
    texts = {"standard output": ended.stdout.decode(), "standard error": ended.stderr.decode()}
    return {name: text.strip() for name, text in texts.items() if text}


def read_object(path: Path) -> dict[str, str]:
    """Return the values of an object by the names of the attributes, and how it is encoded.

    New UIDs, times and lengths of groups are told apart from given ones, not from each other.
    """
    dataset = pydicom.dcmread(path, force=True)
    seen = dict(_elements(dataset, ""))
    if path.read_bytes()[128:132] == b"DICM":
        seen["file meta information"] = "present"
    if _PADDING in dataset:
        seen["length of the file"] = f"{path.stat().st_size % _PAD_FILE} modulo {_PAD_FILE}"
    return seen


def _elements(dataset: Dataset, path: str) -> Iterator[tuple[str, str]]:
    for element in dataset:
        name = path + (element.keyword if element.tag.element else f"length of group {element.tag.group:04x}")
        name = name or path + str(element.tag)
        if isinstance(element.value, Sequence):
            yield name, f"{len(element.value)} items"
            yield f"{name}, length", "undefined" if element.is_undefined_length else "explicit"
            for number, item in enumerate(element.value):
                undefined = item.is_undefined_length_sequence_item
                yield f"{name}[{number}], length", "undefined" if undefined else "explicit"
                yield from _elements(item, f"{name}[{number}].")
        elif element.keyword == "PixelData":
            yield name, _pixels(element.value) if element.is_undefined_length else f"{len(element.value)} bytes"
        elif element.tag == _PADDING or not element.tag.element:
            yield name, "present"
        else:
            yield name, _plain(element.keyword, str(element.value))


def _plain(keyword: str, text: str) -> str:
    if _NEW_UID.fullmatch(text):
        return "new"
    return "now" if keyword in _TIMES and _TIME.fullmatch(text) else text


def _pixels(value: bytes) -> str:
    """Name the application and comment segments of each frame of a JPEG."""
    return ", ".join(" ".join(["frame", *segments(frame)]) for frame in generate_frames(value))


def segments(stream: bytes) -> Iterator[str]:
    """Yield the names of the application and comment segments that stand before the first scan."""
    position = 2
    while stream[position + 1] != 0xDA:
        marker = stream[position + 1]
        if marker == 0xFE:
            yield "COM"
        elif marker & 0xF0 == 0xE0:
            yield f"APP{marker & 15}"
        position += 2 + int.from_bytes(stream[position + 2 : position + 4], "big")
