"""Reads the text that `dcmdump` writes, and `dump2dcm` reads, as a source of attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from img2dcm_decl.attributes.cleanup import NEVER_NEEDED
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dicom_stream import PIXELS
from img2dcm_decl.attributes.dictionary import tag_text
from img2dcm_decl.attributes.dump_line import DumpLine, read_line
from img2dcm_decl.attributes.files_beside import FilesBeside
from img2dcm_decl.attributes.limits import MAX_DEPTH, MAX_TEMPLATE_LINES, MAX_TEXT_TEMPLATE_BYTES
from img2dcm_decl.attributes.problems import AttributeProblem, TemplateError
from img2dcm_decl.attributes.representations import ALL
from img2dcm_decl.attributes.template import Template
from img2dcm_decl.attributes.template_notes import Notes
from img2dcm_decl.attributes.written_values import read_value
from img2dcm_decl.diagnostics import Diagnostic, Place
from img2dcm_decl.errors import RecipeError

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dictionary import Dictionary

MAX_PROBLEMS = 10

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_IN_FILES = frozenset({"OB", "OW"})


def read_dump(file: BinaryIO, name: str, dictionary: Dictionary, *, folder: str = ".") -> Template:
    """Read the attributes of a dump.

    Text is taken byte for byte: it is in the character set that the dump itself declares. Of two lines with one tag
    the first counts.

    Parameters
    ----------
    file : binary file
        The dump, at its beginning.
    name : str
        What messages call it.
    dictionary : Dictionary
        Gives the value representations that the dump leaves out.
    folder : str
        Where the dump lies; the files that it names must lie there or below.

    Raises
    ------
    RecipeError
        It is too large, or lines of it are wrong.
    """
    data = file.read(MAX_TEXT_TEMPLATE_BYTES + 1)
    if len(data) > MAX_TEXT_TEMPLATE_BYTES or data.count(b"\n") > MAX_TEMPLATE_LINES:
        most = f"{MAX_TEXT_TEMPLATE_BYTES >> 20} MiB or {MAX_TEMPLATE_LINES} lines"
        raise RecipeError([Diagnostic(f"the dump has more than {most}", Place(name, 1, 1))])
    reader = _Reader(name, dictionary, FilesBeside(folder))
    return Template(reader.read(data.removeprefix(b"\xef\xbb\xbf")), tuple(reader.notes), "dump")


class _Open(NamedTuple):
    """A dataset, sequence or pixel sequence whose end is to come.

    Attributes
    ----------
    tag : int
        The sequence's tag; that of an item for items, 0 for the dataset itself.
    line : int
        The line that opens it.
    dataset : Dataset
        Of the dataset or item itself; of a sequence, what it stands in.
    items : list of Dataset or None
        The items of a sequence so far; None of everything else.
    pixels : bool
        Whether its items are fragments of compressed pixel data, which is not needed.
    """

    tag: int
    line: int
    dataset: Dataset
    items: list[Dataset] | None = None
    pixels: bool = False


class _Reader:
    def __init__(self, name: str, dictionary: Dictionary, files: FilesBeside) -> None:
        self.notes = Notes()
        self._name = name
        self._dictionary = dictionary
        self._files = files
        self._problems: list[Diagnostic] = []
        self._number = 0
        self._open: list[_Open] = []

    def read(self, data: bytes) -> Dataset:
        dataset = Dataset()
        self._open = [_Open(0, 1, dataset)]
        for self._number, raw in enumerate(data.split(b"\n"), 1):
            # Each byte becomes one character, and one byte again in the end.
            line = raw.removesuffix(b"\r").decode("latin-1")
            try:
                read = read_line(line)
                if read:
                    self._take(read)
            except AttributeProblem as problem:
                self._problem(line, problem)
            if len(self._problems) == MAX_PROBLEMS:
                break
        else:
            self._check_closed()
        if self._problems:
            raise RecipeError(self._problems)
        return dataset

    def _take(self, line: DumpLine) -> None:
        inner = self._open[-1]
        if line.tag >> 16 == 0xFFFE:
            self._delimit(line.tag, inner)
        elif inner.items is not None or inner.pixels:
            raise AttributeProblem(
                f"an item of {tag_text(inner.tag)} is expected here, not an attribute",
                help="sequences end with (fffe,e0dd), items with (fffe,e00d)",
            )
        elif not (self._is_meta(line) or self.notes.leaves_out(line.tag)):
            self._attribute(line, inner.dataset)

    def _delimit(self, tag: int, inner: _Open) -> None:
        if inner.pixels and tag == _ITEM:
            return
        if tag == _ITEM and inner.items is not None:
            item = Dataset()
            inner.items.append(item)
            self._open.append(_Open(_ITEM, self._number, item))
        elif tag == _ITEM_END and inner.tag == _ITEM:
            self._open.pop()
        elif tag == _SEQUENCE_END and (inner.items is not None or inner.pixels):
            self._open.pop()
            if inner.items is not None:
                self._put(inner.dataset, Attribute(inner.tag, "SQ", tuple(inner.items), "template"))
        else:
            raise AttributeProblem(f"{tag_text(tag)} has nothing here that it could belong to")

    def _is_meta(self, line: DumpLine) -> bool:
        """Tell whether a line is file meta information, which is passed over: the new file gets its own."""
        return line.tag >> 16 == 0x0002 and len(self._open) == 1

    def _attribute(self, line: DumpLine, dataset: Dataset) -> None:
        top = len(self._open) == 1
        vr = self._vr(line)
        if line.tag in PIXELS and line.value.startswith("(PixelSequence"):
            self._open.append(_Open(line.tag, self._number, dataset, pixels=True))
            if not top:
                self.notes.inner_pixels(line.tag)
                return
        elif vr == "SQ":
            self._sequence(line, dataset)
            return
        # What is taken out of a template anyway need not be there.
        content = b"" if top and line.tag in NEVER_NEEDED else self._content(line, vr)
        self._put(dataset, Attribute(line.tag, vr, content, "template"))

    def _sequence(self, line: DumpLine, dataset: Dataset) -> None:
        if sum(opened.items is not None for opened in self._open) == MAX_DEPTH:
            raise AttributeProblem(f"there are more than {MAX_DEPTH} sequences inside one another")
        self._open.append(_Open(line.tag, self._number, dataset, items=[]))

    def _content(self, line: DumpLine, vr: str) -> bytes:
        try:
            if line.kind == "description":
                if line.value.startswith("(not loaded"):
                    raise AttributeProblem("the dump does not have the value", help="dcmdump +M writes it")
                return b""
            if line.kind == "reference" and vr in _IN_FILES:
                return self._files.read(line.value[1:])
            content = read_value(vr, line.value)
        except TemplateError as error:
            raise AttributeProblem(str(error), offset=line.column - 1, width=len(line.value) or 1) from None
        except AttributeProblem as problem:
            name = self._dictionary.name_of(line.tag)
            advice = problem.help or ("dcmdump +L writes long values in full" if line.value.endswith("...") else "")
            raise AttributeProblem(
                f"{name}: {problem.message}", offset=line.column - 1, width=problem.width, help=advice
            ) from None
        return content.encode("latin-1") if isinstance(content, str) else content

    def _vr(self, line: DumpLine) -> str:
        known = self._dictionary.vr_of(line.tag)
        if line.vr not in ALL:
            if not line.vr and known == "UN":
                self.notes.add(
                    f"{tag_text(line.tag)} is not known here and has no value representation: it is taken as UN"
                )
            return known
        self.notes.compare(line.tag, line.vr, known)
        return line.vr

    def _put(self, dataset: Dataset, attribute: Attribute) -> None:
        if attribute.tag in dataset:
            self.notes.twice(attribute.tag, "first")
        else:
            dataset.put(attribute)

    def _check_closed(self) -> None:
        if len(self._open) > 1 and not self._problems:
            opened = self._open[-1]
            what = "item" if opened.tag == _ITEM else f"sequence {tag_text(opened.tag)}"
            end = _ITEM_END if opened.tag == _ITEM else _SEQUENCE_END
            message = f"the {what} that begins here does not end: {tag_text(end)} is missing"
            self._problems.append(Diagnostic(message, Place(self._name, opened.line, 1)))

    def _problem(self, line: str, problem: AttributeProblem) -> None:
        width = max(1, min(problem.width, 60))
        place = Place(self._name, self._number, problem.offset + 1, width, line[:2000])
        self._problems.append(Diagnostic(problem.message, place, problem.help))
