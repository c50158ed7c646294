"""What img2dcm 3.7.0 made of many command lines, and the tool that compares it with what we make of them."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from support import ROOT

SHARED = Path(os.environ.get("IMG2DCM_DECL_SHARED", ROOT.parent / "shared"))
CORPUS = SHARED / "corpus" / "dev"
CASES = SHARED / "golden" / "cases.jsonl"
TOOL = SHARED / "tools" / "golden.py"

Case = dict[str, Any]


def load_tool() -> ModuleType | None:
    """Return the comparing tool, or None where it is missing."""
    spec = importlib.util.spec_from_file_location("reference_tool", TOOL)
    if not TOOL.is_file() or spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases() -> list[Case]:
    """Return all recorded command lines; nothing where they are missing."""
    tool = load_tool()
    return tool.load_cases(CASES) if tool is not None and CASES.is_file() else []


def kind(case: Case) -> str:
    """Return what a case is about: the first word of its name."""
    return str(case["id"]).split("-")[0]


def name(case: Case) -> str:
    """Return the name of a case."""
    return str(case["id"])


def sample(all_cases: list[Case], large: int = 60) -> list[Case]:
    """Return one case of each kind, two where a kind has many."""
    kinds: dict[str, list[Case]] = {}
    for case in all_cases:
        kinds.setdefault(kind(case), []).append(case)
    return [
        group[position]
        for group in kinds.values()
        for position in ([len(group) // 3, 2 * len(group) // 3] if len(group) > large else [len(group) // 2])
    ]
