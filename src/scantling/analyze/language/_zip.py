"""ZIP archives in memory (PKWARE APPNOTE 6.3.10), read by their central directory alone and within a budget.

The standard library's reader takes twenty times as long on a jar and, before 3.11.8, believes overlapping entries.
Here nothing is trusted: an entry must lie inside the file, before the central directory, and overlap no other; its
local header must bear the same name; its size and CRC-32 must be as declared. Entries of one name are all kept.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from scantling.guard import limits
from scantling.model.errors import Malformed

_END = b"PK\x05\x06"
_END_RECORD = Struct("<4s4H2IH")
_END64 = Struct("<4sQ2H2I4Q")
_LOCATOR = Struct("<4sIQI")
_CENTRAL = Struct("<4s4xHH4x3I3H8xI")
_LOCAL = Struct("<4s22x2H")
_MAX_COMMENT = 0xFFFF
_STORED, _DEFLATED = 0, 8


class LimitReached(Malformed):
    """The archive asks for more than the budget allows."""


@dataclass(slots=True)
class Budget:
    """What one file of an image may still cost, over all archives nested in it."""

    entries: int = limits.ARCHIVE_ENTRIES
    expanded: int = limits.ARCHIVE_EXPANDED


class Member(NamedTuple):
    """One entry as the central directory describes it; ``offset`` is that of its local header in the file."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


@dataclass(slots=True)
class Archive:
    """``members`` in the central directory's order. Raises ``Malformed`` when there is no whole directory."""

    data: bytes
    budget: Budget
    members: list[Member] = field(init=False)
    _starts: list[int] = field(init=False)
    _directory: int = field(init=False)

    def __post_init__(self) -> None:
        start, end, count, shift = _locate(self.data)
        self.budget.entries -= count
        if self.budget.entries < 0:
            raise LimitReached(f"more than {limits.ARCHIVE_ENTRIES} archive entries")
        self._directory = start
        self.members = _members(self.data, start, end, count, shift)
        self._starts = sorted(member.offset for member in self.members)

    def find(self, name: str) -> Member | None:
        """The first entry called ``name``."""
        return next((member for member in self.members if member.name == name), None)

    def read(self, member: Member, limit: int = limits.PARSED_FILE_BYTES) -> bytes:
        """The content of ``member``, of at most ``limit`` bytes; raises ``Malformed`` unless it is whole."""
        start = self._content(member)
        if member.size > limit:
            raise LimitReached(f"{member.size} bytes, more than the {limit} that are read of an archive member")
        if member.size > limits.ARCHIVE_RATIO_AFTER and member.size > member.packed * limits.ARCHIVE_RATIO:
            raise LimitReached(f"expands more than {limits.ARCHIVE_RATIO} times")
        self.budget.expanded -= member.size
        if self.budget.expanded < 0:
            raise LimitReached(f"archives expand to more than {limits.ARCHIVE_EXPANDED} bytes")
        packed = self.data[start : start + member.packed]
        content = packed if member.method == _STORED else _inflate(packed, member.size)
        from isal import isal_zlib

        if len(content) != member.size or isal_zlib.crc32(content) != member.crc:
            raise Malformed("size or checksum is not as declared")
        return content

    def _content(self, member: Member) -> int:
        """Where the bytes of ``member`` begin, after its local header has been checked."""
        if member.flags & 0x2041:
            raise Malformed("encrypted")
        if member.method not in (_STORED, _DEFLATED):
            raise Malformed(f"compression method {member.method} is not read")
        if member.offset < 0 or member.offset + _LOCAL.size > self._directory:
            raise Malformed("lies outside the archive")
        signature, name_length, extra_length = _LOCAL.unpack_from(self.data, member.offset)
        start: int = member.offset + _LOCAL.size + name_length + extra_length
        name = self.data[member.offset + _LOCAL.size : member.offset + _LOCAL.size + name_length]
        if signature != b"PK\x03\x04" or _text(name) != member.name:
            raise Malformed("local header does not agree with the central directory")
        following = bisect_right(self._starts, member.offset)
        bound = self._starts[following] if following < len(self._starts) else self._directory
        shared = following >= 2 and self._starts[following - 2] == member.offset
        if shared or start + member.packed > min(bound, self._directory):
            raise Malformed("overlaps another entry")
        return start


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("cp437")


