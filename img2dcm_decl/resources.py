"""Finds the published schemas and the data of the package, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
SCHEMAS = {"recipe": "recipe-v1.schema.json", "plan": "plan-v1.schema.json", "iod": "iod-v1.schema.json"}


def schema_path(name: str) -> Path:
    """Return the file of a published schema.

    Parameters
    ----------
    name : str
        A key of `SCHEMAS`.
    """
    installed = PACKAGE / "schemas" / SCHEMAS[name]
    return installed if installed.exists() else PACKAGE.parent / "schemas" / SCHEMAS[name]


def iod_folder() -> Path:
    """Return the folder of the IOD profiles that come with the package."""
    return PACKAGE / "iod"
