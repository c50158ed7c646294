"""What placeholders refer to is there."""

from __future__ import annotations

import pytest

from img2dcm_decl.recipe.placeholders import PlaceholderError
from img2dcm_decl.recipe.references import SHOWN, Referable, referable


@pytest.mark.parametrize("text", ["", "$", "${image.stem}", "$${row.A}", "${row.A|x}", "${parameter.a:04}", "$$$$"])
def test_what_is_there_can_be_referred_to(text: str) -> None:
    Referable(table=True, parameters=("a",)).check(text)


@pytest.mark.parametrize(
    ("text", "offset", "length", "message"),
    [
        ("${row.A}", 0, 8, "there is no table"),
        ("$$${row.A b|c}", 2, 12, "there is no table"),
        ("${index} ${parameter.b:date(%Y)}", 9, 23, "no parameter named 'b'"),
        ("${parameter.a}${parameter.}", 14, 13, "no parameter named ''"),
    ],
)
def test_what_is_missing_is_said_at_its_place(text: str, offset: int, length: int, message: str) -> None:
    with pytest.raises(PlaceholderError, match=message) as caught:
        Referable(parameters=("a",)).check(text)
    assert (caught.value.offset, caught.value.length) == (offset, length)


@pytest.mark.parametrize(
    ("parameters", "advice"),
    [
        (("day", "site"), "did you mean '${parameter.site}'?"),
        (("day",), "the parameters are day"),
        ((), "declare it in the section 'parameters'"),
        ([f"p{number}" for number in range(1000)], f"p{SHOWN - 2} or p{SHOWN - 1}"),
    ],
)
def test_advice_names_the_parameters_that_there_are(parameters: list[str], advice: str) -> None:
    with pytest.raises(PlaceholderError) as caught:
        Referable(parameters=parameters).check("${parameter.sit}")
    assert caught.value.help.endswith(advice)


@pytest.mark.parametrize("wrong", [None, [], "text", 1])
def test_sections_that_are_wrong_declare_nothing(wrong: object) -> None:
    assert referable({"parameters": wrong}).parameters == ()
