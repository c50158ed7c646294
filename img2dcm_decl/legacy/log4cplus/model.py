"""What a settings file says, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

#: The recipe language's name of a level, by log4cplus's.
LEVELS = {
    "OFF": "off",
    "FATAL": "fatal",
    "ERROR": "error",
    "WARN": "warn",
    "INFO": "info",
    "DEBUG": "debug",
    "TRACE": "trace",
    "ALL": "trace",
}

Justification: TypeAlias = Literal["left", "right"]


class Field(NamedTuple):
    """A part of a line that is filled per message.

    Attributes
    ----------
    kind : str
        What fills it: a letter of conversion patterns; `%D{...}` and `%d{...}` are `D` and `d`.
    option : str
        What stands in braces behind the letter.
    least : int
        The number of characters that it is padded to.
    most : int or None
        How many of its last characters are kept; None keeps all.
    justified : str
        Where it stands in its padding.
    """

    kind: str
    option: str = ""
    least: int = 0
    most: int | None = None
    justified: Justification = "right"


#: Literal texts and fields in their order.
Pattern: TypeAlias = tuple[str | Field, ...]

SIMPLE: Pattern = (Field("p"), " - ", Field("m"), Field("n"))


@dataclass(frozen=True, slots=True)
class Layout:
    """The form of messages.

    Attributes
    ----------
    pattern : Pattern
        What a message becomes.
    each_line : bool
        Whether each line of a message becomes that on its own.
    """

    pattern: Pattern = SIMPLE
    each_line: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that accepts or denies messages; what it has no opinion on is left to the next one.

    Attributes
    ----------
    kind : str
        `deny` denies every message; `level` speaks of messages of one level, `text` of those that hold a text;
        `range` denies messages outside some levels and speaks of those inside.
    accept : bool
        Whether messages that it speaks of are accepted. Otherwise they are denied; by a `range`, left to the next one.
    least, most : str
        The least and the most severe level of a `range`, or one level twice; empty: no bound, or nothing matches.
    text : str
        What a `text` looks for.
    """

    kind: Literal["deny", "level", "range", "text"]
    accept: bool = False
    least: str = ""
    most: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Console:
    """Standard output, or standard error."""

    to_stderr: bool = False


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file; without `append`, a new one."""

    file: str
    append: bool = False


@dataclass(frozen=True, slots=True)
class RollingFile:
    """A file that becomes `.1` when it has grown beyond `most_bytes`; `backups` such files are kept."""

    file: str
    append: bool = True
    most_bytes: int = 10 << 20
    backups: int = 1


@dataclass(frozen=True, slots=True)
class DailyFile:
    """A file that is named after each period, and at the end; of each period `backups` older files are kept."""

    file: str
    append: bool = True
    schedule: str = "daily"
    backups: int = 10


@dataclass(frozen=True, slots=True)
class SystemLog:
    """The system's log, or with `host` that of another one, by UDP."""

    ident: str = ""
    facility: str = "user"
    host: str = ""
    port: int = 514


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Messages are swallowed."""


Target: TypeAlias = Console | LogFile | RollingFile | DailyFile | SystemLog | Nowhere


@dataclass(frozen=True, slots=True)
class Appender:
    """A target of messages.

    Attributes
    ----------
    target : Target
        Where they go.
    threshold : str
        The least severe level that is let through.
    layout : Layout
        Their form.
    filters : tuple of Filter
        The first that has an opinion on a message decides; where none has, it is let through.
    """

    target: Target
    threshold: str = "trace"
    layout: Layout = Layout()
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Logger:
    """What becomes of the messages of one logger, and of those below it.

    Attributes
    ----------
    level : str
        The least severe level that it lets through; empty: that of the logger above.
    appenders : tuple of str
        The names of its appenders.
    additive : bool
        Whether the appenders of the loggers above get its messages too.
    """

    level: str = ""
    appenders: tuple[str, ...] = ()
    additive: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a settings file says.

    Attributes
    ----------
    root : Logger
        The root of the loggers.
    loggers : mapping of str to Logger
        The others by their dotted names.
    appenders : mapping of str to Appender
        The appenders that can be used, by their names.
    problems : tuple of str
        What is wrong with the file and left out, a line each.
    without_counterpart : tuple of str
        What img2dcm would do and this program does not.
    """

    root: Logger
    loggers: dict[str, Logger] = field(default_factory=dict)
    appenders: dict[str, Appender] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    without_counterpart: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """The least important level that any logger lets through."""
        found = {logger.level for logger in (self.root, *self.loggers.values())}
        return [level for level in dict.fromkeys(LEVELS.values()) if level in found][-1]
