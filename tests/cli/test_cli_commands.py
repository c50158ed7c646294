"""`check`, `init`, `schema`, `translate`, `--version` and help."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from support import ROOT

from img2dcm_decl import __version__
from img2dcm_decl.cli.app import COMMANDS
from img2dcm_decl.recipe.read import read_recipe

Cli = Callable[..., tuple[int, str, str]]

WRONG = "recipe: 1\ninput: {images: '*.bmp'}\noutput: x.dcm\nsop_clas: x\n"


def test_check_says_what_is_right_on_standard_output(cli: Cli) -> None:
    assert cli("check", "recipe.yaml") == (0, "recipe.yaml: ok, 2 objects\n", "")
    assert cli("check", "-q", "recipe.yaml") == (0, "", "")


def test_check_says_all_mistakes_of_all_recipes(cli: Cli, work: Path) -> None:
    (work / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    code, out, err = cli("check", "wrong.yaml", "recipe.yaml", "none.yaml")
    assert (code, out) == (2, "recipe.yaml: ok, 2 objects\n")
    assert "wrong.yaml:2:1: " in err
    assert "did you mean 'inputs'?" in err
    assert "wrong.yaml:4:1: " in err
    assert "error: cannot read the recipe none.yaml" in err


@pytest.mark.parametrize(
    ("keys", "code"), [("{PatientID: '1'}", 0), ("{StudyDate: yesterday}", 2), ("{NoSuchKeyword: x}", 2)]
)
def test_check_without_images_still_checks_everything_else(cli: Cli, work: Path, keys: str, code: int) -> None:
    (work / "later.yaml").write_text(
        f"recipe: 1\ninputs: {{images: 'later/*.jpg'}}\nkeys: {keys}\noutput: out/${{image.stem}}.dcm\n", "utf-8"
    )
    assert cli("check", "later.yaml")[0] == 2
    assert cli("check", "--no-images", "later.yaml")[0] == code


def test_the_hook_is_a_command_line_that_exists(cli: Cli) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *arguments = hook["entry"].split()
    assert program == "img2dcm-decl"
    assert cli(*arguments, *hook["args"], "recipe.yaml") == (0, "", "")


@pytest.mark.parametrize("name", ["recipe", "plan", "iod"])
def test_schemas_are_shown_and_saved(cli: Cli, work: Path, name: str) -> None:
    code, out, err = cli("schema", name)
    assert (code, err) == (0, "")
    Draft202012Validator.check_schema(json.loads(out))
    assert cli("schema", name, "-o", "s.json") == (0, "", "")
    assert (work / "s.json").read_text(encoding="utf-8") == out
    assert cli("schema", name, "-o", "s.json")[0] == 1


def test_the_schema_of_recipes_is_shown_unless_another_is_named(cli: Cli) -> None:
    assert cli("schema") == cli("schema", "recipe")
    assert cli("schema", "cake")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "images"),
    [
        ((), ["a.bmp", "b.bmp"]),
        (("b.bmp",), ["b.bmp"]),
        (("b.bmp", "sub/b.bmp"), ["b.bmp", "sub/b.bmp"]),
        (("b.bmp", "sub/[1].bmp"), ["b.bmp", "sub/[1].bmp"]),
        (("sub/$${x}.bmp",), ["sub/$${x}.bmp"]),
        (("a.bmp", "cam"), ["a.bmp", "cam/2.BMP", "cam/10.bmp"]),
    ],
)
def test_a_first_recipe_runs_as_it_is(cli: Cli, work: Path, arguments: tuple[str, ...], images: list[str]) -> None:
    (work / "sub").mkdir()
    for name in ("b.bmp", "[1].bmp", "$${x}.bmp"):
        (work / "sub" / name).write_bytes((work / "a.bmp").read_bytes())
    (work / "cam").mkdir()
    for name in ("10.bmp", "2.BMP", "._2.BMP", "notes.txt"):
        (work / "cam" / name).write_bytes((work / "a.bmp").read_bytes())
    assert cli("init", *arguments, "-o", "first.yaml")[0] == 0
    shown = json.loads(cli("plan", "first.yaml", "--json")[1])
    assert [image for planned in shown["objects"] for image in planned["images"]] == images
    code, _, err = cli("run", "first.yaml")
    assert (code, err.splitlines()[-1].startswith("wrote ")) == (0, True)


def test_many_images_of_a_folder_become_a_pattern(cli: Cli, work: Path) -> None:
    for number in range(5):
        (work / f"{number}.bmp").write_bytes((work / "a.bmp").read_bytes())
    (work / "recipes").mkdir()
    assert cli("init", *(str(path) for path in sorted(work.glob("*.bmp"))), "-o", "recipes/r.yaml")[0] == 0
    assert cli("check", "recipes/r.yaml") == (0, "recipes/r.yaml: ok, 7 objects\n", "")


def test_a_first_recipe_is_shown_with_comments(cli: Cli) -> None:
    code, out, _ = cli("init")
    assert code == 0
    assert read_recipe(out, "recipe.yaml", ".").inputs.images[0].pattern == "a.bmp"
    assert "# sop_class: vl-photographic" in out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["init", "-o", "recipe.yaml"], 1, "recipe.yaml: exists already"),
        (["init", "recipe.yaml"], 1, "recipe.yaml: "),
        (["init", "none.jpg"], 1, "none.jpg: cannot be read"),
        (["init", "-o", "empty/r.yaml"], 2, "there are no JPEG or BMP images in empty"),
        (["translate"], 2, "Missing argument 'ARGS' (img2dcm-decl translate --help explains)"),
        (["translate", "--", "--help"], 2, "converts nothing"),
        (["translate", "--", "a.bmp"], 2, "error: Missing parameter dcmfile-out"),
        (["plam"], 2, "Did you mean 'plan'?"),
        (["plan"], 2, "Missing argument 'FILE'"),
    ],
)
def test_wrong_command_lines_are_explained(cli: Cli, work: Path, arguments: list[str], code: int, message: str) -> None:
    (work / "empty").mkdir()
    got, out, err = cli(*arguments)
    assert (got, out) == (code, "")
    assert message in err


def test_a_translated_command_line_is_a_recipe_that_converts_alike(cli: Cli, work: Path) -> None:
    (work / "sub").mkdir()
    assert cli("translate", "-o", "sub/t.yaml", "--", "-i", "BMP", "a.bmp", "t.dcm", "-k", "PatientID=4711")[0] == 0
    assert "../a.bmp" in (work / "sub" / "t.yaml").read_text(encoding="utf-8")
    assert cli("run", "sub/t.yaml")[0] == 0
    assert b"4711" in (work / "t.dcm").read_bytes()


def test_what_of_a_translated_line_has_no_effect_is_said_beside_the_recipe(cli: Cli) -> None:
    code, out, err = cli("translate", "a.bmp", "t.dcm", "-i", "BMP", "+i1", "--no-checks")
    assert code == 0
    assert err.startswith("note: ")
    assert "missing_type1: leave" in out


@pytest.mark.parametrize("program", ["img2dcm-decl", "img2dcm-run"])
def test_the_version_is_shown(cli: Cli, program: str) -> None:
    assert cli("--version", program=program) == (0, f"img2dcm-decl {__version__}\n", "")


def test_help_is_shown_where_nothing_is_asked(cli: Cli) -> None:
    code, out, err = cli()
    assert (code, err) == (0, "")
    assert (code, out, err) == cli("--help")
    for command in COMMANDS:
        assert command in out


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "legacy"])
def test_every_command_has_examples_that_are_read(cli: Cli, command: str) -> None:
    code, out, _ = cli(command, "--help")
    assert code == 0
    assert f"\n  Examples:\n    img2dcm-decl {command}" in out
