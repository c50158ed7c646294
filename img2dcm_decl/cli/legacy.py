"""`legacy`: converts as an img2dcm command line says, and logs as img2dcm does."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from img2dcm_decl.cli.outputs import streams
from img2dcm_decl.cli.results import put, raw_stdout
from img2dcm_decl.cli.streams import say
from img2dcm_decl.errors import Img2dcmError, OutputError, RecipeError, UsageError
from img2dcm_decl.legacy.conflicts import MutedUsageError
from img2dcm_decl.legacy.invocation import parse
from img2dcm_decl.legacy.usage import usage_text, version_text
from img2dcm_decl.recipe.model import LoggingRules
from img2dcm_decl.run.runner import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.legacy.invocation import Invocation
    from img2dcm_decl.plan.model import Plan
    from img2dcm_decl.recipe.model import Recipe

PROGRAM = "img2dcm-decl legacy"
_LEVELS = ("off", "fatal", "error", "warn", "info", "debug", "trace")
_FAILED = 1


class Log:
    """Log lines on standard error, each with the first letter of its level before it.

    Parameters
    ----------
    level : str
        The least severe level that is logged.
    """

    def __init__(self, level: str) -> None:
        self._shown = frozenset(_LEVELS[1 : _LEVELS.index(level) + 1])

    def add(self, level: str, text: str) -> None:
        """Log a text, line by line, where its level is shown."""
        if level in self._shown:
            for line in text.split("\n"):
                say(f"{level[0].upper()}: {line}")


def convert(arguments: Sequence[str]) -> int:
    """Do what an img2dcm command line asks for.

    Parameters
    ----------
    arguments : sequence of str
        The command line, without the name of the program.

    Returns
    -------
    int
        The exit code: 0; 1, the conversion failed; 2, the command line is wrong.

    Raises
    ------
    UsageError
        The command line is wrong.
    """
    try:
        invocation = parse(arguments, environ=os.environ)
    except MutedUsageError as error:
        return error.exit_code
    if invocation.recipe is None:
        put(usage_text(PROGRAM) if invocation.help else version_text())
        return 0
    if invocation.log_config is not None:
        raise UsageError("--log-config is not supported; choose what is logged with --log-level")
    if invocation.arguments:
        Log("info").add("info", f"{invocation.calling(PROGRAM)}\n")
    return _convert(invocation, invocation.recipe, Log(invocation.level))


def _convert(invocation: Invocation, recipe: Recipe, log: Log) -> int:
    # --help and wrong command lines do without the compiler.
    from img2dcm_decl.cli.compiling import to_plan

    for note in invocation.notes:
        log.add("info", note)
    log.add("info", "img2dcm-decl: Starting image conversion")
    try:
        # What is logged is this module's affair and no part of the conversion.
        plan = to_plan(replace(recipe, logging=LoggingRules()))
        _check_folders(plan)
        failure = _run(plan, log)
    except UsageError:
        raise
    except Img2dcmError as error:
        failure = _text(error)
    if failure:
        log.add("fatal", f"Error converting file: {failure}")
    return _FAILED if failure else 0


def _run(plan: Plan, log: Log) -> str:
    """Run a plan, and return why it failed; nothing where it did not."""
    for warning in plan.warnings:
        log.add("warn", warning)
    for note in plan.notes:
        log.add("info", note)
    for planned in plan.objects:
        log.add("info", f"img2dcm-decl: Saving output DICOM to file {planned.output}")
    failures: list[str] = []
    for outcome in Job(plan, raw_stdout() if streams([plan]) else None).run():
        for warning in outcome.warnings:
            log.add("warn", warning)
        if outcome.status == "failed":
            failures.append(outcome.message)
    return "\n".join(failures)


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
