"""What is wrong with the format of a placeholder, where the format itself is looked at."""

from __future__ import annotations


class FormatProblem(Exception):  # noqa: N818 - never seen outside: `PlaceholderError` says it
    """The text in the parentheses of a format is wrong.

    Attributes
    ----------
    message : str
        What is wrong.
    offset, length : int
        Which characters of that text the message is about.
    help : str
        What to do about it; may be empty.
    """

    def __init__(self, message: str, offset: int, length: int, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self.help = help
