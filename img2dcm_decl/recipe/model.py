"""The frozen object that a recipe is read into, whatever it was written as.

Defaults are those of the language; the schema states the same ones and a test compares the two. Where a value came
from is kept beside it (`Places`) and takes no part in comparisons: equal recipes convert alike.

Texts that may hold placeholders (`img2dcm_decl.recipe.texts` lists them, `img2dcm_decl.recipe.placeholders` has the
language) hold them here too, so that a dollar sign is written twice there. Every other text is literal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from img2dcm_decl.diagnostics import Place

Path: TypeAlias = tuple[str | int, ...]
Places: TypeAlias = Mapping[Path, Place]

NOWHERE: Places = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class JpegRules:
    """What is accepted of JPEG and JPEG-LS images, and which of their segments are kept."""

    progressive: Literal["accept", "reject"] = "accept"
    extended: Literal["accept", "reject"] = "accept"
    jfif: Literal["optional", "required"] = "optional"
    app_segments: Literal["remove", "keep"] = "remove"
    comments: Literal["keep", "remove"] = "keep"


@dataclass(frozen=True, slots=True)
class ImageEntry:
    """One entry of `inputs.images`: a glob pattern, with `exact` the name of one file, with `index` that of a list.

    An index is a text file that names an image on each line, relative to the index's own folder.
    """

    pattern: str
    exact: bool = False
    index: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """Which images are converted, and how they form objects.

    Attributes
    ----------
    images : tuple of ImageEntry
        Where they are found.
    exclude : tuple of str
        Glob patterns of files that are left out, whatever found them.
    format : str
        `auto`, or the name of the one format that is accepted.
    group_by : str
        `image`, each its own object; `all`, all of them frames of one; or a text with placeholders: images for which
        it comes out alike are the frames of one object.
    jpeg : JpegRules
        What is accepted.
    """

    images: tuple[ImageEntry, ...]
    exclude: tuple[str, ...] = ()
    format: str = "auto"
    group_by: str = "image"
    jpeg: JpegRules = JpegRules()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that is given when the recipe is run: `${parameter.NAME}`.

    Attributes
    ----------
    name : str
        Letters, digits, `_` and `-`.
    type : str
        `date` is ISO 8601's `2026-01-31`; a `path` may lead into other folders, which no other type can.
    default : str or None
        What it is where it is not given, as text; None where it has no default.
    pattern : str or None
        Regular expression that the whole text must match.
    description : str
        For people.
    required : bool
        Whether it must be given. One that is not, and has no default, is empty.
    """

    name: str
    type: Literal["string", "integer", "number", "boolean", "date", "path"] = "string"
    default: str | None = None
    pattern: str | None = None
    description: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The table whose rows are joined to the images.

    Attributes
    ----------
    file : str
        Its file.
    column : str
        The column that is compared.
    key : str
        What it is compared with: a text with placeholders of the image.
    format : str
        `auto` tells it from the file's extension.
    encoding : str
        Character encoding of CSV and TSV; a byte order mark is no part of the text.
    delimiter : str or None
        What separates the columns of a CSV; None is a comma.
    sheet : str or None
        The sheet of an Excel workbook; None is its first.
    unmatched_images, unmatched_rows, duplicate_rows : str
        What happens to an image without a row, to a row without an image, and to rows with the same key.
    shared_rows : str
        What happens to images of different folders that have the same key, and so the same row.
    """

    file: str
    column: str
    key: str = "${image.name}"
    format: Literal["auto", "csv", "tsv", "jsonl", "excel"] = "auto"
    encoding: str = "utf-8"
    delimiter: str | None = None
    sheet: str | None = None
    unmatched_images: Literal["error", "skip"] = "error"
    unmatched_rows: Literal["error", "ignore"] = "error"
    duplicate_rows: Literal["error", "first", "last"] = "error"
    shared_rows: Literal["error", "accept"] = "error"


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """The file that attributes are taken from first."""

    file: str
    format: Literal["auto", "dicom", "xml", "dump"] = "auto"
    validate: bool = False
    check_namespace: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """Where attributes come from."""

    template: TemplateSource | None = None
    study: str | None = None
    series: str | None = None
    characters: Literal["strict", "transliterate", "discard"] = "strict"
    increment_instance_number: bool = False


@dataclass(frozen=True, slots=True)
class Inference:
    """What happens to attributes that the SOP class asks for and nothing gives."""

    missing_type1: Literal["invent", "error", "leave"] = "invent"
    missing_type2: Literal["insert", "error", "leave"] = "insert"


@dataclass(frozen=True, slots=True)
class Key:
    """One attribute that the recipe sets.

    Attributes
    ----------
    path : str
        As dcmodify and img2dcm know it: keyword or tag, items in brackets, separated by dots.
    value : str
        The text of the value, with placeholders; backslashes separate values where the value representation allows
        several. Empty: an attribute without a value, or a path that ends with a sequence or item.
    """

    path: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Uids:
    """Where generated UIDs and instance numbers come from, and how far they reach.

    Attributes
    ----------
    method : str
        `fresh`: new ones in every run; `derived`: a keyed hash of facts, the same in every run.
    root : str
        What generated UIDs begin with: `2.25` (PS3.5 section B.2), or a root of one's own.
    key : str
        The key of the hash; whoever does not know it can tell nothing from a UID.
    facts : tuple of str
        What the UIDs of an object are derived from: `content` (the bytes of its images) and texts with placeholders.
    study, series : str
        How far a generated Study (Series) Instance UID reaches: `run`, one for all objects; `object`, one for each; or
        a text with placeholders, one for all objects for which it comes out alike.
    frame_of_reference : str
        The same for Frame of Reference UID; `none` makes none.
    instance_number : str
        `order`: the position in the run; `name`: the last number in the image's name; or a text with placeholders.
    """

    method: Literal["fresh", "derived"] = "fresh"
    root: str = "2.25"
    key: str = ""
    facts: tuple[str, ...] = ("content", "${image.folder}/${image.name}")
    study: str = "run"
    series: str = "run"
    frame_of_reference: str = "none"
    instance_number: str = "order"


@dataclass(frozen=True, slots=True)
class Reproducible:
    """The same inputs give the same bytes.

    Attributes
    ----------
    time : str or None
        What is taken for the time of every run, `2026-01-31T10:15:00`; None where no attribute may ask for the time.
    """

    time: str | None = None


@dataclass(frozen=True, slots=True)
class Padding:
    """Multiples, in bytes, that the length of the file and of each item is padded to; 0 is none."""

    file: int = 0
    item: int = 0


@dataclass(frozen=True, slots=True)
class EncodingRules:
    """How objects are encoded."""

    file_format: Literal["part10", "dataset"] = "part10"
    group_length: Literal["recalculate", "create", "remove"] = "recalculate"
    sequence_length: Literal["explicit", "undefined"] = "explicit"
    padding: Padding = Padding()


@dataclass(frozen=True, slots=True)
class LoggingRules:
    """What is logged, where and in which form."""

    level: Literal["off", "fatal", "error", "warn", "info", "debug", "trace"] = "warn"
    file: str | None = None
    format: Literal["text", "json"] = "text"


@dataclass(frozen=True, slots=True)
class Output:
    """Where objects are written, and what happens to files that are there already.

    Attributes
    ----------
    file : str
        Name of each object's file, with placeholders.
    existing : str
        What happens where it exists.
    record : str or None
        Where the run record is kept: a line for each object (JSON Lines).
    """

    file: str
    existing: Literal["error", "replace", "skip"] = "error"
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A conversion, as its author stated it.

    Attributes
    ----------
    folder : str
        What relative paths are relative to: the folder of the recipe file.
    places : Places
        Where in the text each setting stands, by its path in the document: `("sources", "template")` is where
        the value stands, `("sources", "template", "#name")` where its name does. Keys go by their position in
        `keys`: `("keys", 0)` and `("keys", 0, "#name")`, and `("keys", 0, "#mapping")` for the mapping under `keys`
        that holds it; entries of lists by theirs: `("inputs", "images", 0)`.
    """

    inputs: Inputs
    output: Output
    title: str = ""
    parameters: tuple[Parameter, ...] = ()
    table: Table | None = None
    sources: Sources = Sources()
    sop_class: str = "secondary-capture"
    inference: Inference = Inference()
    keys: tuple[Key, ...] = ()
    values: Literal["checked", "as-written"] = "checked"
    remove: tuple[str, ...] = ()
    uids: Uids = Uids()
    reproducible: Reproducible | None = None
    encoding: EncodingRules = EncodingRules()
    dictionaries: tuple[str, ...] = ()
    logging: LoggingRules = LoggingRules()
    folder: str = field(default=".", compare=False)
    places: Places = field(default_factory=lambda: NOWHERE, compare=False, repr=False)

    def place(self, *path: str | int) -> Place | None:
        """Return where a setting stands in the text, or where the nearest one around it does."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return self.places.get(())
