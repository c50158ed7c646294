"""Binding: completes one object whose sources are its own, as the compiler completes a whole plan."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.dataset import Dataset
from img2dcm_decl.attributes.dictionary import is_private
from img2dcm_decl.attributes.paths import EVERY_ITEM
from img2dcm_decl.attributes.representations import TEXT
from img2dcm_decl.compile.building import build_variants, encode_variants, to_variants, varying_of
from img2dcm_decl.compile.datasets import Ingredients
from img2dcm_decl.compile.dictionaries import load_dictionaries
from img2dcm_decl.compile.joined_study import OTHER_PATIENT, join_study
from img2dcm_decl.compile.kept import Kept
from img2dcm_decl.compile.keys import compile_keys, compile_removals
from img2dcm_decl.compile.numbering import fixed_texts
from img2dcm_decl.compile.object_texts import encode_texts, key_texts
from img2dcm_decl.compile.problems import Problems, Several
from img2dcm_decl.compile.run_time import plan_time
from img2dcm_decl.compile.source_names import own_sources, source_texts, sources_vary
from img2dcm_decl.compile.sources import read_sources
from img2dcm_decl.errors import ConversionError, RecipeError, one_line
from img2dcm_decl.iod.catalogue import load_profile
from img2dcm_decl.plan.model import Slot
from img2dcm_decl.recipe.model import Inference
from img2dcm_decl.recipe.placeholders import names_in, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from img2dcm_decl.compile.joined_study import JoinedStudy
    from img2dcm_decl.compile.keys import CompiledKey
    from img2dcm_decl.compile.object_texts import ObjectText
    from img2dcm_decl.plan.model import Element, PlannedObject, Variant
    from img2dcm_decl.recipe.model import Recipe, Sources

#: Objects that follow each other often have the same sources. Bytes of values, and some more for each element.
MOST_KEPT = 32 << 20
_SIZE_OF_ELEMENT = 400
_MOST_MESSAGES = 1
#: Objects of such recipes are counted, be there one or many of them: a binder knows no other object.
_MANY = 2


class Bound(NamedTuple):
    """A completed object, and what of its sources is to be noted."""

    planned: PlannedObject
    notes: tuple[str, ...]


class _Stock(NamedTuple):
    """What objects with the same sources share; which of their texts the character set governs, too."""

    variants: tuple[Variant, ...]
    texts: Sequence[ObjectText]
    governed: tuple[bool, ...]
    joined: JoinedStudy | None
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


class Binder:
    """Completes objects. It can be sent to other processes, where it reads the recipe's dictionaries anew.

    Parameters
    ----------
    recipe : Recipe
        The recipe that the objects are made by; it was compiled without errors.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._kept = Kept[_Stock](MOST_KEPT, _size)

    def __reduce__(self) -> tuple[type[Binder], tuple[Recipe]]:
        # Places are for messages about a text that its author has before him; other processes may be elsewhere.
        return Binder, (replace(self._recipe, folder=os.path.abspath(self._recipe.folder), places={}),)

    def __call__(self, planned: PlannedObject) -> PlannedObject:
        """Return an object with the variants and texts that its sources give.

        Raises
        ------
        ConversionError
            A source cannot be read or does not fit, or a value does not.
        """
        try:
            return self.bind(planned).planned
        except RecipeError as error:
            raise ConversionError(f"{planned.images[0]}: {_in_one_line(error)}") from None

    def bind(self, planned: PlannedObject) -> Bound:
        """Complete an object.

        Raises
        ------
        RecipeError
            All that is wrong with its sources and values, at the places of the recipe's settings.
        """
        problems = Problems(self._recipe)
        values: dict[str, str | int] = {**dict(planned.values), "index": planned.number}
        sources = own_sources(self._recipe, values, problems)
        problems.raise_any()
        stock = self._stock(sources, beyond_ascii=False)
        with Several(problems, "values", _MOST_MESSAGES) as several:
            texts = encode_texts(stock.texts, values, lambda: planned.images[0], several)
        problems.raise_any()
        if any(governed and not text.isascii() for governed, text in zip(stock.governed, texts, strict=True)):
            stock = self._stock(sources, beyond_ascii=True)
        texts = planned.texts + texts
        if stock.joined:
            if other := stock.joined.other_patient(values):
                problems.add(other, "sources", help=OTHER_PATIENT)
                problems.raise_any()
            texts = (*texts, stock.joined.series_text(texts))
        completed = planned._replace(texts=texts, variants=stock.variants, values=(), warnings=stock.warnings)
        return Bound(completed, stock.notes)

    def _stock(self, sources: Sources, *, beyond_ascii: bool) -> _Stock:
        make = partial(self._built, sources, beyond_ascii=beyond_ascii)
        return self._kept.get((sources, beyond_ascii), make)

    def _built(self, sources: Sources, *, beyond_ascii: bool) -> _Stock:
        problems = Problems(self._recipe)
        ingredients = self._ingredients
        recipe, multi_frame = replace(self._recipe, sources=sources), ingredients.profile.multi_frame
        base = read_sources(recipe, ingredients.dictionary, problems, multi_frame=multi_frame)
        problems.raise_any()  # what a source did not give is not to be missed
        built = build_variants(ingredients._replace(base=base), problems)
        terms = encode_variants(built, problems, beyond_ascii=beyond_ascii)
        problems.raise_any()
        varying = varying_of(built)
        fixed = fixed_texts(self._recipe, ingredients.keys)
        joined = join_study(base, built, varying, len(fixed) + len(varying))
        variants = to_variants(built)
        plan_time(recipe, variants, ingredients.dictionary, problems)
        problems.raise_any()
        texts = key_texts(self._recipe, varying, terms)
        governed = tuple(attribute.vr in TEXT for attribute in varying)
        return _Stock(variants, texts, governed, joined, problems.warnings, problems.notes)

    @cached_property
    def _ingredients(self) -> Ingredients:
        problems = Problems(self._recipe)
        recipe = self._recipe
        dictionary = load_dictionaries(recipe, problems)
        profile = load_profile(recipe.sop_class, recipe.folder)
        keys = compile_keys(recipe, dictionary, problems)
        removals = compile_removals(recipe, dictionary, problems)
        problems.raise_any()
        return Ingredients(recipe, profile, dictionary, Dataset(), keys, removals, _MANY)


