"""Compiles recipes for what this program can read."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from img2dcm_decl.compile.binding import binder
from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.images.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from img2dcm_decl.plan.model import Plan, PlannedObject
    from img2dcm_decl.recipe.model import Recipe


def to_plan(recipe: Recipe) -> Plan:
    """Return the plan of a recipe.

    Raises
    ------
    RecipeError
        Everything that is wrong with the recipe.
    """
    stdin = sys.stdin.buffer if sys.stdin is not None else None
    return compile_recipe(recipe, FORMATS, stdin if isinstance(stdin, io.BufferedReader) else None)


def to_binder(recipe: Recipe) -> Callable[[PlannedObject], PlannedObject] | None:
    """Return what completes the objects of a recipe's plan, for other processes too; None where they are complete."""
    return binder(recipe)
