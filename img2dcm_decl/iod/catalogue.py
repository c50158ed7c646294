"""Loads IOD profiles: those that come with the package, by name, and those of a site, by path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.iod.model import Profile, Requirement, Value, VariantRule, Write
from img2dcm_decl.iod.yaml_file import read_trusted, read_yaml
from img2dcm_decl.recipe.profile_name import is_profile_path
from img2dcm_decl.recipe.source import MAX_SIZE
from img2dcm_decl.recipe.suggest import suggest
from img2dcm_decl.resources import iod_folder

_MODULES = "modules.yaml"
_SCHEMA = "iod"


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that come with the package."""
    return tuple(sorted(path.stem for path in iod_folder().glob("*.yaml") if path.name != _MODULES))


def load_profile(name: str, folder: str = ".") -> Profile:
    """Return a profile.

    Parameters
    ----------
    name : str
        Name of a profile of the package, or the path of a profile: a name that ends in `.yaml` or `.yml`.
    folder : str
        What a relative path is relative to.

    Raises
    ------
    RecipeError
        There is no such profile, or it is not valid. The diagnostics of a file stand at its lines; the one
        about the name stands nowhere.
    """
    if is_profile_path(name):
        return _read(Path(folder) / name, trusted=False)
    known = profile_names()
    if name not in known:
        near = suggest(name, known)
        help_text = f"did you mean '{near}'?" if near else f"profiles: {', '.join(known)}; or the path of a .yaml file"
        raise RecipeError([Diagnostic(f"unknown SOP class '{name}'", help=help_text)])
    return _read(iod_folder() / f"{name}.yaml", trusted=True)


def _read(path: Path, trusted: bool) -> Profile:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RecipeError([Diagnostic(f"profile {path} cannot be read: {reason}")]) from None
    return _profile(read_trusted(text) if trusted else read_yaml(text, str(path), _SCHEMA), _modules())


def _modules() -> dict[str, list[dict[str, Any]]]:
    data: dict[str, list[dict[str, Any]]] = read_trusted((iod_folder() / _MODULES).read_bytes())
    return data


def _profile(data: dict[str, Any], modules: dict[str, list[dict[str, Any]]]) -> Profile:
    asked = [row for module in data.get("modules", []) for row in modules[module]] + data.get("attributes", [])
    return Profile(
        name=data["name"],
        title=data["title"],
        standard=data["standard"],
        variants=tuple(
            VariantRule(row.get("sop_class", ""), row.get("refuse", ""), _conditions(row.get("when", {})))
            for row in data["variants"]
        ),
        writes=tuple(
            Write(row["attribute"], _value(row), row.get("existing", "replace"), when=_conditions(row.get("when", {})))
            for row in data.get("writes", [])
        ),
        requirements=tuple(
            Requirement(
                row["attribute"],
                row["type"],
                _value(row),
                only_if=_conditions(row.get("only_if", {})),
                when=_conditions(row.get("when", {})),
                uncertain=row.get("uncertain", False),
            )
            for row in asked
        ),
    )


def _value(row: dict[str, Any]) -> Value:
    items = row.get("items")
    return Value(row.get("value"), row.get("generate", ""), None if items is None else tuple(items))


def _conditions(row: dict[str, list[Any]]) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(values) for name, values in row.items()}
