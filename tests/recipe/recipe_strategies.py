"""Recipes that the reader could produce, for property tests."""

from __future__ import annotations

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
    Recipe,
    Sources,
    TemplateSource,
    Uids,
)
from img2dcm_decl.recipe.placeholders import NAMES, escape

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
placeholders = st.sampled_from([f"${{{name}}}" for name in NAMES] + ["${index:04}"])
expressions = st.lists(texts.map(escape) | placeholders, min_size=1, max_size=3).map("".join)
paths = st.sampled_from(("PatientName", "A[0].B", "(0010,0010)")) | texts | st.text(min_size=130, max_size=140)
templates = st.builds(
    TemplateSource,
    file=texts,
    format=st.sampled_from(("auto", "xml")),
    validate=st.booleans(),
    check_namespace=st.booleans(),
)
inputs = st.builds(
    Inputs,
    images=st.lists(st.builds(ImageEntry, texts, st.booleans()), min_size=1, max_size=3).map(tuple),
    format=texts,
    group_by=st.sampled_from(("image", "all")),
    jpeg=st.builds(JpegRules),
)
sources = st.one_of(
    st.builds(Sources, template=st.none() | templates, study=st.none() | texts, series=st.none()),
    st.builds(Sources, template=st.none() | templates, series=st.none() | texts, study=st.none()),
)
paddings = st.builds(Padding, st.integers(0, 1 << 20), st.integers(0, 1 << 20))
encodings = st.one_of(
    st.builds(EncodingRules, file_format=st.just("part10"), padding=paddings),
    st.builds(EncodingRules, file_format=st.just("dataset"), padding=st.just(Padding())),
)
recipes = st.builds(
    Recipe,
    inputs=inputs,
    output=st.builds(Output, file=expressions),
    title=st.just("") | texts,
    sources=sources,
    sop_class=texts,
    inference=st.builds(Inference),
    keys=st.lists(st.builds(Key, paths, st.just("") | expressions), max_size=6).map(tuple),
    values=st.sampled_from(("checked", "as-written")),
    remove=st.lists(texts, max_size=3).map(tuple),
    uids=st.builds(Uids),
    encoding=encodings,
    dictionaries=st.lists(texts, max_size=2).map(tuple),
    logging=st.builds(LoggingRules, file=st.none() | texts),
    folder=st.just("."),
    places=st.just({}),
)
