"""What a run record says of earlier parts of a run, and which of its objects can stay as they are."""

from __future__ import annotations

from img2dcm_decl.errors import ImageError, Img2dcmError
from img2dcm_decl.plan.locations import join
from img2dcm_decl.run.hashing import FileState, hashed_state, is_touched_since, state
from img2dcm_decl.run.record import KEY_BYTES, RECORD_VERSION, whole
from img2dcm_decl.run.record_file import RecordError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from img2dcm_decl.plan.model import PlannedObject
    from img2dcm_decl.run.record_file import RecordFile
    from img2dcm_decl.run.runner import Job

#: A file that this run has made, or may have, and that is not known to be as it is to be.
_ANEW = -1
#: What comes of values that a line does not have, or has of another kind: numbers, too, that are not finite.
_DAMAGED = (KeyError, TypeError, ValueError, OverflowError)


class Earlier:
    """What earlier parts of a run have done.

    Of each object it keeps where its line stands, and nothing else.

    Parameters
    ----------
    file : RecordFile
        The record.
    digest : str
        Digest of what the objects share that are made now.
    folder : str
        What their names are relative to. Of what was made in another folder, which may have been moved here, only
        files that are known by their size and time are taken for those of the run.

    Attributes
    ----------
    empty : bool
        Whether there was no earlier part.
    same : bool
        Whether the last part had the same digest.
    since : str
        When the last part started.
    key : bytes
        Key of the last part with the same digest, empty where there is none.
    lost : set of str
        Outputs that were begun, and of which nothing was heard any more: whoever made them was killed.

    Raises
    ------
    RecordError
        The record is damaged, or of a version that is unknown.
    """

    def __init__(self, file: RecordFile, digest: str, folder: str = "") -> None:
        self.empty = True
        self.same = False
        self.since = ""
        self.key = b""
        self.lost: set[str] = set()
        self._file = file
        self._digest = digest
        self._folder = folder
        self._here = True
        self._made: dict[str, int] = {}
        self._begun: set[str] = set()
        self._seen = 0
        for number, (offset, line) in enumerate(file.lines(), 1):
            try:
                self._read(offset, line)
            except _DAMAGED:
                raise RecordError(
                    f"{file.path}:{number}: this line of the run record is damaged: it does not hold what it has to; "
                    "put the record aside to begin a new one"
                ) from None
        self._settle()

    def ours(self, output: str) -> bool:
        """Tell whether an earlier part of the run has made a file, or may have."""
        return output in self._made

    def difference(self, planned: PlannedObject, job: Job) -> str | None:
        """Return why an object has to be made.

        Returns
        -------
        str or None
            What is no more as it was when the object was made; empty where it was not, or all are made anew. None:
            its plan, its images and its file are as they were, and it can stay.
        """
        offset = self._made.get(planned.output)
        if offset is None:
            return ""
        self._seen += 1
        if offset == _ANEW:
            return ""
        try:
            return _difference(planned, self._file.line_at(offset), job)
        except _DAMAGED:
            return "its line of the record is damaged"

    def instance_uid(self, output: str) -> str:
        """Return the SOP Instance UID of an object that can stay, empty where it has none."""
        return str(self._file.line_at(self._made[output]).get("sop_instance", ""))

    @property
    def unseen(self) -> int:
        """How many outputs of the record were not asked about."""
        return len(self._made) - self._seen

    def _read(self, offset: int, line: dict[str, Any]) -> None:
        kind = line["kind"]
        if self.empty and kind != "run":
            raise ValueError(kind)
        if kind == "run":
            self._read_run(line)
        elif kind == "begun":
            self._read_begun(line["outputs"])
        elif kind == "object":
            if self._here or self._is_here(line):
                self._read_object(_text(line["output"]), line["status"], offset)
        elif kind == "end":
            self._settle()
        else:
            raise ValueError(kind)

    def _read_run(self, line: dict[str, Any]) -> None:
        if line["record"] != RECORD_VERSION:
            raise RecordError(
                f"{self._file.path}: run records of version {line['record']!r} are unknown; this program has "
                f"version {RECORD_VERSION}"
            )
        self.empty = False
        self.since = _text(line["time"])
        self.same = line["plan"] == self._digest
        self._here = line.get("folder") == whole(self._folder)
        if self.same:
            self.key = bytes.fromhex(line["key"])
            if len(self.key) != KEY_BYTES:
                raise ValueError(self.key)
        self._settle()

    def _read_begun(self, outputs: Sequence[str]) -> None:
        for output in map(_text, outputs):
            if self._here:
                self._begun.add(output)
            if output in self._made:
                self._made[output] = _ANEW

    def _is_here(self, line: dict[str, Any]) -> bool:
        """Tell whether the file that was made of an object in another folder is in this one now."""
        made = line.get("file")
        return made is not None and _state_in(made) == state(join(self._folder, _text(line["output"])))

    def _read_object(self, output: str, status: str, offset: int) -> None:
        self._begun.discard(output)
        self.lost.discard(output)
        if status == "written":
            self._made[output] = offset if self.same else _ANEW

    def _settle(self) -> None:
        """Take files of objects that were begun, and of which nothing was heard any more, for our own."""
        for output in self._begun:
            self._made.setdefault(output, _ANEW)
        self.lost |= self._begun
        self._begun.clear()


def _difference(planned: PlannedObject, line: dict[str, Any], job: Job) -> str | None:
    images = line["images"]
    if [image["name"] for image in images] != list(planned.images):
        return "it has other images"
    if line["file"] is None or _state_in(line["file"]) != state(job.path(planned.output)):
        return "its file is not there any more, or was changed"
    # Its images were read just before it was written.
    written = int(line["file"]["modified"])
    for image in images:
        if not _same(job.path(image["name"]), _state_in(image), written):
            return f"{image['name']} was changed"
    try:
        same = line["object"] == job.digest_of(job.bound(planned))
    except Img2dcmError:
        # What keeps it from being completed is said when it is made.
        return ""
    return None if same else "its values were changed"


def _same(path: str, before: FileState, written: int) -> bool:
    """Tell whether an image is what it was before its object was written; where it was touched, its bytes tell."""
    now = state(path)
    if now is None or now.size != before.size:
        return False
    try:
        untouched = now.looks_like(before) and not is_touched_since(path, written)
        return untouched or hashed_state(path).sha256 == before.sha256
    except (ImageError, OSError):
        return False


def _state_in(members: dict[str, Any]) -> FileState:
    return FileState(int(members["size"]), int(members["modified"]), str(members.get("sha256", "")))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
