"""`run`: what is written, what is said, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from support import corpus_dir

Cli = Callable[..., tuple[int, str, str]]


def test_a_recipe_is_run_and_one_line_says_what_was_written(cli: Cli, work: Path) -> None:
    code, out, err = cli("run", "recipe.yaml")
    assert (code, out) == (0, "")
    assert err.splitlines()[-1] == "wrote 2 objects to out/"
    written = pydicom.dcmread(work / "out" / "a.dcm")
    assert (written.PatientName, written.PatientID, written.Rows) == ("Bönd^James", "a", 2)


def test_the_messages_of_the_default_level_name_no_patient(cli: Cli) -> None:
    assert "nd^James" not in cli("run", "recipe.yaml")[2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-q"], []),
        ([], ["note: there is a note on recipe.yaml; --verbose shows it", "wrote out.dcm"]),
        (["-v"], ["wrote out.dcm"]),
    ],
)
def test_options_decide_how_much_is_said(cli: Cli, options: list[str], said: list[str]) -> None:
    code, _, err = cli("run", "recipe.yaml", "--image", "a.bmp", "--output", "out.dcm", *options)
    assert code == 0
    assert [line for line in err.splitlines() if "Character" not in line] == said


def test_an_image_that_is_converted_again_keeps_its_derived_uids(cli: Cli, work: Path) -> None:
    (work / "r.yaml").write_text(
        "recipe: 1\ninputs: {images: '*.bmp'}\nuids: {method: derived}\noutput: '${image.stem}.dcm'\n"
    )
    assert cli("run", "r.yaml")[0] == 0
    assert cli("run", "r.yaml", "--image", "b.bmp", "--output", "again.dcm")[0] == 0
    first, again = (pydicom.dcmread(work / name) for name in ("b.dcm", "again.dcm"))
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
        assert again[keyword] == first[keyword]


def test_a_single_object_that_is_made_or_not_is_said_once(cli: Cli, work: Path) -> None:
    (work / "b.bmp").unlink()
    again = ("run", "recipe.yaml", "--existing", "skip", "-v")
    assert [line for line in cli(*again)[2].splitlines() if line.startswith("wrote")] == ["wrote out/a.dcm"]
    assert cli(*again)[2].splitlines()[-2:] == ["skipped out/a.dcm", "wrote nothing, skipped 1"]


def test_a_recipe_is_pointed_at_other_files_relative_to_the_current_folder(cli: Cli, work: Path) -> None:
    (work / "sub").mkdir()
    (work / "recipe.yaml").rename(work / "sub" / "recipe.yaml")
    code, _, err = cli("run", "sub/recipe.yaml", "--image=a.bmp", "--output", "new/${image.stem}.dcm")
    assert (code, err.splitlines()[-1]) == (0, "wrote new/a.dcm")
    assert (work / "new" / "a.dcm").is_file()


def test_one_image_of_a_table_is_made_without_those_of_its_other_rows(cli: Cli, work: Path) -> None:
    (work / "t.csv").write_text("File,ID\na.bmp,P1\nb.bmp,P2\n")
    table = "table: {file: t.csv, column: File}\nkeys: {PatientID: '${row.ID}'}\n"
    (work / "t.yaml").write_text(f"recipe: 1\ninputs: {{images: '*.bmp'}}\n{table}output: out/${{image.stem}}.dcm\n")
    code, _, err = cli("run", "t.yaml", "--image", "a.bmp", "--output", "again.dcm")
    assert (code, err) == (0, "wrote again.dcm\n")
    assert pydicom.dcmread(work / "again.dcm").PatientID == "P1"
    (work / "c.bmp").write_bytes((work / "a.bmp").read_bytes())
    code, _, err = cli("run", "t.yaml", "--image", "c.bmp")
    assert code == 2
    assert "no image has a row in the table" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-q", "-v", "recipe.yaml"], 2, "error: --quiet and --verbose exclude each other"),
        (["recipe.yaml", "recipe.yaml", "--output", "x"], 2, "error: --output points one recipe at other files"),
        (["plan.json", "--image", "a.bmp"], 2, "error: --image is for recipes: a saved plan runs exactly as it stands"),
        (["recipe.yaml", "--image", "no.bmp"], 2, "error: --image: there is no file 'no.bmp'"),
        (["recipe.yaml", "--image", "."], 2, "error: --image: '.' is a folder (name the images in it, each behind"),
        (["recipe.yaml", "--output", "${nam}"], 2, "error: --output: there is no placeholder named 'nam'"),
        (["recipe.yaml", "--output", ""], 2, "error: --output: the name of the file is empty"),
        (["damaged.json", "--output", ""], 2, "error: --output: the name of the file is empty"),
        (["recipe.yaml", "--record", ""], 2, "error: --record: the name of the file is empty"),
        (["damaged.json", "--parameters", ""], 2, "error: --parameters: the name of the file is empty"),
        (["recipe.yaml", "--output", "one.dcm"], 2, "one.dcm' is one file for"),
        (["recipe.yaml", "recipe.yaml"], 2, "error: out/a.dcm would be written twice"),
        (["recipe.yaml", "--foo"], 2, "error: No such option: --foo"),
        ([], 2, "error: Missing argument 'FILE'"),
        (["recipe.yaml", "--existing", "ask"], 2, "'ask' is not one of error, replace, skip"),
        (["nope.json"], 2, "error: nope.json: cannot be read: No such file or directory"),
        (["damaged.json"], 2, "error: damaged.json: not JSON"),
        (["folder.json"], 2, "error: folder.json: "),
        (["wrong.yaml"], 2, "wrong.yaml:1:1: "),
    ],
)
def test_a_wrong_command_line_or_file_is_said_in_one_message_and_nothing_is_written(
    cli: Cli, work: Path, arguments: list[str], code: int, message: str
) -> None:
    (work / "damaged.json").write_text("{", encoding="utf-8")
    (work / "folder.json").mkdir()
    (work / "wrong.yaml").write_text("recipe 1", encoding="utf-8")
    before = sorted(work.rglob("*"))
    got, out, err = cli("run", *arguments)
    assert (got, out) == (code, "")
    assert message in err
    assert "Traceback" not in err
    assert sorted(work.rglob("*")) == before


def test_the_errors_of_all_recipes_are_said_before_anything_is_written(cli: Cli, work: Path) -> None:
    (work / "one.yaml").write_text("recipe: 2\n", encoding="utf-8")
    (work / "two.yaml").write_text("recipe: 1\ninputs: {images: '*.tif'}\noutput: x.dcm\n", encoding="utf-8")
    code, _, err = cli("run", "one.yaml", "recipe.yaml", "two.yaml")
    assert code == 2
    assert "one.yaml:1:9" in err
    assert "two.yaml:2:" in err
    assert not (work / "out").exists()


def test_an_existing_output_of_the_second_recipe_stops_the_first(cli: Cli, work: Path) -> None:
    (work / "two.yaml").write_text("recipe: 1\ninputs: {images: a.bmp}\noutput: old.dcm\n", encoding="utf-8")
    (work / "old.dcm").write_bytes(b"old")
    code, _, err = cli("run", "recipe.yaml", "two.yaml")
    assert code == 1
    assert "old.dcm: exists already and nothing was written" in err
    assert not (work / "out").exists()


@pytest.mark.parametrize(
    ("existing", "code", "last"),
    [
        ("error", 1, "--existing replace or --existing skip"),
        ("skip", 0, "wrote nothing, skipped 2"),
        ("replace", 0, "wrote 2 objects to out/"),
    ],
)
def test_existing_outputs_are_treated_as_asked(cli: Cli, existing: str, code: int, last: str) -> None:
    cli("run", "recipe.yaml")
    got, _, err = cli("run", "recipe.yaml", "--existing", existing)
    assert got == code
    assert err.splitlines()[-1].endswith(last)


def test_a_failed_object_is_one_line_and_the_others_are_made(cli: Cli, work: Path) -> None:
    (work / "b.bmp").write_bytes(b"BM")
    (work / "c.bmp").write_bytes((work / "a.bmp").read_bytes())
    code, _, err = cli("run", "recipe.yaml")
    assert code == 1
    first, *_, last = (line for line in err.splitlines() if not line.startswith(("note: ", "warning: ")))
    assert first.startswith("error: b.bmp: ")
    assert last == "wrote 2 objects to out/, failed 1"
    assert not (work / "out" / "b.dcm").exists()


def test_a_saved_plan_runs_from_any_folder(cli: Cli, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("plan", "recipe.yaml", "-o", "plan.json")[0] == 0
    elsewhere = work / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    code, _, err = cli(str(work / "plan.json"), program="img2dcm-run")
    assert (code, err.splitlines()[-1]) == (0, f"wrote 2 objects to {work}/out/")


def test_a_plan_with_unknown_rules_is_refused_before_anything_is_written(cli: Cli, work: Path) -> None:
    document = json.loads(cli("plan", "recipe.yaml", "--json")[1])
    document["variants"][-1]["elements"][0] = {"tag": "00080005", "vr": "CS", "slot": {"rule": "horoscope"}}
    (work / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    code, _, err = cli("run", "plan.json")
    assert (code, "'horoscope' is unknown" in err) == (2, True)


def test_messages_do_not_move_the_cursor(cli: Cli, work: Path) -> None:
    (work / "evil\x1b[2J.bmp").write_bytes(b"BM")
    (work / "plain.yaml").write_text("recipe: 1\ninputs: {images: evil*}\noutput: x.dcm\n", encoding="utf-8")
    code, _, err = cli("run", "plain.yaml")
    assert code == 1
    assert "\x1b" not in err


def test_a_real_photograph_is_converted(cli: Cli, work: Path) -> None:
    image = corpus_dir() / "jpeg" / "Piexif--L02.jpg"
    code, _, err = cli("run", "recipe.yaml", "--image", str(image), "--output", "photo.dcm")
    assert code == 0
    assert err.splitlines()[-1] == "wrote photo.dcm"
    assert pydicom.dcmread(work / "photo.dcm").LossyImageCompression == "01"
