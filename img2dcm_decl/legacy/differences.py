"""Where the object that we write for a command line differs from the one that img2dcm would write.

Only what the arguments alone tell; what depends on the images is told by the conversion. The lines become comments
in a translated recipe, beside the setting that they are about.
"""

from __future__ import annotations

from itertools import chain
from textwrap import fill
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.keynames import Attribute, names, tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from img2dcm_decl.legacy.invocation import Invocation
    from img2dcm_decl.recipe.model import Key, Path, Recipe

MODALITY = Attribute("Modality", 0x00080060)
PIXEL_DATA = Attribute("PixelData", 0x7FE00010)
LATERALITY = (
    Attribute("Laterality", 0x00200060),
    Attribute("ImageLaterality", 0x00200062),
    Attribute("FrameLaterality", 0x00209072),
    Attribute("MeasurementLaterality", 0x00240113),
    Attribute("BodyPartExamined", 0x00180015),
)
GENERATED = (
    Attribute("SOPInstanceUID", 0x00080018),
    Attribute("StudyInstanceUID", 0x0020000D),
    Attribute("SeriesInstanceUID", 0x0020000E),
)
TYPE_1 = (
    Attribute("SOPClassUID", 0x00080016),
    Attribute("SamplesPerPixel", 0x00280002),
    Attribute("PhotometricInterpretation", 0x00280004),
    Attribute("Rows", 0x00280010),
    Attribute("Columns", 0x00280011),
    Attribute("BitsAllocated", 0x00280100),
    Attribute("BitsStored", 0x00280101),
    Attribute("HighBit", 0x00280102),
    Attribute("PixelRepresentation", 0x00280103),
)
FORBIDDEN_GROUPS = (0x0000, 0x0002, 0xFFFE)
WIDTH = 100
WITH_FRAMES = ("multiframe-secondary-capture", "ophthalmic-photography")
WITHOUT_MODALITY = ("secondary-capture", "multiframe-secondary-capture")

Found = tuple["Path", str]


def notes(invocation: Invocation) -> Mapping[Path, str]:
    """Return what to say about the settings of a translated recipe.

    Parameters
    ----------
    invocation : Invocation
        A command line, understood.

    Returns
    -------
    mapping of path to str
        Lines of text by paths as in `Recipe.places`: `("encoding", "padding")`; a key by its position,
        `("keys", 3)`. `recipe.write.write_recipe` takes them as comments. Empty where there is no recipe.
    """
    recipe = invocation.recipe
    if recipe is None:
        return {}
    said: dict[Path, str] = {}
    for path, text in (*chain.from_iterable(source(recipe) for source in _SOURCES), *_logging(invocation)):
        lines = fill(text, WIDTH)
        said[path] = f"{said[path]}\n{lines}" if path in said else lines
    return said


def _padding(recipe: Recipe) -> Iterator[Found]:
    if recipe.encoding.padding.file or recipe.encoding.padding.item:
        yield ("encoding", "padding"), "img2dcm 3.7.0 accepts --padding-create and pads nothing; here it pads."


def _sop_class(recipe: Recipe) -> Iterator[Found]:
    if recipe.sop_class in WITHOUT_MODALITY and not _sets(recipe, MODALITY):
        yield ("sop_class",), "Modality becomes OT where nothing else gives it (type 1); img2dcm leaves it out."
    if recipe.sop_class == "ophthalmic-photography" and recipe.inference.missing_type1 == "invent":
        yield (
            ("inference",),
            "An invented Anatomic Region has code value 81745001 and meaning Eye; img2dcm swaps the two.",
        )
        yield ("inference",), "Invented times have seconds; img2dcm stops at minutes."


def _laterality(recipe: Recipe) -> Iterator[Found]:
    if recipe.inference.missing_type2 == "insert" and not _sets(recipe, *LATERALITY):
        yield (
            ("inference",),
            "Laterality is inserted empty where nothing tells the side or body part (type 2C); img2dcm leaves it out.",
        )


