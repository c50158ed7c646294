from __future__ import annotations

from pathlib import Path

import pytest

from img2dcm_decl.diagnostics import render
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.read import load_recipe, read_recipe
from img2dcm_decl.recipe.write import write_recipe

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
GOOD = sorted((HERE / "good").glob("*.yaml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_recipe_shows_every_mistake_at_its_place(path: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        read_recipe(path.read_bytes(), path.name, ".")
    shown = "\n".join(render(diagnostic) for diagnostic in caught.value.diagnostics)
    assert shown + "\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_twelve_mistakes_in_one_recipe_are_all_shown() -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe(str(HERE / "broken" / "twelve.yaml"))
    places = [diagnostic.place[1:3] for diagnostic in caught.value.diagnostics if diagnostic.place]
    assert len(places) == 12
    assert places == sorted(set(places))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_recipe_is_read_and_survives_being_written(path: Path) -> None:
    recipe = load_recipe(str(path))
    assert recipe.folder == str(path.parent)
    assert read_recipe(write_recipe(recipe), "again.yaml", ".") == recipe
