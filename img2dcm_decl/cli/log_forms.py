"""Forms of messages: for people, as img2dcm has them, and for programs."""

from __future__ import annotations

import json
import time

from img2dcm_decl.cli.streams import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from img2dcm_decl.cli.log import Message

_LABELS = {"fatal": "error: ", "error": "error: ", "warn": "warning: ", "debug": "debug: ", "trace": "trace: "}


def for_people(message: Message) -> str:
    """Return a message as this program says everything: `warning: ...`; what is plain information has no label."""
    return _LABELS.get(message.level, "") + message.text


def as_img2dcm(message: Message) -> str:
    """Return a message in img2dcm's form: each line behind the first letter of its level, `W: ...`."""
    label = f"{message.level[0].upper()}: "
    return "\n".join(label + printable(line) for line in message.text.split("\n"))


def as_json(message: Message, seconds: float) -> str:
    """Return a message as a JSON object in one line of ASCII.

    Parameters
    ----------
    message : Message
        Its level and text, where it is about an object that object's number and output, and its figures become
        members.
    seconds : float
        When it is said, since 1970; the member `time` has it in the form of RFC 3339, in UTC.
    """
    members: dict[str, str | int] = {"time": utc(seconds), "level": message.level, "message": message.text}
    if message.about.number:
        members["object"] = message.about.number
    if message.about.output:
        members["output"] = message.about.output
    return json.dumps(members | dict(message.figures))


def utc(seconds: float) -> str:
    """Return a time in the form of RFC 3339 with milliseconds, in UTC."""
    whole, milliseconds = divmod(int(seconds * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{milliseconds:03}Z"
