"""`init`: a first recipe for some images, which runs as it is."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING

from img2dcm_decl.cli.results import put, save
from img2dcm_decl.cli.streams import say, shown
from img2dcm_decl.compile.inputs import in_natural_order
from img2dcm_decl.errors import UsageError
from img2dcm_decl.iod.catalogue import profile_names
from img2dcm_decl.plan.model import ImageRules
from img2dcm_decl.recipe.model import ImageEntry, Inputs, Key, Output, Path, Recipe
from img2dcm_decl.recipe.placeholders import escape
from img2dcm_decl.recipe.write import write_recipe
from img2dcm_decl.run.looking import look_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MANY = 4
_EXTENSIONS = frozenset({".jpg", ".jpeg", ".jls", ".bmp"})
"""What names of images end in, in small or capital letters."""


def start(images: Sequence[str], file: str | None) -> int:
    """Write a starter recipe.

    Parameters
    ----------
    images : sequence of str
        The images, or folders of images; where there are none, the recipe's folder.
    file : str or None
        The recipe; None shows it, for the current folder.

    Raises
    ------
    UsageError
        There are no images in a folder.
    ImageError
        One of them cannot be converted.
    OutputError
        The file exists, or cannot be written.
    """
    folder = os.path.dirname(file) if file else ""
    found = [name for image in images or [folder or os.curdir] for name in _images_of(image)]
    for image in found:
        look_at(image, ImageRules())
    text = write_recipe(_recipe(found, folder or "."), comments=_comments())
    if file is None:
        put(text)
        return 0
    save(text, file)
    say(f"wrote {shown(file)}; next: img2dcm-decl plan {shown(file)}")
    return 0


def _images_of(name: str) -> list[str]:
    """Return the images in a folder; what is none stands for itself."""
    if not os.path.isdir(name):
        return [name]
    try:
        names = [found for found in os.listdir(name) if _is_image(found)]
    except OSError as error:
        raise UsageError(f"{shown(name)}: cannot be read: {error.strerror}") from None
    if not names:
        raise UsageError(f"there are no JPEG or BMP images in {shown(os.path.abspath(name))}; name some")
    return [os.path.join(name, found) for found in in_natural_order(sorted(names))]


def _is_image(name: str) -> bool:
    # Files that patterns do not find are none: macOS leaves some beside images, with their extensions.
    return os.path.splitext(name)[1].lower() in _EXTENSIONS and not name.startswith(".")


def _recipe(images: Sequence[str], folder: str) -> Recipe:
    names = [_relative(image, folder) for image in images]
    stems = {os.path.splitext(os.path.basename(name))[0].casefold() for name in names}
    output = "dicom/${image.stem}.dcm" if len(stems) == len(names) else "dicom/${image.stem}-${index}.dcm"
    return Recipe(
        inputs=Inputs(_entries(names, folder)),
        output=Output(output),
        title="My images",
        sop_class="secondary-capture",
        keys=(Key("PatientName"), Key("PatientID"), Key("StudyDate"), Key("StudyDescription")),
    )


def _entries(names: Sequence[str], folder: str) -> tuple[ImageEntry, ...]:
    """Return the images by name, or many by the patterns that find exactly them."""
    if len(names) >= _MANY:
        patterns = list(dict.fromkeys(_pattern(name) for name in names))
        if {name for pattern in patterns for name in glob.glob(pattern, root_dir=folder)} == set(names):
            return tuple(ImageEntry(escape(pattern)) for pattern in patterns)
    return tuple(ImageEntry(escape(name), exact=True) for name in dict.fromkeys(names))


def _pattern(name: str) -> str:
    parent, base = os.path.split(name)
    pattern = "*" + glob.escape(os.path.splitext(base)[1])
    return f"{glob.escape(parent)}/{pattern}" if parent else pattern


def _relative(image: str, folder: str) -> str:
    if os.path.isabs(image):
        return image
    try:
        return os.path.relpath(os.path.realpath(image), os.path.realpath(folder)).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return os.path.abspath(image)


def _comments() -> Mapping[Path, str]:
    return {
        (): "A recipe for img2dcm-decl: which images become which DICOM objects. It runs as it is:\n"
        "  img2dcm-decl plan FILE    shows what would be written\n"
        "  img2dcm-decl run FILE     writes it\n"
        "An editor that reads the schema named above explains every setting; what is left out has its default.",
        ("inputs",): "Patterns (photos/*.jpg) or exact names; every image becomes an object of its own, or with\n"
        "group_by: all a frame of one object.",
        (
            "keys",
        ): "sop_class says what kind of object is made. It is secondary-capture unless you choose another one of\n"
        f"{', '.join(profile_names())}:\n"
        "sop_class: vl-photographic\n\n"
        "What the images cannot say, by keyword or tag. What is empty here is written empty.",
        (
            "output",
        ): "Placeholders: ${image.stem}, ${image.name}, ${image.parent}, ${index}. A file that exists is an error;\n"
        "write {file: ..., existing: replace} or skip to have it otherwise.",
    }
