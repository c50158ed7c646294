"""The fenced blocks of the README, by what their info string says of them."""

from __future__ import annotations

import re
from typing import NamedTuple

from support import ROOT

README = ROOT / "README.md"
_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<mark>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block.

    Attributes
    ----------
    language : str
        `sh`, `console`, `yaml` or `csv`.
    mark : str
        What follows the language: the file that a text stands for (`file=NAME`), or the kind of a command.
    text : str
        What is in it.
    """

    language: str
    mark: str
    text: str

    @property
    def file(self) -> str:
        """Name of the file that the block shows; empty where it shows none."""
        return self.mark.removeprefix("file=") if self.mark.startswith("file=") else ""


def blocks() -> list[Block]:
    """Return the blocks in the order of the page."""
    found = _BLOCK.finditer(README.read_text("utf-8"))
    return [Block(match["language"], match["mark"] or "", match["text"]) for match in found]


def commands(mark: str) -> list[str]:
    """Return the commands of blocks of a kind, one a line."""
    texts = (block.text for block in blocks() if block.language == "sh" and block.mark == mark)
    return [line for text in texts for line in text.splitlines()]
