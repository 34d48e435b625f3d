"""GNU sparse files: which parts of the apparent file the archive holds. Holes are counted, never allocated.

Four spellings: the old header type "S", and PAX formats 0.0, 0.1 and 1.0 (GNU tar manual, "Storing Sparse Files").
"""

from __future__ import annotations

from scantling.guard.limits import PARSED_FILE_BYTES, SPARSE_ENTRIES
from scantling.model.errors import Malformed

from .numbers import parse_decimal, parse_number

Map = list[tuple[int, int]]


class BadMap(ValueError):
    """A sparse map that overlaps, runs backwards, lies about the size or is longer than the limit."""


def header_map(block: bytes) -> tuple[Map, bool, int]:
    """The four parts in an old "S" header, whether extension blocks follow, and the apparent size."""
    return _parts(block[386:482]), block[482] != 0, parse_number(block[483:495])


def extension_map(block: bytes) -> tuple[Map, bool]:
    """The 21 parts of one extension block, and whether another follows."""
    return _parts(block[:504]), block[504] != 0


def _parts(data: bytes) -> Map:
    found: Map = []
    for start in range(0, len(data), 24):
        if not data[start]:
            break
        found.append((parse_number(data[start : start + 12]), parse_number(data[start + 12 : start + 24])))
    return found


def pax_map(records: dict[bytes, bytes], repeated: list[tuple[bytes, bytes]]) -> Map:
    """The map of PAX formats 0.0 (repeated offset and numbytes) and 0.1 (one comma-separated list)."""
    if b"GNU.sparse.map" in records:
        text = records[b"GNU.sparse.map"]
        if text.count(b",") > 2 * SPARSE_ENTRIES:
            raise BadMap(f"more than {SPARSE_ENTRIES} parts")
        numbers = [parse_decimal(item) for item in text.split(b",")] if text else []
        if len(numbers) % 2:
            raise BadMap("an odd count of numbers")
        return list(zip(numbers[::2], numbers[1::2], strict=True))
    found: Map = []
    for (key, offset), (key2, length) in zip(repeated[::2], repeated[1::2], strict=False):
        if (key, key2) != (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            raise BadMap("offsets and lengths do not alternate")
        found.append((parse_decimal(offset), parse_decimal(length)))
    if len(repeated) % 2:
        raise BadMap("an offset without a length")
    return found


def check(parts: Map, apparent: int, stored: int) -> None:
    """Raises ``BadMap`` unless the parts are in order, inside ``apparent``, and add up to ``stored`` bytes."""
    if len(parts) > SPARSE_ENTRIES:
        raise BadMap(f"more than {SPARSE_ENTRIES} parts")
    position = total = 0
    for offset, length in parts:
        if offset < position or length < 0:
            raise BadMap("parts overlap or run backwards")
        position = offset + length
        total += length
    if position > apparent:
        raise BadMap("a part lies past the end")
    if total != stored:
        raise BadMap("parts do not add up to the bytes stored")


def check_expandable(path: str, apparent: int) -> None:
    """Raises ``Malformed`` above ``PARSED_FILE_BYTES``."""
    if apparent > PARSED_FILE_BYTES:
        raise Malformed(f"a sparse file of {apparent} bytes is not expanded", where=path)


def expand(stored: bytes, parts: Map, apparent: int) -> bytes:
    """The apparent file, holes as zeros."""
    out = bytearray(apparent)
    position = 0
    for offset, length in parts:
        out[offset : offset + length] = stored[position : position + length]
        position += length
    return bytes(out)
