"""An archive: folders of small photographs, a table with a row for each of them, and a recipe that converts them."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

from benchmarks.inputs import noise
from PIL import Image

PICTURES = 4
PER_VISIT = 5
TABLE = "visits.csv"
RECORD = "run.jsonl"
TIME = "2026-01-31T10:15:00"
_COLUMNS = "Image;Patient;Name;Born;Sex;Visit;Taken;Site\n"


def make_archive(folder: Path, count: int, *, folders: int = 4, side: int = 8, linked: bool = False) -> Path:
    """Make an archive and return its recipe.

    Parameters
    ----------
    folder : Path
        Where; it is made.
    count : int
        How many images there are.
    folders : int
        How many folders they are divided among.
    side : int
        Width and height of the images.
    linked : bool
        Whether the images are further names of a few files; otherwise no two of them have the same bytes.
    """
    folder.mkdir()
    pictures = [_picture(side, seed) for seed in range(PICTURES)]
    for seed, data in enumerate(pictures):
        (folder / f"{seed}.picture").write_bytes(data)
    for number in range(folders):
        (folder / "photos" / f"{number:03}").mkdir(parents=True)
    for number in range(count):
        image = folder / "photos" / name_of(number, count, folders)
        if linked:
            # File systems limit the names of a file, some of them to 65,000.
            os.link(folder / f"{number % PICTURES}.picture", image)
        else:
            image.write_bytes(_commented(pictures[number % PICTURES], f"{number:08}"))
    rows = (_row(number, name_of(number, count, folders)) for number in range(count))
    (folder / TABLE).write_text(_COLUMNS + "".join(rows), encoding="utf-8")
    return write_archive_recipe(folder)


def write_archive_recipe(folder: Path, **sections: Any) -> Path:
    """Write the recipe of an archive; sections that are given stand in for its own, None leaves one out."""
    recipe = {
        "recipe": 1,
        "title": "Wound photographs",
        "inputs": {"images": "photos/**/*.jpg"},
        "table": {"file": TABLE, "delimiter": ";", "column": "Image", "key": "${image.folder}/${image.name}"},
        "sop_class": "vl-photographic",
        "keys": {
            "PatientID": "${row.Patient}",
            "PatientName": "${row.Name:name(family, given)}",
            "PatientBirthDate": "${row.Born:date(%d.%m.%Y)}",
            "PatientSex": "${row.Sex|O}",
            "StudyID": "${row.Visit}",
            "StudyDate": "${row.Taken:date(%Y-%m-%d)}",
            "ImageComments": "${row.Site}, ${image.stem}",
        },
        "uids": {
            "method": "derived",
            "key": "of this archive",
            "study": "${row.Visit}",
            "series": "${row.Visit}",
            "instance_number": "name",
        },
        "reproducible": {"time": TIME},
        "output": {"file": "out/${image.folder}/${image.stem}.dcm", "record": RECORD},
    }
    recipe = {name: section for name, section in (recipe | sections).items() if section is not None}
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    return path


def name_of(number: int, count: int, folders: int = 4) -> str:
    """Return the name of an image, as it stands in the table."""
    return f"{number * folders // count:03}/{number:06}.jpg"


def files_below(folder: Path) -> dict[str, str]:
    """Return the hash of each file below a folder by its name, hidden ones among them."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def record_lines(archive: Path) -> list[dict[str, Any]]:
    """Return what stands in the record of an archive's run; an unfinished last line counts as not written."""
    path = archive / RECORD
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def workers_of(number: int) -> list[int]:
    """Return the processes that a process has started; none where it has ended."""
    try:
        return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:
        return []


def is_alive(number: int) -> bool:
    """Tell whether a process has not ended, even where nobody has asked for its exit code yet."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _picture(side: int, seed: int) -> bytes:
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise(side * side * 3, seed)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _commented(jpeg: bytes, comment: str) -> bytes:
    """Return a JPEG with a comment behind its first segment (ISO/IEC 10918-1 section B.2.4.5)."""
    start = 4 + int.from_bytes(jpeg[4:6], "big")
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment.encode()
    return jpeg[:start] + segment + jpeg[start:]


def _row(number: int, image: str) -> str:
    visit = number // PER_VISIT
    patient = visit // 2
    born = f"{1 + patient % 28:02}.{1 + patient % 12:02}.{1930 + patient % 70}"
    taken = f"2025-{1 + visit % 12:02}-{1 + visit % 28:02}"
    sex = ("F", "M", "")[patient % 3]
    return f"{image};{patient:08};Doe, Jane {patient};{born};{sex};V{visit:07};{taken};left foot\n"
