"""What can be wrong with a key, with a value, or with the text of a dataset.

The messages name the offending part, not the place in a recipe or on a command line: who knows that adds it.
"""

from __future__ import annotations

from img2dcm_decl.errors import ConversionError, Img2dcmError


class AttributeProblem(Img2dcmError):  # noqa: N818 - the root of two errors
    """Something about one attribute is wrong.

    Parameters
    ----------
    message : str
        What is wrong, in one line.
    offset : int
        Where the offending part begins, in characters from the beginning of the path or value.
    width : int
        How many characters it has.
    help : str
        What to do about it; empty where the message says it all.
    """

    def __init__(self, message: str, *, offset: int = 0, width: int = 1, help: str = "") -> None:  # noqa: A002
        super().__init__(f"{message} ({help})" if help else message)
        self.message = message
        self.offset = offset
        self.width = width
        self.help = help


class KeyPathError(AttributeProblem):
    """A path cannot be read, or does not fit the dataset."""


class KeyValueError(AttributeProblem):
    """A value does not fit its attribute."""


class TemplateError(ConversionError):
    """A template is not a DICOM file, is damaged, or is beyond what is accepted."""


class CharacterSetError(ConversionError):
    """Text does not fit the character set that the dataset declares."""


def shown(text: str, most: int = 60) -> str:
    """Return a text as it can stand in a one-line message: quoted, cut where it is long, unseen characters by number.

    A backslash stays one, as it is in the file that the text is from.
    """
    quote = '"' if "'" in text[:most] and '"' not in text[:most] else "'"
    seen = "".join([c if c.isprintable() else repr(c)[1:-1] for c in text[:most]])
    return f"{quote}{seen}{quote}{'...' * (len(text) > most)}"
