"""Values: what their text becomes, what has no encoding, and what does not conform."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.attributes.conformance import complaint, multiplicity_allows
from img2dcm_decl.attributes.problems import KeyValueError
from img2dcm_decl.attributes.representations import ALL
from img2dcm_decl.attributes.values import convert


@pytest.mark.parametrize("vr", sorted(ALL))
def test_no_text_is_no_value(vr: str) -> None:
    assert convert(vr, "", checked=True) in (b"", "")


@pytest.mark.parametrize(
    ("vr", "text", "content"),
    [
        ("LO", 'a=b[c]"d"', 'a=b[c]"d"'),
        ("LO", "a \\b  ", "a \\b"),
        ("LO", "   leading", "   leading"),
        ("SH", "   ", ""),
        ("PN", "Jürgen^王", "Jürgen^王"),
        ("LT", "line one\\nline two", "line one\\nline two"),
        ("UR", "http://host/a?b=c ", b"http://host/a?b=c"),
        ("CS", "lower case is kept", b"lower case is kept"),
        ("DA", "nodate", b"nodate"),
        ("IS", "abc", b"abc"),
        ("CS", "é", "é"),
        ("UI", "1.2.3.4 ", b"1.2.3.4"),
        ("UI", " 1.2 .3\\ 4", b"1.2.3\\4"),
        ("UI", "abc", b"abc"),
        ("UI", "=CTImageStorage", b"1.2.840.10008.5.1.4.1.1.2"),
        ("UI", "1.2\\=Verification", b"1.2\\1.2.840.10008.1.1"),
        ("US", "3", b"\x03\x00"),
        ("US", " 5", b"\x05\x00"),
        ("US", "3\\65535", b"\x03\x00\xff\xff"),
        ("US", "+7", b"\x07\x00"),
        ("SS", "-1\\-2", b"\xff\xff\xfe\xff"),
        ("UL", "4000000000", struct.pack("<I", 4000000000)),
        ("SL", "-5\\6", struct.pack("<ii", -5, 6)),
        ("SV", "-9223372036854775808", struct.pack("<q", -(1 << 63))),
        ("UV", "18446744073709551615", b"\xff" * 8),
        ("OV", "1", b"\x01" + bytes(7)),
        ("OL", "258", b"\x02\x01\x00\x00"),
        ("FL", "1.5", struct.pack("<f", 1.5)),
        ("FD", "1.25\\-2e3", struct.pack("<dd", 1.25, -2000.0)),
        ("FD", "-inf", struct.pack("<d", float("-inf"))),
        ("OF", ".5", struct.pack("<f", 0.5)),
        ("OD", "1e300", struct.pack("<d", 1e300)),
        ("AT", "(0018,1063)\\(0018,1065)", b"\x18\x00\x63\x10\x18\x00\x65\x10"),
        ("AT", "(18, 1063", b"\x18\x00\x63\x10"),
        ("OB", "41\\42\\f", b"AB\x0f"),
        ("UN", "41\\42", b"AB"),
        ("OW", "0102\\0304", b"\x02\x01\x04\x03"),
        ("OW", "ffff\\1", b"\xff\xff\x01\x00"),
    ],
)
def test_text_becomes_content(vr: str, text: str, content: bytes | str) -> None:
    assert convert(vr, text, checked=False) == content


@pytest.mark.parametrize(
    ("vr", "text", "said"),
    [
        ("US", "abc", "'abc' is not a whole number from 0 to 65535 (US)"),
        ("US", "4x", "from 0 to 65535"),
        ("US", "70000", "from 0 to 65535"),
        ("US", "-1", "from 0 to 65535"),
        ("US", "5\\", "'' is not a whole number"),
        ("US", "\\5", "'' is not a whole number"),
        ("US", "0x10", "is not a whole number"),
        ("US", "９", "is not a whole number"),
        ("SS", "40000", "from -32768 to 32767"),
        ("UL", "-1", "from 0 to 4294967295"),
        ("SL", "99999999999", "from -2147483648 to 2147483647"),
        ("UV", "1" * 5000, "is not a whole number"),
        ("FD", "abc", "'abc' is not a number (FD)"),
        ("FD", "1.5x", "is not a number"),
        ("FD", "1e400", "beyond the range of FD"),
        ("FL", "1e39", "beyond the range of FL"),
        ("AT", "0018,1063", "'0018,1063' is not a tag"),
        ("AT", "FrameTime", "is not a tag"),
        ("OB", "xyz", "is not one to two hexadecimal digits"),
        ("OB", "1ff", "is not one to two hexadecimal digits"),
        ("OB", "1 2", "is not one to two hexadecimal digits"),
        ("OW", "12345", "is not one to four hexadecimal digits"),
        ("UI", "=NoSuchName", "'NoSuchName' is the keyword of no UID"),
        ("UI", "=CTImageStrage", "did you mean =CTImageStorage?"),
        ("SQ", "x", "a sequence holds items"),
        ("LO", "x" * 65535, "longer than the 65534 bytes"),
        ("US", "\\".join(["1"] * 32768), "longer than the 65534 bytes"),
    ],
)
def test_what_has_no_encoding_is_an_error_that_says_why(vr: str, text: str, said: str) -> None:
    with pytest.raises(KeyValueError) as caught:
        convert(vr, text, checked=False)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_bare_tag_is_a_tag_where_values_are_checked() -> None:
    assert convert("AT", "0018,1063", checked=True) == b"\x18\x00\x63\x10"


CONFORMING = [
    ("AE", "STORE_SCP"),
    ("AS", "030Y"),
    ("CS", "DERIVED\\SECONDARY\\A_1 X"),
    ("DA", "20200229"),
    ("DS", "0.5\\-1.5E-3\\ 7 "),
    ("DT", "20200101101010.5+0100"),
    ("DT", "2020"),
    ("DT", "20200131-1200"),
    ("IS", "-12"),
    ("IS", "2147483647"),
    ("LO", "Größe 5"),
    ("LT", "line\r\nline\\x"),
    ("PN", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    ("SH", "16 characters OK"),
    ("TM", "101010"),
    ("TM", "10"),
    ("TM", "235960.123456"),
    ("UC", "x" * 70000),
    ("UI", "1.2.840.0.1"),
    ("UR", "http://host/a?b=c"),
    ("UT", "any \t text"),
    ("US", "7"),
    ("OB", "41\\42"),
]


@pytest.mark.parametrize(("vr", "text"), CONFORMING)
def test_conforming_values_pass(vr: str, text: str) -> None:
    assert complaint(vr, text) is None
    convert(vr, text, checked=True)


@pytest.mark.parametrize(
    ("vr", "text", "vm", "said"),
    [
        ("AE", "seventeen letters", "1", "17 characters, AE has 16"),
        ("SH", "seventeen letters   ", "1", "17 characters, SH has 16"),
        ("AE", "TAB\tTAB", "1", "application entity"),
        ("AS", "30Y", "1", "an age such as 018M"),
        ("CS", "lower", "1", "capital letters"),
        ("CS", "A\\B", "1", "the number of values is 2"),
        ("CS", "A", "2", "the number of values is 1"),
        ("CS", "A\\B\\C", "2-2n", "the number of values is 3"),
        ("CS", "SEVENTEEN_LETTERS", "1", "17 characters"),
        ("CS", "É", "1", "capital letters"),
        ("DA", "20200230", "1", "not a day of the calendar"),
        ("DA", "20201301", "1", "not a day of the calendar"),
        ("DA", "00000101", "1", "not a day of the calendar"),
        ("DA", "2020-01-31", "1", "10 characters"),
        ("DA", "nodate", "1", "a date YYYYMMDD"),
        ("DA", "２０２００１０１", "1", "a date YYYYMMDD"),
        ("DS", "1,5", "1", "a decimal number"),
        ("DS", "0.12345678901234567", "1", "19 characters"),
        ("DT", "202002301010", "1", "not a day of the calendar"),
        ("DT", "2020013125", "1", "a date and time"),
        ("DT", "20200131+1500", "1", "between -1200 and +1400"),
        ("DT", "20200131-0000", "1", "between -1200 and +1400"),
        ("IS", "4294967296", "1", "beyond the range"),
        ("IS", "1.5", "1", "a whole number"),
        ("LO", "x" * 65, "1", "65 characters"),
        ("LO", "a\nb", "1", "without control characters"),
        ("LT", "x" * 10241, "1", "10241 characters"),
        ("PN", "a^b^c^d^e^f", "1", "6 components"),
        ("PN", "a=b=c=d", "1", "4 component groups"),
        ("PN", "x" * 65, "1", "65 characters"),
        ("SH", "seventeen letters", "1", "17 characters"),
        ("TM", "2400", "1", "a time"),
        ("TM", "10:10", "1", "a time"),
        ("UI", "abc", "1", "a UID"),
        ("UI", "1.02", "1", "leading zero"),
        ("UI", "1." * 40 + "1", "1", "81 characters"),
        ("UR", "http://host/a b", "1", "a URI"),
        ("US", "1\\2", "1", "the number of values is 2"),
    ],
)
def test_what_does_not_conform_is_said(vr: str, text: str, vm: str, said: str) -> None:
    assert said in (complaint(vr, text, vm) or "")
    with pytest.raises(KeyValueError) as caught:
        convert(vr, text, checked=True, vm=vm)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("vm", "allowed", "refused"),
    [
        ("1", [1], [0, 2]),
        ("1-3", [1, 3], [0, 4]),
        ("1-n", [1, 99], [0]),
        ("2-n", [2, 3], [1]),
        ("2-2n", [2, 4], [1, 3]),
        ("3-3n", [3, 6], [1, 4]),
        ("16", [16], [1]),
        ("?", [1, 5], []),
    ],
)
def test_multiplicities(vm: str, allowed: list[int], refused: list[int]) -> None:
    assert all(multiplicity_allows(vm, count) for count in allowed)
    assert not any(multiplicity_allows(vm, count) for count in refused)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(sorted(ALL)),
    st.text(alphabet="0123456789.eE+-\\() ,abfxXYZ=^", max_size=24) | st.text(max_size=12),
    st.booleans(),
    st.sampled_from(["1", "1-n", "2-2n", "1-3"]),
)
def test_any_text_has_a_content_or_an_error(vr: str, text: str, checked: bool, vm: str) -> None:
    try:
        content = convert(vr, text, checked=checked, vm=vm)
    except KeyValueError:
        return
    assert isinstance(content, bytes | str)
    assert not checked or vr == "UI" or complaint(vr, text, vm) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 65535), st.floats(allow_nan=False, width=32), st.binary(max_size=20))
def test_what_is_written_out_comes_back(number: int, real: float, data: bytes) -> None:
    assert convert("US", str(number), checked=True) == struct.pack("<H", number)
    assert convert("FL", repr(real), checked=True) == struct.pack("<f", real)
    assert convert("OB", "\\".join(f"{byte:02x}" for byte in data), checked=True) == data
