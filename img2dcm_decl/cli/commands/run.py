"""`run`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from img2dcm_decl.cli.options import (
    Action,
    ExecutorOption,
    ExistingOption,
    FailFastOption,
    ImageOption,
    JobsOption,
    LogFormatOption,
    OutputOption,
    ParametersOption,
    QuietOption,
    RecordOption,
    ResumeOption,
    SetOption,
    VerboseOption,
    examples,
)
from img2dcm_decl.cli.request import RunRequest

EXAMPLES = examples(
    "img2dcm-decl run recipe.yaml",
    "img2dcm-decl run recipe.yaml --image new.jpg --output new.dcm",
    "img2dcm-decl run archive.yaml --record run.jsonl --resume",
    "img2dcm-run plan.json --existing skip",
)


def run(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Recipes, or saved plans (FILE.json).", show_default=False)
    ],
    output: OutputOption = None,
    image: ImageOption = None,
    existing: ExistingOption = None,
    set_: SetOption = None,
    parameters: ParametersOption = None,
    jobs: JobsOption = None,
    executor: ExecutorOption = None,
    fail_fast: FailFastOption = False,
    record: RecordOption = None,
    resume: ResumeOption = False,
    log_format: LogFormatOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> Action:
    """Make DICOM objects as recipes or saved plans say.

    All of them are checked before anything is written. Exit code 1: an object could not be made.
    """
    request = RunRequest(
        tuple(files),
        output,
        tuple(image or ()),
        existing,
        tuple(set_ or ()),
        parameters,
        jobs,
        executor,
        fail_fast,
        record,
        resume,
        log_format,
        quiet,
        verbose,
    )
    return partial(_run, request)


def _run(request: RunRequest) -> int:
    from img2dcm_decl.cli.running import run

    return run(request)
