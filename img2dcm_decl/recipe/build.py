"""Plain data that the schema allows -> `Recipe`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from img2dcm_decl.recipe.model import (
    EncodingRules,
    ImageEntry,
    Inference,
    Inputs,
    JpegRules,
    Key,
    LoggingRules,
    Output,
    Padding,
    Parameter,
    Places,
    Recipe,
    Reproducible,
    Sources,
    Table,
    TemplateSource,
    Uids,
)

if TYPE_CHECKING:
    from img2dcm_decl.recipe.schema import Data

SAME = ("title", "sop_class", "values")
"""Settings that are taken as they are."""

TAB = r"\t"
"""How a tab may be written where one character is wanted."""


def build(data: Data, keys: tuple[Key, ...], folder: str, places: Places) -> Recipe:
    """Return the recipe that plain data says.

    Parameters
    ----------
    data : plain data
        A recipe without its section `keys`, in the form of the schema; names of settings are those of the model.
    keys : tuple of Key
        The section `keys`.
    folder : str
        What relative paths are relative to.
    places : Places
        Where each setting stands.
    """
    return Recipe(
        inputs=_inputs(data["inputs"]),
        output=Output(**_mapping(data["output"])),
        parameters=tuple(_parameter(name, said) for name, said in data.get("parameters", {}).items()),
        table=_table(data["table"]) if "table" in data else None,
        sources=_sources(data.get("sources", {})),
        inference=Inference(**data.get("inference", {})),
        keys=keys,
        remove=tuple(data.get("remove", ())),
        uids=_uids(data.get("uids", {})),
        reproducible=_reproducible(data.get("reproducible", False)),
        encoding=_encoding(data.get("encoding", {})),
        dictionaries=tuple(data.get("dictionaries", ())),
        logging=LoggingRules(**data.get("logging", {})),
        folder=folder,
        places=MappingProxyType(dict(places)),
        **{name: data[name] for name in SAME if name in data},
    )


def _mapping(value: Data) -> Data:
    """Return the long form of a setting whose short form is the name of a file."""
    return {"file": value} if isinstance(value, str) else value


def _inputs(data: Data) -> Inputs:
    images = tuple(_image(entry) for entry in _list(data["images"]))
    jpeg = JpegRules(**data.get("jpeg", {}))
    return Inputs(**{**data, "images": images, "exclude": tuple(_list(data.get("exclude", []))), "jpeg": jpeg})


def _list(value: Data) -> list[Data]:
    """Return the long form of a setting whose short form is its only entry."""
    return value if isinstance(value, list) else [value]


def _image(entry: Data) -> ImageEntry:
    if isinstance(entry, str):
        return ImageEntry(entry)
    return ImageEntry(entry["path"], exact=True) if "path" in entry else ImageEntry(entry["index"], index=True)


def _parameter(name: str, said: Data) -> Parameter:
    return Parameter(name, **({"default": said} if isinstance(said, str) else said))


def _table(data: Data) -> Table:
    delimiter = data.get("delimiter")
    return Table(**{**data, "delimiter": "\t" if delimiter == TAB else delimiter})


def _uids(data: Data) -> Uids:
    return Uids(**({**data, "facts": tuple(data["facts"])} if "facts" in data else data))


def _reproducible(said: Data) -> Reproducible | None:
    if isinstance(said, bool):
        return Reproducible() if said else None
    return Reproducible(**said)


def _sources(data: Data) -> Sources:
    template = TemplateSource(**_mapping(data["template"])) if "template" in data else None
    return Sources(**{**data, "template": template})


def _encoding(data: Data) -> EncodingRules:
    padding = {name: int(number) for name, number in data.get("padding", {}).items()}
    return EncodingRules(**{**data, "padding": Padding(**padding)})
