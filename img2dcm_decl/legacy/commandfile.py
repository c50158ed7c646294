"""Command files: arguments of the form `@name` stand for the arguments in that file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.values import shown

#: Gives the first bytes of a file, at most so many: (name, most) -> bytes. Raises OSError.
FileReader: TypeAlias = Callable[[str, int], bytes]

MOST_BYTES = 16 << 20
MOST_ARGUMENTS = 250_000

# A closing quote ends an argument, an opening one may stand inside it; an unclosed one reaches to the end.
_ARGUMENT = re.compile(r"""([^ \t\r\n"']*)(?:"([^"]*)("|\Z)|'([^']*)('|\Z))|[^ \t\r\n"']+""")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_start(name: str, most: int) -> bytes:
    """Return the first bytes of a file of this system, at most `most`."""
    with Path(name).open("rb") as file:
        return file.read(most)


def split(text: str) -> Iterator[str]:
    """Yield the arguments in the text of a command file.

    Blanks, tabs and line ends separate them. Double and single quotes are equal in rank, there is no escape
    character and there are no comments.
    """
    for found in _ARGUMENT.finditer(text):
        start, double, double_end, single, single_end = found.groups()
        if start is None:
            yield found[0]
            continue
        argument = start + (double or single or "")
        if argument or double_end or single_end:
            yield argument


def expand(arguments: Sequence[str], read: FileReader) -> list[str]:
    """Return an argument list with its command files replaced by what they hold.

    What looks like a command file inside one is left as it is. All files together are held to 16 MiB and
    250,000 arguments.

    Parameters
    ----------
    arguments : sequence of str
        The arguments, without the name of the program.
    read : callable
        Gives the first bytes of a file.

    Raises
    ------
    UsageError
        A command file cannot be read or is too large, or an argument holds a null character.
    """
    expanded: list[str] = []
    budget = MOST_BYTES
    for argument in arguments:
        if len(argument) < 2 or not argument.startswith("@"):
            expanded.append(argument)
            continue
        content = _content(argument[1:], read, budget)
        budget -= len(content)
        for part in split(content.removeprefix(_BYTE_ORDER_MARK).decode("utf-8", "surrogateescape")):
            expanded.append(part)
            if len(expanded) > MOST_ARGUMENTS:
                raise UsageError(
                    f"Command file '{shown(argument[1:])}' is too large: "
                    f"there would be more than {MOST_ARGUMENTS} arguments"
                )
    for number, argument in enumerate(expanded, 1):
        if "\0" in argument:
            raise UsageError(f"Argument {number} ({shown(argument)}) holds a null character: remove it")
    return expanded


def _content(name: str, read: FileReader, budget: int) -> bytes:
    """Return the content of a command file, of at most `budget` bytes."""
    try:
        content = read(name, budget + 1)
    except OSError as error:
        reason = f": {error.strerror}" if error.strerror else ""
        raise UsageError(f"Cannot open command file '{shown(name)}'{reason}") from None
    except ValueError:
        raise UsageError(f"Cannot open command file '{shown(name)}': this is no file name") from None
    if len(content) > budget:
        raise UsageError(f"Command file '{shown(name)}' is too large: all together may have {MOST_BYTES} bytes")
    return content
