"""Where generated UIDs and the time come from; both can be replaced."""

from __future__ import annotations

import time
from functools import partial

from img2dcm_decl.lean_typing import NamedTuple
from img2dcm_decl.run.uids import hashed_uid, random_uid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from img2dcm_decl.plan.model import Plan


class Derivation(NamedTuple):
    """How UIDs are derived, so that all workers of a run, or all runs, come to the same ones.

    Attributes
    ----------
    root : str
        What the UIDs begin with.
    key : bytes
        The key of the hash.
    run : str
        What UIDs of the run stand for.
    objects : bool
        Whether the UIDs of objects are derived as well.
    scope : str
        What those of values and objects stand for besides.
    """

    root: str
    key: bytes
    run: str = ""
    objects: bool = False
    scope: str = ""


class Sources:
    """UIDs and the time, for a run and for each object of it.

    Parameters
    ----------
    new_uid : callable
        Gives a UID that nobody has used.
    now : callable
        Gives the local time.
    run_uids : dict, optional
        Name -> UID of the run; those that are not in it are made and kept there, unless UIDs are derived.
    derivation : Derivation, optional
        How UIDs are derived. Without it, UIDs of the run and of values agree within this process alone.
    """

    __slots__ = ("_derivation", "_facts", "_new_uid", "_now", "_object_uids", "_run_uids", "_time")

    def __init__(
        self,
        new_uid: Callable[[], str] = random_uid,
        now: Callable[[], time.struct_time] = time.localtime,
        run_uids: dict[str, str] | None = None,
        derivation: Derivation | None = None,
    ) -> None:
        self._new_uid = new_uid
        self._now = now
        self._run_uids: dict[str, str] = {} if run_uids is None else run_uids
        self._derivation = derivation
        self._facts: tuple[bytes, ...] = ()
        self._object_uids: dict[str, str] = {}
        self._time: time.struct_time | None = None

    def for_object(self, facts: Sequence[bytes] = ()) -> Sources:
        """Return the sources of one object: UIDs and time of its own, the UIDs of the run shared.

        Parameters
        ----------
        facts : sequence of bytes
            What its UIDs stand for, where they are derived.
        """
        sources = Sources(self._new_uid, self._now, self._run_uids, self._derivation)
        sources._facts = tuple(facts)
        return sources

    def uid_of_run(self, name: str) -> str:
        """Return the UID that all objects of the run share under a name."""
        uid = self._run_uids.get(name)
        if uid is None:
            how = self._derivation
            uid = self._run_uids[name] = self._new_uid() if how is None else _derived(how, "run", name, how.run)
        return uid

    def uid_of_value(self, name: str, value: bytes) -> str:
        """Return the UID that all objects with a value share under a name."""
        # Derived ones come out alike wherever they are made, so that they are kept no longer than for the object.
        uids = self._run_uids if self._derivation is None else self._object_uids
        # A blank is in no name of a UID, so that these are kept apart from the others.
        kept = f"{name} {value!r}"
        uid = uids.get(kept)
        if uid is None:
            how = self._derivation
            uid = uids[kept] = self._new_uid() if how is None else _derived(how, "value", name, how.scope, value)
        return uid

    def uid_of_object(self, name: str) -> str:
        """Return the UID that one object has under a name."""
        uid = self._object_uids.get(name)
        if uid is None:
            how = self._derivation
            uid = _derived(how, "object", name, how.scope, *self._facts) if how and how.objects else self._new_uid()
            self._object_uids[name] = uid
        return uid

    def time(self, layout: str) -> str:
        """Return the time at which the object was first asked for it, laid out as strftime does."""
        if self._time is None:
            self._time = self._now()
        return time.strftime(layout, self._time)


def sources_of(plan: Plan, key: bytes = b"") -> Sources:
    """Return the sources of a plan's run.

    Parameters
    ----------
    plan : Plan
        Says how UIDs are made and, if the clock does not, what the time is.
    key : bytes
        The key of this run, by which its workers make the same UIDs of the run and of values where these are fresh.
        Empty: the run has no other workers.
    """
    rules = plan.uids
    now = time.localtime if not plan.time else partial(time.struct_time, _parts(plan.time))
    new_uid = partial(random_uid, rules.root)
    if rules.method == "derived":
        from img2dcm_decl.plan.digest import run_digest

        run = run_digest(plan)
        scope = run if rules.of_run else ""
        return Sources(new_uid, now, None, Derivation(rules.root, rules.key.encode(), run, objects=True, scope=scope))
    return Sources(new_uid, now, None, Derivation(rules.root, key) if key else None)


def _derived(how: Derivation, *facts: str | bytes) -> str:
    return hashed_uid(how.root, how.key, (fact.encode() if isinstance(fact, str) else fact for fact in facts))


def _parts(text: str) -> tuple[int, ...]:
    """Return the fields of struct_time for `YYYYMMDDHHMMSS`; none of its layouts asks for the day of week or year."""
    year, *others = int(text[:4]), *(int(text[at : at + 2]) for at in range(4, 14, 2))
    return (year, *others, 0, 1, -1)
