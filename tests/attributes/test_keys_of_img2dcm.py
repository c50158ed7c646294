"""Keys give the elements that `img2dcm` writes for the same `-k` options, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import shared_dir

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.keys import Keys
from img2dcm_decl.attributes.paths import parse_path
from img2dcm_decl.attributes.text import encode_text
from img2dcm_decl.errors import Img2dcmError

Case = dict[str, Any]

STANDARD = Dictionary()
# What the image or a later rule decides after the keys, whatever they say.
DECIDED_LATER = {0x00282110, 0x00282112, 0x00282114}
# Refused by other rules than those of keys: empty type 1 attributes, and the options themselves.
REFUSED_ELSEWHERE = {"Rows=", "PixelRepresentation=", "in.jpg"}


def given_keys(case: Case) -> list[str] | None:
    """Return the keys of a case that has no other options and sources, or None."""
    arguments = list(case["argv"])
    keys = []
    while len(arguments) > 2 and arguments[0] == "-k":
        keys.append(arguments[1])
        arguments = arguments[2:]
    plain = len(arguments) == 2 and not any(a.startswith(("-", "+", "@")) for a in [*arguments, *keys])
    return keys if keys and plain and not case.get("env") else None


def cases() -> list[tuple[Case, list[str]]]:
    lines = (shared_dir() / "golden" / "cases.jsonl").read_text("utf-8").splitlines()
    found = [(case, given_keys(case)) for case in map(json.loads, lines)]
    return [(case, keys) for case, keys in found if keys]


def applied(keys: list[str]) -> Dataset:
    dataset = Dataset()
    keyed = Keys(dataset, STANDARD, checked=False)
    for key in keys:
        path, _, value = key.partition("=")
        keyed.set(parse_path(path, STANDARD, lenient=True), value)
    encode_text(dataset)
    return dataset


def padded(attribute: Attribute) -> bytes:
    assert isinstance(attribute.content, bytes)
    pad = b"\0" if attribute.vr in {"UI", "OB", "UN"} else b" "
    return attribute.content + pad * (len(attribute.content) % 2)


def compare(dataset: Dataset, expected: list[Case], where: str) -> list[str]:
    rows = {row["tag"]: row for row in expected}
    said = []
    for attribute in dataset:
        row = rows.get(f"{attribute.tag:08x}")
        name = f"{where}{attribute.tag:08x}"
        if attribute.tag in DECIDED_LATER:
            continue
        if row is None:
            said.append(f"{name} is not expected")
        elif row["vr"] != attribute.vr:
            said.append(f"{name}: {attribute.vr}, expected {row['vr']}")
        elif "items" in row:
            if len(row["items"]) != len(attribute.items):
                said.append(f"{name}: {len(attribute.items)} items, expected {len(row['items'])}")
            for number, item in enumerate(attribute.items):
                said += compare(item, row["items"][number]["elements"], f"{name}[{number}].")
        elif row["value"].encode("latin-1") != padded(attribute) and row["value"] != "WSD ":
            said.append(f"{name}: {padded(attribute)!r}, expected {row['value']!r}")
    return said


def test_keys_give_the_elements_of_img2dcm() -> None:
    said = {
        case["id"]: compare(applied(keys), case["expected"]["dataset"], "")
        for case, keys in cases()
        if case["exit"] == 0
    }
    assert len(said) > 70
    assert {name: lines for name, lines in said.items() if lines} == {}


def test_keys_that_img2dcm_refuses_are_refused() -> None:
    refused = [keys for case, keys in cases() if case["exit"] != 0 and not REFUSED_ELSEWHERE & set(keys)]
    assert len(refused) > 20
    for keys in refused:
        with pytest.raises(Img2dcmError) as caught:
            applied(keys)
        assert "\n" not in str(caught.value)
