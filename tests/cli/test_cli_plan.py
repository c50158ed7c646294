"""`plan`: shown to people, and saved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from img2dcm_decl.cli.plan_text import describe
from img2dcm_decl.cli.plan_values import SLOT_WORDS, value_words
from img2dcm_decl.encode.layout import PIXEL_DATA_RULE
from img2dcm_decl.plan.model import Condition, Element, Item, Plan, PlannedObject, Slot, Variant
from img2dcm_decl.plan.saved import load_plan
from img2dcm_decl.run.rules import RULES

Cli = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    "line",
    [
        "Small pictures",
        "out/a.dcm  from  a.bmp",
        "(0010,0010) PN key           PatientName                   Bönd^James",
        "(0010,0020) LO key           PatientID                     [each object's own: a, b]",
        "(0008,0018) UI run           SOPInstanceUID                [a new UID for each object]",
        "(0028,0010) US image         Rows                          [rows of the image]",
        "(0028,0103) US image         PixelRepresentation           0",
        "(0040,0009) SH key               ScheduledProcedureStepID  SPS-7",
        "Refused where there are several frames: a Secondary Capture Image holds one frame; "
        "sop_class multiframe-secondary-capture (img2dcm's -nsc) holds several",
    ],
)
def test_a_plan_says_what_would_be_written_and_where_each_value_comes_from(cli: Cli, line: str) -> None:
    code, out, err = cli("plan", "recipe.yaml")
    assert (code, err) == (0, "")
    assert line in [shown.strip() for shown in out.splitlines()]


ARCHIVE = """\
recipe: 1
inputs: {images: "*.bmp"}
sources: {template: "${image.stem}.dump"}
table: {file: t.csv, column: File}
keys: {PatientID: "${row.ID}"}
uids: {root: 1.2.3, key: "not to be seen", study: "${row.ID}"}
reproducible: {time: "2026-01-31T10:15:00"}
output: {file: "out/${image.stem}.dcm", record: run.jsonl}
"""


@pytest.fixture
def archive(work: Path) -> Path:
    """A recipe with a template for each image."""
    for name in "ab":
        (work / f"{name}.dump").write_text(f"(0010,0010) PN [Template^{name.upper()}]\n", encoding="utf-8")
    (work / "t.csv").write_text("File,ID\na.bmp,P1\nb.bmp,P2\n", encoding="utf-8")
    (work / "archive.yaml").write_text(ARCHIVE, encoding="utf-8")
    return work


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    "line",
    [
        "uids: derived, below 1.2.3, with a key, from the images' bytes too",
        "time: 2026-01-31 10:15:00 in every run",
        "record: run.jsonl",
        "Sources differ from object to object: what follows is the first object's",
        "(0010,0010) PN template      PatientName                  Template^A",
        "(0010,0020) LO key           PatientID                    [each object's own: P1]",
        "(0020,000d) UI run           StudyInstanceUID             [a derived UID for each value: P1]",
        "(0020,000e) UI run           SeriesInstanceUID            [a derived UID for each value: P1]",
    ],
)
def test_a_plan_says_how_its_runs_are_alike_and_what_its_first_object_is(cli: Cli, line: str) -> None:
    code, out, err = cli("plan", "archive.yaml")
    assert (code, err) == (0, "")
    assert line in [shown.strip() for shown in out.splitlines()]
    assert "not to be seen" not in out


def test_a_saved_plan_is_complete_without_its_sources(cli: Cli, archive: Path) -> None:
    assert cli("run", "archive.yaml")[0] == 0
    made = {path.name: path.read_bytes() for path in (archive / "out").iterdir()}
    assert cli("plan", "archive.yaml", "-o", "plan.json")[0] == 0
    for name in ("a.dump", "b.dump", "t.csv"):
        (archive / name).unlink()
    (archive / "run.jsonl").unlink()
    assert cli("run", "plan.json", "--existing", "replace")[0] == 0
    assert {path.name: path.read_bytes() for path in (archive / "out").iterdir()} == made
    shown = cli("plan", "plan.json")[1]
    assert "Template^A" in shown
    assert "Template^B" not in shown


def test_a_source_that_is_missing_leaves_no_saved_plan(cli: Cli, archive: Path) -> None:
    (archive / "b.dump").unlink()
    code, _, err = cli("plan", "archive.yaml", "-o", "plan.json")
    assert (code, "b.bmp: template b.dump: cannot be read: No such file or directory" in err) == (1, True)
    assert not list(archive.glob("*plan.json*"))


def test_of_many_objects_and_images_the_first_are_shown() -> None:
    texts = [(b"P%d " % (number // 3), b"%d" % (number % 10)) for number in range(30)]
    many = tuple(PlannedObject((f"{n}.jpg",) * (25 if n == 1 else 1), f"{n}.dcm", n, texts[n]) for n in range(30))
    slots = (
        Element(0x0020000D, "UI", Slot("uid_of_value", "StudyInstanceUID:0"), "run"),
        Element(0x00200013, "IS", Slot("text", "1"), "run"),
    )
    lines = describe(Plan(".", (Variant(elements=slots),), many)).splitlines()
    assert sum("  from  " in line for line in lines) == 20
    assert sum("   and  1.jpg" in line for line in lines) == 19
    assert "          and  5 more images" in lines
    assert "  ... and 10 more" in lines
    assert lines[-2].endswith("[a new UID for each value: P0, P1, ...]")
    assert lines[-1].endswith("[each object's own: 0, 1, 2, ...]")


def test_planning_writes_no_objects(cli: Cli, work: Path) -> None:
    cli("plan", "recipe.yaml")
    assert not (work / "out").exists()


def test_a_saved_plan_is_private_absolute_and_shown_like_its_recipe(cli: Cli, work: Path) -> None:
    code, out, err = cli("plan", "recipe.yaml", "-o", "plan.json")
    assert (code, out, err) == (0, "", "saved the plan of 2 objects as plan.json\n")
    if os.name != "nt":
        assert (work / "plan.json").stat().st_mode & 0o777 == 0o600
    plan = load_plan((work / "plan.json").read_text(encoding="utf-8"))
    assert plan.folder == str(work)
    shown, again = cli("plan", "recipe.yaml")[1], cli("plan", "plan.json")[1]
    assert shown.splitlines()[2:] == again.splitlines()[2:]


def test_the_json_that_is_shown_is_the_json_that_is_saved(cli: Cli, work: Path) -> None:
    cli("plan", "recipe.yaml", "-o", "plan.json")
    out = cli("plan", "recipe.yaml", "--json")[1]
    assert out == (work / "plan.json").read_text(encoding="utf-8")
    rows = json.loads(out)["variants"][-1]["elements"]
    assert {"tag": "00100020", "keyword": "PatientID"}.items() <= next(r for r in rows if r["vr"] == "LO").items()


def test_saving_keeps_what_is_there_unless_told(cli: Cli, work: Path) -> None:
    (work / "plan.json").write_text("mine", encoding="utf-8")
    code, _, err = cli("plan", "recipe.yaml", "-o", "plan.json")
    assert (code, "exists already; choose another name, or say --replace" in err) == (1, True)
    assert (work / "plan.json").read_text(encoding="utf-8") == "mine"
    assert cli("plan", "recipe.yaml", "-o", "plan.json", "--replace")[0] == 0
    assert (work / "plan.json").read_text(encoding="utf-8") != "mine"


def test_options_over_the_recipe_are_in_the_plan(cli: Cli) -> None:
    out = cli("plan", "recipe.yaml", "--image", "b.bmp", "--output", "one.dcm", "--existing", "skip")[1]
    assert "kept, and their objects skipped" in out
    assert "one.dcm  from" in out


def test_every_rule_has_words() -> None:
    assert set(SLOT_WORDS) == {*RULES, PIXEL_DATA_RULE}


@pytest.mark.parametrize(
    ("vr", "value", "terms", "words"),
    [
        ("US", b"\x01\0\x02\0", [""], "1\\2"),
        ("US", b"\x01\0\x02", [""], "1"),
        ("AT", b"\x18\0\x63\x10", [""], "(0018,1063)"),
        ("FD", b"\0\0\0\0\0\0\xf8\x3f", [""], "1.5"),
        ("OB", b"\0\1", [""], "00 01"),
        ("OB", bytes(100), [""], "00 00 00 00 00 00 00 00 ... (100 bytes)"),
        ("UI", b"1.2.840.10008.1.2.1\0", [""], "1.2.840.10008.1.2.1 (Explicit VR Little Endian)"),
        ("LT", b"one\r\ntwo ", [""], "one | two"),
        ("PN", "Ærø".encode("latin-1"), ["ISO_IR 100"], "Ærø"),
        ("PN", "Люкceмбypг".encode("iso8859_5"), ["ISO_IR 144"], "Люкceмбypг"),
        ("PN", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", ["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎"),
        (
            "PN",
            b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7",
            ["", "ISO 2022 IR 149"],
            "Hong^Gildong=洪^吉洞",
        ),
        ("PN", "Müller ".encode("latin-1") + b"\x1b-F\xd9", ["ISO 2022 IR 100", "ISO 2022 IR 126"], "Müller Ω"),
        ("LO", b"\xb6\xc5\x1b$B;3\x1b(J", ["ISO 2022 IR 13", "ISO 2022 IR 87"], "ｶﾅ山"),
        ("PN", b"\xff", ["ISO_IR 192"], "\N{REPLACEMENT CHARACTER}"),
        ("PN", b"\xe9", ["no such set"], "é"),
        ("LT", b"x" * 2000, [""], "x" * 1000 + "... (2000 characters)"),
    ],
)
def test_values_are_shown_as_people_read_them(vr: str, value: bytes, terms: list[str], words: str) -> None:
    assert value_words(vr, value, terms) == words


def small_plan(value: str = "B^C ") -> Plan:
    nested = (Item((Element(0x00400009, "SH", b"SPS1", "key"),)),)
    first = Variant(
        (Condition("samples_per_pixel", (1,)),),
        elements=(
            Element(0x00080016, "UI", b"1.2\0", "IOD profile"),
            Element(0x00100010, "PN", value.encode(), "key"),
            Element(0x00280010, "US", Slot("rows"), "image"),
            Element(0x00400275, "SQ", nested, "key"),
        ),
    )
    other = Variant(elements=(Element(0x00080016, "UI", b"1.3\0", "IOD profile"), *first.elements[1:3]))
    return Plan(".", (first, other), (PlannedObject(("a.jpg", "b.jpg"), "-"),))


def test_only_the_first_variant_is_shown_in_full() -> None:
    assert describe(small_plan()).split("\n\n")[1:] == [
        "Objects\n  standard output  from  a.jpg\n                    and  b.jpg",
        "Attributes where samples per pixel is 1\n"
        "  (0008,0016) UI IOD profile   SOPClassUID                   1.2\n"
        "  (0010,0010) PN key           PatientName                   B^C\n"
        "  (0028,0010) US image         Rows                          [rows of the image]\n"
        "  (0040,0275) SQ key           RequestAttributesSequence     1 item\n"
        "                                 [0]\n"
        "  (0040,0009) SH key               ScheduledProcedureStepID  SPS1",
        "Attributes otherwise: as above, but\n"
        "  (0008,0016) UI IOD profile   SOPClassUID  1.3\n"
        "  (0040,0275) without RequestAttributesSequence\n",
    ]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_long_values_stay_within_the_terminal(width: int) -> None:
    shown = describe(small_plan("word " * 40), width)
    assert max(len(line) for line in shown.splitlines() if "word" in line) <= width
    assert shown.count("word") == 40


def test_the_plan_of_a_recipe_is_one_of_the_published_schema(cli: Cli) -> None:
    schema = json.loads(cli("schema", "plan")[1])
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(json.loads(cli("plan", "recipe.yaml", "--json")[1])))
