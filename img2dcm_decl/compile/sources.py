"""The attributes that a recipe's sources give: template, study or series, and the instance number counted on."""

from __future__ import annotations

import io
import os
import re
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Literal, cast

from img2dcm_decl.attributes.cleanup import FRAME_TIMING, clean_template
from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dicom_template import read_dicom
from img2dcm_decl.attributes.problems import CharacterSetError, TemplateError
from img2dcm_decl.attributes.study_source import INSTANCE_NUMBER, join
from img2dcm_decl.attributes.template_file import read_template
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.locations import STDIO, open_input
from img2dcm_decl.plan.locations import join as located
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from img2dcm_decl.attributes.dictionary import Dictionary
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.recipe.model import Recipe, TemplateSource

_INTEGER = re.compile(r"[+-]?[0-9]{1,11}")  # IS, PS3.5 section 6.2
_LARGEST = 2**31 - 1


def read_sources(
    recipe: Recipe,
    dictionary: Dictionary,
    problems: Problems,
    stdin: io.BufferedReader | None = None,
    *,
    multi_frame: bool = False,
) -> Dataset:
    """Return what a recipe's sources give, without what a template says of its own pixel data.

    Parameters
    ----------
    recipe : Recipe
        Names the sources, without placeholders.
    dictionary : Dictionary
        Gives the value representations that a source leaves out.
    problems : Problems
        Gets what is wrong, and what a person should know.
    stdin : buffered binary file or None
        What a source named `-` is.
    multi_frame : bool
        Whether the new object has the Multi-frame module.
    """
    return _Sources(recipe, dictionary, problems, stdin, multi_frame).read()


class _Sources:
    def __init__(
        self,
        recipe: Recipe,
        dictionary: Dictionary,
        problems: Problems,
        stdin: io.BufferedReader | None,
        multi_frame: bool,
    ) -> None:
        self._folder = recipe.folder
        self._given = recipe.sources
        self._dictionary = dictionary
        self._problems = problems
        self._stdin = stdin
        self._multi_frame = multi_frame
        self._dataset = Dataset()
        self._failed = False

    def read(self) -> Dataset:
        given = self._given
        if given.template is not None:
            with self._reported("template"):
                self._take_template(given.template)
        if given.study is not None:
            with self._reported("study"):
                self._join("study", given.study)
        if given.series is not None:
            with self._reported("series"):
                self._join("series", given.series)
        if given.increment_instance_number and not self._failed:
            _increment(self._dataset, self._problems)
        return self._dataset

    @contextmanager
    def _reported(self, setting: str) -> Iterator[None]:
        """Add what goes wrong with a source to the problems, and go on: all of it is said at once."""
        what = "template" if setting == "template" else f"{setting} source"
        try:
            yield
        except CharacterSetError as error:
            advice = "sources.characters says what becomes of such characters: transliterate or discard"
            self._problems.add(f"{what} {error}", "sources", setting, help=advice)
        except TemplateError as error:
            self._problems.add(f"{what} {error}", "sources", setting)
        except RecipeError as error:
            self._problems.add_error(error, "sources", setting)
        except OSError as error:
            self._problems.add(f"{what} cannot be read: {error.strerror or error}", "sources", setting)
        else:
            return
        self._failed = True

    def _take_template(self, template: TemplateSource) -> None:
        name = _named(template.file)
        folder = os.path.dirname(located(self._folder, name)) or "."
        with self._open(name) as opened:
            read = read_template(
                opened,
                name,
                self._dictionary,
                folder=folder,
                format=template.format,
                validate=template.validate,
                check_namespace=template.check_namespace,
            )
        self._dataset = read.dataset
        keep = FRAME_TIMING if self._multi_frame and read.format != "dicom" else ()
        cleaned = clean_template(self._dataset, keep)
        for note in (*read.notes, *cleaned.removals):
            self._problems.note(note)
        if cleaned.warning:
            self._problems.warn(cleaned.warning)

    def _join(self, level: Literal["study", "series"], text: str) -> None:
        file = _named(text)
        with self._open(file) as opened:
            read = read_dicom(opened, file, self._dictionary, origin=f"{level} source")
        for note in read.notes:
            self._problems.note(f"{file}: {note}")
        given = self._given
        try:
            join(
                self._dataset,
                read.dataset,
                level,
                mode=given.characters,
                instance_number=given.increment_instance_number,
            )
        except (CharacterSetError, TemplateError) as error:
            raise type(error)(f"{file}: {error}") from None

    def _open(self, file: str) -> AbstractContextManager[io.BufferedReader]:
        if file == STDIO:
            if self._stdin is None:
                raise TemplateError("-: standard input is not available here; name a file")
            return nullcontext(self._stdin)
        try:
            return io.BufferedReader(cast("io.RawIOBase", open_input(located(self._folder, file))))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise TemplateError(f"{file}: cannot be read: {reason}") from None


def _named(text: str) -> str:
    """Return the name that a setting stands for; those of single objects have their placeholders filled in."""
    return expand(parse(text), {})


def instance_number(dataset: Dataset) -> int | None:
    """Return the Instance Number of a dataset, or None where there is no single number."""
    attribute = dataset.get(INSTANCE_NUMBER)
    text = attribute.content.decode("latin-1").strip() if attribute and isinstance(attribute.content, bytes) else ""
    return int(text) if _INTEGER.fullmatch(text) else None


def _increment(dataset: Dataset, problems: Problems) -> None:
    attribute, number = dataset.get(INSTANCE_NUMBER), instance_number(dataset)
    if attribute is None or number is None or number >= _LARGEST:
        problems.add(
            "there is no Instance Number in the sources that could be incremented",
            "sources",
            "increment_instance_number",
            help="give one in the template, or set InstanceNumber under keys",
        )
        return
    dataset.put(Attribute(INSTANCE_NUMBER, "IS", str(number + 1).encode(), attribute.origin))
