"""Who may import whom, checked on the code's own import statements."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT

PACKAGE = ROOT / "img2dcm_decl"
TOP = ("errors", "diagnostics", "resources", "lean_typing", "__init__")
SEAM = ("plan", "encode")
BEFORE = ("recipe", "legacy", "iod", "attributes", "compile")
AFTER = ("images", "run")

#: Folder -> folders that it may import, besides itself.
ALLOWED: dict[str, tuple[str, ...]] = {
    "errors": ("diagnostics", "__init__"),
    "diagnostics": ("lean_typing",),
    "lean_typing": (),
    "resources": ("errors",),
    **{folder: (*TOP, *SEAM, *BEFORE[:n]) for n, folder in enumerate(BEFORE)},
    "plan": ("errors", "lean_typing"),
    "encode": ("errors", "lean_typing", "plan", "__init__"),
    "images": ("errors", "lean_typing", *SEAM),
    "run": ("errors", "lean_typing", "__init__", *SEAM, "images"),
    "cli": (*TOP, *SEAM, *BEFORE, *AFTER),
    "__init__": (),
    "__main__": ("cli",),
}
#: Folder -> libraries that it may import; no other folder may. Of pydicom only the tables are loaded, which is not done
#: by an import statement.
LIBRARIES = {
    "recipe": {"yaml", "jsonschema"},
    "iod": {"yaml", "jsonschema"},
    "attributes": {"lxml", "anyascii", "openpyxl"},
    "plan": {"fsspec"},
    "run": {"distributed"},
    "cli": {"typer", "rich"},
}
EXTRAS = {"openpyxl", "fsspec", "distributed"}
"""Libraries that many do without: imported inside the functions that need them."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def folder_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def imports(path: Path, *, typing_too: bool = True, top_level_only: bool = False) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and not typing_too and "TYPE_CHECKING" in ast.unparse(node.test):
            skipped.update(id(inner) for inner in ast.walk(node))
        if top_level_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            skipped.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield module
            if module.startswith("img2dcm_decl"):
                # `from package import module` names a module as well.
                yield from (f"{module}.{a.name}" for a in node.names if as_file(f"{module}.{a.name}"))


def as_file(module: str) -> Path | None:
    base = ROOT.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_folder_may(path: Path) -> None:
    folder = folder_of(path)
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "img2dcm_decl":
            target = rest.split(".")[0] or "__init__"
            assert target == folder or target in ALLOWED[folder], f"{folder} may not import {name}"
        elif top not in sys.stdlib_module_names:
            assert top in LIBRARIES.get(folder, set()), f"{folder} may not import {name}"


@pytest.mark.parametrize("path", [p for p in modules() if folder_of(p) in (*SEAM, *AFTER)], ids=lambda p: p.stem)
def test_the_run_half_imports_nothing_that_is_slow_to_load(path: Path) -> None:
    slow = {"dataclasses", "inspect", "pathlib", "logging", "tempfile", "subprocess", "uuid", "datetime", "numpy"}
    assert not slow & {name.split(".")[0] for name in imports(path, typing_too=False, top_level_only=True)}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_optional_libraries_are_imported_where_they_are_needed(path: Path) -> None:
    assert not EXTRAS & {name.split(".")[0] for name in imports(path, typing_too=False, top_level_only=True)}


def test_no_import_cycles() -> None:
    graph: dict[Path, set[Path]] = {}
    for path in modules():
        named = (as_file(name) for name in imports(path, typing_too=False) if name.startswith("img2dcm_decl"))
        graph[path] = {target for target in named if target is not None and target != path}
    done: set[Path] = set()

    def visit(path: Path, trail: tuple[Path, ...]) -> None:
        assert path not in trail, "cycle: " + " -> ".join(p.stem for p in (*trail[trail.index(path) :], path))
        if path not in done:
            for target in graph[path]:
                visit(target, (*trail, path))
            done.add(path)

    for path in graph:
        visit(path, ())


#: A copy of the process is not the process: it may not return to where that goes on.
MAY_EXIT = {"forked": "os._exit"}


@pytest.mark.parametrize("path", [p for p in modules() if folder_of(p) != "cli"], ids=lambda p: p.stem)
def test_only_the_edge_prints_or_exits(path: Path) -> None:
    denied = {"print", "exit", "sys.exit", "os._exit", "input"} - {MAY_EXIT.get(path.stem, "")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in denied, f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", [p for p in modules() if folder_of(p) != "cli"], ids=lambda p: p.stem)
def test_only_the_edge_knows_the_terminal_the_environment_and_the_time(path: Path) -> None:
    surroundings = {"sys.stdin", "sys.stdout", "sys.stderr", "sys.argv", "os.environ", "os.getenv"}
    clocks = {"time.time", "time.localtime", "time.gmtime", "time.monotonic", "time.perf_counter"}
    clocks |= {f"{owner}.{name}" for owner in ("datetime", "date", "datetime.datetime") for name in ("now", "today")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert ast.unparse(node) not in surroundings, f"{path}:{node.lineno}"
        # A clock may be what is called unless another one is passed in, and a time that is given may be taken apart.
        if isinstance(node, ast.Call) and not node.args:
            assert ast.unparse(node.func) not in clocks, f"{path}:{node.lineno}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_has_more_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
