"""Runs a plan: for each object reads its frames' headers, fills the slots and writes the file."""

from __future__ import annotations

import time
from contextlib import nullcontext

from img2dcm_decl.encode.elements import LARGEST_LENGTH
from img2dcm_decl.encode.layout import Filled, fill
from img2dcm_decl.encode.part10 import PREAMBLE
from img2dcm_decl.encode.pixel_data import encapsulated_size, even, native_size
from img2dcm_decl.errors import ConversionError, ImageError, OutputError, PlanError, one_line
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.locations import STDIO, LocationError, exists, join, taken
from img2dcm_decl.run.files import Folders, new_file, output_error
from img2dcm_decl.run.frames import Frames
from img2dcm_decl.run.hashing import FileState, changed, state
from img2dcm_decl.run.prepared import Prepared, PreparedVariants, prepare, text_of
from img2dcm_decl.run.rules import Subject, check_variants, choose, value_of
from img2dcm_decl.run.sources import Sources, sources_of
from img2dcm_decl.run.writing import write_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from img2dcm_decl.images.base import Facts
    from img2dcm_decl.plan.model import Plan, PlannedObject, Slot

_INSTANCE = 1


class Made(NamedTuple):
    """What was made of an object's images.

    Attributes
    ----------
    uids : tuple of str
        SOP Class, SOP Instance, Study Instance and Series Instance UID; empty those that it does not have.
    transfer_syntax : str
        UID of the transfer syntax.
    frames : int
        Number of its frames.
    size : int
        Bytes of the object.
    seconds : float
        How long it took.
    origins : tuple of (str, int)
        Where values of its dataset come from, and how many.
    digest : str
        Digest of what decides its bytes besides its images and what all objects share. This and what follows is there
        only where it was asked for.
    images : tuple of FileState
        Its image files.
    file : FileState or None
        The file that was written, None for standard output.
    """

    uids: tuple[str, ...]
    transfer_syntax: str
    frames: int
    size: int
    seconds: float
    origins: tuple[tuple[str, int], ...] = ()
    digest: str = ""
    images: tuple[FileState, ...] = ()
    file: FileState | None = None

    @property
    def instance_uid(self) -> str:
        """SOP Instance UID, empty where it has none."""
        return self.uids[_INSTANCE]


class Outcome(NamedTuple):
    """What became of one object.

    Attributes
    ----------
    planned : PlannedObject
        The object, as the plan has it.
    output : str
        Its file, `-` for standard output.
    status : str
        `written`, `skipped` (the file exists and is kept) or `failed`.
    message : str
        Why it failed; one line.
    warnings : tuple of str
        What a person should know about its images.
    made : Made or None
        What was made; None where nothing was.
    source_warnings : tuple of str
        What a person should know about its sources, where these are its own; much the same for many objects.
    """

    planned: PlannedObject
    output: str
    status: str
    message: str = ""
    warnings: tuple[str, ...] = ()
    made: Made | None = None
    source_warnings: tuple[str, ...] = ()