def _sources(recipe: Recipe) -> Iterator[Found]:
    sources = recipe.sources
    if sources.template is not None:
        timing = sources.template.format == "dicom" or recipe.sop_class not in WITH_FRAMES
        yield (
            ("sources", "template"),
            f"More of the template's own picture is removed than by img2dcm: frame {'and timing ' if timing else ''}"
            "attributes, offset tables, icon, lossy compression history, palettes, padding values, functional groups, "
            "signatures.",
        )
        if sources.template.format == "xml":
            yield (
                ("sources", "template"),
                "Hidden values (as dcm2xml writes them) are accepted where the attribute is removed anyway; "
                "img2dcm refuses the file.",
            )
    for level, file in (("study", sources.study), ("series", sources.series)):
        if file is not None:
            yield ("sources", level), "Values with several components are copied whole; img2dcm copies the first."
            yield (
                ("sources", level),
                f"An empty {level.capitalize()} Instance UID in this file is an error; img2dcm goes on.",
            )
            yield (
                ("sources", level),
                "All components of Specific Character Set count, and only what is copied is converted.",
            )
    if sources.characters == "transliterate":
        yield ("sources", "characters"), "What has a similar spelling gets it; img2dcm writes question marks."


def _images(recipe: Recipe) -> Iterator[Found]:
    inputs = recipe.inputs
    frames = len(inputs.images)
    if inputs.format == "jpeg" and inputs.jpeg.app_segments == "keep":
        yield ("inputs", "jpeg", "app_segments"), "JFIF segments are removed all the same; img2dcm keeps them."
    if inputs.format == "jpeg" and frames > 1:
        yield (
            ("inputs", "images"),
            "All frames must have one transfer syntax, and the object is lossy if one of them is; "
            "img2dcm looks at the first frame for the one and at the last for the other.",
        )
        if inputs.jpeg != type(inputs.jpeg)():
            yield ("inputs", "jpeg"), "This holds for every frame; img2dcm applies it to the first only."


def _uids(recipe: Recipe) -> Iterator[Found]:
    if not all(_sets(recipe, uid) for uid in GENERATED):
        yield ("uids",), "Generated UIDs stand under 2.25 (PS3.5 B.2); img2dcm's under the root of DCMTK."


def _dictionaries(recipe: Recipe) -> Iterator[Found]:
    if recipe.dictionaries:
        yield (
            ("dictionaries",),
            "From DCMDICTPATH. They add to the built-in dictionary; img2dcm reads nothing but them.",
        )


def _keys(recipe: Recipe) -> Iterator[Found]:
    for number, key in enumerate(recipe.keys):
        for text in _key(key, recipe):
            yield ("keys", number), text


def _key(key: Key, recipe: Recipe) -> Iterator[str]:
    tag = tag_of(key)
    if tag is not None and "[" not in key.path and (tag >> 16 in FORBIDDEN_GROUPS or tag & 0xFFFF == 0):
        yield "This is refused: an attribute of this group, or a group length, would make the file unreadable."
    if names(key, PIXEL_DATA) and key.value and recipe.inputs.format == "jpeg":
        yield "This is refused: compressed Pixel Data cannot be set; img2dcm crashes."
    if not key.value and recipe.inference.missing_type1 == "invent":
        if any(names(key, attribute) for attribute in GENERATED):
            yield "An empty UID is generated anew; img2dcm writes it empty."
        elif any(names(key, attribute) for attribute in TYPE_1):
            yield "This is refused: a type 1 attribute cannot be empty (PS3.5 7.4.1); img2dcm writes it empty."
    if not key.value.isascii():
        yield (
            "The text is encoded in the object's Specific Character Set, ISO_IR 192 where it has none; "
            "img2dcm writes the bytes of the shell."
        )


def _logging(invocation: Invocation) -> Iterator[Found]:
    if invocation.log_config is not None:
        yield ("logging",), "What the log4cplus settings file says has no place here: choose level, file and format."


def _sets(recipe: Recipe, *attributes: Attribute) -> bool:
    return any(names(key, attribute) and key.value for key in recipe.keys for attribute in attributes)


_SOURCES: tuple[Callable[[Recipe], Iterable[Found]], ...] = (
    _images,
    _sources,
    _sop_class,
    _laterality,
    _keys,
    _uids,
    _padding,
    _dictionaries,
)
