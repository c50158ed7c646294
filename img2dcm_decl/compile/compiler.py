"""`compile_recipe`: a recipe with every decision made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from img2dcm_decl.attributes.dataset import Dataset
from img2dcm_decl.compile.binding import binding_names, check_first, without_sources
from img2dcm_decl.compile.building import build_variants, declared_terms, encode_variants, to_variants, varying_of
from img2dcm_decl.compile.collisions import check_outputs
from img2dcm_decl.compile.datasets import Ingredients
from img2dcm_decl.compile.dictionaries import load_dictionaries
from img2dcm_decl.compile.joined_study import check_patients
from img2dcm_decl.compile.keys import compile_keys, compile_removals, is_certain, sop_instance_uid, warn_of_shared_uid
from img2dcm_decl.compile.log_rules import log_rules
from img2dcm_decl.compile.names import output_names
from img2dcm_decl.compile.numbering import plan_uid_rules
from img2dcm_decl.compile.object_texts import fixed_object_texts, key_texts, warn_of_texts
from img2dcm_decl.compile.planning import OwnValues, plan_objects
from img2dcm_decl.compile.problems import Problems
from img2dcm_decl.compile.recipe_files import record_of
from img2dcm_decl.compile.run_time import plan_time
from img2dcm_decl.compile.sharing import check_sharing
from img2dcm_decl.compile.source_names import sources_vary
from img2dcm_decl.compile.sources import read_sources
from img2dcm_decl.compile.subjects import find_subjects
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.iod.catalogue import load_profile
from img2dcm_decl.iod.model import Profile, VariantRule
from img2dcm_decl.plan.model import Encoding, ImageRules, Plan
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import parse
from img2dcm_decl.recipe.suggest import suggest

if TYPE_CHECKING:
    import io
    from collections.abc import Collection, Sequence

    from img2dcm_decl.compile.subjects import Subjects
    from img2dcm_decl.plan.model import Variant
    from img2dcm_decl.plan.objects import PackedObjects
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
    subjects = find_subjects(recipe, problems)
    outputs = output_names(recipe, subjects, problems)
    check_outputs(recipe, outputs, subjects, problems)
    bound = sources_vary(recipe)
    base = Dataset() if bound else read_sources(recipe, dictionary, problems, stdin, multi_frame=profile.multi_frame)
    keys = compile_keys(recipe, dictionary, problems)
    removals = compile_removals(recipe, dictionary, problems)
    ingredients = Ingredients(recipe, profile, dictionary, base, keys, removals, len(subjects))
    variants, objects = _contents(ingredients, subjects, outputs, problems, bound=bound)
    logging = log_rules(recipe, subjects.all_images, outputs, problems)
    time = plan_time(recipe, variants, dictionary, problems)
    problems.raise_any()
    if bound:
        check_first(recipe, objects[0], problems)
        problems.raise_any()
    plan = _plan(recipe, variants, objects, bound=bound)
    return plan._replace(logging=logging, time=time, warnings=problems.warnings, notes=problems.notes)


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


def _contents(
    ingredients: Ingredients, subjects: Subjects, outputs: Sequence[str], problems: Problems, *, bound: bool
) -> tuple[tuple[Variant, ...], PackedObjects]:
    """Return the variants, and the objects with what is their own."""
    recipe = ingredients.recipe
    built = build_variants(without_sources(ingredients) if bound else ingredients, problems)
    varying = [attribute for attribute in varying_of(built) if not bound or is_certain(attribute)]
    texts = key_texts(recipe, varying, declared_terms(built))
    warn_of_shared_uid(ingredients.keys, len(subjects), problems)
    fixed = fixed_object_texts(recipe, ingredients.keys)
    own = OwnValues(fixed, texts, sop_instance_uid(varying), binding_names(recipe) if bound else None)
    objects = plan_objects(recipe, subjects, outputs, own, problems)
    warn_of_texts(recipe, texts, problems)
    # Objects that are still to be bound will have character sets of their own.
    encode_variants(built, problems, beyond_ascii=not bound and any(text.beyond_ascii for text in texts))
    problems.raise_any()  # text that could not be encoded has no place in a plan
    if not bound:
        check_sharing(built, varying, len(fixed), objects, problems)
        check_patients(ingredients.base, built, varying, subjects, problems)
    return to_variants(built), objects


def _plan(recipe: Recipe, variants: tuple[Variant, ...], objects: PackedObjects, *, bound: bool) -> Plan:
    """Return a plan with the settings of a recipe in which nothing can be wrong any more."""
    return Plan(
        folder=recipe.folder,
        variants=variants,
        objects=objects,
        title=expand(parse(recipe.title), {}),
        images=_image_rules(recipe),
        encoding=_encoding(recipe),
        existing=recipe.output.existing,
        uids=plan_uid_rules(recipe),
        record=record_of(recipe),
        bound=bound,
    )


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
