"""The settings of a recipe whose texts may hold placeholders, changed one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from img2dcm_decl.recipe.wording import dotted

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.recipe.model import Inputs, Key, Output, Path, Recipe, Sources, Table, Uids

Kind: TypeAlias = Literal["text", "key", "path", "pattern", "output"]


class Setting(NamedTuple):
    """A text of a recipe.

    Attributes
    ----------
    text : str
        With its placeholders.
    kind : str
        What it stands for: `text`; the value of a `key`; the path of an `output`; the `path` of a file that a recipe
        can do without, and a `pattern` of such paths.
    path : Path
        Where it stands, as in `Recipe.places`.
    name : str
        How messages call it.
    """

    text: str
    kind: Kind
    path: Path
    name: str

    @property
    def is_path(self) -> bool:
        """Whether it is a path, or a pattern of paths."""
        return self.kind in ("path", "pattern", "output")


def change_texts(recipe: Recipe, change: Callable[[Setting], str | None]) -> Recipe:
    """Return a recipe whose texts with placeholders are what a function makes of them.

    Parameters
    ----------
    recipe : Recipe
        The recipe.
    change : callable
        Gets a setting and returns its new text; None takes out a setting of the kinds `path` and `pattern`, and
        with the file of the table the table.
    """

    def text(value: str, *path: str | int, kind: Kind = "text") -> str:
        changed = change(Setting(value, kind, path, dotted(path)))
        return value if changed is None else changed

    def optional(value: str | None, *path: str | int, kind: Kind = "path") -> str | None:
        return None if value is None else change(Setting(value, kind, path, dotted(path)))

    return replace(
        recipe,
        title=text(recipe.title, "title"),
        inputs=_inputs(recipe.inputs, text, optional),
        table=_table(recipe.table, text, optional) if recipe.table else None,
        sources=_sources(recipe.sources, optional),
        keys=tuple(_key(key, number, change) if "$" in key.value else key for number, key in enumerate(recipe.keys)),
        uids=_uids(recipe.uids, text),
        output=_output(recipe.output, text, optional),
    )


Change: TypeAlias = "Callable[..., str]"
OptionalChange: TypeAlias = "Callable[..., str | None]"


def _key(key: Key, number: int, change: Callable[[Setting], str | None]) -> Key:
    value = change(Setting(key.value, "key", ("keys", number), f"key {key.path}"))
    return key if value is None else replace(key, value=value)


def _inputs(inputs: Inputs, text: Change, optional: OptionalChange) -> Inputs:
    images = []
    for number, entry in enumerate(inputs.images):
        kind: Kind = "path" if entry.exact or entry.index else "pattern"
        pattern = optional(entry.pattern, "inputs", "images", number, kind=kind)
        images += [replace(entry, pattern=pattern)] if pattern is not None else []
    exclude = (optional(p, "inputs", "exclude", n, kind="pattern") for n, p in enumerate(inputs.exclude))
    return replace(
        inputs,
        images=tuple(images),
        exclude=tuple(pattern for pattern in exclude if pattern is not None),
        group_by=text(inputs.group_by, "inputs", "group_by"),
    )


def _table(table: Table, text: Change, optional: OptionalChange) -> Table | None:
    file = optional(table.file, "table", "file")
    return None if file is None else replace(table, file=file, key=text(table.key, "table", "key"))


def _sources(sources: Sources, optional: OptionalChange) -> Sources:
    template = sources.template
    file = optional(template.file, "sources", "template", "file") if template else None
    return replace(
        sources,
        template=replace(template, file=file) if template and file is not None else None,
        study=optional(sources.study, "sources", "study"),
        series=optional(sources.series, "sources", "series"),
    )


def _uids(uids: Uids, text: Change) -> Uids:
    return replace(
        uids,
        key=text(uids.key, "uids", "key"),
        facts=tuple(text(fact, "uids", "facts", number) for number, fact in enumerate(uids.facts)),
        study=text(uids.study, "uids", "study"),
        series=text(uids.series, "uids", "series"),
        frame_of_reference=text(uids.frame_of_reference, "uids", "frame_of_reference"),
        instance_number=text(uids.instance_number, "uids", "instance_number"),
    )


def _output(output: Output, text: Change, optional: OptionalChange) -> Output:
    return replace(
        output,
        file=text(output.file, "output", "file", kind="output"),
        record=optional(output.record, "output", "record"),
    )
