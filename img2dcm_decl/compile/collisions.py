"""No file is written twice in a run, and none of those that the recipe reads is written."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from img2dcm_decl.compile.files import FILE, Files
from img2dcm_decl.compile.problems import Several
from img2dcm_decl.compile.recipe_files import files_of, record_of
from img2dcm_decl.plan.locations import STDIO, is_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.compile.subjects import Subjects
    from img2dcm_decl.recipe.model import Recipe

_EXCLUDE = "inputs.exclude leaves files out, as in exclude: out/**"


def check_outputs(recipe: Recipe, names: Sequence[str], subjects: Subjects, problems: Problems) -> None:
    """Check that each object has a file of its own, and that neither outputs nor the run record are read by the run.

    A source of attributes may become an output: it has been read before.

    Parameters
    ----------
    recipe : Recipe
        Names the run record.
    names : sequence of str
        The output of each object, relative to the recipe's folder.
    subjects : Subjects
        The objects.
    problems : Problems
        Gets what is wrong.
    """
    if not names or not _check_single(names, problems):
        return
    _check_cases(names, problems)
    files = Files(recipe.folder)
    outputs = _distinct(recipe, names, subjects, files, problems)
    _check_inputs(recipe, names, outputs, subjects, files, problems)


def _check_single(names: Sequence[str], problems: Problems) -> bool:
    if len(names) < 2 or any(name != names[0] for name in names):
        return True
    what = "standard output takes" if names[0] == STDIO else f"'{names[0]}' is one file for"
    problems.add(
        f"{what} one object, but there are {len(names)}",
        "output",
        "file",
        help="give each its own name, as in out/${image.stem}.dcm, or make them frames of one: group_by: all",
    )
    return False


def _distinct(
    recipe: Recipe, names: Sequence[str], subjects: Subjects, files: Files, problems: Problems
) -> dict[str, int]:
    """Return the position of each output by its real path."""
    outputs: dict[str, int] = {}
    place = recipe.place("output", "file")
    with Several(problems, "objects") as several:
        for position, name in enumerate(names):
            if name == STDIO:
                continue
            path, kind = files.look(name)
            if name.endswith("/") or (kind != FILE and files.is_folder(name)):
                _say_folder(name, problems)
            other = outputs.setdefault(path, position)
            if other != position:
                both = f"{subjects.named(other)} and {subjects.named(position)}"
                advice = "${index} tells them apart, ${image.folder} keeps their folders"
                several.add(place, f"{both} would both become '{name}'", advice)
    return outputs


def _check_inputs(
    recipe: Recipe, names: Sequence[str], outputs: dict[str, int], subjects: Subjects, files: Files, problems: Problems
) -> None:
    record = record_of(recipe)
    if is_url(record):
        problems.add("the run record cannot be a URL", "output", "record", help="name a file of this machine")
    kept = files.look(record)[0] if record else None
    if kept in outputs:
        problems.add(f"the run record '{record}' is one of the outputs", "output", "record")
    for what, read in files_of(recipe):
        for name in read:
            path = files.look(name)[0]
            if path in outputs:
                problems.add(f"the output '{names[outputs[path]]}' is {what}", "output", "file")
            elif path == kept:
                problems.add(f"the run record '{record}' is {what}", "output", "record")
    place = recipe.place("output", "file")
    with Several(problems, "outputs") as several:
        for image in subjects.all_images:
            path = files.look(image)[0]
            if path in outputs:
                several.add(place, f"the output '{names[outputs[path]]}' is one of the images, {image}", _EXCLUDE)
            elif path == kept:
                problems.add(f"the run record '{record}' is one of the images", "output", "record", help=_EXCLUDE)


def _check_cases(names: Sequence[str], problems: Problems) -> None:
    """Warn of names that are one on systems which take letters for the same that are not (Windows, macOS)."""
    folded: dict[str, str] = {}
    for name in names:
        form = name if name.isascii() else normalize("NFC", name)
        other = folded.setdefault(form.casefold(), name)
        if other != name:
            same = "the form of accents" if other.casefold() != name.casefold() else "case"
            problems.warn(f"outputs {other} and {name} are one file where {same} does not count")
            return


def _say_folder(name: str, problems: Problems) -> None:
    help_text = f"name the file in it: {name.rstrip('/')}/${{image.stem}}.dcm"
    problems.add(f"the output '{name}' is a folder", "output", "file", help=help_text)
