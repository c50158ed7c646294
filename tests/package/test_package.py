"""What is published installs, and works away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pydicom
import pytest
from support import ROOT

from img2dcm_decl.resources import SCHEMAS

pytestmark = pytest.mark.slow

SCRIPTS = "Scripts" if os.name == "nt" else "bin"


class Installed(NamedTuple):
    """The wheel in a virtual environment of its own, and a copy of the recipes beside it."""

    scripts: Path
    recipes: Path

    def call(self, program: str, *arguments: str) -> str:
        """Run a program of the environment in the folder above the recipes; return its standard output."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        command = [str(self.scripts / program), *arguments]
        done = subprocess.run(
            command, cwd=self.recipes.parent, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that is built from it."""
    for module in ("build", "hatchling"):
        pytest.importorskip(module)
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed without a network: its dependencies are those of the environment that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=True)
    scripts = folder / "venv" / SCRIPTS
    (wheel,) = built.glob("*.whl")
    pip = [str(scripts / "python"), "-m", "pip", "--isolated", "install", "--no-index", "--no-deps", "-q", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, cwd=folder)
    # Folders named in a .pth file come after the environment's own, and their .pth files do not count: where the tests
    # run on an editable installation, it is still the wheel that is imported.
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    site = [str(scripts / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = subprocess.run(site, check=True, capture_output=True, text=True).stdout.strip()
    (Path(own) / "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n")
    shutil.copytree(ROOT / "recipes", folder / "recipes", ignore=shutil.ignore_patterns("out"))
    return Installed(scripts, folder / "recipes")


def test_the_wheel_holds_the_package_its_data_and_the_schemas(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"img2dcm_decl/schemas/{name}" for name in SCHEMAS.values()} <= names
    assert "img2dcm_decl/py.typed" in names
    for folder, pattern in (("img2dcm_decl", "*.py"), ("img2dcm_decl/iod", "*.yaml")):
        assert {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern)} <= names
    assert not [name for name in names if name.startswith(("tests", "recipes"))]


def test_the_source_distribution_holds_recipes_and_tests(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    recipes = {path.relative_to(ROOT).as_posix() for path in (ROOT / "recipes").rglob("*") if path.is_file()}
    assert {name for name in recipes if not name.startswith("recipes/out/")} <= names
    assert {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "tests/support.py"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("recipes/out")]


def test_the_wheel_is_what_is_imported(installed: Installed) -> None:
    place = installed.call("python", "-c", "import img2dcm_decl; print(img2dcm_decl.__file__)")
    assert Path(place.strip()).is_relative_to(installed.scripts.parent)


@pytest.mark.parametrize(
    "command", [["img2dcm-run"], ["img2dcm-decl", "run"], ["python", "-m", "img2dcm_decl", "run"]], ids=" ".join
)
def test_every_way_to_start_the_program_runs_a_recipe(installed: Installed, command: list[str]) -> None:
    installed.call(*command, "recipes/quickstart.yaml", "--existing", "replace")
    output = installed.recipes / "out" / "quickstart.dcm"
    assert pydicom.dcmread(output).PatientID == "EX-0001"
    output.unlink()


def test_a_plan_saved_by_the_wheel_runs(installed: Installed) -> None:
    installed.call("img2dcm-decl", "plan", "recipes/scans.yaml", "-o", "scans.json")
    installed.call("img2dcm-run", "scans.json")
    assert len(list((installed.recipes / "out" / "scans").glob("*.dcm"))) == 2


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_wheel_shows_its_schemas(installed: Installed, name: str) -> None:
    shown = json.loads(installed.call("img2dcm-decl", "schema", name))
    assert shown == json.loads((ROOT / "schemas" / SCHEMAS[name]).read_text("utf-8"))
