"""Which options of img2dcm exclude or need each other, in the order in which img2dcm finds out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from img2dcm_decl.errors import UsageError

if TYPE_CHECKING:
    from img2dcm_decl.legacy.grammar import Line


class MutedUsageError(UsageError):
    """The command line is wrong, and asks at the same time for no messages: only the exit code tells."""


class Rule(NamedTuple):
    """What is wrong about options, if they count.

    Attributes
    ----------
    option : str
        The option that may not be given, or whose values are checked.
    others : tuple of str
        The options that it excludes; or with `needs`, of which it needs one. None: its values are checked.
    names : str
        How a message names the others.
    needs : bool
        Whether they are needed.
    """

    option: str
    others: tuple[str, ...] = ()
    names: str = ""
    needs: bool = False


_VERBOSITY = (("--verbose", "--debug", "--quiet"), "--verbose, --debug or --quiet")
_XML = (("--dataset-from-xml",), "--dataset-from-xml")

LOGGING = (
    Rule("--log-level", *_VERBOSITY),
    Rule("--log-level"),
    Rule("--log-config", ("--log-level",), "--log-level"),
    Rule("--log-config", *_VERBOSITY),
)
INPUT = (Rule("--input-format"),)
OUTPUT = (
    Rule("--padding-create", ("--write-dataset",), "--write-dataset"),
    Rule("--padding-create"),
    Rule("--validate-document", *_XML, needs=True),
    Rule("--check-namespace", *_XML, needs=True),
    Rule("--dataset-from-xml", ("--dataset-from",), "--dataset-from"),
)

_SILENT = frozenset({"off", "fatal"})


def check_logging(line: Line) -> None:
    """Check the options that say what is logged; what they ask for does not matter before they are right.

    Raises
    ------
    UsageError
        Something is wrong.
    """
    _check(line, LOGGING)


def check(line: Line, level: str) -> None:
    """Check the other options of a command line against each other, and those values that are checked early.

    Parameters
    ----------
    line : Line
        The command line.
    level : str
        What is logged.

    Raises
    ------
    MutedUsageError
        Something is wrong, and the log level (`off` or `fatal`) keeps the message back.
    UsageError
        Something is wrong.
    """
    _check(line, INPUT)
    try:
        _check(line, OUTPUT)
    except UsageError as error:
        if level in _SILENT:
            raise MutedUsageError(str(error)) from None
        raise


def log_level(line: Line) -> str:
    """Return the log level that a command line asks for, `warn` where it asks for none."""
    for occurrence in line.effective.values():
        for setting in occurrence.option.settings:
            if setting.path == "logging.level":
                return str(setting.of(occurrence.option.long, occurrence.values))
    return "warn"


def _check(line: Line, rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        found = line.find(rule.option)
        if found is None:
            continue
        if not rule.others:
            for setting in found.option.settings:
                setting.of(rule.option, found.values)
        elif any(line.find(other) for other in rule.others) != rule.needs:
            relation = "only allowed with" if rule.needs else "not allowed with"
            raise UsageError(f"{rule.option} {relation} {rule.names}")
