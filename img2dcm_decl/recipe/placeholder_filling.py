"""Fills in placeholders: texts with the values that they stand for."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.recipe.placeholders import Placeholder
from img2dcm_decl.recipe.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from img2dcm_decl.recipe.placeholders import Parts


class ValueProblem(Img2dcmError):  # noqa: N818 - it is about data, not about what was written
    """A value does not fit the format of its placeholder.

    Attributes
    ----------
    message : str
        What is wrong, with the placeholder.
    help : str
        What to do about it.
    """

    exit_code = 2

    def __init__(self, message: str, help: str) -> None:  # noqa: A002
        super().__init__(f"{message} ({help})")
        self.message = message
        self.help = help


def expand(parts: Parts, values: Mapping[str, str | int]) -> str:
    """Return a text with its placeholders filled in.

    A format leaves an empty value empty.

    Parameters
    ----------
    parts : tuple of str or Placeholder
        The text, as `parse` gives it.
    values : mapping of str to str or int
        The value of each name that occurs, by its whole name: `row.Born`.

    Raises
    ------
    ValueProblem
        A value does not fit its format.
    """
    return "".join([part if isinstance(part, str) else _filled(part, values[part.name]) for part in parts])


def expander(parts: Parts) -> Callable[[Mapping[str, str | int]], str]:
    """Return what `expand` does with a text, for the values of one object after the other."""
    placeholders = [part for part in parts if isinstance(part, Placeholder)]
    if len(parts) == 1 and placeholders:
        only = placeholders[0]
        return lambda values: _filled(only, values[only.name])
    if len(placeholders) < 2 or any(part.format or part.default is not None for part in placeholders):
        return partial(expand, parts)
    # Values that are taken as they are need no look at each of them.
    form, values_of = template(parts), itemgetter(*[part.name for part in placeholders])
    return lambda values: form % values_of(values)


def template(parts: Parts) -> str:
    """Return a text with `%s` for each of its placeholders."""
    return "".join(["%s" if isinstance(part, Placeholder) else part.replace("%", "%%") for part in parts])


def _filled(part: Placeholder, given: str | int) -> str:
    value = str(given)
    if not value or value.isspace():
        if part.default is not None:
            return part.default
        return "" if part.format else value
    if part.format is None:
        return value
    made = part.format(value)
    if made is None:
        message = f"{quoted(value)} is not {part.format.meaning}, which {part.written} asks for"
        raise ValueProblem(message, "correct the value, or state the format that it has")
    return made
