"""The kinds of damaged files: their good originals, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, NamedTuple

from fuzz import archive_attempts, archives, attempts, seeds
from fuzz.attempts import Attempt
from fuzz.mutate import mutate


class Kind(NamedTuple):
    """A kind of damaged files.

    Attributes
    ----------
    file : str
        What a damaged file is called.
    seeds : callable
        Gives the good files.
    words : sequence of bytes
        Fragments that mean something in the format.
    attempt : callable
        What is done with a file: its name, and a number that chooses among ways to do it.
    """

    file: str
    seeds: Callable[[], Sequence[bytes]]
    words: Sequence[bytes]
    attempt: Callable[[str, int], Attempt]


_XML = (*seeds.XML_WORDS, *seeds.TEXT_WORDS)
_DUMP = (*seeds.DUMP_WORDS, *seeds.TEXT_WORDS)
_RECORD = (b'"kind":"begun"', b'"outputs":', b'"sha256":', b'"size":', b"1e999", b"out/pic.jpg.dcm", b"true", b"\n{")
_YAML = (*seeds.RECIPE_WORDS, *seeds.TEXT_WORDS)

KINDS: Final = {
    "jpeg": Kind("damaged.jpg", seeds.jpeg_seeds, seeds.IMAGE_WORDS, attempts.image),
    "jpegls": Kind("damaged.jls", seeds.jpegls_seeds, seeds.IMAGE_WORDS, attempts.image),
    "bmp": Kind("damaged.bmp", seeds.bmp_seeds, seeds.IMAGE_WORDS, attempts.image),
    "xml": Kind("damaged.xml", seeds.xml_seeds, _XML, attempts.template),
    "dump": Kind("damaged.dump", seeds.dump_seeds, _DUMP, attempts.template),
    "dicom": Kind("damaged.dcm", seeds.dicom_seeds, seeds.DICOM_WORDS, attempts.template),
    "source": Kind("damaged.dcm", seeds.dicom_seeds, seeds.DICOM_WORDS, attempts.source),
    "dictionary": Kind(
        "damaged.dic",
        lambda: (seeds.DICTIONARY,),
        (*seeds.TEXT_WORDS, b"(0009,", b"-u-", b"ox", b"1-n"),
        attempts.dictionary,
    ),
    "command": Kind(
        "damaged.txt",
        lambda: seeds.COMMAND,
        (*seeds.TEXT_WORDS, b"-k ", b"@x ", b"-dx ", b"+p "),
        attempts.command_file,
    ),
    "keys": Kind("damaged.keys", lambda: seeds.KEYS, (*seeds.TEXT_WORDS, *seeds.RECIPE_WORDS), attempts.keys),
    "recipe": Kind(attempts.RECIPE, seeds.recipe_seeds, _YAML, attempts.recipe),
    "archive": Kind(attempts.RECIPE, archives.recipes, (*archives.RECIPE_WORDS, *_YAML), attempts.recipe),
    "csv": Kind("damaged.csv", lambda: archives.CSV, (*archives.WORDS, *seeds.TEXT_WORDS), archive_attempts.table),
    "jsonl": Kind("damaged.jsonl", lambda: archives.JSONL, archives.WORDS, archive_attempts.table),
    "excel": Kind("damaged.xlsx", archives.workbooks, (*archives.WORDS, b"PK\3\4", b"PK\1\2"), archive_attempts.table),
    "sheet": Kind("damaged.part", archives.parts, (*archives.XML_WORDS, *seeds.TEXT_WORDS), archive_attempts.sheet),
    "index": Kind("damaged.lst", lambda: archives.INDEX, (*archives.WORDS, *seeds.TEXT_WORDS), archive_attempts.index),
    "parameters": Kind(
        "damaged.params",
        lambda: archives.PARAMETERS,
        (*archives.WORDS, *archives.RECIPE_WORDS, *_YAML),
        archive_attempts.parameters,
    ),
    "record": Kind("damaged.jsonl", archive_attempts.records, (*archives.WORDS, *_RECORD), archive_attempts.record),
    "plan": Kind("damaged.json", seeds.plan_seeds, _YAML, attempts.plan),
    "profile": Kind("damaged.yaml", seeds.profile_seeds, _YAML, attempts.profile),
    "logging": Kind(
        "damaged.cfg", lambda: seeds.LOGGING, (*seeds.TEXT_WORDS, *seeds.LOGGING_WORDS), attempts.log_settings
    ),
}
"""By name."""


def mutant(kind: str, number: int, seed: int) -> bytes:
    """Return a damaged file; the same one for the same arguments."""
    known = KINDS[kind]
    # A number is as good as any text, and unlike a tuple it is allowed.
    return mutate(known.seeds(), Random(f"{seed}/{kind}/{number}"), known.words)
