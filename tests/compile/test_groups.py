"""Images are grouped into objects, in the order of their first images."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.compile.groups import _collected
from img2dcm_decl.diagnostics import headline
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.plan.model import Plan, Slot
from img2dcm_decl.recipe.read import read_recipe

START = "recipe: 1\ninputs: {images: '**/*.jpg', group_by: 'GROUP'}\noutput: out/${index}.dcm\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/2.jpg", "a/10.jpg", "b/1.jpg", "b/3.jpg", "a/c/1.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def compiled(folder: Path, group_by: str, extra: str = "") -> Plan:
    text = START.replace("GROUP", group_by) + extra
    return compile_recipe(read_recipe(text, "recipe.yaml", str(folder)), ("jpeg",))


def refused(folder: Path, group_by: str, extra: str = "") -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compiled(folder, group_by, extra)
    return [headline(diagnostic) for diagnostic in caught.value.diagnostics]


def frames(plan: Plan) -> list[list[str]]:
    return [[image.replace("\\", "/") for image in planned.images] for planned in plan.objects]


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        ("image", [["a/2.jpg"], ["a/10.jpg"], ["a/c/1.jpg"], ["b/1.jpg"], ["b/3.jpg"]]),
        ("all", [["a/2.jpg", "a/10.jpg", "a/c/1.jpg", "b/1.jpg", "b/3.jpg"]]),
        ("${image.parent}", [["a/2.jpg", "a/10.jpg"], ["a/c/1.jpg"], ["b/1.jpg", "b/3.jpg"]]),
        ("${image.folder}", [["a/2.jpg", "a/10.jpg"], ["a/c/1.jpg"], ["b/1.jpg", "b/3.jpg"]]),
        ("${image.stem}", [["a/2.jpg"], ["a/10.jpg"], ["a/c/1.jpg", "b/1.jpg"], ["b/3.jpg"]]),
    ],
)
def test_images_for_which_a_text_comes_out_alike_are_one_object(
    folder: Path, group_by: str, expected: list[list[str]]
) -> None:
    plan = compiled(folder, group_by)
    assert frames(plan) == expected
    assert [planned.number for planned in plan.objects] == [*range(1, len(expected) + 1)]
    assert [planned.output for planned in plan.objects] == [f"out/{n}.dcm" for n in range(1, len(expected) + 1)]


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        (
            "${image.parent}",
            [
                "2 objects have frames from different folders of the same name, as p1/axial/1.jpg and p2/axial/1.jpg; "
                "${image.folder} in place of ${image.parent} keeps folders apart"
            ],
        ),
        ("${image.folder}", []),
        ("${image.folder} ${image.parent}", []),
        ("${image.parent} ${image.number}", []),
        ("${image.stem}", []),
        ("all", []),
    ],
)
def test_folders_that_are_taken_for_one_are_warned_of(tmp_path: Path, group_by: str, expected: list[str]) -> None:
    for name in ("p1/axial/1.jpg", "p2/axial/1.jpg", "p2/axial/2.jpg", "p1/sagittal/3.jpg", "p3/sagittal/4.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    if "number" in group_by:
        (tmp_path / "p2/axial/1.jpg").unlink()
    assert list(compiled(tmp_path, group_by).warnings) == expected


def test_groups_are_counted_as_objects(folder: Path) -> None:
    plan = compiled(folder, "${image.parent}", "keys: {PatientID: '${index:03} ${image.name}'}\n")
    assert [planned.texts[-1] for planned in plan.objects] == [b"001 2.jpg ", b"002 1.jpg ", b"003 1.jpg "]
    [built] = [variant for variant in plan.variants if not variant.refuse][:1]
    assert [e.content for e in built.elements if e.tag == 0x00200013] == [Slot("number", "1")]


TABLED = "table: {file: t.csv, column: F, key: '${image.folder}/${image.name}'}\nkeys: {PatientID: '${row.ID}'}\n"


def rows(folder: Path, *ids: str) -> None:
    names = ("a/2.jpg", "a/10.jpg", "a/c/1.jpg", "b/1.jpg", "b/3.jpg")
    lines = [f"{name},{cells}" for name, cells in zip(names, ids, strict=True)]
    (folder / "t.csv").write_text("F,ID,Series,Note\n" + "\n".join(lines) + "\n")


def test_images_are_grouped_by_their_rows(folder: Path) -> None:
    rows(folder, "P1,A,x", "P1,A,y", "P1,B,z", "P2,A,v", "P2,A,w")
    plan = compiled(folder, "${row.ID}/${row.Series}", TABLED)
    assert frames(plan) == [["a/2.jpg", "a/10.jpg"], ["a/c/1.jpg"], ["b/1.jpg", "b/3.jpg"]]
    assert [planned.texts[-1] for planned in plan.objects] == [b"P1", b"P1", b"P2"]


def test_rows_of_one_object_must_agree_in_what_the_recipe_uses(folder: Path) -> None:
    rows(folder, "P1,A,x", "P9,A,y", "P1,B,z", "P2,A,v", "P3,A,w")
    first, second = refused(folder, "${image.parent}", TABLED)
    assert first == (
        "recipe.yaml:2:40: a/2.jpg (t.csv:2) and a/10.jpg (t.csv:3) would be frames of one object, "
        "but differ in the column ID"
    )
    assert "b/1.jpg (t.csv:5) and b/3.jpg (t.csv:6)" in second


def test_an_image_with_nothing_to_group_it_by_is_refused(folder: Path) -> None:
    rows(folder, "P1,A,x", "P1,,y", "P1,B,z", "P1,A,v", "P1,A,w")
    assert refused(folder, "${row.Series}", TABLED) == ["recipe.yaml:2:40: a/10.jpg: there is nothing to group it by"]
    assert len(compiled(folder, "${row.ID}-${row.Series}", TABLED).objects) == 3


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=30))
def test_groups_keep_every_image_once_and_in_order(texts: list[int]) -> None:
    seen: dict[int, int] = {}
    numbers = array("Q", [seen.setdefault(text, len(seen)) for text in texts])
    groups = _collected(numbers)
    made = [list(groups.of(number)) for number in range(len(groups.starts) - 1)]
    assert made == [[n for n, text in enumerate(texts) if text == wanted] for wanted in seen]


# --- indexes and exclusions -----------------------------------------------------------------------


def listed(folder: Path, images: str) -> list[str]:
    text = f"recipe: 1\ninputs: {{images: {images}}}\noutput: 'out/${{index}}.dcm'\n"
    plan = compile_recipe(read_recipe(text, "recipe.yaml", str(folder)), ("jpeg",))
    return [planned.images[0].replace("\\", "/") for planned in plan.objects]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"b/3.jpg\na/2.jpg\n", ["lists/b/3.jpg", "lists/a/2.jpg"]),
        (b"\xef\xbb\xbf# order of acquisition\r\n\r\nb/3.jpg\r\na/2.jpg", ["lists/b/3.jpg", "lists/a/2.jpg"]),
        (b"a/2.jpg\na/2.jpg\n", ["lists/a/2.jpg"]),
        (b"  \na/2.jpg\n#a/none.jpg\n", ["lists/a/2.jpg"]),
    ],
)
def test_an_index_names_images_relative_to_its_own_folder(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    for name in ("a/2.jpg", "b/3.jpg"):
        (tmp_path / "lists" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "lists" / name).write_bytes(b"")
    (tmp_path / "lists" / "list.txt").write_bytes(data)
    text = "recipe: 1\ninputs: {images: {index: lists/list.txt}}\noutput: 'out/${image.folder}/${image.name}.dcm'\n"
    plan = compile_recipe(read_recipe(text, "recipe.yaml", str(tmp_path)), ("jpeg",))
    assert [planned.images[0] for planned in plan.objects] == expected
    assert plan.objects[0].output == f"out/{expected[0].removeprefix('lists/')}.dcm"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a/2.jpg\n\nnone.jpg\n", "list.txt:3: 'none.jpg' does not exist"),
        (b"a\n", "list.txt:1: 'a' is a folder"),
        (b"", "the index 'list.txt' names no image"),
        (b"# nothing\n", "the index 'list.txt' names no image"),
        (b"\xff\n", "the index 'list.txt' cannot be read: line 1 is not UTF-8"),
        (b"a\0b\n", "the index 'list.txt' cannot be read: line 1 holds a null character"),
        (b"x" * 10_000, "the index 'list.txt' cannot be read: line 1 has more than 8192 bytes"),
        (None, "the index 'list.txt' cannot be read: No such file or directory"),
    ],
)
def test_an_index_that_cannot_be_used_is_refused_with_its_line(folder: Path, data: bytes | None, said: str) -> None:
    if data is not None:
        (folder / "list.txt").write_bytes(data)
    with pytest.raises(RecipeError) as caught:
        listed(folder, "{index: list.txt}")
    assert [headline(found) for found in caught.value.diagnostics] == [f"recipe.yaml:2:18: {said}"]


def test_a_thousand_missing_lines_are_a_handful_of_messages(folder: Path) -> None:
    (folder / "list.txt").write_text("".join(f"none{n}.jpg\n" for n in range(1000)))
    with pytest.raises(RecipeError) as caught:
        listed(folder, "{index: list.txt}")
    assert [found.message for found in caught.value.diagnostics][4:] == [
        "list.txt:5: 'none4.jpg' does not exist",
        "and 995 more lines of the index",
    ]


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        ("'a/**'", ["b/1.jpg", "b/3.jpg"]),
        ("'a/*.jpg'", ["a/c/1.jpg", "b/1.jpg", "b/3.jpg"]),
        ("['**/1.jpg', 'a/[0-9].jpg']", ["a/10.jpg", "b/3.jpg"]),
        ("none/*", ["a/2.jpg", "a/10.jpg", "a/c/1.jpg", "b/1.jpg", "b/3.jpg"]),
        ("./b/../b/1.jpg", ["a/2.jpg", "a/10.jpg", "a/c/1.jpg", "b/3.jpg"]),
    ],
)
@pytest.mark.parametrize("images", ["'**/*.jpg'", "'**/**/**/*.jpg'", "['a/**/*.jpg', '**/*.jpg']", "{index: all.txt}"])
def test_excluded_files_are_left_out_whatever_found_them(
    folder: Path, images: str, exclude: str, expected: list[str]
) -> None:
    (folder / "all.txt").write_text("a/2.jpg\na/10.jpg\na/c/1.jpg\nb/1.jpg\nb/3.jpg\n")
    text = f"recipe: 1\ninputs: {{images: {images}, exclude: {exclude}}}\noutput: 'out/${{index}}.dcm'\n"
    plan = compile_recipe(read_recipe(text, "recipe.yaml", str(folder)), ("jpeg",))
    assert [planned.images[0] for planned in plan.objects] == expected


@pytest.mark.parametrize(("exclude", "said"), [("a", "'a' is a folder"), ("'**/*'", "every image is excluded")])
def test_exclusions_that_cannot_be_meant_are_refused(folder: Path, exclude: str, said: str) -> None:
    text = f"recipe: 1\ninputs: {{images: '**/*.jpg', exclude: {exclude}}}\noutput: 'out/${{index}}.dcm'\n"
    with pytest.raises(RecipeError, match=said.replace("*", r"\*")):
        compile_recipe(read_recipe(text, "recipe.yaml", str(folder)), ("jpeg",))


def test_images_may_be_named_by_urls(folder: Path) -> None:
    pytest.importorskip("fsspec")
    url = folder.as_uri()
    (folder / "list.txt").write_text(f"{url}/b/1.jpg\n")
    assert listed(folder, f"['{url}/a/**/*.jpg', {{path: '{url}/b/3.jpg'}}, {{index: list.txt}}]") == [
        f"{url}/{name}" for name in ("a/2.jpg", "a/10.jpg", "a/c/1.jpg", "b/3.jpg", "b/1.jpg")
    ]
    with pytest.raises(RecipeError, match="no file matches"):
        listed(folder, f"'{url}/*.png'")


def test_dollar_signs_in_names_are_written_twice(tmp_path: Path) -> None:
    for name in ("a$1.jpg", "a$2.jpg", "b$.jpg"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "$list.txt").write_text("b$.jpg\n")
    text = "recipe: 1\ntitle: $$5\ninputs: {images: ['a$$*.jpg', {index: $$list.txt}], exclude: 'a$$2.jpg'}\n"
    text += "output: {file: '${image.stem}$$.dcm', record: $$.jsonl}\n"
    plan = compile_recipe(read_recipe(text, "recipe.yaml", str(tmp_path)), ("jpeg",))
    assert [(planned.images, planned.output) for planned in plan.objects] == [
        (("a$1.jpg",), "a$1$.dcm"),
        (("b$.jpg",), "b$$.dcm"),
    ]
    assert (plan.title, plan.record) == ("$5", "$.jsonl")


# --- outputs among the images ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "made", "said"),
    [
        ("file: 'out/${image.name}'", "out/1.jpg", "the output 'out/1.jpg' is one of the images, out/1.jpg"),
        ("file: 'out/${index}.dcm', record: run.jpg", "run.jpg", "the run record 'run.jpg' is one of the images"),
        ("file: 'a${index}', record: list.txt", "x.jpg", "the run record 'list.txt' is an index of images"),
        ("file: '${image.stem}.txt'", "list.jpg", "the output 'list.txt' is an index of images"),
        ("file: 'out/${index}.dcm', record: recipe.yaml", "x.jpg", "the run record 'recipe.yaml' is the recipe itself"),
        ("file: 'out/${index}.dcm', record: 's3://b/r'", "x.jpg", "the run record cannot be a URL"),
        ("file: 'out/${index}.dcm', record: out/1.dcm", "x.jpg", "the run record 'out/1.dcm' is one of the outputs"),
    ],
)
def test_what_a_run_writes_is_not_taken_for_an_image(folder: Path, output: str, made: str, said: str) -> None:
    (folder / made).parent.mkdir(exist_ok=True)
    (folder / made).write_bytes(b"")
    (folder / "list.txt").write_text("a/2.jpg\n")
    text = f"recipe: 1\ninputs: {{images: ['**/*.jpg', {{index: list.txt}}]}}\noutput: {{{output}}}\n"
    with pytest.raises(RecipeError) as caught:
        compile_recipe(read_recipe(text, str(folder / "recipe.yaml"), str(folder)), ("jpeg",))
    assert any(said in headline(found) for found in caught.value.diagnostics)


@pytest.mark.parametrize("count", [3, 40])
def test_links_do_not_hide_that_an_output_is_an_image(tmp_path: Path, count: int) -> None:
    (tmp_path / "in").mkdir()
    for number in range(count):
        (tmp_path / "in" / f"{number}.jpg").write_bytes(b"")
    (tmp_path / "out").mkdir()
    try:
        (tmp_path / "out" / "1.jpg").symlink_to(tmp_path / "in" / "2.jpg")
        (tmp_path / "also-in").symlink_to(tmp_path / "in", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    for output, said in (("out", "'out/1.jpg' is one of the images, in/2.jpg"), ("also-in", "in/0.jpg")):
        text = f"recipe: 1\ninputs: {{images: 'in/*.jpg'}}\noutput: '{output}/${{image.name}}'\n"
        with pytest.raises(RecipeError) as caught:
            compile_recipe(read_recipe(text, "recipe.yaml", str(tmp_path)), ("jpeg",))
        assert said in headline(caught.value.diagnostics[0])
