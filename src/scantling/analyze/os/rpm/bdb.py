"""``Packages``: the database of rpm before 4.16 on Red Hat's systems, a Berkeley DB hash table, read without it.

Format (Berkeley DB's ``dbinc/db_page.h``): page 0 describes the table; hash pages hold pairs of key and value as
(type, bytes) items addressed from the page's start by 16-bit offsets, filled from the page's end; a value too large
for a page is a chain of overflow pages. Numbers are in the byte order of the machine that wrote the file.
All pages are looked at in file order instead of bucket by bucket, which cannot loop; overflow chains could, so every
page may be used once only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from scantling.analyze.os.text import Complaints
from scantling.guard import limits
from scantling.model.errors import Malformed

_HASH_MAGIC = 0x00061561
_PAGE_HEADER = 26
_FREE, _HASH_META, _HASH_UNSORTED, _HASH, _OVERFLOW = 0, 8, 2, 13, 7
_KEY_DATA, _OFF_PAGE = 1, 3
_SMALLEST_PAGE, _LARGEST_PAGE = 512, 65_536
_FIRST_RECORD = b"\0\0\0\0"  # key 0 is not a package: it holds the next free number


def blobs(data: bytes, complaints: Complaints) -> Iterator[bytes]:
    """The headers in file order. A value that cannot be put together is noted in ``complaints``. Raises
    ``Malformed`` when the file is no hash table of Berkeley DB."""
    order, page_size, pages = _meta(data, complaints)
    used = bytearray(pages)
    offsets = struct.Struct(order + "H")
    for number in range(1, pages):
        at = number * page_size
        kind = data[at + 25]
        if kind not in (_HASH_UNSORTED, _HASH):
            if kind not in (_FREE, _OVERFLOW):
                complaints.add(f"page {number} is of type {kind}, which this table has no use for")
            continue
        page = data[at : at + page_size]
        entries = offsets.unpack_from(page, 20)[0]
        if entries % 2 or _PAGE_HEADER + 2 * entries > page_size:
            complaints.add(f"page {number} claims {entries} items")
            continue
        positions = struct.unpack_from(f"{order}{entries}H", page, _PAGE_HEADER)
        for index in range(1, entries, 2):
            try:
                key = _item(page, positions, index - 1)
                if key[:1] == bytes([_KEY_DATA]) and key[1:5] == _FIRST_RECORD:
                    continue
                yield _value(data, order, page_size, _item(page, positions, index), used)
            except Malformed as error:
                complaints.add(f"page {number}, item {index}: {error.what}")
    lost = sum(data[number * page_size + 25] == _OVERFLOW and not used[number] for number in range(1, pages))
    if lost:
        complaints.add(f"{lost} pages of data belong to no package", blocks=False)


def _meta(data: bytes, complaints: Complaints) -> tuple[str, int, int]:
    if len(data) < _SMALLEST_PAGE:
        raise Malformed(f"{len(data)} bytes are too few for a Berkeley DB")
    order = next((order for order in "<>" if struct.unpack_from(order + "I", data, 12)[0] == _HASH_MAGIC), "")
    if not order or data[25] != _HASH_META:
        raise Malformed("not a Berkeley DB hash table")
    page_size, encryption = struct.unpack_from(order + "IB", data, 20)
    if not _SMALLEST_PAGE <= page_size <= _LARGEST_PAGE or page_size & (page_size - 1):
        raise Malformed(f"pages of {page_size} bytes")
    if encryption:
        raise Malformed("an encrypted Berkeley DB")
    declared = struct.unpack_from(order + "I", data, 32)[0] + 1
    there = len(data) // page_size
    if declared > there:
        complaints.add(f"{declared} pages are declared and {there} are there: the file was cut short")
    return order, page_size, there


def _item(page: bytes, positions: tuple[int, ...], index: int) -> bytes:
    # items are packed from the end of the page: each ends where the one before it starts
    end = positions[index - 1] if index else len(page)
    start = positions[index]
    if not _PAGE_HEADER + 2 * len(positions) <= start < end <= len(page):
        raise Malformed(f"it lies at {start} to {end} of its page")
    return page[start:end]


def _value(data: bytes, order: str, page_size: int, item: bytes, used: bytearray) -> bytes:
    kind = item[0]
    if kind == _KEY_DATA:
        return item[1:]
    if kind != _OFF_PAGE or len(item) < 12:
        raise Malformed(f"an item of type {kind}")
    number, length = struct.unpack_from(order + "II", item, 4)
    if length > limits.RPM_HEADER_BYTES or length > len(data):
        raise Malformed(f"a value of {length} bytes in a file of {len(data)}")
    parts: list[bytes] = []
    missing = length
    page_head = struct.Struct(order + "IHHBB")  # next page, references, length here, level, type
    while missing > 0:
        if not 0 < number < len(used):
            raise Malformed(f"{missing} of {length} bytes are on page {number}, which is not there")
        if used[number]:
            raise Malformed(f"page {number} belongs to two values or to itself")
        used[number] = 1
        at = number * page_size
        number, _references, here, _level, kind = page_head.unpack_from(data, at + 16)
        if kind != _OVERFLOW or not 0 < here <= page_size - _PAGE_HEADER:
            raise Malformed(f"an overflow page of type {kind} with {here} bytes")
        parts.append(data[at + _PAGE_HEADER : at + _PAGE_HEADER + min(here, missing)])
        missing -= here
    return b"".join(parts)
