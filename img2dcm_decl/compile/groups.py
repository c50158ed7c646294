"""How images form objects: which of them are the frames of one."""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.compile.files import split
from img2dcm_decl.compile.image_values import ImageValues
from img2dcm_decl.compile.placeholder_use import ALL, IMAGE, ROW, grouping, names_of_objects
from img2dcm_decl.compile.problems import Several
from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expander
from img2dcm_decl.recipe.placeholders import names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.compile.inputs import Images
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.compile.rows import Rows
    from img2dcm_decl.recipe.model import Recipe


class Groups(NamedTuple):
    """The images of each object.

    Attributes
    ----------
    images : sequence of int
        The positions of all images, those of the first object first.
    starts : sequence of int
        Where the images of each object begin in it, and at last where those of the last object end.
    """

    images: Sequence[int]
    starts: Sequence[int]

    def of(self, number: int) -> Sequence[int]:
        """Return the positions of the images of an object, which are counted from 0."""
        return self.images[self.starts[number] : self.starts[number + 1]]


def group_images(recipe: Recipe, images: Images, rows: Rows | None, problems: Problems) -> Groups:
    """Return how a recipe's images form objects: the objects in the order of their first images.

    A text to group by that is empty for an image is a problem, and so are rows of the images of one object that differ
    in a column which the recipe uses. Folders that are taken for one are warned of.
    """
    count = len(images.names)
    if recipe.inputs.group_by == IMAGE:
        return Groups(range(count), range(count + 1))
    if recipe.inputs.group_by == ALL:
        groups = Groups(range(count), (0, count) if count else (0,))
    else:
        groups = _collected(_numbers(recipe, images, rows, problems))
        _warn_of_folders(recipe, images, groups, problems)
    if rows is not None:
        _check_rows(recipe, images, rows, groups, problems)
    return groups


def _numbers(recipe: Recipe, images: Images, rows: Rows | None, problems: Problems) -> array[int]:
    """Return the number of the object of each image, counted from 0."""
    parts = grouping(recipe)
    text_of = expander(parts)
    values = ImageValues(recipe.folder, images, names_in(parts), rows)
    place = recipe.place("inputs", "group_by")
    groups: dict[str, int] = {}
    numbers = array("Q")
    with Several(problems, "images") as several:
        for position, name in enumerate(images.names):
            try:
                text = text_of(values(position))
            except ValueProblem as problem:
                several.add(place, f"{name}: {problem.message}", problem.help)
                continue
            if not text.strip():
                advice = "a default tells such images apart: ${row.COLUMN|none}"
                several.add(place, f"{name}: there is nothing to group it by", advice)
            numbers.append(groups.setdefault(text, len(groups)))
    return numbers


def _collected(numbers: array[int]) -> Groups:
    """Return the groups of images whose objects are known, in the order of the objects."""
    starts = array("Q", [0]) * (max(numbers, default=-1) + 2)
    for number in numbers:
        starts[number + 1] += 1
    for number in range(1, len(starts)):
        starts[number] += starts[number - 1]
    free = starts[:]
    images = array("Q", [0]) * len(numbers)
    for position, number in enumerate(numbers):
        images[free[number]] = position
        free[number] += 1
    return Groups(images, starts)


def _warn_of_folders(recipe: Recipe, images: Images, groups: Groups, problems: Problems) -> None:
    """Warn of objects whose frames lie in folders that only have the same name: those may be of different patients."""
    names = names_in(grouping(recipe))
    if "image.parent" not in names or "image.folder" in names:
        return
    count, example = 0, ("", "")
    for number in range(len(groups.starts) - 1):
        first, *others = (images.names[position] for position in groups.of(number))
        folder = _folder(first)
        other = next((other for other in others if _folder(other) != folder), None)
        if other is not None:
            count += 1
            example = example if count > 1 else (first, other)
    if count:
        what = "one object has" if count == 1 else f"{count} objects have"
        problems.warn(
            f"{what} frames from different folders of the same name, as {example[0]} and {example[1]}; "
            "${image.folder} in place of ${image.parent} keeps folders apart"
        )


def _folder(name: str) -> str:
    return os.path.normpath(split(name)[0] or ".")


def _check_rows(recipe: Recipe, images: Images, rows: Rows, groups: Groups, problems: Problems) -> None:
    columns = [name.removeprefix(ROW) for name in names_of_objects(recipe) if name.startswith(ROW)]
    place = recipe.place("inputs", "group_by")
    with Several(problems, "objects") as several:
        for number in range(len(groups.starts) - 1):
            first, *others = groups.of(number)
            for other in others:
                column = rows.differing(first, other, columns)
                if column is not None:
                    message = (
                        f"{images.names[first]} ({rows.where(first)}) and {images.names[other]} ({rows.where(other)}) "
                        f"would be frames of one object, but differ in the column {column}"
                    )
                    several.add(place, message, "group by this column too, or correct the table")
                    break
