"""Writers for rpm's headers and its three database formats, from the formats' own descriptions.

Real rpm reads what these write (see ``tests/analyze/os/test_os_rpm_oracle.py``), so the reader under test is not
measured against its own misunderstandings.
"""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INT32, STRING, BIN, STRING_ARRAY, I18N = 4, 6, 7, 8, 9
REGION = 63
TAGS = {
    "name": (1000, STRING), "version": (1001, STRING), "release": (1002, STRING), "epoch": (1003, INT32),
    "summary": (1004, I18N), "vendor": (1011, STRING), "license": (1014, STRING), "group": (1016, I18N),
    "os": (1021, STRING), "arch": (1022, STRING), "sourcerpm": (1044, STRING), "provides": (1047, STRING_ARRAY),
    "requires": (1049, STRING_ARRAY), "dirindexes": (1116, INT32), "basenames": (1117, STRING_ARRAY),
    "dirnames": (1118, STRING_ARRAY), "module": (5096, STRING),
}  # fmt: skip


@dataclass(frozen=True)
class Rpm:
    """What a test wants to say about a package; ``files`` are absolute paths."""

    name: str
    version: str = "1.0"
    release: str = "1"
    epoch: int | None = None
    arch: str = "noarch"
    sourcerpm: str = ""
    vendor: str = ""
    license: str = "MIT"
    module: str = ""
    provides: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def header(self) -> bytes:
        values: dict[str, object] = {
            "name": self.name, "version": self.version, "release": self.release, "summary": self.name,
            "license": self.license, "group": "Unspecified", "os": "linux", "arch": self.arch,
        }  # fmt: skip
        if self.epoch is not None:
            values["epoch"] = [self.epoch]
        for key in ("sourcerpm", "vendor", "module"):
            if getattr(self, key):
                values[key] = getattr(self, key)
        for key in ("provides", "requires"):
            if getattr(self, key):
                values[key] = list(getattr(self, key))
        if self.files:
            folders = sorted({path.rpartition("/")[0] + "/" for path in self.files})
            values["dirnames"] = folders
            values["basenames"] = [path.rpartition("/")[2] for path in self.files]
            values["dirindexes"] = [folders.index(path.rpartition("/")[0] + "/") for path in self.files]
        return header([(*TAGS[key], value) for key, value in values.items()])


def header(entries: Sequence[tuple[int, int, object]]) -> bytes:
    """A header as the database stores it: an immutable region around all ``entries`` of (tag, type, value)."""
    index = b""
    data = b""
    for tag, kind, value in sorted(entries, key=lambda entry: entry[0]):
        if kind == INT32:
            numbers = [int(number) for number in value]  # type: ignore[attr-defined]
            data += b"\0" * (-len(data) % 4)
            body, count = struct.pack(f">{len(numbers)}I", *numbers), len(numbers)
        else:
            texts = [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]
            body, count = b"".join(text.encode() + b"\0" for text in texts), len(texts)
        index += struct.pack(">IIII", tag, kind, len(data), count)
        data += body
    count = len(entries) + 1
    index = struct.pack(">IIII", REGION, BIN, len(data), 16) + index
    data += struct.pack(">IIiI", REGION, BIN, -16 * count, 16)
    return struct.pack(">II", count, len(data)) + index + data


def sqlite(path: Path, blobs: Sequence[bytes], wal: bool = False) -> bytes:
    """A ``rpmdb.sqlite`` with rpm's own table; returns its bytes."""
    with_connection = sqlite3.connect(path)
    try:
        with_connection.execute(
            "CREATE TABLE 'Packages' ( hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL )"
        )
        with_connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
        with_connection.commit()
        if wal:
            with_connection.execute("PRAGMA journal_mode=WAL")
    finally:
        with_connection.close()
    return path.read_bytes()


def ndb(blobs: Sequence[bytes]) -> bytes:
    """A ``Packages.db``: one page of slots, then each blob in 16-byte blocks with its head and tail."""
    slots = b""
    body = b""
    for number, blob in enumerate(blobs, 1):
        size = 16 + len(blob) + 12
        size += -size % 16
        start = 4096 + len(body)
        slots += b"Slot" + struct.pack("<III", number, start // 16, size // 16)
        head = b"BlbS" + struct.pack("<III", number, 1, len(blob))
        padded = head + blob + b"\0" * (size - 16 - 12 - len(blob))
        body += padded + struct.pack("<II", zlib.adler32(padded, 1), len(blob)) + b"BlbE"
    table = b"RpmP" + struct.pack("<III", 0, 1, 1) + struct.pack("<I", len(blobs) + 1) + b"\0" * 12 + slots
    filled = table + (b"Slot" + b"\0" * 12) * ((4096 - len(table)) // 16)
    assert len(filled) == 4096, "more packages than one page of slots can name"
    return filled + body


def bdb(blobs: Sequence[bytes], order: str = "<", page_size: int = 4096) -> bytes:
    """A ``Packages`` of Berkeley DB, hash access: one bucket of chained pages, every value on overflow pages."""
    pages: list[bytes] = [b""]  # page 0 is written last
    bucket: list[tuple[bytes, bytes]] = [(_inline(b"\0\0\0\0"), _inline(struct.pack(order + "I", len(blobs))))]
    overflow: list[bytes] = []
    per_page = (page_size - 26) // 28
    hash_pages = 1 + (len(blobs) + 1) // per_page
    for number, blob in enumerate(blobs, 1):
        key = _inline(struct.pack(order + "I", number))
        first = 1 + hash_pages + len(overflow)
        chunks = [blob[at : at + page_size - 26] for at in range(0, len(blob), page_size - 26)]
        for position, chunk in enumerate(chunks):
            own = first + position
            following = own + 1 if position + 1 < len(chunks) else 0
            head = struct.pack(order + "IIIIIHHBB", 0, 0, own, 0, following, 1, len(chunk), 0, 7)
            overflow.append((head + chunk).ljust(page_size, b"\0"))
        bucket.append((key, b"\3\0\0\0" + struct.pack(order + "II", first, len(blob))))
    for index in range(hash_pages):
        pairs = bucket[index * per_page : (index + 1) * per_page]
        own = 1 + index
        following = own + 1 if index + 1 < hash_pages else 0
        pages.append(_hash_page(pairs, own, index, following, order, page_size))
    pages += overflow
    spares = [1] + [0] * 31
    meta = struct.pack(
        order + "IIIIIIBBBBIIIIII", 0, 0, 0, 0x00061561, 9, page_size, 0, 8, 0, 0, 0, len(pages) - 1, 0,
        len(bucket), len(bucket), 0,
    )  # fmt: skip
    meta += b"\0" * 20
    meta += struct.pack(order + "IIIIII", 0, 1, 0, 0, len(bucket), 0x5E688DD1) + struct.pack(order + "32I", *spares)
    pages[0] = meta.ljust(page_size, b"\0")
    return b"".join(pages)


def _inline(data: bytes) -> bytes:
    return b"\1" + data


def _hash_page(
    pairs: Sequence[tuple[bytes, bytes]], own: int, previous: int, following: int, order: str, page_size: int
) -> bytes:
    page = bytearray(page_size)
    positions = []
    end = page_size
    for item in (item for pair in pairs for item in pair):
        end -= len(item)
        page[end : end + len(item)] = item
        positions.append(end)
    head = struct.pack(order + "IIIIIHHBB", 0, 0, own, previous, following, len(positions), end, 0, 13)
    page[:26] = head
    struct.pack_into(f"{order}{len(positions)}H", page, 26, *positions)
    return bytes(page)
