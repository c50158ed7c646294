"""What is known about one option of img2dcm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from img2dcm_decl.legacy.values import Reader


class Setting(NamedTuple):
    """A recipe setting that an option gives.

    Attributes
    ----------
    path : str
        Where it stands in a recipe, names separated by dots.
    value : str, bool or int
        What it is set to, unless `read` takes that from the command line.
    read : callable or None
        Makes the value from the option's name and one of its values.
    argument : int
        Which of the option's values that is.
    """

    path: str
    value: str | bool | int = ""
    read: Reader | None = None
    argument: int = 0

    def of(self, option: str, values: tuple[str, ...]) -> object:
        """Return the value for an option that was given with these values.

        Raises
        ------
        UsageError
            The value given means nothing.
        """
        return self.value if self.read is None else self.read(option, values[self.argument])


@dataclass(frozen=True, slots=True)
class Option:
    """One option of img2dcm.

    Attributes
    ----------
    long, short : str
        Its names; the short one may be empty.
    text : str
        What it does, for people; lines are broken where the usage text breaks them.
    group, subgroup : str
        Where the usage text lists it; the sub-group may be empty.
    values : tuple of str
        The names of the values that follow it.
    block : str
        Of options with the same block, the rightmost counts. Empty: of this option alone.
    settings : tuple of Setting
        What it sets in a recipe.
    command_only : str
        Why it sets nothing in a recipe; empty where it does.
    repeats : bool
        Every occurrence counts, from left to right.
    overrules : bool
        Its settings win over those of all other options, wherever it stands.
    """

    long: str
    short: str
    text: str
    group: str
    subgroup: str = ""
    values: tuple[str, ...] = ()
    block: str = ""
    settings: tuple[Setting, ...] = ()
    command_only: str = ""
    repeats: bool = False
    overrules: bool = False

    @property
    def slot(self) -> str:
        """What it competes for: the name of its block, or its own."""
        return self.block or self.long