def _locate(data: bytes) -> tuple[int, int, int, int]:
    """(start, end, entries, shift) of the central directory; ``shift`` is what stands before the archive proper,
    such as the shell script of an executable jar."""
    at = data.rfind(_END, max(0, len(data) - _END_RECORD.size - _MAX_COMMENT))
    if at < 0 or at + _END_RECORD.size > len(data):
        raise Malformed("no end of central directory: not a zip archive, or cut short")
    _, disk, first_disk, here, count, size, offset, _ = _END_RECORD.unpack_from(data, at)
    end = at
    locator = at - _LOCATOR.size
    if locator >= 0 and data.startswith(b"PK\x06\x07", locator) and 0xFFFF in (count, size >> 16, offset >> 16):
        end = data.rfind(b"PK\x06\x06", 0, locator)
        if end < 0 or end + _END64.size > len(data):
            raise Malformed("no zip64 end of central directory")
        _, _, _, _, disk, first_disk, here, count, size, offset = _END64.unpack_from(data, end)
    if disk or first_disk or here != count:
        raise Malformed("one part of a split archive")
    start = end - size
    shift = start - offset
    if start < 0 or shift < 0 or count * _CENTRAL.size > size:
        raise Malformed("central directory lies outside the file")
    return start, end, count, shift


def _members(data: bytes, start: int, end: int, count: int, shift: int) -> list[Member]:
    members: list[Member] = []
    position = start
    unpack, fixed = _CENTRAL.unpack_from, _CENTRAL.size
    for _ in range(count):
        if position + fixed > end:
            raise Malformed("central directory is cut short")
        signature, flags, method, crc, packed, size, name, extra, comment, offset = unpack(data, position)
        if signature != b"PK\x01\x02":
            raise Malformed("central directory is damaged")
        name_end = position + fixed + name
        if packed == 0xFFFFFFFF or size == 0xFFFFFFFF or offset == 0xFFFFFFFF:
            size, packed, offset = _zip64(data[name_end : name_end + extra], size, packed, offset)
        text = _text(data[position + fixed : name_end])
        members.append(Member(text, flags, method, crc, packed, size, offset + shift))
        position = name_end + extra + comment
    if position > end:
        raise Malformed("central directory is cut short")
    return members


def _zip64(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The three values with those that are 0xFFFFFFFF replaced from the zip64 extra field (APPNOTE 4.5.3)."""
    position = 0
    while position + 4 <= len(extra):
        kind = int.from_bytes(extra[position : position + 2], "little")
        length = int.from_bytes(extra[position + 2 : position + 4], "little")
        body = extra[position + 4 : position + 4 + length]
        if kind == 1:
            values: list[int] = []
            for value in (size, packed, offset):
                if value == 0xFFFFFFFF:
                    if len(body) < 8:
                        raise Malformed("zip64 field is cut short")
                    value, body = int.from_bytes(body[:8], "little"), body[8:]
                values.append(value)
            return values[0], values[1], values[2]
        position += 4 + length
    return size, packed, offset


def _inflate(packed: bytes, size: int) -> bytes:
    from isal import isal_zlib

    stream = isal_zlib.decompressobj(-15)
    try:
        content: bytes = stream.decompress(packed, size + 1)
    except isal_zlib.error as error:  # type: ignore[misc]  # the package's stub calls it a value
        raise Malformed(f"damaged: {error}") from None
    if len(content) > size or not stream.eof:
        raise Malformed("size is not as declared")
    return content
