"""Reads YAML files: those of a site with the bounds and rules of recipes, those of the package at full speed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from img2dcm_decl.diagnostics import Diagnostic
from img2dcm_decl.errors import RecipeError
from img2dcm_decl.recipe.check import place_of
from img2dcm_decl.recipe.compose import compose
from img2dcm_decl.recipe.schema import plain
from img2dcm_decl.recipe.source import open_source
from img2dcm_decl.resources import schema_path

if TYPE_CHECKING:
    from img2dcm_decl.recipe.nodes import Node
    from img2dcm_decl.recipe.source import Source


def read_trusted(text: bytes) -> Any:
    """Return a document of the package as plain data.

    PyYAML's own loader follows YAML 1.1; a test holds that it reads these files as `read_yaml` does.
    """
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both loaders are safe


def read_yaml(text: bytes, file: str, schema: str) -> Any:
    """Return a document as plain data.

    Parameters
    ----------
    text : bytes
        UTF-8.
    file : str
        Name of the file, for messages.
    schema : str
        Name of the published schema that the document must meet.

    Raises
    ------
    RecipeError
        The file is not YAML, or does not meet the schema; with every mistake at its place.
    """
    source = open_source(text, file)
    root, problems = compose(source)
    if root is None:
        raise RecipeError([Diagnostic(f"{file}: the file is empty")])
    data = plain(root, {})
    problems = [*problems, *_mistakes(data, schema, root, source)]
    if problems:
        raise RecipeError(problems)
    return data


def _mistakes(data: Any, schema: str, root: Node, source: Source) -> list[Diagnostic]:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(schema_path(schema).read_text(encoding="utf-8")))
    errors = sorted(validator.iter_errors(data), key=lambda error: [str(part) for part in error.absolute_path])
    return [
        Diagnostic(
            f"{error.json_path.removeprefix('$').lstrip('.') or 'the profile'}: {error.message}"[:300],
            place_of(root, tuple(error.absolute_path), source),
            str(error.schema.get("description", "")) if isinstance(error.schema, dict) else "",
        )
        for error in errors
    ]
