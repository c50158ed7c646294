"""`legacy`: converts as an img2dcm command line says, and logs as img2dcm does."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from img2dcm_decl.cli.log import About, Log
from img2dcm_decl.cli.log_forms import as_img2dcm
from img2dcm_decl.cli.outputs import streams
from img2dcm_decl.cli.results import put, raw_stdout
from img2dcm_decl.cli.streams import say
from img2dcm_decl.errors import Img2dcmError, OutputError, RecipeError, UsageError
from img2dcm_decl.legacy.conflicts import MutedUsageError
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.usage import usage_text, version_text
from img2dcm_decl.plan.locations import STDIO
from img2dcm_decl.run.runner import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from img2dcm_decl.cli.log import Message
    from img2dcm_decl.cli.log_config import Surroundings
    from img2dcm_decl.legacy.invocation import Invocation
    from img2dcm_decl.legacy.log4cplus.model import Settings
    from img2dcm_decl.plan.model import Plan, PlannedObject
    from img2dcm_decl.recipe.model import Recipe

PROGRAM = "img2dcm-decl legacy"
_FAILED = 1
_ATTRIBUTES = About(area="attributes")
_IMAGES = About(area="images")
_ARGUMENTS = About(area="arguments")
#: img2dcm's names of its plug-ins, which stand in its log.
_INPUTS = {"jpeg": "JPEG", "bmp": "BMP"}
_OUTPUTS = {
    "secondary-capture": "Secondary Capture Image SOP Class",
    "multiframe-secondary-capture": "New Secondary Capture Image SOP Classes",
    "vl-photographic": "Visible Light Photographic Image SOP Class",
    "ophthalmic-photography": "Ophthalmic Photography SOP Classes",
}


def convert(arguments: Sequence[str], *, clock: Callable[[], float] = time.time) -> int:
    """Do what an img2dcm command line asks for.

    Parameters
    ----------
    arguments : sequence of str
        The command line, without the name of the program.
    clock : callable
        Gives seconds since 1970, for logs.

    Returns
    -------
    int
        The exit code: 0; 1, the conversion failed; 2, the command line is wrong.

    Raises
    ------
    UsageError
        The command line is wrong.
    """
    started = clock()
    try:
        invocation = parse(arguments, environ=os.environ, read_log_config=lambda name: _read_log_config(name, started))
    except MutedUsageError as error:
        return error.exit_code
    if invocation.recipe is None:
        put(usage_text(PROGRAM) if invocation.help else version_text())
        return 0
    with _log(invocation, invocation.recipe, started, clock) as log:
        return _convert(invocation, invocation.recipe, log)


@contextmanager
def _log(invocation: Invocation, recipe: Recipe, started: float, clock: Callable[[], float]) -> Iterator[Log]:
    """Give the log that a command line asks for; what asks to be told whatever the level is, is told at once."""
    settings = invocation.log_settings
    if settings is None:
        log = Log(invocation.level, _say)
        _say_arguments(invocation, _say)
        yield log
        return
    from img2dcm_decl.cli.log_loggers import Loggers, features_missing

    keep_stdout = recipe.output.file == STDIO
    files = [name for name in invocation.files if name != STDIO]
    loggers = Loggers(settings, _surroundings(started), clock, files, keep_stdout=keep_stdout)
    try:
        log = Log(settings.level, loggers.emit)
        _say_arguments(invocation, loggers.emit)
        if missing := features_missing(settings, keep_stdout=keep_stdout):
            log.warn(missing)
        yield log
    finally:
        loggers.close()


def _say(message: Message) -> None:
    say(as_img2dcm(message))


def _say_arguments(invocation: Invocation, emit: Callable[[Message], None]) -> None:
    if invocation.arguments:
        Log("info", emit).info(f"{invocation.calling(PROGRAM)}\n", _ARGUMENTS)


def _read_log_config(name: str, started: float) -> Settings:
    from img2dcm_decl.cli.log_config import read_log_config

    return read_log_config(name, _surroundings(started))


def _surroundings(started: float) -> Surroundings:
    import socket

    from img2dcm_decl.cli.log_config import Surroundings

    return Surroundings(os.environ, started, os.getpid(), socket.gethostname())


def _convert(invocation: Invocation, recipe: Recipe, log: Log) -> int:
    # --help and wrong command lines do without the compiler.
    from img2dcm_decl.cli.compiling import to_plan

    log.info(f"img2dcm: Instantiated input plugin: {_INPUTS[recipe.inputs.format]}")
    log.info(f"img2dcm: Instantiated output plugin: {_OUTPUTS[recipe.sop_class]}")
    for note in invocation.notes:
        log.info(note)
    log.info("img2dcm: Starting image conversion")
    try:
        plan = to_plan(recipe)
        _check_folders(plan)
        failure = _run(plan, log)
    except UsageError:
        raise
    except Img2dcmError as error:
        failure = _text(error)
    if failure:
        log.fatal(f"Error converting file: {failure}")
    return _FAILED if failure else 0


def _run(plan: Plan, log: Log) -> str:
    """Run a plan, and return why it failed; nothing where it did not."""
    for warning in plan.warnings:
        log.warn(warning, _ATTRIBUTES)
    for note in plan.notes:
        log.info(note, _ATTRIBUTES)
    job = Job(plan, raw_stdout() if streams([plan]) else None)
    job.check()
    failures: list[str] = []
    for planned in plan.objects:
        if log.shows("debug"):
            from img2dcm_decl.cli.log_details import say_details

            say_details(log, plan, planned)
        outcome = job.convert(planned, about_to_write=partial(_say_saving, log, planned))
        for warning in outcome.warnings:
            log.warn(warning, _IMAGES)
        if outcome.status == "failed":
            failures.append(outcome.message)
    return "\n".join(failures)


def _say_saving(log: Log, planned: PlannedObject) -> None:
    log.info(f"img2dcm: Saving output DICOM to file {planned.output}")


def _check_folders(plan: Plan) -> None:
    """Refuse an output whose folder is missing, as img2dcm does; recipes have it made."""
    for planned in plan.objects:
        folder = os.path.dirname(planned.output)
        if folder and not os.path.isdir(os.path.join(plan.folder, folder)):
            raise OutputError(f"No such file or directory: {folder}")


def _text(error: Img2dcmError) -> str:
    if not isinstance(error, RecipeError):
        return str(error)
    return "\n".join(f"{found.message} ({found.help})" if found.help else found.message for found in error.diagnostics)
