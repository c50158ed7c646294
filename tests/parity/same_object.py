"""Objects whose bytes can be compared: UIDs are counted, and the time stands still."""

from __future__ import annotations

import io
import itertools
import time
from pathlib import Path

from support import outcomes_of

from img2dcm_decl.compile.compiler import compile_recipe
from img2dcm_decl.images.registry import FORMATS
from img2dcm_decl.recipe.model import Recipe
from img2dcm_decl.run.runner import Job
from img2dcm_decl.run.sources import Sources

NOON = time.struct_time((2024, 2, 29, 12, 30, 45, 3, 60, 0))


class Stream(io.RawIOBase):
    """What was written to standard output."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        assert isinstance(data, bytes | bytearray | memoryview)
        self.data += data
        return len(data)


def object_of(recipe: Recipe) -> bytes:
    """Return the bytes of the one object that a recipe gives; the output file is removed again."""
    numbers = itertools.count(1)
    stream = Stream()
    sources = Sources(lambda: f"2.25.{next(numbers)}", lambda: NOON)
    (outcome,) = outcomes_of(Job(compile_recipe(recipe, FORMATS), stream, sources))
    assert (outcome.status, outcome.message) == ("written", "")
    if outcome.output != "-":
        written = Path(outcome.output)
        stream.write(written.read_bytes())
        written.unlink()
    return bytes(stream.data)
