"""Where data could mean one patient or another, nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.diagnostics import headline
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Plan
from img2dcm_decl.recipe.read import read_recipe

RECIPE = """\
recipe: 1
inputs: {images: "photos/**/*.jpg"}
table: {file: t.csv, column: Key, key: "KEY", MORE}
keys: {PatientID: "${row.ID}"}
uids: {study: "${row.ID}"}
output: out/${index}.dcm
"""


def compiled(folder: Path, recipe: str, table: str, images: tuple[str, ...]) -> Plan:
    (folder / "t.csv").write_text(table, encoding="utf-8")
    for name in images:
        path = folder / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return compile_recipe(read_recipe(recipe, "r.yaml", str(folder)), ("jpeg",))


def refused(folder: Path, recipe: str, table: str, images: tuple[str, ...]) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, recipe, table, images)
    return [f"{headline(found)} ({found.help})" for found in caught.value.diagnostics]


def recipe(key: str, more: str = "") -> str:
    return RECIPE.replace("KEY", key).replace(", MORE", f", {more}" if more else "")


CAMERAS = ("roe/IMG_1.jpg", "doe/IMG_1.jpg")


@pytest.mark.parametrize(
    ("key", "cell", "images"),
    [
        ("${image.name}", "IMG_1.jpg", CAMERAS),
        ("${image.stem}", "IMG_1", CAMERAS),
        ("${image.number}", "1", CAMERAS),
        ("${image.parent}", "001", ("north/001/a.jpg", "south/001/b.jpg")),
    ],
)
def test_images_of_different_folders_share_no_row_unasked(
    tmp_path: Path, key: str, cell: str, images: tuple[str, ...]
) -> None:
    table = f"Key,ID\n{cell},P1\n"
    [message] = refused(tmp_path, recipe(key), table, images)
    first, second = sorted(images)
    said = (
        f"photos/{first} and photos/{second} have the same key, and would share the row t.csv:2 (key: ${{image.folder}}"
    )
    assert said in message
    plan = compiled(tmp_path, recipe(key, "shared_rows: accept"), table, images)
    assert [planned.texts[1] for planned in plan.objects] == [b"P1", b"P1"]


def test_images_of_one_folder_share_a_row(tmp_path: Path) -> None:
    images = ("001/a.jpg", "001/b.jpg", "002/a.jpg")
    plan = compiled(tmp_path, recipe("${image.parent}"), "Key,ID\n001,P1\n002,P2\n", images)
    assert [planned.texts[1] for planned in plan.objects] == [b"P1", b"P1", b"P2"]


@pytest.mark.parametrize("name", ["${row.Prior}prior.dump", "${row.Prior}/prior.dump", "priors/${row.Prior}.dump"])
@pytest.mark.parametrize("cell", ["", "  "])
def test_no_other_source_is_taken_where_the_cell_that_names_it_is_empty(tmp_path: Path, name: str, cell: str) -> None:
    (tmp_path / "priors").mkdir()
    for file in ("prior.dump", "priors/.dump", "  prior.dump", "priors/  .dump"):
        (tmp_path / file).write_text("(0010,0020) LO [OTHER]\n")
    text = recipe("${image.name}") + f"sources: {{template: '{name}'}}\n"
    lines = refused(tmp_path, text, f"Key,ID,Prior\na.jpg,P1,{cell}\n", ("a.jpg",))
    assert "${row.Prior} is empty here, and the name of a file is to be made of it" in lines[0]
