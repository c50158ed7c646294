"""Files that a template names: only from its own folder or below, and bounded in size."""

from __future__ import annotations

import re
from pathlib import Path

from img2dcm_decl.attributes.limits import MAX_TEMPLATE_BYTES
from img2dcm_decl.attributes.problems import TemplateError, shown

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


class FilesBeside:
    """The files in the folder of a template.

    A template may come from someone else: it must not bring any other file of this machine into an object.

    Parameters
    ----------
    folder : str
        The template's folder.
    most : int
        Bytes that all of its files together may have.
    """

    def __init__(self, folder: str, most: int = MAX_TEMPLATE_BYTES) -> None:
        self._folder = Path(folder)
        self._left = most

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Parameters
        ----------
        name : str
            Its path, relative to the folder.

        Raises
        ------
        TemplateError
            It lies elsewhere, cannot be read, or is too large.
        """
        try:
            if _SCHEME.match(name):
                raise TemplateError(f"{shown(name)} is not a file in the template's folder")
            folder = self._folder.resolve()
            path = (folder / name).resolve()
            if not path.is_relative_to(folder):
                raise TemplateError(f"{shown(name)} lies outside of the template's folder; move it there")
            if not path.is_file():
                raise TemplateError(f"there is no file {shown(name)} in the template's folder")
            with path.open("rb") as opened:
                data = opened.read(self._left + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise TemplateError(f"{shown(name)} cannot be read: {reason}") from None
        if len(data) > self._left:
            raise TemplateError(f"with {shown(name)}, the template's files are larger than what is accepted")
        self._left -= len(data)
        return data
