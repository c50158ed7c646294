"""`compile_recipe`: a recipe with every decision made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.compile.building import build_variants, encode_variants, to_variants, varying_of
from img2dcm_decl.compile.datasets import Ingredients
from img2dcm_decl.compile.dictionaries import load_dictionaries
from img2dcm_decl.compile.inputs import image_groups
from img2dcm_decl.compile.keys import compile_keys, compile_removals, encode_values, object_values
from img2dcm_decl.compile.log_rules import log_rules
from img2dcm_decl.compile.names import output_names, placeholder_values
from img2dcm_decl.compile.problems import Problems
from img2dcm_decl.compile.sources import read_sources
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.iod.catalogue import load_profile
from img2dcm_decl.iod.model import Profile, VariantRule
from img2dcm_decl.plan.model import Encoding, ImageRules, Plan, PlannedObject
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    import io
    from collections.abc import Collection, Mapping, Sequence

    from img2dcm_decl.plan.model import Variant
    from img2dcm_decl.recipe.model import Recipe


#: Stands in for a profile that could not be loaded, so that the keys are checked all the same.
_UNKNOWN = Profile("", "", "", (VariantRule(sop_class="0"),))


def compile_recipe(recipe: Recipe, formats: Collection[str], stdin: io.BufferedReader | None = None) -> Plan:
    """Compile a recipe.

    Reads the files that the recipe names as sources and lists those that it names as images; opens no image and
    writes nothing.

    Parameters
    ----------
    recipe : Recipe
        What to compile; its paths are relative to its folder.
    formats : collection of str
        Names of the image formats that the run half reads.
    stdin : buffered binary file or None
        What a source named `-` is read from.

    Returns
    -------
    Plan
        All that a run needs besides the images.

    Raises
    ------
    RecipeError
        Everything that is wrong with the recipe, each at its place.
    """
    problems = Problems(recipe)
    _check_format(recipe, formats, problems)
    dictionary = load_dictionaries(recipe, problems)
    profile = _profile(recipe, problems)
    groups = image_groups(recipe, problems)
    values = [placeholder_values(recipe.folder, images, number) for number, images in enumerate(groups, 1)]
    outputs = output_names(recipe, groups, values, problems)
    ingredients = Ingredients(
        recipe,
        profile,
        dictionary,
        read_sources(recipe, dictionary, problems, stdin, multi_frame=profile.multi_frame),
        compile_keys(recipe, dictionary, problems),
        compile_removals(recipe, dictionary, problems),
        len(groups),
    )
    variants, texts = _variants(ingredients, values, problems)
    logging = log_rules(recipe, groups, outputs, problems)
    problems.raise_any()
    return Plan(
        folder=recipe.folder,
        variants=variants,
        objects=tuple(
            PlannedObject(images, output, number, row)
            for number, (images, output, row) in enumerate(zip(groups, outputs, texts, strict=True), 1)
        ),
        title=recipe.title,
        images=_image_rules(recipe),
        encoding=_encoding(recipe),
        existing=recipe.output.existing,
        logging=logging,
        warnings=problems.warnings,
        notes=problems.notes,
    )


def _check_format(recipe: Recipe, formats: Collection[str], problems: Problems) -> None:
    known = ("auto", *formats)
    if recipe.inputs.format not in known:
        meant = suggest(recipe.inputs.format, known)
        help_text = f"did you mean '{meant}'?" if meant else f"formats: {', '.join(known)}"
        problems.add(f"unknown image format '{recipe.inputs.format}'", "inputs", "format", help=help_text)


def _profile(recipe: Recipe, problems: Problems) -> Profile:
    try:
        return load_profile(recipe.sop_class, recipe.folder)
    except RecipeError as error:
        problems.add_error(error, "sop_class")
        return _UNKNOWN


def _variants(
    ingredients: Ingredients, values: Sequence[Mapping[str, str | int]], problems: Problems
) -> tuple[tuple[Variant, ...], list[tuple[bytes, ...]]]:
    """Return the variants, and for each object the encoded values that are its own."""
    built = build_variants(ingredients, problems)
    varying = varying_of(built)
    rows = object_values(varying, values, ingredients.recipe, problems)
    beyond_ascii = any(isinstance(value, str) and not value.isascii() for row in rows for value in row)
    terms = encode_variants(built, problems, beyond_ascii=beyond_ascii)
    texts = encode_values(rows, varying, terms, problems)
    problems.raise_any()  # text that could not be encoded has no place in a plan
    return to_variants(built), texts


def _image_rules(recipe: Recipe) -> ImageRules:
    jpeg = recipe.inputs.jpeg
    return ImageRules(
        recipe.inputs.format, jpeg.progressive, jpeg.extended, jpeg.jfif, jpeg.app_segments, jpeg.comments
    )


def _encoding(recipe: Recipe) -> Encoding:
    rules = recipe.encoding
    return Encoding(
        rules.file_format, rules.group_length, rules.sequence_length, rules.padding.file, rules.padding.item
    )
