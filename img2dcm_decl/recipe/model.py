"""The frozen object that a recipe is read into, whatever it was written as.

Defaults are those of the language; the schema states the same ones and a test compares the two. Where a value came
from is kept beside it (`Places`) and takes no part in comparisons: equal recipes convert alike.

`Output.file` and `Key.value` hold their placeholders, for which `img2dcm_decl.recipe.placeholders` has the language, so
that a dollar sign is written twice there. Every other text is literal.
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
    """One entry of `inputs.images`: a glob pattern, or with `exact` the name of one file."""

    pattern: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """Which images are converted, and how they form objects."""

    images: tuple[ImageEntry, ...]
    format: str = "auto"
    group_by: str = "image"
    jpeg: JpegRules = JpegRules()


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
    """How far a generated UID reaches: one for all objects of a run, or one for each."""

    study: Literal["run", "object"] = "run"
    series: Literal["run", "object"] = "run"


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
    """Where objects are written, and what happens to files that are there already."""

    file: str
    existing: Literal["error", "replace", "skip"] = "error"


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
        `keys`: `("keys", 0)` and `("keys", 0, "#name")`; entries of lists by theirs: `("inputs", "images", 0)`.
    """

    inputs: Inputs
    output: Output
    title: str = ""
    sources: Sources = Sources()
    sop_class: str = "secondary-capture"
    inference: Inference = Inference()
    keys: tuple[Key, ...] = ()
    values: Literal["checked", "as-written"] = "checked"
    remove: tuple[str, ...] = ()
    uids: Uids = Uids()
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
