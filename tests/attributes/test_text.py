"""Text in the character set of its dataset: what is encoded how, and what is refused or said."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.attributes.dataset import Attribute, Dataset
from img2dcm_decl.attributes.problems import CharacterSetError
from img2dcm_decl.attributes.text import bring_into_declared, encode_text

CHARACTER_SET, NAME, COMMENTS, SEQUENCE = 0x00080005, 0x00100010, 0x00104000, 0x00400275


def dataset_of(terms: str | None, *attributes: Attribute) -> Dataset:
    dataset = Dataset()
    if terms is not None:
        dataset.put(Attribute(CHARACTER_SET, "CS", terms.encode(), "key"))
    for attribute in attributes:
        dataset.put(attribute)
    return dataset


def name_of(text: str) -> Attribute:
    return Attribute(NAME, "PN", text, "key")


def content(dataset: Dataset, tag: int) -> object:
    attribute = dataset.get(tag)
    return attribute.content if attribute else None


def read_back(terms: str, vr: str, encoded: bytes) -> str:
    """Let pydicom decode a value under a character set."""
    file = BytesIO()
    written = pydicom.Dataset()
    written.SpecificCharacterSet = terms.split("\\")
    tag = NAME if vr == "PN" else COMMENTS
    written.add_new(tag, "OB", encoded + b" " * (len(encoded) % 2))
    pydicom.dcmwrite(file, written, implicit_vr=True, little_endian=True)
    file.seek(0)
    value = pydicom.dcmread(file, force=True)[tag].value
    return "\\".join(map(str, value)) if isinstance(value, pydicom.multival.MultiValue) else str(value)


@pytest.mark.parametrize(
    ("terms", "text", "encoded"),
    [
        ("ISO_IR 100", "Jürgen^Ä", b"J\xfcrgen^\xc4"),
        ("ISO_IR 192", "Jürgen^王", "Jürgen^王".encode()),
        ("ISO_IR 144", "Люкceмбypг", "Люкceмбypг".encode("iso8859_5")),
        ("ISO_IR 101", "Ł", b"\xa3"),
        ("ISO_IR 203", "€", b"\xa4"),
        ("ISO_IR 166", "ก", b"\xa1"),
        ("ISO_IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ", "ﾔﾏﾀﾞ^ﾀﾛｳ".encode("shift_jis")),
        ("GB18030", "王^小东", "王^小东".encode("gb18030")),
        ("GBK", "王^小东", "王^小东".encode("gbk")),
        ("\\ISO 2022 IR 87", "Yamada^Tarou=山田^太郎=やまだ^たろう", None),
        ("ISO 2022 IR 6\\ISO 2022 IR 87", "山田^太郎\\山", None),
        ("\\ISO 2022 IR 149", "Hong^Gildong=洪^吉洞=홍^길동", None),
        ("ISO 2022 IR 100\\ISO 2022 IR 87", "Jürgen^山田", None),
        ("ISO 2022 IR 13\\ISO 2022 IR 87", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎", None),
        (
            "\\ISO 2022 IR 58",
            "Wang^XiaoDong=王^小东",
            b"Wang^XiaoDong=\x1b$)A\xcd\xf5^\x1b$)A\xd0\xa1\xb6\xab",
        ),
        ("ISO 2022 IR 100\\ISO 2022 IR 87", "Jä山a^ä\\山", None),
        ("\\ISO 2022 IR 159", "丂a^b", None),
        ("\\ISO 2022 IR 100\\ISO 2022 IR 126", "Dionysios=Διονυσιος=Ä", None),
        ("ISO_IR 100", "plain", b"plain"),
        ("ISO_IR 999", "plain", b"plain"),
        (None, "plain", b"plain"),
    ],
)
def test_text_is_encoded_in_the_declared_set(terms: str | None, text: str, encoded: bytes | None) -> None:
    dataset = dataset_of(terms, name_of(text))
    assert encode_text(dataset) == []
    value = content(dataset, NAME)
    assert isinstance(value, bytes)
    if encoded is None:
        assert read_back(terms or "", "PN", value) == text
    else:
        assert value == encoded


@pytest.mark.parametrize(
    ("terms", "text", "said"),
    [
        ("ISO_IR 100", "Διον", "ISO_IR 100 has no 'Διον'"),
        ("ISO_IR 100", "a€b€", "has no '€'"),
        ("ISO_IR 6", "ü", "has no 'ü'"),
        ("ISO_IR 13", "山田", "has no '山田'"),
        ("ISO_IR 13", "¥", "has no '¥'"),
        ("\\ISO 2022 IR 87", "ü", "has no 'ü'"),
        ("ISO_IR 192", "\udcff", "has no"),
        ("ISO_IR 999", "ü", "'ISO_IR 999', which DICOM does not define"),
        ("ISO_IR 192\\ISO 2022 IR 87", "ü", "which stands alone"),
        ("ISO 2022 IR 87", "山", "can only follow another value"),
        ("ISO_IR 100", "\x85", "has no"),
    ],
)
def test_characters_that_the_set_lacks_are_named(terms: str, text: str, said: str) -> None:
    with pytest.raises(CharacterSetError) as caught:
        encode_text(dataset_of(terms, name_of(text)))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_where_no_set_is_declared_and_one_is_needed_it_is_utf_8_and_what_is_not_is_said() -> None:
    dataset = dataset_of(None, name_of("Jürgen"), Attribute(COMMENTS, "LT", b"\xfc", "template"))
    warnings = encode_text(dataset)
    assert content(dataset, CHARACTER_SET) == b"ISO_IR 192"
    assert content(dataset, NAME) == "Jürgen".encode()
    assert warnings == ["(0010,4000) holds text of an unknown character set that is not ISO_IR 192"]


def test_items_inherit_the_set_unless_they_declare_their_own() -> None:
    inheriting = dataset_of(None, name_of("ü"))
    own = dataset_of("ISO_IR 192", name_of("ü"))
    dataset = dataset_of("ISO_IR 100", Attribute(SEQUENCE, "SQ", (inheriting, own), "key"))
    encode_text(dataset)
    assert content(inheriting, NAME) == b"\xfc"
    assert content(own, NAME) == "ü".encode()
    assert content(dataset, CHARACTER_SET) == b"ISO_IR 100"


def test_text_in_an_item_alone_sets_the_set_of_the_dataset() -> None:
    dataset = dataset_of(None, Attribute(SEQUENCE, "SQ", (dataset_of(None, name_of("ü")),), "key"))
    assert encode_text(dataset) == []
    assert content(dataset, CHARACTER_SET) == b"ISO_IR 192"
    declaring = dataset_of(None, Attribute(SEQUENCE, "SQ", (dataset_of("ISO_IR 100", name_of("ü")),), "key"))
    assert encode_text(declaring) == []
    assert CHARACTER_SET not in declaring


def test_text_that_grows_beyond_its_length_is_refused() -> None:
    with pytest.raises(CharacterSetError, match="longer than the 65534 bytes"):
        encode_text(dataset_of("ISO_IR 192", Attribute(COMMENTS, "LT", "ü" * 40000, "key")))


def test_ascii_needs_no_library() -> None:
    code = (
        "import sys\n"
        "from img2dcm_decl.attributes.dataset import Attribute, Dataset\n"
        "from img2dcm_decl.attributes.text import bring_into_declared, encode_text\n"
        "d = Dataset(); d.put(Attribute(0x100010, 'PN', 'A^B', 'key')); encode_text(d)\n"
        "sys.exit('pydicom' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SETS = ["ISO_IR 100", "ISO_IR 192", "ISO_IR 13", "GB18030", "\\ISO 2022 IR 87", "ISO 2022 IR 100\\ISO 2022 IR 149"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SETS), st.text(alphabet="aZ ^=äßéΩ山田홍ｱ王€", min_size=1, max_size=12).map(str.rstrip))
def test_what_is_encoded_reads_as_it_was_written(terms: str, text: str) -> None:
    dataset = dataset_of(terms, Attribute(COMMENTS, "LT", text, "key"))
    try:
        encode_text(dataset)
    except CharacterSetError:
        return
    value = content(dataset, COMMENTS)
    assert isinstance(value, bytes)
    assert read_back(terms, "LT", value).rstrip(" ") == text


@pytest.mark.parametrize(
    ("terms", "encoded", "text"),
    [
        (("", "ISO 2022 IR 87"), b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "Yamada^Tarou=山田^太郎"),
        (("ISO_IR 100",), b"J\xfcrgen", "Jürgen"),
        (("ISO_IR 100",), b"Jones", "Jones"),
        (("ISO_IR 192",), b"J\xc3\xbcrgen", "Jürgen"),
    ],
)
def test_encoded_text_follows_the_character_set_into_items_that_declare_none(
    terms: tuple[str, ...], encoded: bytes, text: str
) -> None:
    name = Attribute(NAME, "PN", encoded, "template")
    items = dataset_of(None, name), dataset_of("ISO_IR 144", name)
    dataset = dataset_of("ISO_IR 192", name, Attribute(SEQUENCE, "SQ", items, "template"))
    bring_into_declared(dataset, terms, "strict")
    assert [content(one, NAME) for one in (dataset, *items)] == [text.encode(), text.encode(), encoded]
