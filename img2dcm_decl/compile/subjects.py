"""The objects that a recipe makes, before anything about them is encoded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from img2dcm_decl.compile.groups import Groups, group_images
from img2dcm_decl.compile.image_values import ImageValues
from img2dcm_decl.compile.inputs import find_images
from img2dcm_decl.compile.placeholder_use import names_of_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from img2dcm_decl.compile.inputs import Images
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.compile.rows import Rows
    from img2dcm_decl.recipe.model import Recipe

_NONE = Groups((), (0,))


class Subjects:
    """The objects of a recipe, counted from 0: their images, and what placeholders stand for in them.

    Parameters
    ----------
    recipe : Recipe
        Says which placeholders are used.
    images : Images
        All images.
    rows : Rows or None
        Their rows, where there is a table.
    groups : Groups
        How they form objects.
    """

    def __init__(self, recipe: Recipe, images: Images, rows: Rows | None, groups: Groups) -> None:
        self._images = images
        self._rows = rows
        self._positions = groups.images
        self._starts = groups.starts
        self._folder = recipe.folder
        self._values = ImageValues(recipe.folder, images, names_of_objects(recipe), rows)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def all_images(self) -> list[str]:
        """The images of all objects, relative to the recipe's folder."""
        return self._images.names

    def images(self, number: int) -> tuple[str, ...]:
        """Return the images of an object, relative to the recipe's folder."""
        start, end = self._starts[number], self._starts[number + 1]
        if end - start == 1:
            return (self._images.names[self._positions[start]],)
        return tuple([self._images.names[position] for position in self._positions[start:end]])

    def values(self, number: int) -> dict[str, str | int]:
        """Return the values of the placeholders that are used: those of its first image, and its number from 1."""
        return self._valued(self._values, number)

    def giving(self, names: Collection[str]) -> Callable[[int], dict[str, str | int]]:
        """Return what gives the values of some placeholders, as `values` does of all that are used."""
        return partial(self._valued, ImageValues(self._folder, self._images, names, self._rows))

    def named(self, number: int) -> str:
        """Return how messages call an object: by its first image, and where its row stands."""
        first = self._positions[self._starts[number]]
        name = self._images.names[first]
        return name if self._rows is None else f"{name} ({self._rows.where(first)})"

    def _valued(self, give: ImageValues, number: int) -> dict[str, str | int]:
        values = give(self._positions[self._starts[number]])
        values["index"] = number + 1
        return values

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))


def find_subjects(recipe: Recipe, problems: Problems) -> Subjects:
    """Find the images of a recipe and their rows, and form objects of them.

    Where rows or groups are wrong, it is added to the problems, and there are no objects.
    """
    start = problems.count
    images, rows, groups = find_images(recipe, problems), None, _NONE
    before = problems.count
    if recipe.table is not None:
        from img2dcm_decl.compile.joining import join_table

        images, rows = join_table(recipe, recipe.table, images, problems, complete=before == start)
    if problems.count == before:
        groups = group_images(recipe, images, rows, problems)
    return Subjects(recipe, images, rows, groups if problems.count == before else _NONE)
