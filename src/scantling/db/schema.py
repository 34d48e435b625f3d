"""The one SQLite file: its tables, and the checks that make damage visible.

A database that lost rows must never read as "no advisories", yet hashing 100 MB on every scan is too slow (80 ms).
So every blob begins with eight bytes of BLAKE2b over its own key and content (a flipped bit, or a row found under
another's key, is seen when it is read), and every set of keys has a *directory*: the sorted four-byte hashes of all
its keys, itself a checked blob (a row that a damaged b-tree page hides is in the directory, so its absence is damage
and not an answer). ``meta`` and ``source`` are sealed by one checksum. Truncation is seen at the first 100 bytes,
which say how long the file is. Bits in the pages' unused space change nothing and are found by ``db verify`` and by
the SHA-256 that ``db.open`` compares whenever the installed file is not the very inode that was hashed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from hashlib import blake2b
from typing import Final

APPLICATION_ID: Final = 0x53434E54  # "SCNT"
SCHEMA: Final = 2
PAGE_BYTES: Final = 16384  # a quarter of a page fits beside its key: fewer overflow pages, a third of the file saved
CHECK_BYTES: Final = 8

TABLES: Final = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source(name TEXT PRIMARY KEY, updated_at TEXT NOT NULL, records INTEGER NOT NULL, error TEXT NOT NULL,
  url TEXT NOT NULL, licence TEXT NOT NULL, ecosystems TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE package(ecosystem TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(ecosystem, name)) WITHOUT ROWID;
CREATE TABLE vulnerability(id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE fact(kind TEXT NOT NULL, key TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(kind, key)) WITHOUT ROWID;
"""
# fact: ("kev", "all"), ("exploit", "all"), ("epss", year), ("eol", product), ("directory", ecosystem | "#..." table)

VULNERABILITY_DIRECTORY: Final = "#vulnerability"
SEAL: Final = "seal"  # written last: a build that was cut short has none


class Damaged(ValueError):
    """Content that is not what was written."""


def sealed(table: str, key: str, payload: bytes) -> bytes:
    """``payload`` with its check in front, bound to where it is stored."""
    return _check(table, key, payload) + payload


def opened(table: str, key: str, data: bytes) -> bytes:
    """The payload of ``data``; raises ``Damaged`` when it is not what was stored under ``key``."""
    payload = data[CHECK_BYTES:]
    if data[:CHECK_BYTES] != _check(table, key, payload):
        raise Damaged(f"the checksum of {table} {key!r} does not match")
    return payload


def package_key(ecosystem: str, name: str) -> str:
    """The key that a package's blob is bound to."""
    return f"{ecosystem}\x1f{name}"


def _check(table: str, key: str, payload: bytes) -> bytes:
    state = blake2b(f"{table}\0{key}\0".encode("utf-8", "surrogatepass"), digest_size=CHECK_BYTES)
    state.update(payload)
    return state.digest()


def key_hash(key: str) -> int:
    """Four bytes of a key's hash, for its directory."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


def pack_directory(hashes: list[int]) -> bytes:
    """The payload of a directory."""
    import sys

    packed = array("I", sorted(set(hashes)))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


class Directory:
    """Whether a key was written; wrong for one absent key in (4 billion / number of keys), never for a written one."""

    def __init__(self, payload: bytes) -> None:
        import sys

        self._hashes = array("I")
        self._hashes.frombytes(payload)
        if sys.byteorder == "big":
            self._hashes.byteswap()

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, key: object) -> bool:
        wanted = key_hash(str(key))
        at = bisect_left(self._hashes, wanted)
        return at < len(self._hashes) and self._hashes[at] == wanted


def seal_of(meta: list[tuple[str, str]], sources: list[tuple[object, ...]]) -> str:
    """One checksum over every row of ``meta`` (but the seal) and ``source``."""
    state = blake2b(digest_size=16)
    for row in [*sorted(pair for pair in meta if pair[0] != SEAL), *sorted(sources, key=lambda found: str(found[0]))]:
        state.update(repr(tuple(row)).encode())
    return state.hexdigest()
