"""The runs that the tests of this folder look at, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from corpus.corpus_run import SOP_CLASSES, run_corpus

if TYPE_CHECKING:
    from corpus.corpus_run import Run


@pytest.fixture(scope="session", params=SOP_CLASSES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The corpus converted into objects of each SOP class."""
    return run_corpus(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The corpus converted into Secondary Capture objects, which take any kind of image."""
    return run_corpus("secondary-capture", tmp_path_factory.mktemp("captured"))
