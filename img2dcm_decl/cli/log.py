"""What a run says: messages of seven levels, wherever they go."""

from __future__ import annotations

from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.plan.choices import LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class About(NamedTuple):
    """What a message is about.

    Attributes
    ----------
    number : int
        The object's position among those of the run, counted from 1; 0 for the run as a whole.
    output : str
        The object's file, empty where the message is about none.
    area : str
        Which part of the program speaks: `run`, `attributes` or `images`.
    """

    number: int = 0
    output: str = ""
    area: str = "run"


RUN = About()


class Message(NamedTuple):
    """Something to be said.

    Attributes
    ----------
    level : str
        How important it is: one of `LEVELS` but `off`.
    text : str
        In one line or more.
    about : About
        What it is about.
    figures : tuple of (str, int)
        What the text says in numbers, for programs.
    """

    level: str
    text: str
    about: About = RUN
    figures: tuple[tuple[str, int], ...] = ()


class Log:
    """Passes on the messages that are important enough.

    Parameters
    ----------
    level : str
        The least important level that is said.
    emit : callable
        Takes these messages.
    """

    __slots__ = ("_emit", "_shown")

    def __init__(self, level: str, emit: Callable[[Message], None]) -> None:
        self._shown = frozenset(LEVELS[1 : LEVELS.index(level) + 1])
        self._emit = emit

    def shows(self, level: str) -> bool:
        """Tell whether messages of a level are said."""
        return level in self._shown

    def say(self, level: str, text: str, about: About = RUN) -> None:
        """Say a text at a level."""
        if level in self._shown:
            self._emit(Message(level, text, about))

    def fatal(self, text: str, about: About = RUN) -> None:
        """Say why the run ends, or an object could not be made."""
        self.say("fatal", text, about)

    def error(self, text: str, about: About = RUN) -> None:
        """Say what went wrong, and is survived."""
        self.say("error", text, about)

    def warn(self, text: str, about: About = RUN) -> None:
        """Say what a person has to know."""
        self.say("warn", text, about)

    def info(self, text: str, about: About = RUN) -> None:
        """Say what is being done; of values of attributes, only the notes of a plan quote some."""
        self.say("info", text, about)

    def debug(self, text: str, about: About = RUN) -> None:
        """Say what was found and decided."""
        self.say("debug", text, about)

    def trace(self, text: str, about: About = RUN) -> None:
        """Say it in every detail."""
        self.say("trace", text, about)

    def result(self, text: str, figures: tuple[tuple[str, int], ...] = ()) -> None:
        """Say what became of the run, or how far it is: information that is given wherever warnings are."""
        if "warn" in self._shown:
            self._emit(Message("info", text, RUN, figures))
