"""What PyYAML says about text that is not YAML, in words for the author of a recipe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.diagnostics import Diagnostic

if TYPE_CHECKING:
    import yaml

    from img2dcm_decl.recipe.source import Source


class _Rule(NamedTuple):
    """What is said where PyYAML's problem and context match; `begin` points where the context begins."""

    problem: str
    message: str
    advice: str = ""
    context: str = ""
    begin: bool = False


INDENT = "check that the lines of one mapping or list begin in the same column"
QUOTE = "put the text in quotes"
COLON = f"{QUOTE} if the ': ' is part of it, or check the indentation"
DASH = f"begin a list on a line of its own; {QUOTE} if the - is part of it"
BLOCK = "more text follows the | or > that begins a text of several lines"
ESCAPES = "use 'single quotes', in which a backslash is itself, or write \\\\"

RULES = (
    _Rule(r"character '\\t' that", "a tab cannot begin a value or indent a line", "use spaces"),
    _Rule(r"character '(.)' that", "a text cannot begin with {0}", QUOTE),
    _Rule(r"mapping values", "a ': ' cannot stand here", COLON),
    _Rule(r"sequence entries", "a '- ' cannot stand here", DASH),
    _Rule(r"mapping keys", "a '? ' cannot stand here", QUOTE),
    _Rule(r"expected ':'", "this line has no ': ' after its name", "write 'name: value'", begin=True),
    _Rule(r"alphabetic", "a text that begins with * needs quotes", 'write "*.jpg" for *.jpg', "an alias", True),
    _Rule(r"alphabetic", "a text that begins with & needs quotes", QUOTE, "an anchor", True),
    _Rule(r"end of stream", "this quote is not closed", "add the closing quote", "quoted scalar", True),
    _Rule(r"document separator", "this quote is not closed", "add the closing quote", "quoted scalar", True),
    _Rule(r"unknown escape", "a backslash in double quotes begins an escape, and this one is unknown", ESCAPES),
    _Rule(r"hexadecimal numbers", "this escape lacks hexadecimal digits", ESCAPES, "double-quoted"),
    _Rule(r"',' or '\]'", "this list is not closed, or lacks a comma", "end it with ]", begin=True),
    _Rule(r"',' or '\}'", "this mapping is not closed, or lacks a comma", "end it with }", begin=True),
    _Rule(r"<document start>", "this does not belong to the document above", INDENT),
    _Rule(r"found '-'", "a list entry stands where a name is expected", INDENT, "block mapping"),
    _Rule(r"found '<scalar>'", "more text follows a text that has ended", "quote the whole text, or none of it"),
    _Rule(r"found '<block (mapping|sequence) start>'", "this line is indented differently from those above", INDENT),
    _Rule(r"<block end>", "this does not belong to the mapping or list above", INDENT),
    _Rule(r"node content", "a value is missing here", QUOTE),
    _Rule(r"tag handle", "tags are not part of the recipe language", f"leave it out, or {QUOTE}"),
    _Rule(r"", "tags are not part of the recipe language", f"leave it out, or {QUOTE}", "a tag"),
    _Rule(r"", "this %-line is not one that YAML knows", QUOTE, "directive"),
    _Rule(r"YAML directive|incompatible", "this %YAML line is not one that YAML knows", "leave it out"),
    _Rule(r"", BLOCK, "begin the text on the next line", "block scalar"),
)


def explain(error: yaml.MarkedYAMLError, source: Source) -> Diagnostic:
    """Return what is wrong with a YAML text, where, and what to do about it."""
    problem, context = error.problem or "", error.context or ""
    for rule in RULES:
        found = re.search(rule.problem, problem)
        if found and rule.context in context:
            mark = (error.context_mark if rule.begin else None) or error.problem_mark or error.context_mark
            offset = mark.index if mark else 0
            return Diagnostic(rule.message.format(*found.groups()), source.place(offset, offset + 1), rule.advice)
    offset = error.problem_mark.index if error.problem_mark else 0
    return Diagnostic(f"this is not YAML: {problem}", source.place(offset, offset + 1))
