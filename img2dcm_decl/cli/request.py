"""What `run` can be asked: its options as one table, and a request read from them."""

from __future__ import annotations

import os

from img2dcm_decl.errors import UsageError
from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.choices import CHOICES

PLAN_SUFFIX = ".json"
_CLUSTERS = ("dask://", "dask+tls://")
_MOST_JOBS = 1024
_MOST_PORT = 65535


class RunOption(NamedTuple):
    """An option of `run`.

    Attributes
    ----------
    field : str
        The field of `RunRequest` that it sets.
    names : tuple of str
        How it is written.
    help : str
        What it does.
    metavar : str
        What its value is called; empty where it takes none.
    choices : tuple of str
        The values that it may have; empty where any will do.
    repeats : bool
        Whether it may be given several times, each adding to the others; otherwise the last one counts.
    """

    field: str
    names: tuple[str, ...]
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    repeats: bool = False


OUTPUT = RunOption(
    "output",
    ("--output",),
    "Write here instead of where the recipe says; - is standard output. May hold placeholders such as ${image.stem}.",
    "FILE",
)
IMAGE = RunOption(
    "images", ("--image",), "Convert this image instead of those that the recipe names; repeatable.", "FILE", (), True
)
EXISTING = RunOption(
    "existing",
    ("--existing",),
    "What happens where an output exists already, whatever the recipe or plan says.",
    "|".join(CHOICES["existing"]),
    CHOICES["existing"],
)
SET = RunOption(
    "settings",
    ("--set",),
    "Give a parameter of the recipe its value; repeatable.",
    "NAME=VALUE",
    (),
    True,
)
PARAMETERS = RunOption(
    "parameters", ("--parameters",), "Take parameters from this YAML file of names and values; --set wins.", "FILE"
)
JOBS = RunOption(
    "jobs",
    ("--jobs", "-j"),
    "How many processes make objects at the same time; by default, one for each processor that this one may use.",
    "N",
)
EXECUTOR = RunOption(
    "executor",
    ("--executor",),
    "Make the objects on a Dask cluster, dask://HOST:PORT or dask+tls://HOST:PORT (needs the extra 'dask').",
    "URL",
)
FAIL_FAST = RunOption("fail_fast", ("--fail-fast",), "Begin no other object after one could not be made.")
RECORD = RunOption(
    "record", ("--record",), "Keep a record of the run here, a line for each object (JSON Lines).", "FILE"
)
RESUME = RunOption(
    "resume",
    ("--resume",),
    "Go on with the run whose record this is: what it made and is still as it was stays; all else is made.",
)
LOG_FORMAT = RunOption(
    "log_format",
    ("--log-format",),
    "In which form messages are said, whatever the recipe or plan says.",
    "|".join(CHOICES["logging.format"]),
    CHOICES["logging.format"],
)
QUIET = RunOption("quiet", ("--quiet", "-q"), "Say nothing but what went wrong.")
VERBOSE = RunOption("verbose", ("--verbose", "-v"), "Say each file that is written, and the notes of the plan.")

RUN_OPTIONS = (
    *(OUTPUT, IMAGE, EXISTING, SET, PARAMETERS),
    *(JOBS, EXECUTOR, FAIL_FAST, RECORD, RESUME, LOG_FORMAT, QUIET, VERBOSE),
)


class RunRequest(NamedTuple):
    """What is to be run.

    Attributes
    ----------
    files : tuple of str
        Recipes, and saved plans (names that end in `.json`).
    output : str or None
        Stands in for the output of the one recipe; relative to the current folder, as the images are.
    images : tuple of str
        Stand in for the images of the one recipe.
    existing : str or None
        What happens to existing outputs; None leaves it to the recipe or plan.
    settings : tuple of str
        Parameters of the recipes, each `NAME=VALUE`.
    parameters : str or None
        A file of parameters.
    jobs : str or None
        How many processes work at the same time; None leaves it to the machine.
    executor : str or None
        Where the objects are made if not by this process and its children: `dask://HOST:PORT`.
    fail_fast : bool
        Whether no other object is begun after one could not be made.
    record : str or None
        Where the run record is kept; relative to the current folder.
    resume : bool
        Whether the record's run is gone on with.
    log_format : str or None
        In which form messages are said; None leaves it to the recipe or plan.
    quiet, verbose : bool
        How much is said.
    """

    files: tuple[str, ...]
    output: str | None = None
    images: tuple[str, ...] = ()
    existing: str | None = None
    settings: tuple[str, ...] = ()
    parameters: str | None = None
    jobs: str | None = None
    executor: str | None = None
    fail_fast: bool = False
    record: str | None = None
    resume: bool = False
    log_format: str | None = None
    quiet: bool = False
    verbose: bool = False


def is_plan(file: str) -> bool:
    """Tell whether a file is taken for a saved plan: by the end of its name."""
    return file.lower().endswith(PLAN_SUFFIX)


def workers(request: RunRequest) -> int:
    """Return how many processes may make objects at the same time.

    By default, as many as there are processors that this process may use, which may be fewer than the machine has.
    """
    if request.jobs is not None:
        return int(request.jobs)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_request(request: RunRequest) -> None:
    """Check the options of a request against each other, and that those which name a file do.

    Raises
    ------
    UsageError
        A name is empty, or some of them exclude each other.
    """
    if request.quiet and request.verbose:
        raise UsageError("--quiet and --verbose exclude each other")
    _check_workers(request)
    # What is empty is mostly a variable that is not set, and the run is not to do without what it should have named.
    for option, file in ((OUTPUT, request.output), (PARAMETERS, request.parameters), (RECORD, request.record)):
        if file == "":
            raise UsageError(f"{option.names[0]}: the name of the file is empty")
    given = [name for name, value in ((OUTPUT.names[0], request.output), (IMAGE.names[0], request.images)) if value]
    if not given:
        return
    if len(request.files) > 1:
        raise UsageError(f"{given[0]} points one recipe at other files, and there are {len(request.files)}")
    if is_plan(request.files[0]):
        raise UsageError(
            f"{given[0]} is for recipes: a saved plan runs exactly as it stands (make a new one of its recipe)"
        )


def _check_workers(request: RunRequest) -> None:
    if request.jobs is not None:
        if request.executor is not None:
            raise UsageError("--jobs and --executor exclude each other: a cluster decides itself how many work")
        if not _is_number(request.jobs, _MOST_JOBS):
            raise UsageError(f"--jobs: '{request.jobs}' is not a number of processes, 1 to {_MOST_JOBS}")
    if request.executor is not None:
        scheme = next(filter(request.executor.startswith, _CLUSTERS), "")
        host, _, port = request.executor.removeprefix(scheme).rpartition(":")
        if not scheme or not host or not _is_number(port, _MOST_PORT):
            raise UsageError(f"--executor: '{request.executor}' is not of the form {_CLUSTERS[0]}HOST:PORT")


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most
