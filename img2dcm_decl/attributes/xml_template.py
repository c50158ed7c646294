"""Reads the XML that `dcm2xml` writes as a source of attributes."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, BinaryIO

from img2dcm_decl.attributes.byte_references import restore_bytes
from img2dcm_decl.attributes.cleanup import NEVER_NEEDED
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dicom_stream import PIXELS
from img2dcm_decl.attributes.dictionary import tag_text
from img2dcm_decl.attributes.files_beside import FilesBeside
from img2dcm_decl.attributes.limits import MAX_DEPTH, MAX_TEXT_TEMPLATE_BYTES
from img2dcm_decl.attributes.problems import AttributeProblem, TemplateError, shown
from img2dcm_decl.attributes.representations import ALL
from img2dcm_decl.attributes.template import Template
from img2dcm_decl.attributes.template_notes import Notes
from img2dcm_decl.attributes.written_values import read_value
from img2dcm_decl.attributes.xml_document import Node, XmlDocument

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dataset import Content
    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.errors import RecipeError

NAMESPACE = "http://dicom.offis.de/dcmtk"

_TAG = re.compile(r"\s*(?:0[xX])?([0-9a-fA-F]{1,12})\s*,\s*(?:0[xX])?([0-9a-fA-F]{1,12})\s*")
_BASE64 = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})


def read_xml(
    file: BinaryIO,
    name: str,
    dictionary: Dictionary,
    *,
    folder: str = ".",
    validate: bool = False,
    check_namespace: bool = False,
) -> Template:
    """Read the attributes of an XML document.

    Text stays text, whatever the encoding of the document: it is encoded in the dataset's character set.

    Parameters
    ----------
    file : binary file
        The document, at its beginning.
    name : str
        What messages call it.
    dictionary : Dictionary
        Gives the value representations that the document leaves out.
    folder : str
        Where the document lies; the DTD and the files that it names must lie there or below.
    validate : bool
        Hold the document against the DTD that it names or contains.
    check_namespace : bool
        Refuse a document that does not declare DCMTK's namespace.

    Raises
    ------
    RecipeError
        It cannot be read, is no such document, or an attribute in it is wrong.
    """
    document = XmlDocument(file.read(MAX_TEXT_TEMPLATE_BYTES + 1), name)
    if check_namespace and NAMESPACE not in document.root.nsmap.values():
        raise document.error(f"the document does not declare the namespace {NAMESPACE}", document.root.sourceline or 1)
    files = FilesBeside(folder)
    if validate:
        document.validate(files)
    reader = _Reader(document, dictionary, files)
    return Template(reader.read(), tuple(reader.notes), "xml")


class _Reader:
    def __init__(self, document: XmlDocument, dictionary: Dictionary, files: FilesBeside) -> None:
        self.notes = Notes()
        self._document = document
        self._dictionary = dictionary
        self._files = files

    def read(self) -> Dataset:
        root = self._document.root
        if _name(root) == "file-format":
            children = list(root)
            if not children or _name(children[0]) != "meta-header":
                raise self._error(root, "the first element of 'file-format' is not 'meta-header'")
            root = children[1] if len(children) > 1 else root
        if _name(root) != "data-set":
            raise self._error(
                root,
                f"this is not the XML of dcm2xml: {shown(_name(root))} stands where 'data-set' should",
                "DICOM's Native Model (dcm2xml --native-format) is another format" if _is_native(root) else "",
            )
        dataset = self._dataset(root, 0)
        if self._document.encoding is None:
            restore_bytes(dataset)
        return dataset

    def _dataset(self, parent: Node, depth: int) -> Dataset:
        dataset = Dataset()
        for node in parent:
            tag = self._tag(node) if _name(node) in {"element", "sequence"} else None
            if tag is None:
                if _name(node) != "sequence":
                    self.notes.add(f"{shown(_name(node))} is not known here and passed over")
            elif not self.notes.leaves_out(tag):
                self._put(dataset, node, tag, depth)
        return dataset

    def _put(self, dataset: Dataset, node: Node, tag: int, depth: int) -> None:
        if tag in dataset:
            self.notes.twice(tag, "last")
        vr = self._vr(node, tag)
        if tag in PIXELS and depth and _name(node) == "sequence":
            self.notes.inner_pixels(tag)
            return
        content: Content
        if tag in NEVER_NEEDED and not depth:
            # It is taken out anyway, and may well be hidden.
            content = () if vr == "SQ" else b""
        elif _name(node) == "sequence":
            content, vr = self._items(node, tag, vr, depth)
        else:
            content = self._content(node, tag, vr)
        dataset.put(Attribute(tag, vr, content, "template"))

    def _items(self, node: Node, tag: int, vr: str, depth: int) -> tuple[Content, str]:
        if vr not in {"SQ", "UN"}:
            self.notes.add(f"the sequence {tag_text(tag)} has the value representation {vr}; its items are left out")
            return b"", vr
        if depth == MAX_DEPTH:
            raise self._error(node, f"there are more than {MAX_DEPTH} sequences inside one another")
        items = []
        for child in node:
            if _name(child) == "item":
                items.append(self._dataset(child, depth + 1))
            else:
                self.notes.add(
                    f"{shown(_name(child))} stands where an item of {tag_text(tag)} should, and is passed over"
                )
        return tuple(items), "SQ"

    def _content(self, node: Node, tag: int, vr: str) -> Content:
        binary = node.get("binary")
        text = "".join(node.itertext())
        try:
            if binary == "hidden":
                raise TemplateError("the value is hidden (dcm2xml --write-binary-data writes it)")
            if binary == "base64":
                return self._base64(vr, text)
            if binary == "file":
                return self._file(vr, text, tag)
            if vr == "SQ":
                if text.strip():
                    raise TemplateError("a sequence is written as <sequence>")
                return ()
            return read_value(vr, text)
        except (AttributeProblem, TemplateError) as error:
            raise self._error(node, f"{self._dictionary.name_of(tag)}: {error}") from None

    def _base64(self, vr: str, text: str) -> bytes:
        if vr not in _BASE64:
            raise TemplateError(f"a value of {vr} cannot be written in Base64")
        try:
            return binascii.a2b_base64("".join(text.split()), strict_mode=True)
        except ValueError as error:
            raise TemplateError(f"the value is not Base64: {error}") from None

    def _file(self, vr: str, text: str, tag: int) -> bytes:
        if vr not in _BASE64:
            raise TemplateError(f"a value of {vr} cannot be in a file of its own")
        name = text.strip()
        if not name:
            self.notes.add(f"{tag_text(tag)} names no file and is empty")
            return b""
        return self._files.read(name)

    def _tag(self, node: Node) -> int | None:
        """Return the tag of an element or a sequence; None of a sequence without one, which is passed over."""
        text = node.get("tag")
        if text is None and _name(node) == "sequence":
            self.notes.add("a sequence without tag is passed over")
            return None
        found = _TAG.fullmatch(text or "")
        group, element = (int(found[1], 16), int(found[2], 16)) if found else (0x10000, 0)
        if group > 0xFFFF or element > 0xFFFF or group == 0xFFFE:
            raise self._error(node, f"{shown(text or '')} is not the tag of an attribute", "it is written gggg,eeee")
        return group << 16 | element

    def _vr(self, node: Node, tag: int) -> str:
        given = node.get("vr")
        known = self._dictionary.vr_of(tag)
        if given not in ALL:
            self.notes.add(f"{tag_text(tag)} has no valid value representation and gets {known}")
            return known
        self.notes.compare(tag, given, known)
        return str(given)

    def _error(self, node: Node, message: str, help_text: str = "") -> RecipeError:
        return self._document.error(message, node.sourceline or 1, 1, help_text)


def _name(node: Node) -> str:
    """Return the name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def _is_native(root: Node) -> bool:
    return _name(root) == "NativeDicomModel"
