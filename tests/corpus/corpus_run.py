"""Every image of the corpus through one recipe, in one process."""

from __future__ import annotations

import glob
import json
from typing import TYPE_CHECKING, NamedTuple

from support import corpus_dir, outcomes_of

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.images.registry import FORMATS
from img2dcm_decl.recipe.read import read_recipe
from img2dcm_decl.run.runner import Job

if TYPE_CHECKING:
    from pathlib import Path

    from img2dcm_decl.run.runner import Outcome

IMAGE_FOLDERS = ("jpeg", "jpegls", "bmp", "malformed")
SOP_CLASSES = ("secondary-capture", "multiframe-secondary-capture", "vl-photographic")


class Run(NamedTuple):
    """What became of each image, by the name of its file."""

    folder: Path
    outcomes: dict[str, Outcome]

    @property
    def written(self) -> list[str]:
        return [outcome.output for outcome in self.outcomes.values() if outcome.status == "written"]


def run_corpus(sop_class: str, folder: Path) -> Run:
    """Convert all images of the corpus into a folder."""
    patterns = [f"{glob.escape(str(corpus_dir() / name))}/*" for name in IMAGE_FOLDERS]
    recipe = {
        "recipe": 1,
        "inputs": {"images": patterns},
        "sop_class": sop_class,
        "keys": {"PatientName": "Corpus^Image", "PatientID": "C-1"},
        "output": "${image.parent}/${image.name}.dcm",
    }
    plan = compile_recipe(read_recipe(json.dumps(recipe), "corpus.yaml", str(folder)), FORMATS)
    return Run(folder, {outcome.planned.images[0]: outcome for outcome in outcomes_of(Job(plan))})
