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
    Places,
    Recipe,
    Sources,
    TemplateSource,
    Uids,
)

if TYPE_CHECKING:
    from img2dcm_decl.recipe.schema import Data

SAME = ("title", "sop_class", "values")
"""Settings that are taken as they are."""


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
        sources=_sources(data.get("sources", {})),
        inference=Inference(**data.get("inference", {})),
        keys=keys,
        remove=tuple(data.get("remove", ())),
        uids=Uids(**data.get("uids", {})),
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
    images = data["images"] if isinstance(data["images"], list) else [data["images"]]
    jpeg = JpegRules(**data.get("jpeg", {}))
    return Inputs(**{**data, "images": tuple(_image(entry) for entry in images), "jpeg": jpeg})


def _image(entry: Data) -> ImageEntry:
    return ImageEntry(entry) if isinstance(entry, str) else ImageEntry(entry["path"], exact=True)


def _sources(data: Data) -> Sources:
    template = TemplateSource(**_mapping(data["template"])) if "template" in data else None
    return Sources(**{**data, "template": template})


def _encoding(data: Data) -> EncodingRules:
    padding = {name: int(number) for name, number in data.get("padding", {}).items()}
    return EncodingRules(**{**data, "padding": Padding(**padding)})
