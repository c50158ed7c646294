"""What running a plan needs of `typing` while it runs, in a fraction of the time; type checkers see `typing` itself.

Named tuples are what costs: those of `typing` compile a constructor and each of their annotations at every start, a
third of the time of a small conversion, and those of `collections` still the constructor. Here, constructors are copies
of compiled ones, with the names of the fields. Modules that have such classes postpone their annotations
(`from __future__ import annotations`). What else is wrong with a class is left to type checkers.
"""

from __future__ import annotations

from collections import namedtuple
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NamedTuple, Protocol, Self, cast

__all__ = ["NamedTuple", "Protocol", "cast"]

_new = tuple.__new__

#: Constructors of tuples by their number of fields.
_CONSTRUCTORS = (
    lambda _cls: _new(_cls, ()),
    lambda _cls, a: _new(_cls, (a,)),
    lambda _cls, a, b: _new(_cls, (a, b)),
    lambda _cls, a, b, c: _new(_cls, (a, b, c)),
    lambda _cls, a, b, c, d: _new(_cls, (a, b, c, d)),
    lambda _cls, a, b, c, d, e: _new(_cls, (a, b, c, d, e)),
    lambda _cls, a, b, c, d, e, f: _new(_cls, (a, b, c, d, e, f)),
    lambda _cls, a, b, c, d, e, f, g: _new(_cls, (a, b, c, d, e, f, g)),
    lambda _cls, a, b, c, d, e, f, g, h: _new(_cls, (a, b, c, d, e, f, g, h)),
    lambda _cls, a, b, c, d, e, f, g, h, i: _new(_cls, (a, b, c, d, e, f, g, h, i)),
    lambda _cls, a, b, c, d, e, f, g, h, i, j: _new(_cls, (a, b, c, d, e, f, g, h, i, j)),
    lambda _cls, a, b, c, d, e, f, g, h, i, j, k: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k)),
    lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k, m)),
    lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n)),
    lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, p: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, p)),
    lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, p, q: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, p, q)),
)
#: Has a field for each position, and the quickest attributes there are: they serve for all named tuples.
_Positions = namedtuple("_Positions", "a b c d e f g h i j k m n p q")
_ATTRIBUTES = tuple(vars(_Positions)[field] for field in _Positions._fields)


def _constructor(owner: str, fields: tuple[str, ...], defaults: tuple[Any, ...]) -> FunctionType:
    if len(fields) >= len(_CONSTRUCTORS):
        raise TypeError(
            f"{owner} has {len(fields)} fields: there are constructors for {len(_CONSTRUCTORS) - 1} at most"
        )
    code = _CONSTRUCTORS[len(fields)].__code__
    named = code.replace(co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{owner}.__new__")
    return FunctionType(named, globals(), "__new__", defaults)


class _Named(tuple["Any", ...]):
    """What all named tuples have."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Self:
        made = _new(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"expected {len(cls._fields)} values, got {len(made)}")
        return made

    def _replace(self, **changed: Any) -> Self:
        made = self._make(map(changed.pop, self._fields, self))
        if changed:
            raise TypeError(f"there are no fields {', '.join(changed)}")
        return made

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


class _MadeOfFields(type):
    """Makes named tuples of the bodies of classes."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
        if not bases:
            return super().__new__(cls, name, bases, body)
        fields = tuple(body.get("__annotations__", ()))
        defaults = {field: body[field] for field in fields if field in body}
        if fields[len(fields) - len(defaults) :] != tuple(defaults):
            raise TypeError(f"{name} has a field without a default behind one with a default")
        body |= dict(zip(fields, _ATTRIBUTES, strict=False))
        body |= {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
        body["__new__"] = _constructor(name, fields, tuple(defaults.values()))
        return type(name, (_Named,), body)


if not TYPE_CHECKING:

    class NamedTuple(metaclass=_MadeOfFields):
        """Base of named tuples."""

    class Protocol:
        """Base of classes that say what others have to be like."""

    def cast(_kind: object, value: object) -> object:
        """Return a value as it is; type checkers take it for one of another kind."""
        return value
