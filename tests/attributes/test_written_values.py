"""Bulk data that programs wrote is read fast, and as any other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from img2dcm_decl.attributes import written_values
from img2dcm_decl.attributes.problems import KeyValueError
from img2dcm_decl.attributes.values import convert
from img2dcm_decl.attributes.written_values import read_value


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["OB", "OW", "UN", "US"]), st.text("0aF1\\ x", max_size=20))
def test_values_are_those_of_keys(vr: str, text: str) -> None:
    try:
        expected = convert(vr, text, checked=False)
    except KeyValueError as refused:
        with pytest.raises(KeyValueError) as caught:
            read_value(vr, text)
        assert str(caught.value) == str(refused)  # noqa: PT017 - either is right
    else:
        assert read_value(vr, text) == expected


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=2, max_size=40).filter(lambda data: len(data) % 2 == 0))
def test_bulk_data_is_read_back(data: bytes) -> None:
    words = "\\".join(f"{data[at] | data[at + 1] << 8:04x}" for at in range(0, len(data), 2))
    assert read_value("OB", data.hex("\\")) == data
    assert read_value("OW", words) == data


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_values, "MAX_WRITTEN_VALUES", 10)
    with pytest.raises(KeyValueError, match="more than 10 numbers"):
        read_value("OF", "1\\" * 11 + "1")
    assert len(read_value("OB", "\\".join(["ff"] * 100))) == 100
