"""The good files of archives that are damaged: tables, indexes, parameters, and recipes that use them."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any, Final

import openpyxl

TABLE: Final = b'File,ID,Name,Born,No\npic.jpg,P1,"Doe, John",31.01.1980,7\npic.bmp,P2,"Roe, J\xc3\xa4ne",1.2.1990,8\n'
BASE: Final = b"recipe: 1\ninputs: {images: 'pic.*', exclude: '*.dump'}\nkeys: {PatientID: P1, Modality: XC}\n"
CSV: Final = (
    TABLE,
    b"\xef\xbb\xbf" + TABLE.replace(b"\n", b"\r\n"),
    b'File,ID,Name,Born,No\n"pic.jpg","P""1",,,\npic.bmp,"line\nbreak",x,,\n,,,,\n',
    TABLE.replace(b"pic.bmp", b"pic.jpg"),
)
JSONL: Final = (
    b'{"File": "pic.jpg", "ID": 7, "Name": "Doe, John", "Born": null, "No": 1.50}\n{"File": "pic.bmp", "ID": "8"}\n\n',
    b'\xef\xbb\xbf{"File":"pic.jpg","ID":"\\u00e4","Name":true,"Born":"1.1.2000","No":-3}\r\n{"File":"pic.bmp","ID":"a"}',
)
INDEX: Final = (
    b"pic.jpg\npic.bmp\n",
    b"\xef\xbb\xbf# images\r\n\r\n./pic.jpg\r\npic.bmp",
    b"pic.jpg\npic.jpg\nnone.jpg\n/dev/zero\n../x\n",
)
PARAMETERS: Final = (
    b"site: north\nday: 2026-01-31\nnumber: 3\n",
    b'{"site": "a b", "day": "2026-01-31", "number": "4", "ratio": 1e3, "number": 5}',
)
SHEET: Final = "xl/worksheets/sheet1.xml"
PARTS: Final = {
    SHEET: b"<sheetData",
    "xl/workbook.xml": b"<sheets",
    "xl/styles.xml": b"<cellXfs",
    "xl/sharedStrings.xml": b"<sst",
    "[Content_Types].xml": b"<Types",
}
"""Parts of a workbook, and what each of them holds and no other."""
XML_WORDS: Final = (
    *(
        b'<mergeCell ref="A1:B2"/>',
        b"<f>1+1</f>",
        b"<v></v>",
        b' t="e"',
        b' t="s"',
        b' t="d"',
        b' s="1"',
        b' r="XFD1048576"',
    ),
    *(
        b' t="inlineStr"><is><t>x</t></is>',
        b"&#0;",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"&b;",
        b"1e308",
        b"-1",
        b' state="hidden"',
    ),
    *(
        b"99999999999999999999",
        b' spans="1:16384"',
        b' r="2"',
        b"<row>",
        b"</row>",
        b"<c/>",
        b'numFmtId="14"',
        b"_x0000_",
    ),
)
WORDS: Final = (
    *(
        b",",
        b";",
        b'"',
        b'""',
        b"\r",
        b"\r\n",
        b"=1+1",
        b"@SUM(A1)",
        b"pic.jpg",
        b"File",
        b"ID",
        b"^",
        b"\\\\",
        b"${row.ID}",
    ),
    *(b"\xff\xfe", b"\xc3", b"a\xcc\x88", b"null", b"NaN", b"{", b"}", b"[" * 2000, b'{"File": "pic.jpg"}', b"\\ud800"),
    *(
        b"31.13.1980",
        b"9" * 400,
        b"s3://bucket/x",
        b"/dev/zero",
        b"..",
        b"site: ",
        b"number: ",
        b"&a [*a]",
        b"\xe2\x80\xae",
    ),
)
RECIPE_WORDS: Final = (
    *(b"extends: base.yaml\n", b"extends: recipe.yaml\n", b"table: {file: patients.csv, column: File}\n", b"${row.ID}"),
    *(
        b"${row.Born:date(%d.%m.%Y)}",
        b"${row.Name:name(family, given)}",
        b"${parameter.site}",
        b"${row.ID|none}",
        b":date(",
    ),
    *(
        b"reproducible: true\n",
        b"uids: {method: derived}\n",
        b"group_by: ${image.folder}\n",
        b"**/",
        b"pattern: (a|a)*b",
    ),
    *(
        b"required: true",
        b"shared_rows",
        b"duplicate_rows: last",
        b"index: images.txt",
        b"record: run.jsonl",
        b"%d.%m.%Y",
    ),
)


def document(table: str = "patients.csv") -> dict[str, Any]:
    """Return a recipe that uses a table, parameters, groups and derived UIDs, as plain data."""
    return {
        "recipe": 1,
        "title": "Archive of ${parameter.site}",
        "parameters": {
            "site": {"default": "north", "pattern": "[a-z ]{1,9}"},
            "day": {"type": "date", "default": "2026-01-31"},
            "file": {"type": "path", "default": "pic.jpg"},
        },
        "inputs": {
            "images": ["pic.bmp", {"path": "${parameter.file}"}],
            "exclude": "*.dump",
            "group_by": "${image.stem}${row.ID}",
        },
        "table": {"file": table, "column": "File", "unmatched_rows": "ignore"},
        "keys": {
            "PatientID": "${row.ID}",
            "PatientName": "${row.Name:name(family, given)|Unknown}",
            "PatientBirthDate": "${row.Born:date(%d.%m.%Y)}",
            "InstitutionName": "${parameter.site}",
            "StudyDate": "${parameter.day:date(%Y-%m-%d)}",
        },
        "uids": {
            "key": "secret",
            "study": "${row.ID} ${parameter.day}",
            "series": "${image.parent}",
            "frame_of_reference": "${row.ID}",
            "instance_number": "${index}",
            "facts": ["content", "${image.name}"],
        },
        "reproducible": {"time": "2026-01-31T10:15:00"},
        "output": {"file": "out/${row.ID}-${index:04}.dcm"},
    }


def recipes() -> tuple[bytes, ...]:
    """Return recipes with the sections that archives use."""
    full = document()
    plain = {**full, "inputs": {**full["inputs"], "group_by": "image", "images": {"index": "images.txt"}}}
    own = {**plain, "sources": {"template": "${image.stem}.dump"}}
    extending = {"recipe": 1, "extends": "base.yaml", "keys": {"PatientID": "P2"}, "output": "out/${index}.dcm"}
    return tuple(json.dumps(one).encode() for one in (plain, own, extending, full))


@cache
def parts() -> tuple[bytes, ...]:
    """Return parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(workbooks()[0])) as book:
        sheet = book.read(SHEET)
        return (sheet, sheet, *(book.read(part) for part in PARTS if part in book.namelist()))


@cache
def workbooks() -> tuple[bytes, ...]:
    """Return Excel workbooks."""
    book = openpyxl.Workbook()
    for row in (["File", "ID", "Name", "Born", "No"], ["pic.jpg", 7, "Doe, John", "1.1.2000", 1.5], ["pic.bmp", "008"]):
        book.worksheets[0].append(row)
    book.create_sheet("Other").append(["x"])
    stream = io.BytesIO()
    book.save(stream)
    return (stream.getvalue(),)
