"""Joins the rows of a recipe's table to its images: no image without its row, no row twice."""

from __future__ import annotations

import os
from array import array
from operator import itemgetter
from typing import TYPE_CHECKING

from img2dcm_decl.attributes.likeness import Likeness
from img2dcm_decl.attributes.problems import shown
from img2dcm_decl.attributes.table import TableError, open_table
from img2dcm_decl.compile.files import split
from img2dcm_decl.compile.image_values import ImageValues
from img2dcm_decl.compile.placeholder_use import ROW, columns_used
from img2dcm_decl.compile.problems import MAX_SIMILAR, Several, first_few, within
from img2dcm_decl.compile.rows import NO_ROW, Rows
from img2dcm_decl.plan.locations import join, open_input
from img2dcm_decl.recipe.placeholder_filling import ValueProblem, expand, expander
from img2dcm_decl.recipe.placeholders import names_in, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from img2dcm_decl.attributes.table import TableReader
    from img2dcm_decl.compile.inputs import Images
    from img2dcm_decl.compile.problems import Problems
    from img2dcm_decl.diagnostics import Place
    from img2dcm_decl.recipe.model import Recipe, Table
    from img2dcm_decl.recipe.placeholders import Parts

NO_IMAGE = -1

_OF_FOLDERS = "key: ${image.folder}/${image.name} tells them apart; shared_rows: accept lets them share the row"


def join_table(
    recipe: Recipe, table: Table, images: Images, problems: Problems, *, complete: bool = True
) -> tuple[Images, Rows | None]:
    """Return the images that have a row, and their rows; no rows where the table cannot be read.

    The text `table.key` of each image is compared with the cell of `table.column`, exactly; what is empty matches
    nothing. Images without a row, rows without an image, and images with several rows are problems, unless the recipe
    says what happens to them.

    Parameters
    ----------
    recipe : Recipe
        Says which columns are used.
    table : Table
        The table that it joins.
    images : Images
        What is joined.
    problems : Problems
        Gets what is wrong.
    complete : bool
        Whether these are all images; where some were not found, rows without an image say nothing.
    """
    key = parse(table.key)
    values = ImageValues(recipe.folder, images, names_in(key))
    keys = _keys(key, images, values, problems, recipe.place("table", "key"))
    join_ = _Join(recipe, table, keys)
    rows = _read(recipe, table, join_, problems, complete=complete)
    if rows is None:
        return images, None
    found = [join_.row_of(key) for key in keys]
    missing = [position for position, row in enumerate(found) if row == NO_ROW]
    if missing:
        join_.say_images(images, missing, problems)
        images = images.only(position for position, row in enumerate(found) if row != NO_ROW)
    rows.of_images.extend(row for row in found if row != NO_ROW)
    if table.shared_rows == "error":
        _check_folders(images, rows, problems, recipe.place("table", "key"))
    return images, rows


def _read(recipe: Recipe, table: Table, join_: _Join, problems: Problems, *, complete: bool) -> Rows | None:
    """Return the rows of a table that images have; None where it cannot be read."""
    name = expand(parse(table.file), {})
    try:
        with open_input(join(recipe.folder, name)) as file:
            reader = open_table(file, name, table)
            rows = Rows(name, _columns(recipe, reader, problems))
            join_.take(reader, rows, problems, complete=complete)
    except TableError as error:
        where = f"{name}:{error.line}" if error.line else name
        setting = "column" if shown(table.column) in error.message else "file"
        problems.add(f"{where}: {error.message}", "table", setting, help=error.help)
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.add(f"the table '{name}' cannot be read: {reason}", "table", "file")
        return None
    return rows


