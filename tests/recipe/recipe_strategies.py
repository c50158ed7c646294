"""Recipes that the reader could produce, for property tests."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from img2dcm_decl.recipe.model import (
    EncodingRules,
    ImageEntry,
    Inference,
    Inputs,
    JpegRules,
    Key,
    LoggingRules,
    Output,
    Padding,
    Parameter,
    Recipe,
    Reproducible,
    Sources,
    Table,
    TemplateSource,
    Uids,
)
from img2dcm_decl.recipe.placeholders import escape

AWKWARD = (
    "NO",
    "null",
    "~",
    "010",
    "1e3",
    "0x1F",
    "#",
    "a: b",
    "- a",
    "<<",
    "$$",
    "$",
    " x ",
    "\n",
    "\ta",
    "*",
    "é😀",
    "---",
    "'",
)
texts = st.sampled_from(AWKWARD) | st.text(min_size=1, max_size=12)
of_an_image = (
    *("${image.stem}", "${image.name}", "${image.parent}", "${image.folder}", "${image.number:4}"),
    *("${parameter.site}", "${parameter.day:date(%Y-%m-%d)|today}"),
)
of_a_group = (*of_an_image, "${row.A b}", "${row.Name:name(family, given)|None}")
of_an_object = (*of_a_group, "${index}", "${index:04}")


def written(*placeholders: str) -> st.SearchStrategy[str]:
    """Texts with dollars doubled, which may hold placeholders."""
    pieces = texts.map(escape) | st.sampled_from(placeholders)
    return st.lists(pieces, min_size=1, max_size=3).map("".join)


def filled(*placeholders: str) -> st.SearchStrategy[str]:
    """Texts that hold a placeholder."""
    return st.tuples(st.just("") | written(*placeholders), st.sampled_from(placeholders)).map("".join)


of_the_run = written("${parameter.site}")
expressions = written(*of_an_object)
paths = st.sampled_from(("PatientName", "A[0].B", "(0010,0010)")) | texts | st.text(min_size=130, max_size=140)
optional_defaults = st.builds(Parameter, st.just(""), default=st.none() | st.just("") | texts, required=st.just(False))
required = st.builds(Parameter, st.just(""), default=st.none(), required=st.just(True))
patterns = st.none() | st.sampled_from(("[A-Z]{3}", r"\d+$", "a|$${b"))
names = st.sampled_from(("keys", "A-1", "_", "010", "NO", "default"))
parameters = st.lists(
    st.builds(
        lambda name, kind, pattern, description, parameter: replace(
            parameter, name=name, type=kind, pattern=pattern, description=description
        ),
        names,
        st.sampled_from(("string", "integer", "date", "path")),
        patterns,
        st.just("") | texts,
        optional_defaults | required,
    ),
    max_size=3,
    unique_by=lambda parameter: parameter.name,
).map(lambda some: (Parameter("site"), Parameter("day", "date", required=True), *some))
entries = st.one_of(
    st.builds(ImageEntry, of_the_run, exact=st.booleans()),
    st.builds(ImageEntry, of_the_run, index=st.just(True)),
)
inputs = st.builds(
    Inputs,
    images=st.lists(entries, min_size=1, max_size=3).map(tuple),
    exclude=st.lists(of_the_run, max_size=2).map(tuple),
    format=texts,
    group_by=st.sampled_from(("image", "all")) | filled(*of_a_group),
    jpeg=st.builds(JpegRules),
)
delimiters = st.none() | st.sampled_from(("\t", ";", "|", "$", " ", "\\", "\x1f", "😀"))
tables = st.one_of(
    st.builds(
        Table,
        of_the_run,
        texts,
        filled(*of_an_image),
        st.sampled_from(("auto", "csv", "tsv")),
        st.sampled_from(("utf-8", "latin-1")),
        delimiters,
    ),
    st.builds(Table, of_the_run, texts, format=st.sampled_from(("auto", "excel")), sheet=st.none() | texts),
    st.builds(
        Table,
        of_the_run,
        texts,
        format=st.just("jsonl"),
        unmatched_images=st.sampled_from(("error", "skip")),
        unmatched_rows=st.sampled_from(("error", "ignore")),
        duplicate_rows=st.sampled_from(("error", "first", "last")),
        shared_rows=st.sampled_from(("error", "accept")),
    ),
)
templates = st.builds(
    TemplateSource,
    file=expressions,
    format=st.sampled_from(("auto", "xml")),
    validate=st.booleans(),
    check_namespace=st.booleans(),
)
sources = st.one_of(
    st.builds(Sources, st.none() | templates, st.none() | expressions, increment_instance_number=st.booleans()),
    st.builds(Sources, template=st.none() | templates, series=st.none() | expressions, study=st.none()),
)
scopes = st.sampled_from(("run", "object")) | filled(*of_an_object)
uids = st.one_of(
    st.builds(Uids, st.just("fresh"), key=st.just(""), facts=st.just(Uids().facts), study=scopes, series=scopes),
    st.builds(
        Uids,
        st.just("derived"),
        st.sampled_from(("2.25", "1.2.826.0.1", "1.20")),
        of_the_run,
        st.lists(st.just("content") | filled(*of_an_object), min_size=1, max_size=3).map(tuple),
        scopes,
        scopes,
        st.just("none") | scopes,
    ),
)
numbered = st.builds(
    lambda uids, number: replace(uids, instance_number=number),
    uids,
    st.sampled_from(("order", "name")) | filled(*of_an_object),
)
reproducible = st.none() | st.builds(Reproducible, st.none() | st.just("2026-01-31T10:15:00"))
paddings = st.builds(Padding, st.integers(0, 1 << 20), st.integers(0, 1 << 20))
encodings = st.one_of(
    st.builds(EncodingRules, file_format=st.just("part10"), padding=paddings),
    st.builds(EncodingRules, file_format=st.just("dataset"), padding=st.just(Padding())),
)
_recipes = st.builds(
    Recipe,
    inputs=inputs,
    output=st.builds(Output, file=expressions, record=st.none() | of_the_run),
    title=st.just("") | of_the_run,
    parameters=parameters,
    table=tables,
    sources=sources,
    sop_class=texts,
    inference=st.builds(Inference),
    keys=st.lists(st.builds(Key, paths, st.just("") | expressions), max_size=6).map(tuple),
    values=st.sampled_from(("checked", "as-written")),
    remove=st.lists(texts, max_size=3).map(tuple),
    uids=numbered,
    reproducible=reproducible,
    encoding=encodings,
    dictionaries=st.lists(texts, max_size=2).map(tuple),
    logging=st.builds(LoggingRules, file=st.none() | texts),
    folder=st.just("."),
    places=st.just({}),
)


def _consistent(recipe: Recipe) -> Recipe:
    """Return a recipe whose sources leave Instance Number to its UIDs where these say what it is."""
    given = recipe.uids.instance_number != "order"
    return replace(recipe, sources=replace(recipe.sources, increment_instance_number=False)) if given else recipe


recipes = _recipes.map(_consistent)
