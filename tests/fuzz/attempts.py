"""What is done with a damaged file: what a user would do with it, from reading it to the written objects."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import images_made
from fuzz import archives, seeds
from support import outcomes_of

from img2dcm_decl.attributes.dataset import Dataset
from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.keys import Keys
from img2dcm_decl.attributes.paths import parse_path
from img2dcm_decl.cli.compiling import to_binder, to_plan
from img2dcm_decl.cli.loading import read_plan
from img2dcm_decl.cli.log import About, Message
from img2dcm_decl.cli.log_config import Surroundings, read_log_config
from img2dcm_decl.cli.log_loggers import Loggers
from img2dcm_decl.diagnostics import headline, render
from img2dcm_decl.errors import Img2dcmError, RecipeError
from img2dcm_decl.legacy.differences import notes
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.log4cplus.model import SystemLog, Target
from img2dcm_decl.legacy.relocation import relocate
from img2dcm_decl.plan.choices import LEVELS
from img2dcm_decl.plan.model import ImageRules, Plan, PlannedObject
from img2dcm_decl.plan.saved import dump_plan, load_plan
from img2dcm_decl.recipe.model import Recipe
from img2dcm_decl.recipe.parameters import resolve
from img2dcm_decl.recipe.read import load_recipe, read_recipe
from img2dcm_decl.recipe.write import write_recipe
from img2dcm_decl.run.runner import Job

Data: TypeAlias = Any
"""Plain data, as JSON has it."""

RECIPE = "recipe.yaml"
_IMAGE = "pic.jpg"
_MOST_ARGUMENTS = 2000
_MOST_TRANSLATED = 100_000
"""What converting a command line and writing and reading its recipe take grows with its arguments and bytes."""

_MODES = ("strict", "transliterate", "discard")
_RULES = (
    ImageRules(),
    ImageRules(app_segments="keep", comments="remove"),
    ImageRules(jfif="required", progressive="reject", extended="reject"),
)


class Attempt(NamedTuple):
    """What became of a file.

    Attributes
    ----------
    refusals : tuple of str
        Why it, or an object made with it, was refused: the first line of each message.
    names : tuple of str
        Each refusal says one of these, so that a person knows which file is meant; empty where there is no file.
    written : tuple of str
        Names of the files that were written.
    """

    refusals: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


@cache
def company() -> Mapping[str, bytes]:
    """Return the files that lie beside each damaged one, by name."""
    return {
        _IMAGE: images_made.jpeg(),
        "pic.bmp": images_made.bmp(),
        "prior.dcm": seeds.prior(),
        "t.xml": seeds.xml_seeds()[0],
        "site.dic": seeds.DICTIONARY,
        "patients.csv": archives.TABLE,
        "base.yaml": archives.BASE,
        "images.txt": b"pic.jpg\n",
        "pic.dump": b"(0010,0010) PN [Template]\n",
    }


def image(name: str, choice: int) -> Attempt:
    """Convert a damaged image, alone or as the second frame."""
    frames = (_IMAGE, name) if choice % 5 == 0 else (name,)
    plan = _image_plan()._replace(
        images=_RULES[choice % len(_RULES)], objects=(PlannedObject(frames, "out/o.dcm"),), folder="."
    )
    return _run(plan)


def template(name: str, choice: int) -> Attempt:
    """Take the attributes of a damaged template."""
    validated = name.endswith(".xml") and choice % 4 == 0
    sources: Data = {
        "template": {"file": name, "validate": validated, "check_namespace": validated and choice % 8 == 0},
        "characters": _MODES[choice % 3],
    }
    if choice % 3 == 0:
        sources["study"] = "prior.dcm"
    return convert(document(sources=sources), name)


def source(name: str, choice: int) -> Attempt:
    """Join a damaged study or series."""
    sources: Data = {
        "study" if choice % 2 else "series": name,
        "characters": _MODES[choice % 3],
        "increment_instance_number": choice % 5 == 0,
    }
    if choice % 3:
        sources["template"] = "t.xml"
    return convert(document(sources=sources), name)


def dictionary(name: str, _: int) -> Attempt:
    """Use a damaged data dictionary."""
    keys = {"(0009,0010)": "ACME 1.1", "(0009,1001)": "x", "(0021,0010)": "A", "(6000,3000)": "0\\1"}
    return convert(document(dictionaries=[name], keys=keys), name)


def command_file(name: str, _: int) -> Attempt:
    """Do what a damaged command file says, and write it as a recipe that says the same."""
    try:
        invocation = parse([f"@{name}"], environ={"DCMDICTPATH": "site.dic"})
        invocation.calling("img2dcm")
        if invocation.recipe is None or len(invocation.expanded) > _MOST_ARGUMENTS:
            return Attempt()
        if Path(name).stat().st_size <= _MOST_TRANSLATED:
            text = write_recipe(relocate(invocation.recipe, "elsewhere"), comments=notes(invocation))
            read_recipe(text, RECIPE, ".")
    except Img2dcmError as error:
        return Attempt(first_lines(error))
    return run_recipe(invocation.recipe)


def log_settings(name: str, _: int) -> Attempt:
    """Log as damaged settings say."""
    surroundings = Surroundings({"HOME": "home"}, 0.0, 1, "host")
    # What is wrong with single settings is said on standard error, and the rest of them used.
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            settings = read_log_config(name, surroundings)
            if not all(_is_local(appender.target) for appender in settings.appenders.values()):
                return Attempt()
            loggers = Loggers(settings, surroundings, lambda: 0.0, (_IMAGE,))
        except Img2dcmError as error:
            return Attempt(first_lines(error))
        try:
            for level in LEVELS[1:]:
                loggers.emit(Message(level, "a\nmessage\ud800", About(area="images")))
        finally:
            loggers.close()
    return Attempt(written=tuple(str(path) for path in Path().rglob("*") if path.is_file()))


def _is_local(target: Target) -> bool:
    """Tell whether messages stay in this folder."""
    return not isinstance(target, SystemLog) and _is_below(getattr(target, "file", "-"))


def keys(name: str, choice: int) -> Attempt:
    """Apply damaged keys by themselves, and through a recipe."""
    lenient = choice % 2 == 0
    text = Path(name).read_bytes().decode("utf-8", "surrogateescape")
    pairs = [line.partition("=")[::2] for line in text.split("\n")[:12]]
    known, target = Dictionary(), Keys(Dataset(), Dictionary(), checked=not lenient)
    refusals: list[str] = []
    for path, value in pairs:
        try:
            target.set(parse_path(path, known, lenient=lenient), value)
        except Img2dcmError as error:
            refusals += [f"{name}: {line}" for line in first_lines(error)]
    given = [{path: value.replace("$", "$$")} for path, value in pairs]
    done = convert(document(keys=given, values="as-written" if lenient else "checked"))
    return done._replace(refusals=(*refusals, *done.refusals), names=(name, *done.names))


def recipe(name: str, _: int) -> Attempt:
    """Run a damaged recipe."""
    try:
        loaded = load_recipe(name)
    except RecipeError as error:
        return Attempt(first_lines(error), (name,))
    if read_recipe(write_recipe(loaded), name, ".") != loaded:
        raise AssertionError("the recipe is another one when it is written and read again")
    try:
        resolved = resolve(loaded, {})
    except (Img2dcmError, ExceptionGroup) as error:
        return Attempt(all_lines(error))
    return run_recipe(resolved, name, *company())


def plan(name: str, _: int) -> Attempt:
    """Run a damaged plan as saved."""
    try:
        loaded = read_plan(name)
    except Img2dcmError as error:
        return Attempt(first_lines(error), (name,))
    if load_plan(dump_plan(loaded)) != loaded:
        raise AssertionError("the plan is another one when it is saved and read again")
    return _run(loaded)


def profile(name: str, _: int) -> Attempt:
    """Use a damaged IOD profile."""
    return convert(document(sop_class=name), name)


@cache
def _image_plan() -> Plan:
    return to_plan(read_recipe(json.dumps(document(sop_class="multiframe-secondary-capture")), RECIPE, "."))


def document(**settings: Data) -> Data:
    """Return a recipe as plain data."""
    return {"recipe": 1, "inputs": {"images": {"path": _IMAGE}}, "output": "out/o.dcm", **settings}


def convert(given: Data, *names: str) -> Attempt:
    """Run a recipe given as plain data."""
    try:
        recipe_given = read_recipe(json.dumps(given), RECIPE, ".")
    except RecipeError as error:
        return Attempt(first_lines(error), (RECIPE,))
    return run_recipe(recipe_given, RECIPE, *names, *company())


def run_recipe(given: Recipe, *names: str) -> Attempt:
    """Compile a recipe and run it, where it stays in this folder."""
    if not all(_is_below(entry.pattern) for entry in given.inputs.images):
        return Attempt()
    try:
        compiled = to_plan(given)
    except RecipeError as error:
        return Attempt(first_lines(error), names)
    bind = to_binder(given)
    if not compiled.bound and load_plan(dump_plan(compiled)) != compiled:
        raise AssertionError("the plan is another one when it is saved and read again")
    return _run(compiled, bind)


def _run(given: Plan, bind: Callable[[PlannedObject], PlannedObject] | None = None) -> Attempt:
    """Run a plan, where what it writes stays in this folder."""
    if not all(_is_below(os.path.join(given.folder, planned.output)) for planned in given.objects):
        return Attempt()
    refusals: list[str] = []
    names: list[str] = []
    written: list[str] = []
    with io.FileIO(os.devnull, "w") as sink:
        try:
            for outcome in outcomes_of(Job(given, sink, bind=bind)):
                names += (*outcome.planned.images, outcome.planned.output)
                if outcome.status == "failed":
                    refusals.append(outcome.message)
                elif outcome.status == "written":
                    written.append(outcome.output)
        except Img2dcmError as error:
            refusals += first_lines(error)
            names = []
    return Attempt(tuple(refusals), tuple(names), tuple(written))


def _is_below(path: str) -> bool:
    return path == "-" or not (os.path.isabs(path) or os.path.normpath(path).startswith(os.pardir))


def all_lines(error: Img2dcmError | ExceptionGroup[Exception]) -> tuple[str, ...]:
    """Return the first line of each message of an error, or of several at once."""
    if isinstance(error, Img2dcmError):
        return first_lines(error)
    return tuple(line for inner in error.exceptions if isinstance(inner, Img2dcmError) for line in first_lines(inner))


def first_lines(error: Img2dcmError) -> tuple[str, ...]:
    """Return the first line of each message of an error."""
    if not isinstance(error, RecipeError):
        return (str(error),)
    for diagnostic in error.diagnostics:
        render(diagnostic)
    return tuple(headline(diagnostic) for diagnostic in error.diagnostics)
