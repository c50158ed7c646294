"""Profiles are split into variants in each of which every condition is decided; absurd profiles are refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from img2dcm_decl.compile.variants import MOST_CONDITIONS, NATIVE, alternatives, holds
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.iod.model import Profile, Value, VariantRule, Write

Facts = Mapping[str, tuple[str | int, ...]]
GRAY: Facts = {"samples_per_pixel": (1,)}
MANY: Facts = {"frames": ("many",)}


def profile(*conditions: Facts, rules: tuple[VariantRule, ...] = (VariantRule("1.2"),)) -> Profile:
    return Profile("site", "", "", rules, tuple(Write("PatientComments", Value("x"), when=when) for when in conditions))


@pytest.mark.parametrize(
    ("conditions", "split"),
    [
        ((), [{}]),
        ((GRAY,), [GRAY, {}]),
        ((GRAY, GRAY), [GRAY, {}]),
        ((GRAY, MANY), [{**GRAY, **MANY}, GRAY, MANY, {}]),
    ],
)
def test_each_condition_splits_a_variant_the_special_one_first(conditions: list[Facts], split: list[Facts]) -> None:
    assert [dict(rule.when) for rule in alternatives(profile(*conditions))] == split


@pytest.mark.parametrize("when", [GRAY, {"samples_per_pixel": (3,)}])
def test_a_condition_that_a_variant_decides_does_not_split_it(when: Facts) -> None:
    rules = (VariantRule("1.2", when=when),)
    assert list(alternatives(profile(GRAY, rules=rules))) == list(rules)


def test_a_refusal_is_not_split() -> None:
    rules = (VariantRule(refuse="no"),)
    assert list(alternatives(profile(GRAY, rules=rules))) == list(rules)


def test_compressed_images_are_refused_where_their_pixels_are_given() -> None:
    native, compressed = alternatives(profile(), by_compression=True, refuse_compressed="no")
    assert (holds(NATIVE, native.when), native.refuse, compressed.refuse) == (True, "", "no")


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ([{"photometric_interpretation": (f"A{n}", "B")} for n in range(MOST_CONDITIONS)], "more than 256 variants"),
        ([{"photometric_interpretation": (f"A{n}",)} for n in range(1200)], "more than 64 different conditions"),
    ],
)
def test_profiles_whose_combinations_are_countless_are_refused(conditions: list[Facts], message: str) -> None:
    with pytest.raises(RecipeError, match=f"IOD profile site: .* {message}"):
        list(alternatives(profile(*conditions)))
