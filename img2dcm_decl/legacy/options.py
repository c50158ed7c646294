"""The options of img2dcm 3.7.0, one row each.

The grammar, the usage text, the translation into recipes and their documentation all read this table. Its order is
that of the usage text; settings of later rows win over those of earlier ones.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from img2dcm_decl.legacy.option import Option, Setting
from img2dcm_decl.legacy.values import byte_count, file_name, image_format, key, log_level

if TYPE_CHECKING:
    from collections.abc import Mapping

PARAMETERS = (
    ("imgfile-in", 'images to convert, one frame each ("./-" for a file named "-")'),
    ("dcmfile-out", 'DICOM file to write ("-" for standard output)'),
)

_general = partial(Option, group="general options")
_input = partial(Option, group="input options", subgroup="general")
_xml = partial(Option, group="input options", subgroup="XML validation")
_jpeg = partial(Option, group="input options", subgroup="JPEG format")
_check = partial(Option, group="processing options", subgroup="attribute checking")
_text = partial(Option, group="processing options", subgroup="character set conversion")
_other = partial(Option, group="processing options", subgroup="other processing options")
_target = partial(Option, group="output options", subgroup="target SOP class", block="SOP class")
_file = partial(Option, group="output options", subgroup="output file format", block="file format")
_group = partial(Option, group="output options", subgroup="group length encoding", block="group length")
_length = partial(
    Option, group="output options", subgroup="length encoding in sequences and items", block="sequence length"
)
_padding = partial(
    Option,
    group="output options",
    subgroup="data set trailing padding (not with --write-dataset)",
    block="padding",
)

OPTIONS: tuple[Option, ...] = (
    _general("--help", "-h", "show this text and stop", command_only="nothing is converted"),
    _general("--version", "", "show the version and stop", command_only="nothing is converted"),
    _general(
        "--arguments",
        "",
        "log the arguments, command files expanded",
        command_only="it speaks of the command line itself",
    ),
    _general(
        "--quiet",
        "-q",
        "say nothing but why a conversion failed",
        block="verbosity",
        settings=(Setting("logging.level", "fatal"),),
    ),
    _general(
        "--verbose",
        "-v",
        "say what is being done",
        block="verbosity",
        settings=(Setting("logging.level", "info"),),
    ),
    _general(
        "--debug",
        "-d",
        "say what is being done in every detail",
        block="verbosity",
        settings=(Setting("logging.level", "debug"),),
    ),
    _general(
        "--log-level",
        "-ll",
        "say what is of this level or above:\noff, fatal, error, warn (default), info, debug,\ntrace or all",
        values=("level",),
        settings=(Setting("logging.level", read=log_level),),
    ),
    _general(
        "--log-config",
        "-lc",
        "log as this log4cplus settings file says",
        values=("file",),
        command_only="such files name classes and formats of a C++ library; recipes have settings of their own",
    ),
    _input(
        "--input-format",
        "-i",
        "what the images are: JPEG (default, JPEG-LS\nincluded) or BMP",
        values=("format",),
        settings=(Setting("inputs.format", read=image_format),),
    ),
    _input(
        "--dataset-from",
        "-df",
        "take all attributes of a DICOM file as a start",
        values=("file",),
        settings=(
            Setting("sources.template.file", read=file_name),
            Setting("sources.template.format", "dicom"),
        ),
    ),
    _input(
        "--dataset-from-xml",
        "-dx",
        "take all attributes of an XML file as a start\n(as dcm2xml writes it)",
        values=("file",),
        settings=(
            Setting("sources.template.file", read=file_name),
            Setting("sources.template.format", "xml"),
        ),
    ),
    _input(
        "--study-from",
        "-stf",
        "join the patient and study of a DICOM file",
        values=("file",),
        block="study or series",
        settings=(Setting("sources.study", read=file_name),),
    ),
    _input(
        "--series-from",
        "-sef",
        "join the patient, study and series of a DICOM file",
        values=("file",),
        block="study or series",
        settings=(Setting("sources.series", read=file_name),),
    ),
    _input(
        "--instance-inc",
        "-ii",
        "count on from the Instance Number that was read",
        settings=(Setting("sources.increment_instance_number", value=True),),
    ),
    _xml(
        "--validate-document",
        "+Vd",
        "check the XML file against its DTD\n(only with --dataset-from-xml)",
        settings=(Setting("sources.template.validate", value=True),),
    ),
    _xml(
        "--check-namespace",
        "+Vn",
        "insist on dcm2xml's namespace\n(only with --dataset-from-xml)",
        settings=(Setting("sources.template.check_namespace", value=True),),
    ),
    _jpeg(
        "--disable-progr",
        "-dp",
        "refuse progressive JPEG",
        settings=(Setting("inputs.jpeg.progressive", "reject"),),
    ),
    _jpeg(
        "--disable-ext",
        "-de",
        "refuse extended sequential JPEG",
        settings=(Setting("inputs.jpeg.extended", "reject"),),
    ),
    _jpeg(
        "--insist-on-jfif",
        "-jf",
        "refuse images without a JFIF segment",
        settings=(Setting("inputs.jpeg.jfif", "required"),),
    ),
    _jpeg(
        "--keep-appn",
        "-ka",
        "keep APPn segments, except JFIF",
        settings=(Setting("inputs.jpeg.app_segments", "keep"),),
    ),
    _jpeg(
        "--remove-com",
        "-rc",
        "remove comment segments",
        settings=(Setting("inputs.jpeg.comments", "remove"),),
    ),
    _check(
        "--do-checks",
        "",
        "check that required attributes are there (default)",
        block="checks",
        settings=(
            Setting("inference.missing_type1", "invent"),
            Setting("inference.missing_type2", "insert"),
        ),
    ),
    _check(
        "--no-checks",
        "",
        "leave attributes as they are",
        block="checks",
        settings=(
            Setting("inference.missing_type1", "leave"),
            Setting("inference.missing_type2", "leave"),
        ),
        overrules=True,
    ),
    _check(
        "--insert-type2",
        "+i2",
        "insert missing type 2 attributes (default)\n(only with --do-checks)",
        block="type 2",
        settings=(Setting("inference.missing_type2", "insert"),),
    ),
    _check(
        "--no-type2-insert",
        "-i2",
        "refuse where a type 2 attribute is missing\n(only with --do-checks)",
        block="type 2",
        settings=(Setting("inference.missing_type2", "error"),),
    ),
    _check(
        "--invent-type1",
        "+i1",
        "invent missing type 1 values (default)\n(only with --do-checks)",
        block="type 1",
        settings=(Setting("inference.missing_type1", "invent"),),
    ),
    _check(
        "--no-type1-invent",
        "-i1",
        "refuse where a type 1 value is missing\n(only with --do-checks)",
        block="type 1",
        settings=(Setting("inference.missing_type1", "error"),),
    ),
    _text(
        "--transliterate",
        "-Ct",
        "spell what a character set lacks in similar\ncharacters",
        settings=(Setting("sources.characters", "transliterate"),),
    ),
    _text(
        "--discard-illegal",
        "-Cd",
        "leave out what a character set lacks",
        settings=(Setting("sources.characters", "discard"),),
    ),
    _other(
        "--key",
        "-k",
        "set an attribute: gggg,eeee=value, Keyword=value or\nSequence[item].Keyword=value",
        values=("key",),
        settings=(Setting("keys", read=key),),
        repeats=True,
    ),
    _target(
        "--sec-capture",
        "-sc",
        "Secondary Capture Image (default)",
        settings=(Setting("sop_class", "secondary-capture"),),
    ),
    _target(
        "--new-sc",
        "-nsc",
        "Multi-frame Secondary Capture Image, the kind that\nfits the image",
        settings=(Setting("sop_class", "multiframe-secondary-capture"),),
    ),
    _target(
        "--vl-photo",
        "-vlp",
        "VL Photographic Image",
        settings=(Setting("sop_class", "vl-photographic"),),
    ),
    _target(
        "--oph-photo",
        "-oph",
        "Ophthalmic Photography Image, 8 or 16 bit",
        settings=(Setting("sop_class", "ophthalmic-photography"),),
    ),
    _file(
        "--write-file",
        "+F",
        "write a DICOM file (default)",
        settings=(Setting("encoding.file_format", "part10"),),
    ),
    _file(
        "--write-dataset",
        "-F",
        "write the bare data set",
        settings=(Setting("encoding.file_format", "dataset"),),
    ),
    _group(
        "--group-length-recalc",
        "+g=",
        "correct group lengths that are there (default)",
        settings=(Setting("encoding.group_length", "recalculate"),),
    ),
    _group(
        "--group-length-create",
        "+g",
        "write the length of every group",
        settings=(Setting("encoding.group_length", "create"),),
    ),
    _group(
        "--group-length-remove",
        "-g",
        "write no group lengths",
        settings=(Setting("encoding.group_length", "remove"),),
    ),
    _length(
        "--length-explicit",
        "+e",
        "state lengths (default)",
        settings=(Setting("encoding.sequence_length", "explicit"),),
    ),
    _length(
        "--length-undefined",
        "-e",
        "leave lengths undefined",
        settings=(Setting("encoding.sequence_length", "undefined"),),
    ),
    _padding(
        "--padding-off",
        "-p",
        "no padding (default)",
        settings=(Setting("encoding.padding.file", 0), Setting("encoding.padding.item", 0)),
    ),
    _padding(
        "--padding-create",
        "+p",
        "pad the file to a multiple of file-pad bytes and\nevery item to one of item-pad bytes",
        values=("file-pad", "item-pad"),
        settings=(
            Setting("encoding.padding.file", read=byte_count),
            Setting("encoding.padding.item", read=byte_count, argument=1),
        ),
    ),
)

BY_NAME: Mapping[str, Option] = MappingProxyType(
    {name: option for option in OPTIONS for name in (option.long, option.short) if name}
)

#: Options that earlier versions of img2dcm had; existing command lines still carry them.
REMOVED = frozenset({"--latin1", "+l1", "--no-latin1", "-l1"})