class _Join:
    """Finds the row of each key while a table is read.

    Parameters
    ----------
    recipe : Recipe
        Says where its settings stand.
    table : Table
        What is joined how.
    keys : sequence of str
        What the images are looked up by; empty ones are not.
    """

    def __init__(self, recipe: Recipe, table: Table, keys: Sequence[str]) -> None:
        self._recipe = recipe
        self._table = table
        self._rows = dict.fromkeys(keys, NO_ROW)
        self._rows.pop("", None)
        self._example = ""
        self._alike = ""

    def row_of(self, key: str) -> int:
        """Return the row whose cell is a key, or `NO_ROW`."""
        return self._rows.get(key, NO_ROW)

    def take(self, reader: TableReader, rows: Rows, problems: Problems, *, complete: bool) -> None:
        """Keep the rows of a table that images have, and say what is wrong with the others.

        Raises
        ------
        TableError
            A row is wrong.
        """
        column = reader.position(self._table.column)
        kept = _getter([reader.position(name) for name in rows.columns])
        unmatched = 0
        first: list[str] = []
        likeness = Likeness(self._rows)
        place = self._recipe.place("table")
        with Several(problems, "rows with the key of another one") as several:
            for line, cells in reader:
                key = cells[column]
                before = self._rows.get(key)
                if before is None:
                    unmatched += 1
                    if len(first) < MAX_SIMILAR:
                        first.append(f"{rows.table}:{line} ({shown(key)})")
                    if not self._alike and (alike := likeness.find(key)):
                        self._alike = (
                            f"{shown(alike[0])} and {rows.table}:{line} ({shown(key)}) differ only {alike[1]}; "
                        )
                elif before == NO_ROW or self._table.duplicate_rows == "last":
                    self._rows[key] = rows.add(line, kept(cells))
                elif self._table.duplicate_rows == "error":
                    message = f"{rows.line(before)} and {rows.table}:{line} have the same {self._table.column}"
                    several.add(place, f"{message}, {shown(key)}", "duplicate_rows: first (or last) takes one of them")
        self._example = next(iter(first), "")
        if unmatched and complete and self._table.unmatched_rows == "error":
            advice = f"{self._alike}unmatched_rows: ignore passes over such rows"
            what = "row matches" if unmatched == 1 else "rows match"
            problems.add_at(place, f"{unmatched} {what} no image: {first_few(first, unmatched)}", advice)

    def say_images(self, images: Images, missing: Sequence[int], problems: Problems) -> None:
        """Say which images have no row."""
        if len(missing) == len(images.names):
            problems.add("no image has a row in the table", "table", "key", help=self._expected())
        elif self._table.unmatched_images == "error":
            few = [images.names[position] for position in missing[:MAX_SIMILAR]]
            what = "image has" if len(missing) == 1 else "images have"
            problems.add(
                f"{len(missing)} {what} no row in the table: {first_few(few, len(missing))}",
                "table",
                "key",
                help=f"{self._expected()}; unmatched_images: skip leaves such images out",
            )

    def _expected(self) -> str:
        """Return what is compared, where examples show it, and what may have been meant to be the same."""
        key = next((key for key, row in self._rows.items() if row == NO_ROW), "")
        row = f", and {self._example} is a row without an image" if self._example else ""
        return f"{self._alike}{self._table.column} would have to be {shown(key)}, for example{row}"


def _check_folders(images: Images, rows: Rows, problems: Problems, place: Place | None) -> None:
    """Say which images of different folders have the same row: it may be about one of them only."""
    first = array("q", [NO_IMAGE]) * len(rows)
    with Several(problems, "images") as several:
        for position, row in enumerate(rows.of_images):
            if first[row] == NO_IMAGE:
                first[row] = position
                continue
            name, other = images.names[position], images.names[first[row]]
            folder, known = split(name)[0], split(other)[0]
            if folder != known and os.path.normpath(folder or ".") != os.path.normpath(known or "."):
                message = f"{other} and {name} have the same key, and would share the row {rows.line(row)}"
                several.add(place, message, _OF_FOLDERS)


def _getter(positions: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    """Return what takes the cells of some columns out of a row."""
    if len(positions) < 2:
        return lambda cells: [cells[position] for position in positions]
    return itemgetter(*positions)


def _keys(parts: Parts, images: Images, values: ImageValues, problems: Problems, place: Place | None) -> list[str]:
    """Return what each image is looked up by."""
    keys = []
    key = expander(parts)
    with Several(problems, "images") as several:
        for position, name in enumerate(images.names):
            try:
                keys.append(key(values(position)))
            except ValueProblem as problem:
                several.add(place, f"{name}: {problem.message}", problem.help)
                keys.append("")
    return keys


def _columns(recipe: Recipe, reader: TableReader, problems: Problems) -> list[str]:
    """Return the columns that the recipe uses; those that the table has not are problems where they are named."""
    used = columns_used(recipe)
    for column, path in used.items():
        if column not in reader.columns:
            place = within(recipe.place(*path), f"{ROW}{column}")
            problems.add_at(place, f"the table has no column {shown(column)}", reader.advice(column))
    return [column for column in used if column in reader.columns]
