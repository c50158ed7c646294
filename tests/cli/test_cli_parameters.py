"""Parameters on the command line: `--set` and `--parameters` of `run`, `plan` and `check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., tuple[int, str, str]]

RECIPE = """\
recipe: 1
parameters:
  site: {pattern: "[a-z]+", required: true, description: Hospital site}
  day: {type: date, default: 2026-01-31}
  number: {type: integer, default: 1}
  images: {type: path, default: .}
inputs: {images: "${parameter.images}/*.bmp"}
keys:
  InstitutionName: ${parameter.site}
  StudyDate: ${parameter.day:date(%Y-%m-%d)}
  SeriesNumber: ${parameter.number}
output: out/${parameter.site}/${image.stem}.dcm
"""
OTHER = """\
recipe: 1
parameters: {code: A}
inputs: {images: "*.bmp"}
keys: {PatientID: "${parameter.code}"}
output: other/${image.stem}.dcm
"""


@pytest.fixture
def recipes(work: Path) -> Path:
    (work / "site.yaml").write_text(RECIPE, encoding="utf-8")
    (work / "other.yaml").write_text(OTHER, encoding="utf-8")
    return work


def shown(cli: Cli, *arguments: str) -> str:
    code, out, err = cli("plan", *arguments)
    assert (code, err) == (0, "")
    return out


def test_values_reach_the_objects(cli: Cli, recipes: Path) -> None:
    assert cli("run", "site.yaml", "--set", "site=north", "--set", "day=2026-02-28")[0] == 0
    written = (recipes / "out" / "north" / "a.dcm").read_bytes()
    assert b"20260228" in written
    assert b"north" in written


@pytest.mark.parametrize(
    ("text", "number"), [("site: north\nnumber: 010\n", "010"), ('{"site": "north", "number": "7"}', "7")]
)
def test_values_of_a_file_arrive_as_written(cli: Cli, recipes: Path, text: str, number: str) -> None:
    (recipes / "p.yaml").write_text(text, encoding="utf-8")
    out = shown(cli, "site.yaml", "--parameters", "p.yaml")
    assert f"{number}\n" in out
    assert "out/north/a.dcm" in out


def test_what_is_set_wins_over_the_file(cli: Cli, recipes: Path) -> None:
    (recipes / "p.yaml").write_text("site: north\n", encoding="utf-8")
    out = shown(cli, "site.yaml", "--set=site=south", "--parameters", "p.yaml")
    assert "out/south/a.dcm" in out


def test_a_value_may_hold_equals_signs(cli: Cli, recipes: Path) -> None:  # noqa: ARG001
    assert "x=y" in shown(cli, "other.yaml", "--set", "code=x=y")


@pytest.mark.usefixtures("recipes")
@pytest.mark.parametrize("command", ["run", "plan", "check"])
def test_all_mistakes_are_said_at_once(cli: Cli, command: str) -> None:
    code, out, err = cli(command, "site.yaml", "--set", "site=N", "--set", "day=1.2.2026", "--set", "nmber=2")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "error: there is no parameter 'nmber' (did you mean 'number'?)",
        "error: parameter 'site' (Hospital site): 'N' does not match the pattern '[a-z]+'"
        " (give it as --set site=VALUE)",
        "error: parameter 'day': '1.2.2026' is not a date (ISO 8601) (give it as --set day=2026-01-31)",
    ]


@pytest.mark.usefixtures("recipes")
def test_a_required_parameter_has_to_be_given(cli: Cli) -> None:
    code, _, err = cli("run", "site.yaml")
    assert code == 2
    message = "parameter 'site' (Hospital site): it is required, and not given (give it as --set site=VALUE)"
    assert err == f"error: {message}\n"


@pytest.mark.usefixtures("recipes")
@pytest.mark.parametrize("command", ["run", "plan", "check"])
@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (["--set", "site"], "--set: site is not of the form"),
        (["--set", "sit=north"], "there is no parameter 'sit'"),
        (["--parameters", "none.yaml"], "--parameters: none.yaml cannot be read"),
    ],
)
def test_why_a_required_parameter_is_not_given_is_said_before_that_it_is_not(
    cli: Cli, command: str, arguments: list[str], cause: str
) -> None:
    code, _, err = cli(command, "site.yaml", *arguments)
    assert code == 2
    first, second = err.splitlines()
    assert first.startswith(f"error: {cause}")
    assert "it is required, and not given" in second


@pytest.mark.usefixtures("recipes")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "site"], "--set: site is not of the form NAME=VALUE"),
        (["--set", "=x"], "--set: =x is not of the form NAME=VALUE"),
        (["--set", "site=a", "--set", "site=b"], "--set: site is given two values"),
        (["--parameters", "none.yaml"], "--parameters: none.yaml cannot be read: No such file or directory"),
        (["--parameters", "."], "--parameters: . cannot be read: Is a directory"),
    ],
)
def test_wrong_options_are_explained(cli: Cli, arguments: list[str], message: str) -> None:
    code, _, err = cli("plan", "other.yaml", *arguments)
    assert code == 2
    assert f"error: {message}\n" in err


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("", "1:1", "the file of parameters is empty"),
        ("- a\n", "1:1", "this is not a mapping"),
        ("site: north\nnumber: [1]\n", "2:9", "the value of a parameter is a text, number, true or false"),
        ("site: north\nsite: south\n", "2:1", "'site' is given twice"),
        ("site: north\nnmber: 2\n", "2:8", "there is no parameter 'nmber'"),
        ("site: North\n", "1:7", "parameter 'site' (Hospital site): 'North' does not match"),
        ("site: {\n", "2:1", ""),
        ("site:\n", "1:1", "it is required, and the value is empty"),
    ],
)
def test_mistakes_in_a_file_are_said_at_their_place(
    cli: Cli, recipes: Path, text: str, where: str, message: str
) -> None:
    (recipes / "p.yaml").write_text(text, encoding="utf-8")
    code, _, err = cli("check", "site.yaml", "--parameters", "p.yaml")
    assert code == 2
    assert any(line.startswith(f"p.yaml:{where}: ") and message in line for line in err.splitlines())


@pytest.mark.usefixtures("recipes")
def test_each_name_belongs_to_at_least_one_of_several_recipes(cli: Cli) -> None:
    both = ("site.yaml", "other.yaml", "--set", "site=north", "--set", "code=B")
    assert cli("check", *both)[0] == 0
    assert cli("run", *both)[0] == 0
    code, _, err = cli("check", *both, "--set", "cod=B")
    assert (code, err) == (2, "error: there is no parameter 'cod' (did you mean 'code'?)\n")


@pytest.mark.usefixtures("recipes")
def test_names_are_not_judged_by_recipes_that_cannot_be_read(cli: Cli) -> None:
    code, _, err = cli("check", "other.yaml", "none.yaml", "--set", "site=north")
    assert code == 2
    assert "none.yaml" in err
    assert "no parameter" not in err


@pytest.mark.usefixtures("recipes")
@pytest.mark.parametrize("option", [("--set", "site=south"), ("--parameters", "p.yaml")])
def test_a_saved_plan_takes_no_parameters(cli: Cli, option: tuple[str, str]) -> None:
    assert cli("plan", "site.yaml", "--set", "site=north", "-o", "saved.json")[0] == 0
    code, _, err = cli("run", "saved.json", *option)
    assert code == 2
    assert err.startswith(f"error: {option[0]} is for recipes: the parameters of a saved plan such as saved.json")
    assert cli("run", "saved.json")[0] == 0


def test_paths_are_relative_to_where_they_are_written(cli: Cli, recipes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("here", "beside"):
        (recipes / folder / "in").mkdir(parents=True)
        (recipes / folder / "in" / f"{folder}.bmp").write_bytes((recipes / "a.bmp").read_bytes())
    (recipes / "beside" / "p.yaml").write_text("images: in\n", encoding="utf-8")
    monkeypatch.chdir(recipes / "here")
    given = ("../site.yaml", "--set", "site=north", "--json")

    def images(*arguments: str) -> list[str]:
        planned = json.loads(shown(cli, *given, *arguments))["objects"]
        return [Path(image).name for entry in planned for image in entry["images"]]

    assert images() == ["a.bmp", "b.bmp"]
    assert images("--set", "images=in") == ["here.bmp"]
    assert images("--parameters", "../beside/p.yaml") == ["beside.bmp"]


@pytest.mark.usefixtures("recipes")
def test_parameters_are_possible_in_an_output_of_the_command_line(cli: Cli, work: Path) -> None:
    arguments = ("run", "other.yaml", "--set", "code=B", "--image", "a.bmp", "--output")
    assert cli(*arguments, "${parameter.code}.dcm")[0] == 0
    assert (work / "B.dcm").is_file()
    for output, message in (
        ("${parameter.cod}.dcm", "there is no parameter named 'cod' (did you mean '${parameter.code}'?)"),
        ("${row.ID}.dcm", "there is no table"),
    ):
        code, _, err = cli(*arguments, output)
        assert code == 2
        assert f"error: --output: {message}" in err


def test_images_of_the_command_line_are_named_literally(cli: Cli, recipes: Path) -> None:
    (recipes / "$$x${y}.bmp").write_bytes((recipes / "a.bmp").read_bytes())
    assert cli("run", "other.yaml", "--image", "$$x${y}.bmp", "--output", "literal.dcm")[0] == 0
    assert (recipes / "literal.dcm").is_file()


@pytest.mark.usefixtures("recipes")
def test_check_without_images_needs_no_parameters(cli: Cli) -> None:
    said = "site.yaml: ok, images not looked for; not given, and what needs it not checked: site\n"
    assert cli("check", "--no-images", "site.yaml") == (0, said, "")
    given = ("--set", "site=north")
    assert cli("check", "--no-images", "site.yaml", *given) == (0, "site.yaml: ok, images not looked for\n", "")
    code, _, err = cli("check", "--no-images", "site.yaml", "--set", "number=x")
    assert code == 2
    assert "'x' is not a whole number" in err


@pytest.mark.parametrize(
    ("rows", "code", "message"),
    [
        ("ID,Born\n1,31.01.2020\n2,x\n", 0, "ok"),
        ("ID,Born\n1,31.02.2020\n", 2, "'31.02.2020' is not a date of the form %d.%m.%Y"),
        ("ID,Day\n1,2\n", 2, "Born"),
        (None, 2, "rows.csv"),
    ],
)
def test_check_without_images_looks_at_the_first_row(
    cli: Cli, work: Path, rows: str | None, code: int, message: str
) -> None:
    if rows is not None:
        (work / "rows.csv").write_text(rows, encoding="utf-8")
    (work / "table.yaml").write_text(
        "recipe: 1\ninputs: {images: 'later/*.jpg', exclude: 't*'}\n"
        "table: {file: rows.csv, column: ID, key: '${image.stem}'}\n"
        "sources: {template: '${image.stem}.dcm'}\n"
        "uids: {instance_number: name}\n"
        "keys: {PatientID: '${row.ID}', PatientBirthDate: '${row.Born:date(%d.%m.%Y)}',"
        " StudyDate: '${image.parent:date(%Y-%m-%d)}'}\n"
        "output: out/${row.ID}/${image.number:04}.dcm\n",
        encoding="utf-8",
    )
    got, out, err = cli("check", "--no-images", "table.yaml")
    assert (got, message in out + err) == (code, True), err
