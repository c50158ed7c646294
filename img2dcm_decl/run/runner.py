"""Runs a plan: for each object reads its frames' headers, fills the slots and writes the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.encode.layout import Filled, Node, Pixels, fill, lay_out
from img2dcm_decl.encode.part10 import PREAMBLE, meta_elements
from img2dcm_decl.encode.pixel_data import LARGEST_LENGTH, encapsulated_size, even
from img2dcm_decl.errors import ConversionError, ImageError, OutputError, one_line
from img2dcm_decl.plan.model import Encoding
from img2dcm_decl.run.files import Folders, NewFile, output_error
from img2dcm_decl.run.frames import Frame, check_alike, look_at, write_object
from img2dcm_decl.run.rules import Subject, check_rules, choose, value_of
from img2dcm_decl.run.sources import Sources

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence

    from img2dcm_decl.images.base import Facts
    from img2dcm_decl.plan.model import Element, Plan, PlannedObject, Slot, Variant

STDOUT = "-"
_SOP_CLASS_TAG = 0x00080016
_SOP_INSTANCE_TAG = 0x00080018
_NATIVE_HEADER = 12


class Outcome(NamedTuple):
    """What became of one object.

    Attributes
    ----------
    planned : PlannedObject
        The object.
    output : str
        Its file, `-` for standard output.
    status : str
        `written`, `skipped` (the file exists and is kept) or `failed`.
    message : str
        Why it failed; one line.
    warnings : tuple of str
        What a person should know about its images.
    """

    planned: PlannedObject
    output: str
    status: str
    message: str = ""
    warnings: tuple[str, ...] = ()


class Prepared(NamedTuple):
    """A variant laid out for filling."""

    meta: tuple[Node, ...]
    dataset: tuple[Node, ...]
    has_pixels: bool


class Job:
    """A plan being run.

    Parameters
    ----------
    plan : Plan
        What to do.
    stdout : raw binary file, optional
        Where the object goes whose output is `-`.
    sources : Sources, optional
        Where new UIDs and the time come from.

    Raises
    ------
    PlanError
        The plan asks for something that this program does not know.
    """

    def __init__(self, plan: Plan, stdout: io.RawIOBase | None = None, sources: Sources | None = None) -> None:
        check_rules(plan)
        self.plan = plan
        self._stdout = stdout
        self._sources = sources or Sources()
        self._folders = Folders()
        self._prepared: dict[int, Prepared] = {}

    def run(self) -> Iterator[Outcome]:
        """Make the objects one by one; a failed one does not keep the others from being made.

        Raises
        ------
        OutputError
            An output exists that is neither to be replaced nor skipped. Nothing was written then.
        """
        self.check()
        for planned in self.plan.objects:
            yield self.convert(planned)

    def check(self) -> None:
        """Check that no output exists that would have to be replaced.

        Raises
        ------
        OutputError
            An output exists that is neither to be replaced nor skipped.
        """
        if self.plan.existing != "error":
            return
        existing = [path for path in map(self._path, self._outputs()) if os.path.lexists(path)]
        if existing:
            more = f" (and {len(existing) - 1} more)" if len(existing) > 1 else ""
            raise OutputError(
                f"{existing[0]}{more}: exists already and nothing was written; "
                "say what to do with existing files: --existing replace or --existing skip"
            )

    def convert(self, planned: PlannedObject, about_to_write: Callable[[], None] | None = None) -> Outcome:
        """Make one object.

        Parameters
        ----------
        planned : PlannedObject
            The object.
        about_to_write : callable, optional
            Called when its images were found to be right, before its output is opened.
        """
        output = self._path(planned.output)
        if self.plan.existing == "skip" and output != STDOUT and os.path.lexists(output):
            return Outcome(planned, output, "skipped")
        try:
            warnings = self._make(planned, output, about_to_write)
        except ConversionError as error:
            return Outcome(planned, output, "failed", str(error))
        return Outcome(planned, output, "written", warnings=warnings)

    def _make(self, planned: PlannedObject, output: str, about_to_write: Callable[[], None] | None) -> tuple[str, ...]:
        frames = self._look(planned)
        facts = frames[0].image.facts
        position = choose(self.plan.variants, facts, len(frames))
        if position is None:
            raise ImageError(f"{frames[0].path}: {_described(facts)} does not fit the SOP class")
        if self.plan.variants[position].refuse:
            raise ImageError(f"{frames[0].path}: {self.plan.variants[position].refuse}")
        if about_to_write is not None:
            about_to_write()
        self._write(self._prepare(position), self._subject(planned, frames), frames, output)
        return tuple(one_line(f"{frame.path}: {warning}") for frame in frames for warning in frame.image.facts.warnings)

    def _look(self, planned: PlannedObject) -> list[Frame]:
        frames: list[Frame] = []
        for image in planned.images:
            frame = look_at(self._path(image), self.plan.images)
            if frames:
                check_alike(frames[0], frame)
            frames.append(frame)
        _check_sizes(frames)
        return frames

    def _subject(self, planned: PlannedObject, frames: Sequence[Frame]) -> Subject:
        methods = (frame.image.facts.lossy_method for frame in frames)
        return Subject(
            planned=planned,
            facts=frames[0].image.facts,
            sizes=[frame.image.size for frame in frames],
            lossy_method=next(filter(None, methods), ""),
            sources=self._sources.for_object(),
        )

    def _write(self, prepared: Prepared, subject: Subject, frames: Sequence[Frame], output: str) -> None:
        value = value_of(subject)
        filled = self._fill(prepared, subject, value)
        if output == STDOUT:
            if self._stdout is None:
                raise OutputError("standard output is not available")
            self._stream(prepared, filled, frames, self._stdout, "standard output")
            return
        with NewFile(output, self.plan.existing == "replace", self._folders) as sink:
            self._stream(prepared, filled, frames, sink, output)

    def _fill(self, prepared: Prepared, subject: Subject, value: Callable[[Slot], bytes | None]) -> Filled:
        start = b""
        if self.plan.encoding.file_format == "part10":
            start = PREAMBLE + fill(prepared.meta, value).head
        size = _pixel_data_size(subject) if prepared.has_pixels else 0
        filled = fill(prepared.dataset, value, size, len(start))
        return Filled(start + filled.head, filled.tail)

    def _stream(
        self, prepared: Prepared, filled: Filled, frames: Sequence[Frame], sink: io.RawIOBase, name: str
    ) -> None:
        try:
            write_object(frames if prepared.has_pixels else (), filled.head, filled.tail, sink)
        except OSError as error:
            raise output_error(name, error) from None

    def _prepare(self, position: int) -> Prepared:
        prepared = self._prepared.get(position)
        if prepared is None:
            variant = self.plan.variants[position]
            dataset = lay_out(variant.elements, self.plan.encoding)
            meta = lay_out(_meta(variant), Encoding())
            has_pixels = any(isinstance(node, Pixels) for node in _flat(dataset))
            prepared = self._prepared[position] = Prepared(meta, dataset, has_pixels)
        return prepared

    def _outputs(self) -> Iterator[str]:
        return (planned.output for planned in self.plan.objects if planned.output != STDOUT)

    def _path(self, name: str) -> str:
        return name if name == STDOUT or self.plan.folder in ("", ".") else os.path.join(self.plan.folder, name)


def _meta(variant: Variant) -> tuple[Element, ...]:
    contents = {element.tag: element.content for element in variant.elements}
    return meta_elements(contents.get(_SOP_CLASS_TAG, b""), contents.get(_SOP_INSTANCE_TAG, b""))


def _flat(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        inner = getattr(node, "nodes", ())
        yield node
        yield from _flat(inner)


def _pixel_data_size(subject: Subject) -> int:
    if subject.facts.compressed:
        return encapsulated_size(subject.sizes)
    return _NATIVE_HEADER + even(sum(subject.sizes))


def _check_sizes(frames: Sequence[Frame]) -> None:
    """Refuse what a 32-bit length cannot state (PS3.5 section 7.1.1, A.4)."""
    sizes = [frame.image.size for frame in frames]
    largest = max(sizes) if frames[0].image.facts.compressed else sum(sizes)
    if even(largest) > LARGEST_LENGTH:
        raise ImageError(
            f"{frames[0].path}: {largest} bytes of pixel data are more than DICOM's 32-bit length can state"
        )


def _described(facts: Facts) -> str:
    colour = "gray" if facts.samples_per_pixel == 1 else facts.photometric_interpretation
    return f"a {colour} image of {facts.bits_stored} bits"
