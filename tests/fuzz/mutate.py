"""Damages files: the same damage for the same random numbers."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final, TypeAlias

#: Damages some bytes; the words are fragments that mean something in the format.
Edit: TypeAlias = Callable[[bytes, Random, Sequence[bytes]], bytes]

LARGEST = 1 << 20
"""Mutants are cut to so many bytes: what larger files do is no question of chance."""

_EDIT_COUNTS: Final = (1, 1, 1, 1, 2, 3, 6)
_LENGTHS: Final = tuple(struct.Struct(order + kind) for order in "<>" for kind in "BHI")
_REPEATS: Final = (2, 3, 70, 1000, 20_000)


def mutate(seeds: Sequence[bytes], random: Random, words: Sequence[bytes]) -> bytes:
    """Return a damaged file.

    Parameters
    ----------
    seeds : sequence of bytes
        Good files, one of which is damaged; pieces of another may get into it.
    random : Random
        Decides everything.
    words : sequence of bytes
        Fragments that mean something in the format.
    """
    data = random.choice(seeds)
    if random.random() < 0.5 and data[:1] in (b"{", b"["):
        data = _edit_json(data, random, words)
        if random.random() < 0.7:
            return data[:LARGEST]
    for _ in range(random.choice(_EDIT_COUNTS)):
        if random.random() < 0.1:
            data = _splice(data, random.choice(seeds), random)
        else:
            data = random.choice(_EDITS)(data, random, words)
    return data[:LARGEST]


def _flip_bits(data: bytes, random: Random, _words: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(min(len(changed), random.choice((1, 1, 2, 8)))):
        changed[_position(data, random) % len(changed)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _truncate(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return data[: _position(data, random)]


def _remove(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random)
    return data[:start] + data[end:]


def _duplicate(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random)
    times = random.choice(_REPEATS)
    return data[:end] + (data[start:end] * min(times, LARGEST // max(1, end - start))) + data[end:]


def _shuffle(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random)
    width = random.choice((1, 2, 4, 16, 64))
    pieces = [data[at : min(at + width, end)] for at in range(start, end, width)]
    random.shuffle(pieces)
    return data[:start] + b"".join(pieces) + data[end:]


def _move(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random)
    rest = data[:start] + data[end:]
    at = _position(rest, random)
    return rest[:at] + data[start:end] + rest[at:]


def _set_length(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Give what may be a length field a value at the edge of what it can hold, or beside the one it has."""
    field = random.choice(_LENGTHS)
    if len(data) < field.size:
        return data
    at = min(_position(data, random), len(data) - field.size)
    largest = (1 << 8 * field.size) - 1
    (value,) = field.unpack_from(data, at)
    chosen = random.choice((0, 1, 2, largest, largest - 1, largest >> 1, value + 1, value - 1, len(data)))
    return data[:at] + field.pack(chosen & largest) + data[at + field.size :]


def _insert_word(data: bytes, random: Random, words: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random) if random.random() < 0.5 else (_position(data, random),) * 2
    return data[:start] + random.choice(words) * random.choice((1, 1, 1, *_REPEATS)) + data[end:]


def _insert_noise(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = _position(data, random)
    return data[:at] + random.randbytes(random.choice((1, 2, 4, 40))) + data[at:]


def _replace_number(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Put another number where digits stand."""
    at = _position(data, random)
    start = next((n for n in range(at, min(len(data), at + 4096)) if 48 <= data[n] <= 57), None)
    if start is None:
        return data
    end = start
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    number = random.choice((b"0", b"-1", b"65536", b"4294967296", b"1e999", b"9" * 5000, b"00", b".", b"0x10"))
    return data[:start] + number + data[end:]


def _splice(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = _chunk(other, random)
    at = _position(data, random)
    return data[:at] + other[start:end] + data[at:]


def _edit_json(data: bytes, random: Random, words: Sequence[bytes]) -> bytes:
    """Put something else in the place of a value of a JSON document, so that what comes behind the parser is met.

    Of JSON Lines, one line is edited.
    """
    lines = [number for number, line in enumerate(data.split(b"\n")) if line.startswith(b"{") and line.endswith(b"}")]
    if len(lines) > 1:
        edited = data.split(b"\n")
        number = random.choice(lines)
        edited[number] = _edit_document(edited[number], random, words)
        return b"\n".join(edited)
    return _edit_document(data, random, words)


def _edit_document(data: bytes, random: Random, words: Sequence[bytes]) -> bytes:
    try:
        document = json.loads(data)
    except ValueError:  # where a record was cut, what is left of a line may end like a whole one
        return data
    for _ in range(random.randint(1, 3)):
        _edit_value(document, random, words)
    return json.dumps(document, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")


def _edit_value(target: Any, random: Random, words: Sequence[bytes]) -> None:
    while isinstance(target, dict | list) and target:
        key = random.choice(list(target) if isinstance(target, dict) else range(len(target)))
        if isinstance(target[key], dict | list) and target[key] and random.random() < 0.8:
            target = target[key]
            continue
        if isinstance(target, dict) and random.random() < 0.15:
            target[_word(random, words)] = target.pop(key)
        elif random.random() < 0.1:
            del target[key]
        elif isinstance(target, list) and random.random() < 0.2:
            target.extend([target[key]] * random.choice((1, 2, 200)))
        else:
            target[key] = _value(random, words, target[key])
        return


def _value(random: Random, words: Sequence[bytes], old: Any) -> Any:
    return random.choice(
        (
            *(None, True, 0, -1, 1, 2**31, 2**63, 10**400, 0.5, 1e308, "", "0", "\0", "\ud800", "é\n\x85", [], {}),
            *([old], {"a": old}, [[[[old]]]], "x" * 70_000, "a/" * 3000, f"{old}{old}"[:1000]),
            *(_word(random, words) for _ in range(6)),
            _nested(random.choice((10, 70, 900)), old),
        )
    )


def _nested(depth: int, core: Any) -> Any:
    for _ in range(depth):
        core = [core]
    return core


def _word(random: Random, words: Sequence[bytes]) -> str:
    return random.choice(words).decode("utf-8", "replace")


def _position(data: bytes, random: Random) -> int:
    """Return a position; headers, which stand at the beginning, are met more often."""
    most = len(data) if random.random() < 0.5 else min(len(data), 512)
    return random.randint(0, most)


def _chunk(data: bytes, random: Random) -> tuple[int, int]:
    """Return the beginning and end of a chunk; often of whole lines, where there are some."""
    start = _position(data, random)
    end = min(len(data), start + random.choice((1, 2, 4, 16, 64, 256, 4096)))
    if random.random() < 0.5:
        start, end = data.rfind(b"\n", 0, start) + 1, data.find(b"\n", end) + 1 or end
    return start, end


_EDITS: Final[tuple[Edit, ...]] = (
    _flip_bits,
    _truncate,
    _remove,
    _duplicate,
    _shuffle,
    _move,
    _set_length,
    _set_length,
    _insert_word,
    _insert_word,
    _insert_noise,
    _replace_number,
)
