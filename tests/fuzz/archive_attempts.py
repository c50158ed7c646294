"""What is done with a damaged file of an archive: a table, an index, a file of parameters, a run record."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from fuzz import archives, attempts
from fuzz.attempts import Attempt, Data

from img2dcm_decl.cli.compiling import to_plan
from img2dcm_decl.cli.parameters import GivenParameters
from img2dcm_decl.errors import Img2dcmError
from img2dcm_decl.plan.digest import digest
from img2dcm_decl.recipe.read import read_recipe
from img2dcm_decl.run.record import Record
from img2dcm_decl.run.record_file import RecordFile
from img2dcm_decl.run.resume import Earlier
from img2dcm_decl.run.runner import Job

_KEY = bytes(32)
_IMAGES = {"images": ["pic.jpg", "pic.bmp"]}


def table(name: str, choice: int) -> Attempt:
    """Join a damaged table to the images."""
    document: Data = {
        "table": {
            "file": name,
            "column": "File",
            "unmatched_images": ("error", "skip")[choice // 2 % 2],
            "unmatched_rows": ("ignore", "error")[choice // 4 % 2],
            "duplicate_rows": ("error", "first", "last")[choice % 3],
        },
        "inputs": _IMAGES,
        "keys": {"PatientID": "${row.ID}", "PatientName": "${row.Name}", "StudyDescription": "a ${row.No|none}"},
        "uids": {"study": ("run", "${row.ID}", "${row.Name|x}")[choice % 3]},
        "output": "out/${row.ID}/${image.stem}-${index}.dcm",
    }
    if choice % 2:
        document["inputs"] = {**_IMAGES, "group_by": "${row.ID}"}
    return attempts.convert(attempts.document(**document), name)


def sheet(name: str, choice: int) -> Attempt:
    """Join a workbook of which one part is damaged."""
    damaged = Path(name).read_bytes()
    part = next((part for part, mark in archives.PARTS.items() if mark in damaged), archives.SHEET)
    workbook = Path(f"{name}.xlsx")
    with zipfile.ZipFile(io.BytesIO(archives.workbooks()[0])) as good, zipfile.ZipFile(workbook, "w") as made:
        for other in good.namelist():
            made.writestr(other, damaged if other == part else good.read(other))
    try:
        return table(workbook.name, choice)
    finally:
        workbook.unlink()


def index(name: str, choice: int) -> Attempt:
    """Convert the images that a damaged index names."""
    inputs: Data = {"images": [{"index": name}], "exclude": "*.bmp"} if choice % 2 else {"images": {"index": name}}
    return attempts.convert(attempts.document(inputs=inputs, output="out/${image.folder}/${index}.dcm"), name)


def parameters(name: str, choice: int) -> Attempt:
    """Give a recipe the parameters of a damaged file, as `run` and as `check` do."""
    recipe = read_recipe(json.dumps(_with_parameters()), attempts.RECIPE, ".")
    given = GivenParameters((), name)
    try:
        resolved = given.resolve(recipe) if choice % 2 else given.resolve_known(recipe)[0]
    except (Img2dcmError, ExceptionGroup) as error:
        return Attempt(attempts.all_lines(error))
    errors = [
        line for error in given.errors() if isinstance(error, Img2dcmError) for line in attempts.first_lines(error)
    ]
    done = attempts.run_recipe(resolved)
    return done._replace(refusals=(*errors, *done.refusals), names=())


def record(name: str, _: int) -> Attempt:
    """Go on with a run whose record is damaged."""
    job = _job()
    try:
        file = RecordFile(name)
        try:
            earlier = Earlier(file, digest(job.plan), job.plan.folder)
            anew = [planned for planned in job.plan.objects if earlier.difference(planned, job) is not None]
        finally:
            file.close()
    except Img2dcmError as error:
        return Attempt(attempts.first_lines(error), (name,))
    made = [job.convert(planned, earlier.ours(planned.output)) for planned in anew]
    return Attempt(written=tuple(outcome.output for outcome in made))


@cache
def records() -> tuple[bytes, ...]:
    """Return the records of a run that has ended, and of one that was killed."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for name, content in attempts.company().items():
                Path(name).write_bytes(content)
            job, path = _job(), Path("run.jsonl")
            file = RecordFile(str(path))
            lines = Record(file, job, lambda: "2026-01-31T10:15:00Z")
            lines.start(digest(job.plan), _KEY)
            lines.begin(tuple(job.plan.objects))
            for planned in job.plan.objects:
                lines.add(job.convert(planned))
            killed = path.read_bytes()
            lines.end(finished=True)
            file.close()
            return path.read_bytes(), killed[:-20]
        finally:
            os.chdir(before)


def _job() -> Job:
    given = attempts.document(
        inputs=_IMAGES, output="out/${image.name}.dcm", reproducible={"time": "2026-01-31T10:15:00"}
    )
    return Job(to_plan(read_recipe(json.dumps(given), attempts.RECIPE, ".")), hashing=True)


def _with_parameters() -> Data:
    given = archives.document()
    return {
        **given,
        "parameters": {
            **given["parameters"],
            "number": {"type": "integer", "required": True},
            "ratio": {"type": "number"},
            "yes": {"type": "boolean"},
        },
        "keys": {**given["keys"], "SeriesNumber": "${parameter.number}", "StudyID": "${parameter.ratio|1}"},
        "inputs": {"images": ["pic.bmp", {"path": "${parameter.file}"}]},
    }
