"""Parameters of recipes: their types, where their values go, and what is said about wrong ones."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from img2dcm_decl.diagnostics import Place
from img2dcm_decl.errors import Img2dcmError, RecipeError, UsageError
from img2dcm_decl.recipe.expressions import LONGEST_MATCHED, is_quick
from img2dcm_decl.recipe.model import (
    ImageEntry,
    Inference,
    Inputs,
    Key,
    Output,
    Parameter,
    Recipe,
    Sources,
    Table,
    TemplateSource,
    Uids,
)
from img2dcm_decl.recipe.parameter_mistakes import Given
from img2dcm_decl.recipe.parameter_types import LONGEST_VALUE, wrong_value
from img2dcm_decl.recipe.parameters import missing, resolve, without_missing
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import parse
from img2dcm_decl.recipe.read import read_recipe

SITE = Parameter("site", description="Hospital site")
ROOT = Parameter("root", type="path")


def recipe(*parameters: Parameter, file: str = "x.dcm", value: str = "", **others: object) -> Recipe:
    plain = Recipe(Inputs((ImageEntry("*.jpg"),)), Output(file), parameters=parameters, keys=(Key("PatientID", value),))
    return replace(plain, **others)  # type: ignore[arg-type]


def mistakes(caught: BaseException) -> list[str]:
    if isinstance(caught, ExceptionGroup):
        return [message for inner in caught.exceptions for message in mistakes(inner)]
    assert isinstance(caught, Img2dcmError)
    return str(caught).split("\n  = help")[:1]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("string", ["", "x y", "\n"], ["x" * (LONGEST_VALUE + 1), "\udcff"]),
        ("integer", ["0", "-1", "+007"], ["1.0", "1e3", "٣", " 1", "9" * 41]),
        ("number", ["0", "-1.5", ".5", "1.", "1e-3"], ["nan", "inf", "1,5", "0x1"]),
        ("boolean", ["true", "false"], ["True", "1", "yes"]),
        ("date", ["2026-01-31"], ["2026-02-30", "20260131", "31.01.2026", "2026-01-31T00:00"]),
        ("path", ["a/../b", "/a", "C:\\a", "\udcff"], ["a\0b"]),
    ],
)
def test_values_fit_their_type(kind: str, good: list[str], bad: list[str]) -> None:
    parameter = replace(SITE, type=kind)  # type: ignore[arg-type]
    assert [wrong_value(parameter, text) for text in good] == [""] * len(good)
    assert all(wrong_value(parameter, text) for text in bad)


def test_values_go_wherever_placeholders_are() -> None:
    text = "${parameter.site}"
    name = "a$b"
    full = recipe(
        SITE,
        file=f"out/{text}/${{image.stem}}.dcm",
        value=f"{text}-${{index:03}}",
        title=text,
        inputs=Inputs((ImageEntry(f"in/{text}/*.jpg"), ImageEntry(text, index=True)), exclude=(text,), group_by=text),
        table=Table(f"{text}.csv", "ID", key=f"{text}${{image.name}}"),
        sources=Sources(TemplateSource(text), study=text),
        uids=Uids(key=text, facts=(text,), study=text, series=text, frame_of_reference=text, instance_number=text),
    )
    full = replace(full, output=replace(full.output, record=f"{text}.jsonl"))
    made = resolve(full, {"site": name})
    assert "parameter." not in repr(made)
    assert made == resolve(made, {})
    assert made.output.file == "out/a$$b/${image.stem}.dcm"
    assert made.keys[0].value == "a$$b-${index:03}"
    assert expand(parse(made.title), {}) == name
    assert made.table is not None
    assert (made.table.file, made.table.key) == ("a$$b.csv", "a$$b${image.name}")
    assert made.sources == Sources(TemplateSource("a$$b"), study="a$$b")
    assert set(made.uids.facts) == {made.uids.key, made.uids.study, made.uids.series, "a$$b"}
    assert made.inputs.exclude == ("a$$b",)


@given(st.text())
def test_a_value_in_a_key_is_literal_or_refused(value: str) -> None:
    try:
        made = resolve(recipe(SITE, value="-${parameter.site}-"), {"site": value})
    except UsageError:
        assert "\\" in value
    else:
        assert expand(parse(made.keys[0].value), {}) == f"-{value}-"


@given(st.text(alphabet="ab./\\$*\0\n"), st.text(alphabet="ab./\\*"))
def test_a_value_never_changes_the_folders_of_an_output(first: str, second: str) -> None:
    parameters = (SITE, Parameter("other"))
    pattern = "out/${parameter.site}${parameter.other}/y"
    try:
        made = resolve(recipe(*parameters, file=pattern), {"site": first, "other": second})
    except (UsageError, ExceptionGroup):
        return
    names = expand(parse(made.output.file), {}).split("/")
    assert names == ["out", first + second, "y"]
    assert first + second not in ("", ".", "..")
    assert "\\" not in first + second


@pytest.mark.parametrize(
    ("file", "value", "message"),
    [
        ("out/${parameter.site}.dcm", "a/b", "only a parameter of type path can lead into other folders"),
        ("out/${parameter.site}.dcm", "a\\b", "only a parameter of type path"),
        ("out/${parameter.site}.dcm", "a\tb", "control characters"),
        ("out/${parameter.site}/x", "..", "'..' is not enough for a name in output.file"),
        ("out/.${parameter.site}/x", ".", "'.' is not enough for a name"),
        ("out/${parameter.site}/x", "", "'' is not enough for a name"),
        ("${parameter.site:date(%Y-%m-%d)}/x", "31.1.2020", "not a date of the form %Y-%m-%d, which ${parameter.site"),
    ],
)
def test_what_does_not_fit_a_path_is_said(file: str, value: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(recipe(SITE, file=file), {"site": value})
    assert str(caught.value).startswith("parameter 'site' (Hospital site): ")
    assert message in str(caught.value)
    assert str(caught.value).endswith("(give it as --set site=VALUE)")


@pytest.mark.parametrize(
    ("file", "value", "made"),
    [
        ("out${parameter.site}.dcm", "", "out.dcm"),
        ("out/${parameter.site|all}/x.dcm", "", "out/all/x.dcm"),
        ("out/${parameter.site|a/b}/x.dcm", " ", "out/a/b/x.dcm"),
        ("${parameter.site:date(%Y-%m-%d)}/x", "2020-01-31", "20200131/x"),
        ("${parameter.site:04}.dcm", "7", "0007.dcm"),
        ("${parameter.site}.dcm", "..a", "..a.dcm"),
    ],
)
def test_values_in_outputs(file: str, value: str, made: str) -> None:
    assert resolve(recipe(SITE, file=file), {"site": value}).output.file == made


def test_values_in_patterns_are_no_patterns() -> None:
    images = (ImageEntry("in/${parameter.site}-*.jpg"), ImageEntry("${parameter.site|*}/[ab].jpg"))
    with_pattern = recipe(SITE, inputs=Inputs(images, exclude=("${parameter.site}*",)))
    made = resolve(with_pattern, {"site": "[a]*"}).inputs
    assert [entry.pattern for entry in made.images] == ["in/[[]a][*]-*.jpg", "[[]a][*]/[ab].jpg"]
    assert made.exclude == ("[[]a][*]*",)
    assert resolve(with_pattern, {}).inputs.images[1].pattern == "*/[ab].jpg"


@pytest.mark.parametrize(
    ("pattern", "value", "folder", "made"),
    [
        ("${parameter.root}/*.jpg", "in", "/here", "/here/in/*.jpg"),
        ("${parameter.root}/*.jpg", "../in[1]", "/here", "/in[[]1]/*.jpg"),
        ("${parameter.root}/*.jpg", "in", "", "in/*.jpg"),
        ("${parameter.root}/*.jpg", "/in", "/here", "/in/*.jpg"),
        ("${parameter.root}/*.jpg", "s3://bucket/in", "/here", "s3://bucket/in/*.jpg"),
        ("in/${parameter.root}/*.jpg", "a/b", "/here", "in/a/b/*.jpg"),
    ],
)
def test_paths_are_relative_to_where_they_are_given(pattern: str, value: str, folder: str, made: str) -> None:
    inputs = Inputs((ImageEntry(pattern),))
    resolved = resolve(recipe(ROOT, inputs=inputs), {"root": Given(value, None, folder)})
    assert resolved.inputs.images[0].pattern == made


def test_a_path_that_is_absolute_only_begins_a_path() -> None:
    with pytest.raises(UsageError, match="an absolute path can only be the beginning"):
        resolve(recipe(ROOT, file="out/${parameter.root}/x"), {"root": "/etc"})
    with pytest.raises(UsageError, match="'' is not enough for a name"):
        resolve(recipe(ROOT, file="${parameter.root}/x"), {"root": ""})


def test_standard_output_stays_standard_output() -> None:
    assert resolve(recipe(ROOT, file="${parameter.root}"), {"root": Given("-", None, "/here")}).output.file == "-"


def test_a_value_that_is_part_of_a_name_brings_no_further_parts() -> None:
    assert resolve(recipe(SITE, value="${parameter.site}"), {"site": "Doe^John"}).keys[0].value == "Doe^John"
    for value in ("Doe^John", "Doe=X"):
        with pytest.raises(UsageError, match=r"cannot be put into key PatientID: . and = separate the parts of a name"):
            resolve(recipe(SITE, value="${parameter.site}^${row.Given}"), {"site": value})


def test_all_mistakes_are_said_at_once() -> None:
    parameters = (
        replace(SITE, required=True),
        Parameter("day", type="date"),
        Parameter("count", type="integer", description="How many"),
        Parameter("code", pattern="[A-Z]{3}"),
    )
    with pytest.raises(ExceptionGroup) as caught:
        resolve(recipe(*parameters), {"day": "31.1.2026", "count": "x", "code": "abc", "cont": "3", "zzz": ""})
    assert mistakes(caught.value) == [
        "parameter 'site' (Hospital site): it is required, and not given (give it as --set site=VALUE)",
        "parameter 'day': '31.1.2026' is not a date (ISO 8601) (give it as --set day=2026-01-31)",
        "parameter 'count' (How many): 'x' is not a whole number (give it as --set count=3)",
        "parameter 'code': 'abc' does not match the pattern '[A-Z]{3}' (give it as --set code=VALUE)",
        "there is no parameter 'cont' (did you mean 'count'?)",
        "there is no parameter 'zzz' (the names are site, day, count or code)",
    ]


def test_a_required_parameter_cannot_be_empty() -> None:
    with pytest.raises(UsageError, match="it is required, and the value is empty"):
        resolve(recipe(replace(SITE, required=True)), {"site": ""})


def test_values_of_files_are_named_at_their_place() -> None:
    place = Place("p.yaml", 3, 7, 1, "day: 1")
    with pytest.raises(RecipeError) as caught:
        resolve(recipe(Parameter("day", type="date")), {"day": Given("1", place), "dya": Given("2", place)})
    assert [found.place for found in caught.value.diagnostics] == [place, place]


def test_defaults_and_patterns_that_are_wrong_are_mistakes_of_the_recipe() -> None:
    text = """\
