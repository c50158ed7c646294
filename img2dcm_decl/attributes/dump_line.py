"""One line of a dump: `(gggg,eeee) VR value`, as `dcmdump` writes and `dump2dcm` reads it."""

from __future__ import annotations

import re
from typing import NamedTuple

from img2dcm_decl.attributes.problems import AttributeProblem, shown

_TAG = re.compile(r"\s*\(\s*([0-9a-fA-F]{1,12})\s*,\s*([0-9a-fA-F]{1,12})\s*\)\s*")
_VR = re.compile(r"([A-Z]{2}|pi|ox|px|xs|lt|na|up|\?\?)\s*")
_TAGS = re.compile(r"\([0-9a-fA-F]{1,4},[0-9a-fA-F]{1,4}\)(?:\\\([0-9a-fA-F]{1,4},[0-9a-fA-F]{1,4}\))*")


class DumpLine(NamedTuple):
    """What a line says.

    Attributes
    ----------
    tag : int
        Group and element number.
    vr : str
        Value representation, as it stands there; empty where none does.
    value : str
        The value's text: without brackets, and without the comment behind it.
    kind : str
        `text`; `description` of what is not in the dump, `(Sequence ...)` or `(not loaded)`; `reference`, of what
        begins with `=`.
    column : int
        Where the value begins, counted from 1.
    """

    tag: int
    vr: str
    value: str
    kind: str
    column: int


def read_line(line: str) -> DumpLine | None:
    """Read a line; None where it is empty or a comment.

    Raises
    ------
    AttributeProblem
        It begins with no tag, or its value is not written as one.
    """
    start = line.lstrip()
    if not start or start.startswith("#"):
        return None
    found = _TAG.match(line)
    group, element = (int(found[1], 16), int(found[2], 16)) if found else (0x10000, 0)
    if found is None or group > 0xFFFF or element > 0xFFFF:
        raise AttributeProblem(
            "a line begins with a tag (gggg,eeee)",
            offset=len(line) - len(start),
            help="a dump that dcmdump wrote with +P or +Qn has no tags and cannot be read"
            if found is None and start[:1].isalpha()
            else "",
        )
    vr = _VR.match(line, found.end())
    at = vr.end() if vr else found.end()
    kind, value = _value(line[at:], at)
    return DumpLine(group << 16 | element, vr[1] if vr else "", value, kind, at + 1)


def _value(text: str, at: int) -> tuple[str, str]:
    if text.startswith("["):
        end = text.rfind("]")
        if end < 0:
            raise AttributeProblem(
                "the value has no closing bracket",
                offset=at,
                width=len(text),
                help="dcmdump shortens long values unless it is called with +L",
            )
        return "text", text[1:end].replace("\\n", "\r\n")
    if text.startswith("<"):
        raise AttributeProblem(f"{shown(text)} is not a value", offset=at, width=len(text))
    if text.startswith("("):
        tags = _TAGS.match(text)
        return ("text", tags[0]) if tags else ("description", text)
    bare = text.partition("#")[0].rstrip()
    return ("reference" if bare.startswith("=") else "text", bare)
