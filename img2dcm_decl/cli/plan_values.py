"""Values of a plan in words: encoded bytes as text and numbers, slots as what will fill them."""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING, Final

from img2dcm_decl.attributes.character_decoding import decode_value
from img2dcm_decl.attributes.character_sets import WHOLE
from img2dcm_decl.attributes.dictionary import Dictionary
from img2dcm_decl.attributes.problems import CharacterSetError
from img2dcm_decl.attributes.values import uid_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from img2dcm_decl.plan.model import Condition, Plan, Slot

_NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
_TEXTS = frozenset("LO LT PN SH ST UC UT".split())
_BYTES = frozenset("OB OD OF OL OV OW UN".split())
_SHOWN_BYTES = 8
_MOST_CHARACTERS = 1000
_SHOWN_TEXTS = 3

#: Rule of a slot -> what fills it. `{}` is the slot's argument, or for UIDs whether they are new or derived.
SLOT_WORDS: Final = {
    "rows": "rows of the image",
    "columns": "columns of the image",
    "samples_per_pixel": "samples per pixel of the image",
    "photometric_interpretation": "colour model of the image",
    "planar_configuration": "0 for a colour image; else left out",
    "bits_allocated": "bits allocated of the image",
    "bits_stored": "bits stored of the image",
    "high_bit": "bits stored of the image, less one",
    "pixel_aspect_ratio": "where pixels are not square",
    "lossy": "01 for a lossy image",
    "lossy_method": "method of a lossy image",
    "lossy_ratio": "ratio of a lossy image",
    "number_of_frames": "number of frames",
    "extended_offsets": "where 32-bit offsets do not suffice",
    "extended_lengths": "where 32-bit offsets do not suffice",
    "transfer_syntax": "transfer syntax of the image",
    "uid_of_object": "a {} UID for each object",
    "uid_of_run": "a {} UID for each run",
    "uid_of_value": "a {} UID for each value",
    "number": "number of the object, counted from {}",
    "date": "date of the conversion",
    "time": "time of the conversion",
    "date_time": "date and time of the conversion",
    "text": "each object's own",
    "pixel_data": "pixels of the image",
}
_KINDS = {"fresh": "new", "derived": "derived"}
_DICTIONARY = Dictionary()
_FACTS = {
    "format": "the format",
    "transfer_syntax": "the transfer syntax",
    "rows": "rows",
    "columns": "columns",
    "samples_per_pixel": "samples per pixel",
    "photometric_interpretation": "the photometric interpretation",
    "bits_allocated": "bits allocated",
    "bits_stored": "bits stored",
    "lossy_method": "the lossy method",
}
_FRAMES: dict[tuple[str | int, ...], str] = {("one",): "there is one frame", ("many",): "there are several frames"}


def keyword(tag: int) -> str:
    """Return the keyword of an attribute, empty where the dictionary has none."""
    return _DICTIONARY.keyword_of(tag)


def condition_words(conditions: Sequence[Condition]) -> str:
    """Return the conditions of a variant in words, empty where it matches any image."""
    return " and ".join(
        _FRAMES.get(condition.values)
        or f"{_FACTS.get(condition.fact, condition.fact)} is "
        + " or ".join(_named(str(value)) if value != "" else "none" for value in condition.values)
        for condition in conditions
    )


def slot_words(plan: Plan, slot: Slot, vr: str, terms: Sequence[str]) -> str:
    """Return what fills a slot, in square brackets."""
    of_a_uid = slot.rule.startswith("uid_")
    words = SLOT_WORDS.get(slot.rule, slot.rule).format(_KINDS[plan.uids.method] if of_a_uid else slot.argument)
    number = slot.argument.rpartition(":")[2] if slot.rule in ("text", "uid_of_value") else ""
    if number.isascii() and number.isdigit():
        words += ": " + _own_words(plan, int(number), vr, terms, of_a_uid=of_a_uid)
    if slot.otherwise is not None:
        words += f"; else {value_words(vr, slot.otherwise, terms) or 'empty'}"
    return f"[{words}]"


def _own_words(plan: Plan, number: int, vr: str, terms: Sequence[str], *, of_a_uid: bool) -> str:
    """Return what the first objects have as the text of a number; what UIDs stand for only once."""
    # One more than is shown tells whether there are more.
    first = islice(plan.objects, _SHOWN_TEXTS + 1)
    own = [planned.texts[number] for planned in first if number < len(planned.texts)]
    if of_a_uid:
        shown = [value.decode("utf-8", "replace").rstrip(" ") for value in dict.fromkeys(own)]
        more = len(plan.objects) > len(own)
    else:
        shown = [value_words(vr, value, terms) for value in own]
        more = False
    return ", ".join(shown[:_SHOWN_TEXTS] + ["..."] * (more or len(shown) > _SHOWN_TEXTS))


def value_words(vr: str, value: bytes, terms: Sequence[str]) -> str:
    """Return an encoded value as text.

    Parameters
    ----------
    vr : str
        Its value representation.
    value : bytes
        Padded, little endian.
    terms : sequence of str
        The dataset's Specific Character Set.
    """
    if vr in _BYTES:
        start = value[:_SHOWN_BYTES].hex(" ")
        return f"{start} ... ({len(value)} bytes)" if len(value) > _SHOWN_BYTES else start
    if vr == "AT":
        return ", ".join(
            f"({group:04x},{element:04x})" for group, element in struct.iter_unpack("<HH", _whole(value, 4))
        )
    if vr in _NUMBERS:
        layout = "<" + _NUMBERS[vr]
        numbers = struct.iter_unpack(layout, _whole(value, struct.calcsize(layout)))
        return _short("\\".join(str(number) for (number,) in numbers))
    text = (_decoded(value, vr, terms) if vr in _TEXTS else value.decode("latin-1")).rstrip("\0 ")
    return _named(text) if vr == "UI" else _short(text)


def _whole(value: bytes, size: int) -> bytes:
    return value[: len(value) // size * size]


def _short(text: str) -> str:
    # NUL stands between what several attributes say of a study or series.
    flat = text.replace("\r\n", " | ").replace("\n", " | ").replace("\0", ", ")
    return flat if len(flat) <= _MOST_CHARACTERS else f"{flat[:_MOST_CHARACTERS]}... ({len(text)} characters)"


def _decoded(value: bytes, vr: str, terms: Sequence[str]) -> str:
    """Return encoded text as characters; bytes that the declared sets do not explain are shown as best they can be."""
    try:
        return decode_value(value, vr, terms or ("",))
    except CharacterSetError:
        return value.decode(WHOLE.get(terms[0], "latin_1") if len(terms) == 1 else "latin_1", "replace")


def _named(text: str) -> str:
    """Return a UID with its name beside it, any other text as it is."""
    name = uid_name(text)
    return f"{text} ({name})" if name else text