class Job:
    """A plan being run. It can be sent to other processes, without its objects and standard output.

    Parameters
    ----------
    plan : Plan
        What to do.
    stdout : raw binary file, optional
        Where the object goes whose output is `-`.
    sources : Sources, optional
        Where new UIDs and the time come from; by default, from where the plan says.
    bind : callable, optional
        Completes objects that are not complete before.
    hashing : bool
        Whether outcomes tell by what objects, images and files can be recognised.
    processes : int
        How many processes may make one object; where the job is sent to, only that process makes it.
    clock : callable
        Gives seconds, for durations.

    Raises
    ------
    PlanError
        The plan asks for something that this program does not know.
    """

    def __init__(
        self,
        plan: Plan,
        stdout: io.RawIOBase | None = None,
        sources: Sources | None = None,
        bind: Callable[[PlannedObject], PlannedObject] | None = None,
        *,
        hashing: bool = False,
        processes: int = 1,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if plan.bound and bind is None:
            raise PlanError("the plan's objects are not complete: only the recipe can be run, or a plan saved from it")
        check_variants(plan.variants)
        self.plan = plan
        self.hashing = hashing
        self._processes = processes
        self._stdout = stdout
        self._sources = sources or sources_of(plan)
        self._bind = bind
        self._clock = clock
        self._hash_images = hashing or (plan.uids.content and plan.uids.method == "derived")
        self._folders = Folders()
        self._prepared = PreparedVariants(plan.variants, plan.encoding)
        self._counted: bool | None = None

    def __getstate__(self) -> dict[str, Any]:
        plan = self.plan._replace(objects=())
        only_here = {"_stdout": None, "_folders": None, "_prepared": None, "_processes": 1}
        return {**self.__dict__, "plan": plan, **only_here}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _folders=Folders())
        self._prepared = PreparedVariants(self.plan.variants, self.plan.encoding)

    def check(self, ours: Callable[[str], bool] | None = None) -> None:
        """Check that no output exists that would have to be replaced.

        Parameters
        ----------
        ours : callable, optional
            Tells whether an output, as the plan names it, may be replaced if it exists.

        Raises
        ------
        OutputError
            An output exists that is neither to be replaced nor skipped.
        """
        if self.plan.existing != "error":
            return
        first, number = "", 0
        outputs = (output for output in self._outputs() if ours is None or not ours(output))
        try:
            for existing in taken(map(self.path, outputs)):
                first, number = first or existing, number + 1
        except LocationError as error:
            raise OutputError(f"whether outputs exist cannot be found out: {error.strerror or error}") from None
        if number:
            more = f" (and {number - 1} more)" if number > 1 else ""
            raise OutputError(
                f"{first}{more}: exists already and nothing was written; "
                "say what to do with existing files: --existing replace or --existing skip"
            )

    def convert(
        self, planned: PlannedObject, replace: bool = False, *, about_to_write: Callable[[], None] | None = None
    ) -> Outcome:
        """Make one object.

        Parameters
        ----------
        planned : PlannedObject
            The object.
        replace : bool
            Whether its output may be replaced whatever the plan says: an earlier attempt may have left it.
        about_to_write : callable, optional
            Called when its images were found to be right, before its output is opened.
        """
        output = self.path(planned.output)
        try:
            if self.plan.existing == "skip" and not replace and output != STDIO and exists(output):
                return Outcome(planned, output, "skipped")
            return self._make(planned, output, replace or self.plan.existing == "replace", about_to_write)
        except (ConversionError, PlanError) as error:
            return Outcome(planned, output, "failed", str(error))
        except LocationError as error:
            return Outcome(planned, output, "failed", str(output_error(output, error)))

    def bound(self, planned: PlannedObject) -> PlannedObject:
        """Return an object with all that it is made of.

        Raises
        ------
        ConversionError, PlanError
            It cannot be completed.
        """
        if self._bind is None or not self.plan.bound:
            return planned
        return self._bind(planned)

    def digest_of(self, planned: PlannedObject) -> str:
        """Return the digest of what decides the bytes of a complete object, besides its images and what all share."""
        # Digests are for records: most runs of a few objects do without this module.
        from img2dcm_decl.plan.digest import is_counted, object_digest

        if self._counted is None:
            self._counted = is_counted(self.plan.variants)
        counted = is_counted(planned.variants) if planned.variants else self._counted
        return object_digest(planned, counted=counted)

    def path(self, name: str) -> str:
        """Return where a file of the plan is; standard output is its own name."""
        return name if name == STDIO else join(self.plan.folder, name)

    def _make(
        self, planned: PlannedObject, output: str, replace: bool, about_to_write: Callable[[], None] | None
    ) -> Outcome:
        started = self._clock()
        given, planned = planned, self.bound(planned)
        frames = Frames(
            planned.images, self.path, self.plan.images, hashed=self._hash_images, processes=self._processes
        )
        _check_sizes(frames)
        subject = self._subject(planned, frames)
        value = value_of(subject)
        prepared = self._choose(planned, frames, subject, value)
        if about_to_write is not None:
            about_to_write()
        filled, size = self._fill(prepared, subject, value)
        with self._sink(output, replace) as sink:
            self._stream(prepared, filled, frames, sink, output)
            if not frames.held:
                self._check_unchanged(planned, frames.states)
        made = Made(
            uids=tuple(text_of(uid, value) for uid in prepared.uids),
            transfer_syntax=subject.facts.transfer_syntax,
            frames=len(frames),
            size=size,
            seconds=self._clock() - started,
            origins=prepared.origins,
        )
        if self.hashing:
            made = self._described(made, planned, tuple(frames.states), output)
        warnings = tuple(map(one_line, frames.warnings))
        return Outcome(given, output, "written", "", warnings, made, planned.warnings)

    def _described(self, made: Made, planned: PlannedObject, images: tuple[FileState, ...], output: str) -> Made:
        file = None if output == STDIO else state(output)
        return made._replace(digest=self.digest_of(planned), images=images, file=file)

    def _check_unchanged(self, planned: PlannedObject, images: Sequence[FileState]) -> None:
        """Check that what was copied is what was hashed before."""
        for image, before in dict(zip(planned.images, images, strict=False)).items():
            if (now := state(self.path(image))) is None or not now.looks_like(before):
                raise changed(self.path(image))

    def _choose(
        self, planned: PlannedObject, frames: Frames, subject: Subject, value: Callable[[Slot], bytes | None]
    ) -> Prepared:
        facts = frames.facts
        if planned.variants:
            check_variants(planned.variants)
        variants = planned.variants or self.plan.variants
        position = choose(variants, facts, len(frames))
        if position is None:
            raise ImageError(f"{frames.path(0)}: {_kind(facts)} does not fit the SOP class")
        if variants[position].refuse:
            raise ImageError(f"{frames.path(0)}: {variants[position].refuse}")
        if planned.variants:
            return prepare(variants[position], self.plan.encoding)
        return self._prepared(position, subject, value)

    def _subject(self, planned: PlannedObject, frames: Frames) -> Subject:
        hashes = [bytes.fromhex(image.sha256) for image in frames.states] if self.plan.uids.content else []
        return Subject(
            planned=planned,
            facts=frames.facts,
            sizes=frames.sizes,
            lossy_method=frames.lossy_method,
            sources=self._sources.for_object((planned.identity.encode("utf-8", "surrogatepass"), *hashes)),
        )

    def _sink(self, output: str, replace: bool) -> AbstractContextManager[io.RawIOBase]:
        if output != STDIO:
            return new_file(output, replace, self._folders)
        if self._stdout is None:
            raise OutputError("standard output is not available")
        return nullcontext(self._stdout)

    def _fill(self, prepared: Prepared, subject: Subject, value: Callable[[Slot], bytes | None]) -> tuple[Filled, int]:
        """Return an object without its Pixel Data, and how many bytes it has with it."""
        start = b""
        if self.plan.encoding.file_format == "part10":
            start = PREAMBLE + fill(prepared.meta, value).head
        pixels = _pixel_data_size(subject) if prepared.has_pixels else 0
        filled = fill(prepared.dataset, value, pixels, len(start))
        return Filled(start + filled.head, filled.tail), len(start) + len(filled.head) + pixels + len(filled.tail)

    def _stream(self, prepared: Prepared, filled: Filled, frames: Frames, sink: io.RawIOBase, output: str) -> None:
        try:
            pixels = frames if prepared.has_pixels else None
            # Standard output may be a file that was opened for appending, in which nothing is written at a place.
            processes = 1 if output == STDIO else self._processes
            write_object(pixels, filled.head, filled.tail, sink, processes=processes)
        except OSError as error:
            raise output_error("standard output" if output == STDIO else output, error) from None

    def _outputs(self) -> Iterator[str]:
        return (planned.output for planned in self.plan.objects if planned.output != STDIO)


def _pixel_data_size(subject: Subject) -> int:
    return encapsulated_size(subject.sizes) if subject.facts.compressed else native_size(sum(subject.sizes))


def _check_sizes(frames: Frames) -> None:
    """Refuse what a 32-bit length cannot state (PS3.5 section 7.1.1, A.4)."""
    largest = max(frames.sizes) if frames.facts.compressed else sum(frames.sizes)
    if even(largest) > LARGEST_LENGTH:
        raise ImageError(
            f"{frames.path(0)}: {largest} bytes of pixel data are more than DICOM's 32-bit length can state"
        )


def _kind(facts: Facts) -> str:
    colour = "gray" if facts.samples_per_pixel == 1 else facts.photometric_interpretation
    return f"a {colour} image of {facts.bits_stored} bits"
