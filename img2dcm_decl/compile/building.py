"""The variants of a plan: a dataset for each alternative of the IOD profile, and its text encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.problems import AttributeProblem, CharacterSetError
from img2dcm_decl.attributes.text import SPECIFIC_CHARACTER_SET, UNICODE, declared, encode_text
from img2dcm_decl.compile.datasets import build_dataset
from img2dcm_decl.compile.elements import to_elements
from img2dcm_decl.compile.variants import alternatives, to_conditions
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Variant
from img2dcm_decl.plan.tags import PIXEL_DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.compile.datasets import Ingredients
    from img2dcm_decl.compile.keys import Varying
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.iod.model import VariantRule

_PIXELS_GIVEN = "a key gives PixelData, which it cannot where the image is compressed"


class Built(NamedTuple):
    """A variant that is put together.

    Attributes
    ----------
    rule : VariantRule
        When it holds, and why it is refused if it is.
    dataset : Dataset
        Its attributes.
    varying : sequence of Varying
        Those that vary by object: the same in each variant that is not refused, because keys address them, and keys
        are applied to all variants alike.
    """

    rule: VariantRule
    dataset: Dataset
    varying: Sequence[Varying] = ()


def build_variants(ingredients: Ingredients, problems: Problems) -> list[Built]:
    """Return the variants of a profile, without those that cannot be; their text is not encoded yet."""
    pixels = [key for key in ingredients.keys if key.sets(PIXEL_DATA)]
    # Where every image is a JPEG the key itself is wrong, at its place; else the image tells.
    refusal = _PIXELS_GIVEN if any(key.parts for key in pixels) and ingredients.recipe.inputs.format != "jpeg" else ""
    try:
        rules = list(alternatives(ingredients.profile, by_compression=bool(pixels), refuse_compressed=refusal))
    except RecipeError as error:
        problems.add_error(error, "sop_class")
        return []
    return [built for rule in rules if (built := _build(ingredients, rule, problems))]


def varying_of(built: Sequence[Built]) -> Sequence[Varying]:
    """Return the attributes that vary by object: the text of number n belongs to the n-th behind the fixed texts."""
    return next((made.varying for made in built if not made.rule.refuse), ())


def declared_terms(built: Sequence[Built]) -> tuple[str, ...]:
    """Return the Specific Character Set that datasets declare, by the first of them; `("",)` is none."""
    datasets = [made.dataset for made in built if not made.rule.refuse]
    return (declared(datasets[0]) if datasets else None) or ("",)


def encode_variants(built: Sequence[Built], problems: Problems, *, beyond_ascii: bool = False) -> tuple[str, ...]:
    """Encode the text of all datasets, in place.

    Parameters
    ----------
    built : sequence of Built
        The variants.
    problems : Problems
        Gets text that cannot be encoded.
    beyond_ascii : bool
        Whether objects have text of their own that needs more than ASCII.

    Returns
    -------
    tuple of str
        The Specific Character Set that text of single objects is to be encoded in.
    """
    datasets = [made.dataset for made in built if not made.rule.refuse]
    for dataset in datasets:
        _encode_text(dataset, beyond_ascii, problems)
    return declared_terms(built)


def to_variants(built: Sequence[Built]) -> tuple[Variant, ...]:
    """Return variants whose text is encoded as a plan has them."""
    return tuple(
        Variant(to_conditions(made.rule.when), made.rule.refuse, () if made.rule.refuse else to_elements(made.dataset))
        for made in built
    )


def _build(ingredients: Ingredients, rule: VariantRule, problems: Problems) -> Built | None:
    """Return a variant, or None where the profile asks for what cannot be."""
    if rule.refuse:
        return Built(rule, Dataset())
    try:
        return Built(rule, *build_dataset(ingredients, rule, problems))
    except AttributeProblem as problem:
        message = f"IOD profile {ingredients.recipe.sop_class}: {problem.message}"
        problems.add(message, "sop_class", help=problem.help)
        return None


def _encode_text(dataset: Dataset, beyond_ascii: bool, problems: Problems) -> None:
    """Encode the text of a dataset in a character set that the texts of single objects fit as well."""
    undeclared = declared(dataset) is None
    if undeclared and beyond_ascii:
        dataset.put(Attribute(SPECIFIC_CHARACTER_SET, "CS", UNICODE.encode(), "key"))
    try:
        for warning in encode_text(dataset):
            problems.warn(warning)
    except CharacterSetError as error:
        problems.add(str(error), "keys")
    if undeclared and declared(dataset):
        problems.note(f"Specific Character Set (0008,0005) is set to {UNICODE}: the text needs it")
