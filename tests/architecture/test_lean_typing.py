"""Named tuples made without `typing`, which are to be what `typing` makes of them."""

from __future__ import annotations

import pickle
import typing

import pytest

from img2dcm_decl import lean_typing


class Lean(lean_typing.NamedTuple):
    """A size."""

    rows: int
    columns: int = 1
    unit: str = "pixels"

    @property
    def area(self) -> int:
        """The product."""
        return self.rows * self.columns

    def __str__(self) -> str:
        return f"{self.rows} x {self.columns}"


class Usual(typing.NamedTuple):
    """A size."""

    rows: int
    columns: int = 1
    unit: str = "pixels"


class Empty(lean_typing.NamedTuple):
    """Nothing."""


@pytest.mark.parametrize("name", ["_fields", "_field_defaults", "__doc__", "__match_args__", "__module__"])
def test_a_named_tuple_is_described_as_typing_does(name: str) -> None:
    assert getattr(Lean, name) == getattr(Usual, name)


def test_it_is_made_of_positions_names_and_defaults() -> None:
    assert Lean(2) == Lean(rows=2, columns=1) == (2, 1, "pixels")
    assert repr(Lean(2, unit="mm")) == "Lean(rows=2, columns=1, unit='mm')"


def test_it_has_the_members_of_its_class() -> None:
    assert (Lean(2, 3).area, str(Lean(2, 3))) == (6, "2 x 3")
    assert Lean.__qualname__ == "Lean"


def test_it_is_changed_by_replacement_only() -> None:
    assert Lean(2)._replace(columns=3) == (2, 3, "pixels")
    with pytest.raises(AttributeError):
        Lean(2).rows = 3  # type: ignore[misc]


@pytest.mark.parametrize("made", [Lean(2), Lean(2, 3, "mm"), Empty()])
def test_it_can_be_sent_to_other_processes(made: tuple[object, ...]) -> None:
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert type(again) is type(made)


@pytest.mark.parametrize(("values", "named"), [((), {}), ((1, 2, "mm", 4), {}), ((1,), {"depth": 2})])
def test_wrong_fields_are_refused(values: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Lean(*values, **named)  # type: ignore[arg-type]


def test_a_field_without_a_default_comes_before_those_with_one() -> None:
    with pytest.raises(TypeError, match="Wrong has a field without a default"):

        class Wrong(lean_typing.NamedTuple):
            rows: int = 1
            columns: int  # type: ignore[misc]
