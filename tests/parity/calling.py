"""The `legacy` command, called in this process as a shell would start it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from img2dcm_decl.cli import main


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    stdout: bytes
    stderr: bytes


def legacy(arguments: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None) -> Ended:
    """Call `img2dcm-decl legacy` in a folder, with some more environment variables."""
    errors = io.StringIO()
    with (
        tempfile.TemporaryFile() as out,
        contextlib.chdir(folder),
        _environment(environ or {}),
        _standard_output(out.fileno()),
        contextlib.redirect_stderr(errors),
    ):
        code = main(["legacy", *arguments])
        sys.stdout.flush()
        out.seek(0)
        return Ended(code, out.read(), errors.getvalue().encode())


@contextlib.contextmanager
def _standard_output(number: int) -> Iterator[None]:
    """Let both the descriptor and Python's stream write to an open file: objects go to the one, texts to the other."""
    before = os.dup(1)
    os.dup2(number, 1)
    try:
        with open(1, "w", encoding="utf-8", closefd=False) as stream, contextlib.redirect_stdout(stream):
            yield
    finally:
        os.dup2(before, 1)
        os.close(before)


@contextlib.contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
