"""The good files that are damaged, and the fragments that mean something in their formats."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import images_made
from images import samples
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from support import ROOT, corpus_files

from img2dcm_decl.cli.compiling import to_plan
from img2dcm_decl.iod.yaml_file import read_trusted
from img2dcm_decl.plan.saved import dump_plan
from img2dcm_decl.recipe.parameters import missing, resolve
from img2dcm_decl.recipe.read import load_recipe

_LARGEST_SEED = 300_000

DICTIONARY: Final = (
    b"# site dictionary\n"
    b"(0008,0005)\tCS\tSpecificCharacterSet\t1-n\tDICOM\n"
    b'(0009,"ACME 1.1",01)\tLO\tAcmeName\t1\tPrivate\n'
    b"(6000-60FF,3000)\tox\tOverlayData\t1\tDICOM\n"
    b"(0021-o-FFFF,0010-u-00ff)\tLO\tOddOne\t1-n\tprivate\n"
)
COMMAND: Final = (
    b"-k \"PatientName=Bond^James\" -k 'StudyID=a b' -vlp pic.jpg pic.jpg out/o.dcm",
    b"-i BMP pic.bmp out/o.dcm --no-checks +e +g -Ct -df prior.dcm",
    b"--dataset-from-xml t.xml +p 4 2 -nsc pic.jpg pic.jpg out/o.dcm -d -k 0010,0020=7\r\n",
    b"-stf prior.dcm -ii -oph --keep-appn --insist-on-jfif --remove-com\tpic.jpg\nout/o.dcm -F -g -e",
)
KEYS: Final = (
    b"PatientName=Bond^James",
    b"(0010,0010)=Yamada^Tarou=\xe5\xb1\xb1\xe7\x94\xb0",
    b"RequestAttributesSequence[0].ScheduledProcedureStepID=SPS-7",
    b"ReferencedImageSequence[*].(0008,1155)=1.2.3",
    b"(0009,0010)=ACME 1.1\n(0009,1001)=x",
    b"StudyDate=20200131\nStudyTime=101010.5\nPatientAge=030Y",
    b"PixelSpacing=1.5\\2\nSeriesNumber=-1\nImageType=DERIVED\\SECONDARY",
    b"(0040,a730)[2].(0040,a168)[0].CodeValue=T-04000\n10,10=junk",
    b"SOPClassUID==SecondaryCaptureImageStorage\nRedPaletteColorLookupTableData=1\\ff\\3",
    b"(0028,0030)\n60xx,3000=0\\1\nSelectorATValue=0010,0010",
)
LOGGING: Final = (
    b"# comment\nlog4cplus.rootLogger = INFO, console, file\n"
    b"log4cplus.appender.console = log4cplus::ConsoleAppender\nlog4cplus.appender.console.logToStdErr = true\n"
    b"log4cplus.appender.console.ImmediateFlush = 1\nlog4cplus.appender.console.Threshold=WARN\n"
    b"log4cplus.appender.console.layout = log4cplus::PatternLayout\n"
    b"log4cplus.appender.console.layout.ConversionPattern = %D{%Y-%m-%d %H:%M:%S.%q} %5p: %-10.20c{2} %m%n\n"
    b"log4cplus.appender.file = log4cplus::RollingFileAppender\nlog4cplus.appender.file.File = ${name}.log\n"
    b"name = out\nlog4cplus.appender.file.MaxFileSize = 5MB\nlog4cplus.appender.file.MaxBackupIndex = 3\n"
    b"log4cplus.appender.file.filters.1 = log4cplus::spi::LogLevelRangeFilter\n"
    b"log4cplus.appender.file.filters.1.LogLevelMin = DEBUG\nlog4cplus.logger.dcmtk.dcmdata = ERROR, file\n"
    b"log4cplus.additivity.dcmtk.dcmdata = false\n",
    b"log4cplus.rootLogger=DEBUG,s\nlog4cplus.appender.s=log4cplus::SysLogAppender\nlog4cplus.appender.s.ident=x\n",
)

IMAGE_WORDS: Final = (
    *(
        b"\xff\xd8",
        b"\xff\xd9",
        b"\xff\xd0",
        b"\xff\x00",
        b"\xff\xff",
        b"\xff\xda\0\2",
        b"\xff\xe1\0\2",
        b"\xff\xdc\0\4",
    ),
    *(samples.frame(), samples.scan(), samples.jfif(), samples.adobe(2), samples.COMMENT, samples.EXIF, b"\xff\xc1"),
    *(b"BM", b"\x28\0\0\0", b"\x7c\0\0\0", b"\x0c\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\xff\xff\xff\xff"),
)
TEXT_WORDS: Final = (
    *(b"\xff", b"\0", b"\xed\xa0\x80", b"\xc3", b"\xc3\xa9", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\x1b$B", b"\x85"),
    *(b"\n", b"\r", b"\t", b" ", b'"', b"'", b"\\", b"=", b"#", b"/", b"%s", b"{}", b"[", b"]", b"(", b")", b"*"),
    *(b"9" * 5000, b"-1", b"1e999", b"0x7fffffff", b"../../x", b"/dev/zero", b"/", b"-", b".", b"a" * 300),
)
DICOM_WORDS: Final = (
    *(
        b"\xfe\xff\x00\xe0\xff\xff\xff\xff",
        b"\xfe\xff\x0d\xe0\0\0\0\0",
        b"\xfe\xff\xdd\xe0\0\0\0\0",
        b"\xff\xff\xff\xff",
    ),
    *(b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff", b"UN\0\0", b"OB\0\0", b"ISO_IR 192"),
    *(b"\\ISO 2022 IR 87", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.2", b"\x1b$B", b"\x08\0\x05\0CS\x02\0\\\\"),
)
XML_WORDS: Final = (
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<![CDATA[", b"]]>", b"<!--", b"<?xml?>", b"&#0;", b"&#xd800;"),
    *(
        b"<item>",
        b"</item>",
        b'<sequence tag="0040,0275" vr="SQ">',
        b'<element tag="0010,0010" vr="PN">',
        b"</element>",
    ),
    *(b'encoding="utf-7"', b'encoding="ucs4"', b' binary="file"', b' binary="base64"', b' vr="UN"', b' xmlns="x"'),
)
DUMP_WORDS: Final = (
    *(b"(0040,0275) SQ (Sequence with explicit length #=1)\n  (fffe,e000) na (Item with explicit length #=1)\n",),
    *(b"(fffe,e00d)\n", b"(fffe,e0dd)\n", b"(0010,0010) PN [", b"=/dev/zero", b"=../x", b"\\\\", b"(7fe0,0010) OW 0\\"),
)
LOGGING_WORDS: Final = (
    *(b"log4cplus.", b"${name}", b"${", b"a=${a}${a}\n", b"%c{9}", b"%.99999999m", b"%-9999999p", b"%D{%", b"%X{k}"),
    *(b"log4cplus::DailyRollingFileAppender", b"log4cplus::TTCCLayout", b"log4cplus.appender.", b"INHERITED", b", x"),
)
RECIPE_WORDS: Final = (
    *(
        b"&a ",
        b"*a",
        b"<<: *a",
        b"!!python/object:os.system ",
        b"!!binary ",
        b"? ",
        b"- ",
        b"---\n",
        b"...\n",
        b"|",
        b">",
    ),
    *(b"{", b"}", b"[", b"]", b"${image.stem}", b"${", b"${index:9999999999}", b"${image.exif.DateTime}", b"$$"),
    *(
        b"keys:\n",
        b"inputs:",
        b"output: -\n",
        b"images: '**/*'\n",
        b"study: /dev/zero\n",
        b"dictionaries: [/dev/zero]\n",
    ),
    *(
        b"PatientName",
        b"(0010,0010)",
        b"[99999]",
        b"[*]",
        b"SequenceOf",
        b"text",
        b"rows",
        b"uid_of_run",
        b"number",
        b"SQ",
    ),
    *(
        b"time",
        b"lossy_ratio",
        b"origin",
        b"multi",
        b"gray",
        b"secondary-capture",
        b"site.yaml",
        b"prior.dcm",
        b"t.xml",
    ),
)


@cache
def jpeg_seeds() -> tuple[bytes, ...]:
    """Return JPEG files of every kind, damaged ones among them."""
    made = (samples.BASELINE, images_made.jpeg(), images_made.jpeg(mode="L", progressive=True))
    return (*made, *_contents(corpus_files("jpeg")), *_beginning(b"\xff\xd8", corpus_files("malformed")))


@cache
def jpegls_seeds() -> tuple[bytes, ...]:
    """Return JPEG-LS files."""
    made = (
        samples.SOI + samples.frame(0xF7, b"\1", bits=12) + samples.scan(b"\1", 3) + b"\x12\xff\x7f\x34" + samples.EOI
    )
    return (made, *_contents(corpus_files("jpegls")))


@cache
def bmp_seeds() -> tuple[bytes, ...]:
    """Return BMP files, damaged ones among them."""
    made = (images_made.bmp(), samples.bmp(bytes(range(24)), 5, 3, 8, palette=bytes(range(40))))
    return (*made, *_contents(corpus_files("bmp")), *_beginning(b"BM", corpus_files("malformed")))


@cache
def dicom_seeds() -> tuple[bytes, ...]:
    """Return DICOM files."""
    return (prior(), *_contents(corpus_files("dicom-templates")), *_at(128, b"DICM", corpus_files("malformed")))


@cache
def xml_seeds() -> tuple[bytes, ...]:
    """Return XML templates."""
    made = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<file-format><meta-header></meta-header><data-set>\n'
        b'<element tag="0010,0010" vr="PN">Bond^James</element>\n<sequence tag="0040,0275" vr="SQ"><item>'
        b'<element tag="0040,0007" vr="LO">x</element></item></sequence>\n</data-set></file-format>\n'
    )
    return (made, *_contents(corpus_files("xml-templates")))


@cache
def dump_seeds() -> tuple[bytes, ...]:
    """Return dumps."""
    made = b"# Dicom-Data-Set\n(0010,0010) PN [Bond^James]   # 10, 1 PatientName\n(0028,0030) DS [1\\2]\n"
    return (made, *_contents(corpus_files("dumps")))


@cache
def recipe_seeds() -> tuple[bytes, ...]:
    """Return recipes: good and broken ones as they are written, and good ones as JSON, which is YAML too."""
    texts = tuple(path.read_bytes() for path in sorted((ROOT / "tests" / "recipe").glob("*/*.yaml")))
    shipped = tuple(path.read_bytes() for path in sorted((ROOT / "recipes").glob("*.yaml")))
    return (*texts, *shipped, *(_json(document) for document in _RECIPES * 20))


@cache
def plan_seeds() -> tuple[bytes, ...]:
    """Return saved plans whose images and outputs lie beside them."""
    recipes = (load_recipe(str(path)) for path in sorted((ROOT / "recipes").glob("*.yaml")))
    plans = (to_plan(resolve(recipe, {})) for recipe in recipes if not missing(recipe, ()))
    return tuple(_beside(json.loads(dump_plan(plan))) for plan in plans if not plan.bound)


@cache
def profile_seeds() -> tuple[bytes, ...]:
    """Return IOD profiles, as they are written and as JSON."""
    folder = ROOT / "img2dcm_decl" / "iod"
    texts = tuple(path.read_bytes() for path in sorted(folder.glob("*.yaml")) if path.stem != "modules")
    return (*texts, *(_json(read_trusted(text)) for text in texts))


@cache
def prior() -> bytes:
    """Return a small DICOM file with a sequence, text and numbers."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3", "1.2.3.1"
    dataset.PatientName, dataset.PatientID, dataset.InstanceNumber = "Müller^Jörg", "P-1", 5
    item = Dataset()
    item.ScheduledProcedureStepID = "SPS"
    dataset.RequestAttributesSequence = [item]
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


