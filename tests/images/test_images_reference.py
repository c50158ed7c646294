"""The readers against what img2dcm 3.7.0 made of the same files."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import ROOT, corpus_dir

from img2dcm_decl.errors import ImageError
from img2dcm_decl.images.registry import open_image
from img2dcm_decl.plan.model import ImageRules

if TYPE_CHECKING:
    from img2dcm_decl.images.base import Image

#: Options that are about images, and the rule that each of them sets.
OPTIONS = {
    "-ka": {"app_segments": "keep"},
    "-rc": {"comments": "remove"},
    "-dp": {"progressive": "reject"},
    "-de": {"extended": "reject"},
    "-jf": {"jfif": "required"},
    "--keep-appn": {"app_segments": "keep"},
    "--remove-com": {"comments": "remove"},
    "--disable-progr": {"progressive": "reject"},
    "--disable-ext": {"extended": "reject"},
    "--insist-on-jfif": {"jfif": "required"},
}

Case = dict[str, Any]


def all_cases() -> list[Case]:
    shared = Path(os.environ.get("IMG2DCM_DECL_SHARED", ROOT.parent / "shared"))
    path = shared / "golden" / "cases.jsonl"
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if is_about_images(case)]


def is_about_images(case: Case) -> bool:
    """Tell whether a case depends on its one image alone: others are refused for reasons that no reader knows of."""
    if not case["id"].startswith(("jpeg-", "jpegls-", "bmp-", "malformed-", "notajpeg", "notabmp", "option-")):
        return False
    files = list(case["files"].values())
    if len(files) != 1 or not isinstance(files[0], str) or case.get("env"):
        return False
    other = {arg for arg in case["argv"] if arg.startswith(("-", "+"))} - {"-i", *OPTIONS}
    decided_by_keys = case["id"].startswith("option-") and bool({"-k", "--key"} & other)
    unknown_format = "-i" in case["argv"] and case["argv"][case["argv"].index("-i") + 1] not in ("JPEG", "BMP")
    return not (decided_by_keys or unknown_format or (case["exit"] and other))


def rules_of(case: Case) -> ImageRules:
    argv = case["argv"]
    rules: dict[str, str] = {"format": argv[argv.index("-i") + 1].lower() if "-i" in argv else "jpeg"}
    for option in argv:
        rules.update(OPTIONS.get(option, {}))
    return ImageRules(**rules)


def pixel_bytes(path: Path, image: Image) -> bytes:
    with path.open("rb", buffering=0) as file:
        if image.rows is not None:
            data = b"".join(image.rows(file, range(image.facts.rows)))
        else:
            parts = []
            for offset, length in image.ranges:
                file.seek(offset)
                parts.append(file.read(length))
            data = b"".join(parts)
    assert len(data) == image.size
    return data + b"\0" * (len(data) % 2)


def described(path: Path, image: Image) -> dict[str, str]:
    facts = image.facts
    data = pixel_bytes(path, image)
    ratio = facts.pixel_aspect_ratio
    return {
        "transfer syntax": facts.transfer_syntax,
        "00280002": str(facts.samples_per_pixel),
        "00280004": facts.photometric_interpretation,
        "00280010": str(facts.rows),
        "00280011": str(facts.columns),
        "00280034": f"{ratio[0]}\\{ratio[1]}" if ratio else "",
        "00280100": str(facts.bits_allocated),
        "00280101": str(facts.bits_stored),
        "00282114": facts.lossy_method,
        "7fe00010": f"{hashlib.sha256(data).hexdigest()} bytes:{len(data)}",
    }


def expected(case: Case) -> dict[str, str]:
    rows = {row["tag"]: row for row in case["expected"]["dataset"]}
    values = {}
    for tag in ("00280002", "00280010", "00280011", "00280100", "00280101"):
        values[tag] = str(int.from_bytes(rows[tag]["value"].encode("latin-1"), "little"))
    for tag in ("00280004", "00280034", "00282114"):
        values[tag] = rows.get(tag, {}).get("value", "").strip()
    values["7fe00010"] = expected_pixels(rows["7fe00010"])
    syntaxes = [row["value"].strip("\0") for row in case["expected"]["meta"] if row["tag"] == "00020010"]
    if syntaxes:
        values["transfer syntax"] = syntaxes[0]
    return values


def expected_pixels(row: dict[str, Any]) -> str:
    if "fragments" in row:
        return str(row["fragments"][0])
    value = row["value"]
    if value.startswith("sha256:"):
        return str(value.removeprefix("sha256:"))
    return f"{hashlib.sha256(value.encode('latin-1')).hexdigest()} bytes:{len(value)}"


def convert(path: Path, rules: ImageRules) -> dict[str, str]:
    with path.open("rb", buffering=0) as file:
        image = open_image(file, rules)
    return described(path, image)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_reader_agrees_with_the_reference(case: Case) -> None:
    path = corpus_dir() / next(iter(case["files"].values()))
    rules = rules_of(case)
    if case["exit"]:
        with pytest.raises(ImageError) as caught:
            convert(path, rules)
        assert "\n" not in str(caught.value)
        return
    values = convert(path, rules)
    if case["expected"] is not None:
        wanted = expected(case)
        assert {key: value for key, value in values.items() if key in wanted} == wanted
