"""What running a plan needs of `typing` while it runs. Importing that takes as long as reading the plan.

Type checkers see the names of `typing` itself. Modules whose named tuples are made here postpone annotations
(`from __future__ import annotations`).
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple, Protocol, cast

__all__ = ["NamedTuple", "Protocol", "cast"]

_OF_THE_BODY = frozenset({"__module__", "__qualname__"})

if not TYPE_CHECKING:

    class _MadeOfFields(type):
        """Makes named tuples of the bodies of classes."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body.get("__annotations__", {})
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for member, value in body.items():
                if member not in fields and member not in _OF_THE_BODY:
                    setattr(made, member, value)
            return made

    class NamedTuple(metaclass=_MadeOfFields):
        """Base of named tuples whose annotations stay texts; `typing` would compile each of them at every start."""

    class Protocol:
        """Base of classes that say what others have to be like."""

    def cast(_kind: object, value: object) -> object:
        """Return a value as it is; type checkers take it for one of another kind."""
        return value
