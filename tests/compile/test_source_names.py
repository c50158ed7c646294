"""Names of sources that are made of data stay in the folder that the rest of the name says."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.compile.problems import Problems
from img2dcm_decl.compile.source_names import own_sources, source_texts, sources_vary
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.model import ImageEntry, Inputs, Output, Recipe, Sources, TemplateSource
from img2dcm_decl.recipe.placeholder_filling import expand
from img2dcm_decl.recipe.placeholders import parse

ROW = "row.T"


def recipe(**sources: Any) -> Recipe:
    return Recipe(Inputs((ImageEntry("*.jpg"),)), Output("o.dcm"), sources=Sources(**sources))


def named(text: str, **values: str) -> str:
    """Return the name that a text becomes with the values `T` of the row and `folder` of the image."""
    given = recipe(study=text)
    problems = Problems(given)
    names = {ROW: values.get("T", ""), "image.folder": values.get("folder", ".")}
    sources = own_sources(given, names, problems)
    problems.raise_any()
    assert sources.study is not None
    return expand(parse(sources.study), {})


@pytest.mark.parametrize(
    ("text", "values", "name"),
    [
        ("t/${row.T}.dcm", {"T": "a"}, "t/a.dcm"),
        ("t/${row.T}", {"T": "a b..c"}, "t/a b..c"),
        ("t/x${row.T|}.dcm", {}, "t/x.dcm"),
        ("t/${row.T|none}.dcm", {}, "t/none.dcm"),
        ("t/${row.T}.dcm", {"T": "$${row.T}"}, "t/$${row.T}.dcm"),
        ("t/${image.folder}/p.dcm", {"folder": "a/b"}, "t/a/b/p.dcm"),
        ("t/${image.folder}/p.dcm", {"folder": "."}, "t/./p.dcm"),
        ("../${row.T}.dcm", {"T": "a"}, "../a.dcm"),
        ("/data/${row.T}.dcm", {"T": "a"}, "/data/a.dcm"),
        ("s3://bucket/${row.T}.dcm", {"T": "a"}, "s3://bucket/a.dcm"),
    ],
)
def test_values_are_put_into_names(text: str, values: dict[str, str], name: str) -> None:
    assert named(text, **values) == name


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("t/${row.T}", {"T": ".."}, "${row.T} makes it '..', which is not the name of a file"),
        ("t/${row.T}", {"T": ""}, "${row.T} is empty here, and the name of a file is to be made of it"),
        ("t/${row.T|}", {"T": ""}, "${row.T|} makes it '', which is not the name of a file"),
        ("t/.${row.T}/p.dcm", {"T": "."}, "${row.T} makes it '.', which is not the name of a file"),
        ("t/${row.T}${row.T}/p.dcm", {"T": "."}, "which is not the name of a file"),
        ("t/${row.T}.dcm", {"T": "a/b"}, "${row.T} makes it 'a/b', which cannot be part of a file name"),
        ("t/${row.T}.dcm", {"T": "a\\b"}, "which cannot be part of a file name"),
        ("t/${row.T}.dcm", {"T": "a\0"}, "which cannot be part of a file name"),
        ("t/${image.folder}/p.dcm", {"folder": "a/../.."}, "which is not a folder below another"),
        ("${image.folder}/p.dcm", {"folder": "/etc"}, "which is not a folder below another"),
        ("t/${row.T:04}.dcm", {"T": "x"}, "'x' is not a whole number"),
    ],
)
def test_values_that_lead_elsewhere_are_refused(text: str, values: dict[str, str], said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        named(text, **values)
    assert said in caught.value.diagnostics[0].message


@given(
    st.text(st.sampled_from("ab./\\\0:~$-"), max_size=6), st.sampled_from(["t/{}", "t/{}/p", "t/.{}", "t/{}{}", "{}"])
)
@settings(max_examples=300, deadline=None)
def test_no_value_leads_out_of_the_folder(value: str, form: str) -> None:
    text = form.replace("{}", "${row.T}")
    try:
        name = named(text, T=value)
    except RecipeError:
        return
    inside = os.path.normpath(os.path.join("/base", name))
    assert inside.startswith("/base/t/" if form.startswith("t") else "/base/")
    assert len(inside.split("/")) == len(form.split("/")) + 2


def test_only_names_with_placeholders_of_objects_vary() -> None:
    assert not sources_vary(recipe(template=TemplateSource("a$$b.dcm"), series="s.dcm"))
    assert sources_vary(recipe(template=TemplateSource("${image.stem}.xml")))
    assert source_texts(recipe(template=TemplateSource("t.xml"), series="s")) == {"template": "t.xml", "series": "s"}
