"""``Packages.db``: the database of SUSE's rpm ("ndb"), a table of slots and 16-byte blocks, little-endian.

Format (rpm's ``lib/backend/ndb/rpmpkg.c``): pages of 4096 bytes full of 16-byte slots, the first two of which are
the file's header; a slot names a package's number, first block and count of blocks; a blob has a 16-byte head
(magic, package, generation, length) and a 12-byte tail (checksum, length, magic).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from scantling.analyze.os.text import Complaints
from scantling.guard import limits
from scantling.model.errors import Malformed

_PAGE = 4096
_BLOCK = 16
_HEAD = struct.Struct("<4s3I")  # "RpmP", version, generation, count of slot pages
_SLOT = struct.Struct("<4s3I")  # "Slot", package, first block, count of blocks
_BLOB = struct.Struct("<4s3I")  # "BlbS", package, generation, length
_TAIL = struct.Struct("<2I4s")  # checksum, length, "BlbE"


def blobs(data: bytes, complaints: Complaints) -> Iterator[bytes]:
    """The headers, by package number. A slot that lies is noted in ``complaints`` and left out. Raises
    ``Malformed`` when the file is no such database."""
    if len(data) < _PAGE:
        raise Malformed(f"{len(data)} bytes are too few for an ndb database")
    magic, version, _generation, pages = _HEAD.unpack_from(data)
    if magic != b"RpmP" or version != 0:
        raise Malformed("not an ndb database of version 0")
    if not 0 < pages <= len(data) // _PAGE:
        raise Malformed(f"{pages} pages of slots in a file of {len(data)} bytes")
    used: list[tuple[int, int, int]] = []
    for magic, package, start, count in _SLOT.iter_unpack(memoryview(data)[2 * _BLOCK : pages * _PAGE]):
        if magic != b"Slot":
            raise Malformed("a slot without its magic")
        if package and start:
            used.append((package, start, count))
            if len(used) > limits.PACKAGES_PER_FILE:
                raise Malformed(f"more than {limits.PACKAGES_PER_FILE} packages")
    end = 0
    # blobs never overlap: two slots with one blob would multiply what is read
    for start, count, package in sorted((start, count, package) for package, start, count in used):
        if start < end or start * _BLOCK < pages * _PAGE:
            complaints.add(f"package {package}: its blocks belong to another")
            continue
        end = start + count
        try:
            yield _blob(data, package, start, count)
        except Malformed as error:
            complaints.add(f"package {package}: {error.what}")


def _blob(data: bytes, package: int, start: int, count: int) -> bytes:
    at, end = start * _BLOCK, (start + count) * _BLOCK
    if end > len(data) or count * _BLOCK < _BLOB.size + _TAIL.size:
        raise Malformed(f"blocks {start} to {start + count} of a file of {len(data)} bytes")
    magic, owner, _generation, length = _BLOB.unpack_from(data, at)
    _checksum, again, closing = _TAIL.unpack_from(data, end - _TAIL.size)
    if magic != b"BlbS" or closing != b"BlbE" or owner != package:
        raise Malformed("its blob does not carry its marks")
    if length != again or length > count * _BLOCK - _BLOB.size - _TAIL.size:
        raise Malformed(f"a blob of {length} bytes in {count} blocks")
    return data[at + _BLOB.size : at + _BLOB.size + length]
