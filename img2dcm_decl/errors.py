"""One root error; each subclass carries the exit code that a command ends with.

A message is one clear line: what is wrong, where, what to do. Anything else that escapes is a defect of this
package and ends with exit code 3.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.diagnostics import Diagnostic


def one_line(text: str) -> str:
    """Return a text in one line: names of files, and what stands in files, may hold line breaks.

    Passwords and signatures in URLs are left out.
    """
    text = " ".join(text.splitlines())
    return _without_secrets(text) if "://" in text else text


def _without_secrets(text: str) -> str:
    """Leave out of URLs whom they log in as, and what is asked of a web server, which may be a signature."""
    import re

    text = re.sub(r"://[^/\s'\":@]*:[^/\s'\"]*@", "://", text)
    return re.sub(r"(https?://[^\s?'\"]*)\?[^\s'\"]*", r"\1?...", text)


class Img2dcmError(Exception):
    """Root of every error that this package raises on purpose.

    Attributes
    ----------
    exit_code : int
        What a command ends with: 1, a conversion failed; 2, the command line or a recipe is wrong.
    """

    exit_code = 1

    def __str__(self) -> str:
        return one_line(super().__str__())


class UsageError(Img2dcmError):
    """The command line is wrong."""

    exit_code = 2


class RecipeError(Img2dcmError):
    """A recipe, or a file that it names, is wrong.

    Parameters
    ----------
    diagnostics : sequence of Diagnostic
        Everything that was found, in the order of the file.
    """

    exit_code = 2

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = tuple(diagnostics)

    def __str__(self) -> str:
        return "\n".join(map(str, self.diagnostics))


class PlanError(Img2dcmError):
    """A saved plan cannot be used: damaged, out of bounds, or of another version."""

    exit_code = 2


class WorkerError(Img2dcmError):
    """The processes or the cluster that were to make objects cannot be used."""


class ConversionError(Img2dcmError):
    """An object could not be made."""


class ImageError(ConversionError):
    """An image is damaged, or is of a kind that cannot be converted. The message does not name the file."""


class OutputError(ConversionError):
    """An output cannot be written, or would replace a file that is to be kept."""