def binder(recipe: Recipe) -> Binder | None:
    """Return what completes the objects of a recipe, or None where they are complete without."""
    return Binder(recipe) if sources_vary(recipe) else None


def binding_names(recipe: Recipe) -> frozenset[str]:
    """Return the names of the placeholders whose values the binding step needs."""
    texts = [*source_texts(recipe).values(), *(key.value for key in recipe.keys)]
    return frozenset(name for text in texts for name in names_in(parse(text)))


def without_sources(ingredients: Ingredients) -> Ingredients:
    """Return the ingredients of what can be said of a plan before its sources are read.

    Nothing is missed yet, and keys are left out that change what only a source can bring: every item of a sequence,
    and private attributes, which need their creator.
    """
    recipe = replace(ingredients.recipe, inference=Inference("leave", "leave"))
    keys = [key for key in ingredients.keys if not _needs_source(key)]
    return ingredients._replace(recipe=recipe, base=Dataset(), keys=keys)


def check_first(recipe: Recipe, first: PlannedObject, problems: Problems) -> None:
    """Complete the first object, so that what is wrong with all of them is found before any is written.

    Parameters
    ----------
    recipe : Recipe
        A recipe whose sources vary.
    first : PlannedObject
        The first of its objects.
    problems : Problems
        Gets what is wrong, and what is to be said of the sources.
    """
    try:
        bound = Binder(recipe).bind(first)
    except RecipeError as error:
        problems.add_error(error, "sources")
        return
    for warning in bound.planned.warnings:
        problems.warn(warning)
    for note in bound.notes:
        problems.note(note)


def _needs_source(key: CompiledKey) -> bool:
    return any(step.item == EVERY_ITEM or is_private(step.tag) for step in key.path.steps)


def _in_one_line(error: RecipeError) -> str:
    first, *others = error.diagnostics
    help_text = f" ({first.help})" if first.help else ""
    more = f" (and {len(others)} more)" if others else ""
    return one_line(f"{first.message}{help_text}{more}")


def _size(stock: _Stock) -> int:
    return sum(_size_of(variant.elements) for variant in stock.variants)


def _size_of(elements: Iterable[Element]) -> int:
    size = 0
    for element in elements:
        content = element.content
        size += _SIZE_OF_ELEMENT
        if isinstance(content, bytes):
            size += len(content)
        elif not isinstance(content, Slot):
            size += sum(_size_of(item.elements) for item in content)
    return size
