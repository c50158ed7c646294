"""Names of people as tables have them -> values of PN (PS3.5 section 6.2.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from img2dcm_decl.recipe.format_problem import FormatProblem
from img2dcm_decl.recipe.suggest import suggest
from img2dcm_decl.recipe.wording import alternatives, quoted

COMPONENTS = ("family", "given", "middle", "prefix", "suffix")
"""The components of a person's name, in the order of PN."""
LONGEST_FORM = 100
"""Most characters of a form."""

WORD = re.compile("[A-Za-z]+")
STRUCTURE = re.compile(r"[\x00-\x1f\x7f^=\\]")
"""What separates components, representations and values in PN, or ends them."""


@dataclass(frozen=True, slots=True)
class NameForm:
    """A form of people's names.

    Attributes
    ----------
    form : str
        Components and what separates them: `family, given`.
    groups : tuple of tuple of int
        The components, by their position in PN, that stand between the separators. Where there are several in a
        group, each is one word.
    separators : tuple of str
        What stands between the groups. Blanks around them count as nothing.
    """

    form: str
    groups: tuple[tuple[int, ...], ...] = field(compare=False, repr=False)
    separators: tuple[str, ...] = field(compare=False, repr=False)

    @property
    def written(self) -> str:
        """How it stands in a placeholder."""
        return f"name({self.form})"

    @property
    def meaning(self) -> str:
        """What it expects a value to be."""
        return f"a name of the form {quoted(self.form)}"

    def __call__(self, value: str) -> str | None:
        """Return the PN that a text stands for; None where it does not have the form, in one way only."""
        if STRUCTURE.search(value):
            return None
        name = [""] * len(COMPONENTS)
        rest = value
        for number, group in enumerate(self.groups):
            part = rest
            if number < len(self.separators):
                part, _, rest = rest.partition(self.separators[number])
            if any(separator in part for separator in self.separators):
                return None
            words = part.split() if len(group) > 1 else [part.strip()]
            if len(words) != len(group) or not all(words):
                return None
            for component, word in zip(group, words, strict=True):
                name[component] = word
        return "^".join(name).rstrip("^")


def name_form(form: str) -> NameForm:
    """Return what reads names of a form.

    Parameters
    ----------
    form : str
        What stands in the parentheses.

    Raises
    ------
    FormatProblem
        A component is unknown or there twice, there is none, or something stands around them.
    """
    words = list(WORD.finditer(form))
    if not words or len(form) > LONGEST_FORM:
        message = f"a form has at most {LONGEST_FORM} characters" if words else "this form names no component"
        raise FormatProblem(message, 0, len(form), f"the components are {alternatives(COMPONENTS)}")
    groups: list[tuple[int, ...]] = [()]
    separators: list[str] = []
    end = 0
    for position, word in enumerate(words):
        between = form[end : word.start()].strip()
        if between and not position:
            raise FormatProblem("a form begins with a component", 0, word.start())
        if between:
            separators.append(between)
            groups.append(())
        groups[-1] = (*groups[-1], _component(word, [number for group in groups for number in group]))
        end = word.end()
    if form[end:].strip():
        raise FormatProblem("a form ends with a component", end, len(form) - end)
    return NameForm(form, tuple(groups), tuple(separators))


def _component(word: re.Match[str], before: list[int]) -> int:
    name = word[0]
    if name not in COMPONENTS:
        meant = suggest(name, COMPONENTS)
        advice = f"did you mean '{meant}'?" if meant else f"the components are {alternatives(COMPONENTS)}"
        raise FormatProblem(f"names have no component {quoted(name)}", word.start(), len(name), advice)
    number = COMPONENTS.index(name)
    if number in before:
        raise FormatProblem(f"{name} is there twice", word.start(), len(name), "leave one of them out")
    return number
