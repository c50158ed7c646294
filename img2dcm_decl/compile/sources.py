"""The attributes that a recipe's sources give: the template, and the instance number counted on from it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.cleanup import clean_template
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dicom_template import read_dicom
from img2dcm_decl.attributes.problems import TemplateError

if TYPE_CHECKING:
    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe

INSTANCE_NUMBER = 0x00200013
_LARGEST = 2**31 - 1  # IS, PS3.5 section 6.2


def read_sources(recipe: Recipe, dictionary: Dictionary, problems: Problems) -> Dataset:
    """Return what a recipe's sources give, without what a template says of its own pixel data."""
    dataset = Dataset()
    template = recipe.sources.template
    if template is not None and template.format in ("auto", "dicom"):
        path = os.path.join(recipe.folder, template.file)
        try:
            read = read_dicom(path, template.file, dictionary)
        except TemplateError as error:
            problems.add(f"template {error}", "sources", "template")
            return dataset
        dataset = read.dataset
        cleaned = clean_template(dataset)
        for note in (*read.notes, *cleaned.removals, cleaned.warning):
            if note:
                problems.note(note)
    if recipe.sources.increment_instance_number:
        _increment(dataset, problems)
    return dataset


def _increment(dataset: Dataset, problems: Problems) -> None:
    attribute = dataset.get(INSTANCE_NUMBER)
    text = attribute.content.decode("latin-1").strip() if attribute and isinstance(attribute.content, bytes) else ""
    digits = text.removeprefix("+").removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 10 or int(text) >= _LARGEST:
        problems.add(
            "there is no Instance Number in the sources that could be incremented",
            "sources",
            "increment_instance_number",
            help="give one in the template, or set InstanceNumber under keys",
        )
        return
    dataset.put(Attribute(INSTANCE_NUMBER, "IS", str(int(text) + 1).encode(), "template"))