recipe: 1
parameters:
  day: {type: date, default: 31.1.2026}
  code: {pattern: "(a+)+", description: Code}
inputs: {images: a.jpg}
output: a.dcm
"""
    read = read_recipe(text, "r.yaml", ".")
    with pytest.raises(RecipeError) as caught:
        resolve(read, {})
    shown = str(caught.value)
    assert "r.yaml:3:30: parameter 'day': '31.1.2026' is not a date" in shown
    assert (
        "r.yaml:4:19: parameter 'code' (Code): the repetitions in its pattern can be combined in too many ways" in shown
    )


@pytest.mark.parametrize("pattern", ["(", "[[a]", "a{1,99999999999}", "(" * 500 + ")" * 500])
def test_patterns_that_are_none_are_mistakes_of_the_recipe(pattern: str) -> None:
    with pytest.raises(RecipeError, match="parameter 'a': its pattern is not a regular expression"):
        resolve(recipe(Parameter("a", pattern=pattern)), {"a": "x"})


def test_a_placeholder_without_parameter_is_said_at_its_setting() -> None:
    with pytest.raises(RecipeError, match="there is no parameter 'nosuch', which key PatientID asks for"):
        resolve(recipe(SITE, value="${parameter.nosuch}"), {})


@pytest.mark.parametrize(
    ("pattern", "quick"),
    [
        (r"[A-Z]{2}-\d{4}", True),
        (r"(RIGHT|LEFT)", True),
        (r"\d{4}(-\d{2}){2}", True),
        (r"([a-z]{3}-)*x", True),
        (r"[^\]*+]+@\w+\.\w+", True),
        (r"(?:a|b)?c{1,8}\*\*\*\*\*\*", True),
        (r"a{2,}?b", True),
        (r"(?:-)" * 40, True),
        (r"(?P<a>\d+)-(?P=a)", True),
        (r"(a+)+", False),
        (r"(a|aa)*", False),
        (r"(a?){50}", False),
        ("a?" * 40, False),
        (r".*.*.*.*.*x", False),
        (r"((a{1,9}){1,9}){1,9}", False),
        (r"(a+){99999999999999999999}", False),
        (r"(?#()(a|a)*b", False),
        (r"(a|a)(?#once)*b", False),
        (r"(x)?(?(1)y|(a|a))*b", False),
        ("(?ix)(a|a # )\n)*b", False),
        (r"(?#four digits)\d{4}", True),
    ],
)
def test_patterns_that_take_long_are_told(pattern: str, quick: bool) -> None:
    assert is_quick(pattern) is quick


@given(st.text(alphabet="ab()|*+?{}1,9[]\\#:", max_size=14), st.text(alphabet="ab", max_size=LONGEST_MATCHED))
def test_patterns_that_pass_are_quick(pattern: str, text: str) -> None:
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, FutureWarning, DeprecationWarning):
        return
    if is_quick(pattern):
        start = time.process_time()
        compiled.fullmatch(text)
        assert time.process_time() - start < 20


def test_long_values_are_not_matched() -> None:
    assert "at most 100 characters" in wrong_value(Parameter("a", pattern=".*"), "x" * 101)


def test_a_recipe_can_be_checked_without_some_parameters() -> None:
    need = Parameter("need", required=True)
    text = "${parameter.need}"
    whole = recipe(
        need,
        SITE,
        file=f"{text}/x.dcm",
        keys=(Key("PatientID", text), Key("PatientName", "${row.Name}"), Key("StudyID", "${parameter.site}")),
        sources=Sources(TemplateSource(text), series="s.dcm"),
        table=Table(f"{text}.csv", "ID"),
        title=text,
    )
    assert missing(whole, {}) == ("need",)
    assert missing(whole, {"need": "x"}) == ()
    left = without_missing(whole, ["need"])
    assert left.parameters == (SITE,)
    assert [key.value for key in left.keys] == ["", "", "${parameter.site}"]
    assert (left.table, left.sources) == (None, Sources(series="s.dcm"))
    assert (left.title, left.output.file) == ("1", "1/x.dcm")
    assert resolve(left, {"site": "x"}).keys[2].value == "x"


@pytest.mark.parametrize(("value", "kept"), [("${parameter.need}", "invent"), ("x", "error")])
def test_what_is_left_out_is_not_missed(value: str, kept: str) -> None:
    need = Parameter("need", required=True)
    strict = recipe(need, value=value, inference=Inference(missing_type1="error", missing_type2="leave"))
    assert without_missing(strict, ["need"]).inference == Inference(missing_type1=kept, missing_type2="leave")  # type: ignore[arg-type]
