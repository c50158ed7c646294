"""The `logging` section of recipes: what is said, where and in which form, at once or by a saved plan."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from img2dcm_decl.cli.log import About, Log, Message
from img2dcm_decl.cli.log_forms import as_img2dcm, as_json, for_people
from img2dcm_decl.cli.log_run import RunLogs
from img2dcm_decl.cli.request import RunRequest
from img2dcm_decl.cli.running import run
from img2dcm_decl.errors import OutputError
from img2dcm_decl.plan.choices import LEVELS
from img2dcm_decl.plan.model import LogRules, Plan

Cli = Callable[..., tuple[int, str, str]]

WROTE = ["wrote out/a.dcm", "wrote out/b.dcm"]
DONE = ["wrote 2 objects to out/"]
FACTS = "bmp, 2 rows, 2 columns, 3 samples per pixel, RGB, 8 bits stored, transfer syntax 1.2.840.10008.1.2.1"


def recipe(work: Path, logging: str, name: str = "r.yaml", output: str = "out/${image.stem}.dcm") -> str:
    text = f"recipe: 1\ninputs: {{images: '*.bmp'}}\nkeys: {{PatientName: Bond^James}}\nlogging: {logging}\n"
    (work / name).write_text(f"{text}output: {{file: '{output}', existing: replace}}\n", encoding="utf-8")
    return name


@pytest.mark.parametrize(
    ("level", "options", "said"),
    [
        ("off", [], []),
        ("fatal", [], []),
        ("error", [], []),
        ("warn", [], DONE),
        ("info", [], [*WROTE, *DONE]),
        ("info", ["-q"], []),
        ("off", ["-v"], [*WROTE, *DONE]),
        ("warn", ["--verbose"], [*WROTE, *DONE]),
    ],
)
def test_the_level_decides_what_is_said_and_options_overrule_it(
    cli: Cli, work: Path, level: str, options: list[str], said: list[str]
) -> None:
    code, out, err = cli("run", recipe(work, f"{{level: {level}}}"), *options)
    assert (code, out, err.splitlines()) == (0, "", said)


@pytest.mark.parametrize(("level", "said"), [("off", []), *((level, ["error: b.bmp"]) for level in LEVELS[1:4])])
def test_an_object_that_fails_is_said_at_every_level_but_off(cli: Cli, work: Path, level: str, said: list[str]) -> None:
    (work / "b.bmp").write_bytes(b"BM")
    code, _, err = cli("run", recipe(work, f"{{level: {level}}}"))
    assert code == 1
    assert [line[:12] for line in err.splitlines()][: len(said)] == said


def test_debug_adds_what_was_found_and_trace_every_attribute_but_no_values(cli: Cli, work: Path) -> None:
    debug = cli("run", recipe(work, "{level: debug}"))[2].splitlines()
    assert f"debug: a.bmp: {FACTS}" in debug
    assert any(line.startswith("debug: variant ") for line in debug)
    trace = cli("run", recipe(work, "{level: trace}"))[2]
    assert "trace: (0010,0010) PN from key\n" in trace
    assert "Bond" not in trace


@pytest.mark.parametrize(
    ("level", "options", "said"),
    [
        ("warn", [], "note: there is a note on r.yaml; --verbose shows it"),
        ("warn", ["-v"], "note: Specific Character Set"),
        ("info", [], "note: Specific Character Set"),
        ("debug", [], "note: Specific Character Set"),
    ],
)
def test_notes_are_shown_where_information_is(cli: Cli, work: Path, level: str, options: list[str], said: str) -> None:
    name = recipe(work, f"{{level: {level}}}")
    text = (work / name).read_text("utf-8")
    (work / name).write_text(text.replace("Bond", "Bönd"), encoding="utf-8")
    code, _, err = cli("run", name, *options)
    assert (code, [line[: len(said)] for line in err.splitlines() if line.startswith("note: ")]) == (0, [said])


def test_a_log_file_is_appended_to_in_place_of_standard_error(cli: Cli, work: Path) -> None:
    name = recipe(work, "{level: info, file: logs/run.log}")
    assert cli("run", name) == (0, "", "")
    assert cli("run", name) == (0, "", "")
    lines = (work / "logs" / "run.log").read_text("utf-8").splitlines()
    assert lines == [f"I: {line}" for line in [*WROTE, *DONE]] * 2
    if os.name != "nt":
        assert (work / "logs" / "run.log").stat().st_mode & 0o777 == 0o600


def test_a_saved_plan_logs_as_its_recipe_says(cli: Cli, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("plan", recipe(work, "{level: info, file: run.log, format: json}"), "-o", "p.json")[0] == 0
    (work / "elsewhere").mkdir()
    monkeypatch.chdir(work / "elsewhere")
    assert run(RunRequest((str(work / "p.json"),)), clock=lambda: 1700000000.0625) == 0
    rows = [json.loads(line) for line in (work / "run.log").read_text("utf-8").splitlines()]
    path = os.path.join(str(work), "out", "a.dcm")
    about = {"object": 1, "output": path}
    assert rows[0] == {"time": "2023-11-14T22:13:20.062Z", "level": "info", "message": f"wrote {path}", **about}
    assert rows[-1].keys() == {"time", "level", "message"}


def test_json_goes_to_standard_error_as_well(cli: Cli, work: Path) -> None:
    err = cli("run", recipe(work, "{format: json}"))[2]
    assert [json.loads(line)["message"] for line in err.splitlines()] == DONE


def test_plans_that_log_alike_share_a_log_and_others_have_their_own(cli: Cli, work: Path) -> None:
    one = recipe(work, "{file: one.log}", "1.yaml", "x/1-${image.stem}.dcm")
    same = recipe(work, "{file: ./one.log}", "2.yaml", "x/2-${image.stem}.dcm")
    other = recipe(work, "{file: other.log}", "3.yaml", "x/3-${image.stem}.dcm")
    assert cli("run", one, same, other) == (0, "", "")
    assert (work / "one.log").read_text("utf-8") == "I: wrote 4 objects to x/\n"
    assert (work / "other.log").read_text("utf-8") == "I: wrote 2 objects to x/\n"


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("a.bmp", "one of the images"),
        ("./out/../a.bmp", "one of the images"),
        ("out/a.dcm", "one of the outputs"),
        ("r.yaml", "the recipe itself"),
        ("link.log", "one of the images"),
        ("-", "standard output"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_log_file_that_is_an_input_or_output_is_an_error_at_its_line(
    cli: Cli, work: Path, file: str, what: str
) -> None:
    (work / "out").mkdir()
    (work / "link.log").symlink_to("b.bmp")
    before = (work / "b.bmp").read_bytes()
    code, _, err = cli("run", recipe(work, f"{{file: '{file}'}}"))
    assert code == 2
    assert err.startswith("r.yaml:4:")
    assert what in err.splitlines()[0]
    assert (work / "b.bmp").read_bytes() == before


def test_a_log_file_that_is_a_base_of_the_recipe_is_an_error_and_a_base_may_name_the_log(cli: Cli, work: Path) -> None:
    (work / "site").mkdir()
    base = recipe(work / "site", "{level: info, file: run.log}", "base.yaml")
    before = (work / "site" / base).read_bytes()
    (work / "r.yaml").write_text("recipe: 1\nextends: site/base.yaml\ninputs: {images: a.bmp}\n", encoding="utf-8")
    assert cli("run", "r.yaml") == (0, "", "")
    assert (work / "site" / "run.log").read_text("utf-8").splitlines()[0] == "I: wrote out/a.dcm"
    with open(work / "r.yaml", "a", encoding="utf-8") as file:
        file.write("logging: {file: site/base.yaml}\n")
    code, _, err = cli("run", "r.yaml")
    assert code == 2
    assert err.startswith("r.yaml:4:17: the log file 'site/base.yaml' is a recipe that this one is built on")
    assert (work / "site" / base).read_bytes() == before


def test_a_log_file_is_no_url(cli: Cli, work: Path) -> None:
    code, _, err = cli("run", recipe(work, "{file: 's3://bucket/run.log'}"))
    assert code == 2
    assert "the log file cannot be a URL" in err


@pytest.mark.parametrize("file", ["a.bmp", "out/b.dcm", "p.json", "s3://bucket/run.log"])
def test_the_log_file_of_a_saved_plan_is_checked_as_well(cli: Cli, work: Path, file: str) -> None:
    cli("plan", recipe(work, "{}"), "-o", "p.json")
    document = json.loads((work / "p.json").read_text("utf-8"))
    document["logging"] = {"file": file}
    (work / "p.json").write_text(json.dumps(document), "utf-8")
    code, _, err = cli("run", "p.json")
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be the log file" in err


def test_a_plan_without_logging_runs_as_ever(cli: Cli, work: Path) -> None:
    cli("plan", recipe(work, "{}"), "-o", "p.json")
    document = json.loads((work / "p.json").read_text("utf-8"))
    del document["logging"]
    (work / "p.json").write_text(json.dumps(document), "utf-8")
    assert cli("run", "p.json") == (0, "", "wrote 2 objects to out/\n")


def test_an_error_that_ends_the_run_is_said_in_the_log_and_on_standard_error(cli: Cli, work: Path) -> None:
    name = recipe(work, "{file: run.log}")
    cli("run", name)
    (work / "run.log").unlink()
    code, _, err = cli("run", name, "--existing", "error")
    assert code == 1
    assert err.startswith("error: ")
    assert (work / "run.log").read_text("utf-8") == f"F: {err.removeprefix('error: ')}"


def test_a_log_file_that_cannot_be_opened_is_one_error(cli: Cli, work: Path) -> None:
    (work / "dir").mkdir()
    code, _, err = cli("run", recipe(work, "{file: dir}"))
    assert (code, err) == (1, f"error: dir: cannot be used as log file: {os.strerror(errno.EISDIR)}\n")
    assert not (work / "out").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_where_the_log_takes_no_more_messages_go_to_standard_error(cli: Cli, work: Path) -> None:
    code, _, err = cli("run", recipe(work, "{level: info, file: /dev/full}"))
    first, *others = err.splitlines()
    assert code == 0
    assert first == "error: /dev/full: No space left on device; messages go to standard error from here on"
    assert others == [f"I: {line}" for line in [*WROTE, *DONE]]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_that_nobody_reads_does_not_make_the_run_wait(cli: Cli, work: Path) -> None:
    os.mkfifo(work / "pipe")
    assert cli("run", recipe(work, "{file: pipe}"))[0] == 1


def test_names_that_are_no_text_can_be_said() -> None:
    message = Message("warn", "a\udce9\x1b[2J\nb", About(3, "o\udce9"))
    assert as_img2dcm(message) == "W: a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[2J\nW: b"
    assert as_json(message, 0).isascii()
    assert json.loads(as_json(message, 0))["output"] == "o\udce9"


@pytest.mark.parametrize(
    ("level", "line"), [("fatal", "error: x"), ("error", "error: x"), ("warn", "warning: x"), ("info", "x")]
)
def test_people_read_labels(level: str, line: str) -> None:
    assert for_people(Message(level, "x")) == line


@pytest.mark.parametrize("level", LEVELS)
def test_a_log_passes_on_its_level_and_those_above(level: str) -> None:
    said: list[str] = []
    log = Log(level, lambda message: said.append(message.level))
    for say in (log.fatal, log.error, log.warn, log.info, log.debug, log.trace):
        say("x")
    assert said == list(LEVELS[1 : LEVELS.index(level) + 1])
    assert [log.shows(one) for one in LEVELS[1:]] == [one in said for one in LEVELS[1:]]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (KeyboardInterrupt(), "F: interrupted"),
        (OutputError("out/a.dcm: exists"), "F: out/a.dcm: exists"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), f"F: {os.strerror(errno.ENOSPC)}"),
        (ValueError("Bond^James"), "F: ValueError"),
    ],
)
def test_a_log_file_says_how_its_run_ended_without_values(work: Path, error: BaseException, line: str) -> None:
    plan = Plan(str(work), (), (), logging=LogRules(file="run.log"))
    with pytest.raises(type(error)), RunLogs([plan], RunRequest(("p.json",)), lambda: 0.0):
        raise error
    assert (work / "run.log").read_text("utf-8") == f"{line}\n"
