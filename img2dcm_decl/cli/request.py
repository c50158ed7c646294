"""What `run` can be asked: its options as one table, and a request read from them."""

from __future__ import annotations

from typing import NamedTuple

from img2dcm_decl.errors import UsageError

PLAN_SUFFIX = ".json"
STDOUT = "-"


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
    "error|replace|skip",
    ("error", "replace", "skip"),
)
QUIET = RunOption("quiet", ("--quiet", "-q"), "Say nothing but what went wrong.")
VERBOSE = RunOption("verbose", ("--verbose", "-v"), "Say each file that is written, and the notes of the plan.")

RUN_OPTIONS = (OUTPUT, IMAGE, EXISTING, QUIET, VERBOSE)


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
    quiet, verbose : bool
        How much is said.
    """

    files: tuple[str, ...]
    output: str | None = None
    images: tuple[str, ...] = ()
    existing: str | None = None
    quiet: bool = False
    verbose: bool = False


def is_plan(file: str) -> bool:
    """Tell whether a file is taken for a saved plan: by the end of its name."""
    return file.lower().endswith(PLAN_SUFFIX)


def check_request(request: RunRequest) -> None:
    """Check the options of a request against each other.

    Raises
    ------
    UsageError
        Some of them exclude each other.
    """
    if request.quiet and request.verbose:
        raise UsageError("--quiet and --verbose exclude each other")
    given = [name for name, value in ((OUTPUT.names[0], request.output), (IMAGE.names[0], request.images)) if value]
    if not given:
        return
    if len(request.files) > 1:
        raise UsageError(f"{given[0]} points one recipe at other files, and there are {len(request.files)}")
    if is_plan(request.files[0]):
        raise UsageError(
            f"{given[0]} is for recipes: a saved plan runs exactly as it stands (make a new one of its recipe)"
        )
