"""Parses XML that may come from anywhere: no network, no foreign files, bounded in size and expansion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from img2dcm_decl.attributes.limits import MAX_TEMPLATE_LINES, MAX_TEXT_TEMPLATE_BYTES
from img2dcm_decl.attributes.problems import TemplateError
from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import RecipeError

if TYPE_CHECKING:
    from img2dcm_decl.attributes.files_beside import FilesBeside

Node: TypeAlias = Any

_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ESCAPE_ADVICE = "XML cannot hold the escape sequences of ISO 2022 text: use a dump or a DICOM file as template"
_POSITION = re.compile(r", line \d+, column \d+$")

# An attribute takes as much memory as an element does.
_MOST_MARKUP = {b"<": 2 * MAX_TEMPLATE_LINES, b"=": 8 * MAX_TEMPLATE_LINES}


class XmlDocument:
    """An XML document.

    Entities that it declares itself are resolved; libxml2 bounds how far they may expand it. Other files are not
    read, except the DTD where the document is to be validated.

    Parameters
    ----------
    data : bytes
        The document.
    name : str
        What messages call it.

    Raises
    ------
    RecipeError
        It is not well-formed, or too large.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._data = data
        self._name = name
        if len(data) > MAX_TEXT_TEMPLATE_BYTES:
            raise self.error(f"the document has more than {MAX_TEXT_TEMPLATE_BYTES >> 20} MiB")
        if any(data.count(sign) > most for sign, most in _MOST_MARKUP.items()):
            raise self.error(f"the document has more than {MAX_TEMPLATE_LINES} elements")
        self.root: Node = self._parsed()

    @property
    def encoding(self) -> str | None:
        """The encoding that the document declares; None where it declares none."""
        found = _ENCODING.match(self._data)
        return found[1].decode("ascii") if found else None

    def validate(self, files: FilesBeside) -> None:
        """Hold the document against the DTD that it names or contains.

        Parameters
        ----------
        files : FilesBeside
            Gives the DTD.

        Raises
        ------
        RecipeError
            It does not conform, names no DTD, or one that cannot be read.
        """
        info = self.root.getroottree().docinfo
        if info.internalDTD is None:
            raise self.error("the document names no DTD to validate it against", help_text="add a DOCTYPE declaration")
        try:
            dtd = files.read(info.system_url) if info.system_url else b""
        except TemplateError as error:
            raise self.error(f"the DTD is not available: {error}") from None
        self._parsed(dtd)

    def error(self, message: str, line: int = 1, column: int = 1, help_text: str = "") -> RecipeError:
        """Return an error about a place in the document."""
        return RecipeError([Diagnostic(message, Place(self._name, line, column, 1, self._line(line)), help_text)])

    def _parsed(self, dtd: bytes | None = None) -> Node:
        """Return the root element; with a DTD, the document must conform to it."""
        from lxml import etree

        class Handed(etree.Resolver):  # type: ignore[misc]
            """Hands out the DTD, once, and a blank file in place of any other."""

            left = dtd

            def resolve(self, _url: str, _public_id: str, context: object) -> object:
                handed, self.left = self.left, None
                # Where resolve_empty answers, older versions of lxml read the file all the same.
                return self.resolve_string(handed or b" ", context)

        parser = etree.XMLParser(
            load_dtd=dtd is not None,
            dtd_validation=dtd is not None,
            no_network=True,
            resolve_entities="internal",
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        parser.resolvers.add(Handed())
        try:
            return etree.fromstring(self._data, parser)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            what = "is not well-formed XML" if dtd is None else "does not conform to its DTD"
            reason = _POSITION.sub("", " ".join((error.msg or "it is empty").split()))[:200]
            advice = _ESCAPE_ADVICE if "xmlChar value 27" in reason else ""
            raise self.error(f"the document {what}: {reason}", max(1, line), max(1, column), advice) from None
        except (LookupError, ValueError) as error:
            raise self.error(f"the document cannot be read: {error}") from None

    def _line(self, number: int) -> str:
        """Return a line of the document as it can be shown."""
        lines = self._data[:MAX_TEXT_TEMPLATE_BYTES].split(b"\n", number)
        return lines[number - 1][:500].decode("utf-8", "replace").rstrip("\r") if len(lines) >= number else ""
