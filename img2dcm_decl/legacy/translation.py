"""From a command line to the recipe that says the same."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from img2dcm_decl.errors import UsageError
from img2dcm_decl.legacy.options import OPTIONS, PARAMETERS
from img2dcm_decl.legacy.quoting import QuotedLine
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
    Path,
    Places,
    Recipe,
    Sources,
    TemplateSource,
    Uids,
)
from img2dcm_decl.recipe.placeholders import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.legacy.grammar import Line, Occurrence

#: What img2dcm does unasked and the recipe language would do otherwise, or what one should see in a recipe.
IMG2DCM_DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        "inputs.format": "jpeg",
        "inputs.group_by": "all",
        "values": "as-written",
        "uids.study": "run",
        "uids.series": "run",
        "output.existing": "replace",
    }
)


def to_recipe(line: Line, dictionaries: Sequence[str] = ()) -> Recipe:
    """Return the recipe that converts as a command line does.

    Parameters
    ----------
    line : Line
        The command line, its options checked against each other.
    dictionaries : sequence of str
        Data dictionaries that are read beside the built-in one.

    Raises
    ------
    UsageError
        A file name is empty, or the value of an option means nothing.
    """
    settings = {**IMG2DCM_DEFAULTS, **_settings(line)}
    images = tuple(ImageEntry(escape(_image_name(line, n)), exact=True) for n in range(len(line.parameters) - 1))
    template = _escaped(_section(settings, "sources.template"), "file")
    sources = _escaped(_section(settings, "sources"), "study", "series")
    return Recipe(
        inputs=Inputs(images, jpeg=JpegRules(**_section(settings, "inputs.jpeg")), **_section(settings, "inputs")),
        output=Output(_output_name(line), **_section(settings, "output")),
        sources=Sources(template=TemplateSource(**template) if template else None, **sources),
        inference=Inference(**_section(settings, "inference")),
        keys=tuple(key for _, key in keys_of(line)),
        uids=Uids(**_section(settings, "uids")),
        encoding=EncodingRules(
            padding=Padding(**_section(settings, "encoding.padding")), **_section(settings, "encoding")
        ),
        dictionaries=tuple(dictionaries),
        logging=LoggingRules(**_section(settings, "logging")),
        places=_places(line),
        **_section(settings, ""),
    )


def keys_of(line: Line) -> Iterator[tuple[Occurrence, Key]]:
    """Yield the keys of a command line from left to right; an empty one sets nothing and is left out.

    Raises
    ------
    UsageError
        A key is no valid text.
    """
    for occurrence in line.occurrences:
        if occurrence.option.repeats and occurrence.values[0]:
            for setting in occurrence.option.settings:
                key = setting.of(occurrence.option.long, occurrence.values)
                if isinstance(key, Key):
                    yield occurrence, key


def effective_in_order(line: Line) -> list[Occurrence]:
    """Return the occurrences that count in the order in which their settings are applied: later ones win."""
    chosen = (line.find(option.long) for option in OPTIONS if not option.repeats)
    return sorted((found for found in chosen if found), key=lambda found: found.option.overrules)


def _settings(line: Line) -> dict[str, object]:
    return {
        setting.path: setting.of(found.option.long, found.values)
        for found in effective_in_order(line)
        for setting in found.option.settings
    }


def _section(settings: Mapping[str, object], name: str) -> dict[str, Any]:
    """Return the settings that stand directly in one section of a recipe, by their last name."""
    start = f"{name}." if name else ""
    inside = {path.removeprefix(start): value for path, value in settings.items() if path.startswith(start)}
    return {path: value for path, value in inside.items() if "." not in path}


def _escaped(section: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the settings of a section in which some are texts with placeholders."""
    return {name: escape(value) if name in names else value for name, value in section.items()}


def _image_name(line: Line, number: int) -> str:
    """Return the name of an image; one that is `-` is a file of this name, not standard input."""
    name = line.arguments[line.parameters[number]]
    if not name:
        raise UsageError(f"Invalid parameter {PARAMETERS[0][0]}: the name of image {number + 1} is empty")
    return "./-" if name == "-" else name


def _output_name(line: Line) -> str:
    name = line.arguments[line.parameters[-1]]
    if not name:
        raise UsageError(f"Invalid parameter {PARAMETERS[1][0]}: the file name is empty")
    return escape(name)


def _places(line: Line) -> Places:
    """Return where the settings of the recipe stand in the command line."""
    quoted = QuotedLine(line.arguments)
    places: dict[Path, Place] = {(): quoted.whole()}
    for found in effective_in_order(line):
        for setting in found.option.settings:
            path: Path = tuple(setting.path.split("."))
            value = found.position + (1 + setting.argument if setting.read else 0)
            places[path] = quoted.place(value)
            places[*path, "#name"] = quoted.place(found.position)
            if len(path) > 2:
                places.setdefault(path[:-1], places[path])
                places.setdefault((*path[:-1], "#name"), places[*path, "#name"])
    for number, (found, _) in enumerate(keys_of(line)):
        position, argument = found.position + 1, found.values[0]
        end = len(argument.partition("=")[0])
        name = quoted.place(position, 0, end) if end else quoted.place(position)
        places["keys", number, "#name"] = name
        places["keys", number] = quoted.place(position, end + 1) if end + 1 < len(argument) else name
    *images, output = line.parameters
    places["inputs", "images"] = quoted.place(images[0])
    for number, position in enumerate(images):
        places["inputs", "images", number] = quoted.place(position)
    places["output",] = places["output", "file"] = quoted.place(output)
    return MappingProxyType(places)