_RECIPES: Final[tuple[dict[str, Any], ...]] = (
    {
        "recipe": 1,
        "title": "All settings",
        "inputs": {"images": ["pic.jpg", {"path": "pic.jpg"}], "format": "auto", "group_by": "image"},
        "sources": {"template": {"file": "t.xml", "format": "auto"}, "study": "prior.dcm", "characters": "discard"},
        "sop_class": "multiframe-secondary-capture",
        "inference": {"missing_type1": "invent", "missing_type2": "insert"},
        "keys": {
            "PatientName": "Bond^James ${image.stem}",
            "StudyDate": "20200131",
            "ImageType": ["DERIVED", "SECONDARY"],
            "RequestAttributesSequence[0].ScheduledProcedureStepID": "SPS-7",
            "ReferencedImageSequence": [{"ReferencedSOPInstanceUID": "1.2.3"}],
            "(0009,0010)": "ACME 1.1",
        },
        "remove": ["PatientComments"],
        "uids": {"study": "run", "series": "object"},
        "encoding": {"group_length": "create", "sequence_length": "undefined", "padding": {"file": 64, "item": 2}},
        "dictionaries": ["site.dic"],
        "output": {"file": "out/${image.stem}-${index}.dcm", "existing": "replace"},
    },
    {
        "recipe": 1,
        "inputs": {"images": "*.jpg", "group_by": "all", "jpeg": {"app_segments": "keep", "comments": "remove"}},
        "sources": {"series": "prior.dcm", "increment_instance_number": True},
        "sop_class": "secondary-capture",
        "keys": [{"PatientName": "A"}, {"PatientName": "B"}],
        "values": "as-written",
        "encoding": {"file_format": "dataset"},
        "output": "out/o.dcm",
    },
)


def _beside(document: dict[str, Any]) -> bytes:
    document["folder"] = "."
    for planned in document["objects"]:
        planned["images"] = ["pic.jpg" for _ in planned["images"]]
        planned["output"] = f"out/{planned['number']}.dcm"
    return _json(document)


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


def _contents(paths: Iterable[Path]) -> list[bytes]:
    return [path.read_bytes() for path in paths if path.stat().st_size <= _LARGEST_SEED]


def _beginning(signature: bytes, paths: Iterable[Path]) -> list[bytes]:
    return _at(0, signature, paths)


def _at(offset: int, signature: bytes, paths: Iterable[Path]) -> list[bytes]:
    return [data for data in _contents(paths) if data.startswith(signature, offset)]
