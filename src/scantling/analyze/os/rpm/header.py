"""rpm headers as the package database stores them: tags and their data, without the magic of a package file.

Format (rpm's manual, "RPM V4 header format"): two big-endian numbers, the count of index entries and the length of
the data; the entries, 16 bytes each (tag, type, offset, count); the data. Everything is checked against what is
there before it is used: no offset, count or length of the blob is believed.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from scantling.guard import limits
from scantling.model.errors import Malformed

NAME, VERSION, RELEASE, EPOCH = 1000, 1001, 1002, 1003
VENDOR, LICENSE, ARCH, SOURCERPM = 1011, 1014, 1022, 1044
PROVIDENAME, REQUIRENAME = 1047, 1049
DIRINDEXES, BASENAMES, DIRNAMES = 1116, 1117, 1118
FILEDIGESTS, FILEFLAGS, FILEDIGESTALGO = 1035, 1037, 5011
MODULARITYLABEL = 5096

_WANTED = frozenset({
    NAME, VERSION, RELEASE, EPOCH, VENDOR, LICENSE, ARCH, SOURCERPM, PROVIDENAME, REQUIRENAME, DIRINDEXES, BASENAMES,
    DIRNAMES, MODULARITYLABEL, FILEDIGESTS, FILEFLAGS, FILEDIGESTALGO,
})  # fmt: skip
_MAGIC = b"\x8e\xad\xe8\x01"
_INT32, _STRING, _STRING_ARRAY, _I18N_STRING = 4, 6, 8, 9
_TEXT = frozenset({_STRING, _STRING_ARRAY, _I18N_STRING})
_ENTRY = struct.Struct(">IIII")


@dataclass(frozen=True, slots=True)
class Header:
    """The wanted tags of one header: where their data lies. ``entries`` maps tag to (type, offset, count)."""

    data: memoryview
    entries: Mapping[int, tuple[int, int, int]]

    def text(self, tag: int) -> bytes:
        """The string (the first of several) of ``tag``, b"" when it has none. Raises ``Malformed``."""
        return next(iter(self.texts(tag, 1)), b"")

    def texts(self, tag: int, most: int) -> list[bytes]:
        """At most ``most`` strings of ``tag``, [] when it has none. Raises ``Malformed``."""
        entry = self.entries.get(tag)
        if entry is None:
            return []
        kind, offset, count = entry
        if kind not in _TEXT:
            raise Malformed(f"tag {tag} has type {kind}, not text")
        if count > len(self.data) - offset:  # each string has at least its closing NUL
            raise Malformed(f"tag {tag} claims {count} strings in {len(self.data) - offset} bytes")
        wanted = min(count, most)
        # the strings' total length is not recorded: look as far as needed, doubling
        reach = 64 * max(wanted, 4)
        while True:
            parts = bytes(self.data[offset : offset + reach]).split(b"\0", wanted)
            if len(parts) > wanted:
                return parts[:wanted]
            if offset + reach >= len(self.data):
                raise Malformed(f"the text of tag {tag} runs past the end of the header")
            reach *= 4

    def numbers(self, tag: int, most: int) -> tuple[int, ...]:
        """At most ``most`` 32-bit numbers of ``tag``, () when it has none. Raises ``Malformed``."""
        entry = self.entries.get(tag)
        if entry is None:
            return ()
        kind, offset, count = entry
        if kind != _INT32:
            raise Malformed(f"tag {tag} has type {kind}, not 32-bit numbers")
        if count * 4 > len(self.data) - offset:
            raise Malformed(f"tag {tag} claims {count} numbers in {len(self.data) - offset} bytes")
        wanted = min(count, most)
        return struct.unpack_from(f">{wanted}I", self.data, offset)


def parse(blob: bytes) -> Header:
    """The header in ``blob``. Raises ``Malformed`` when its numbers contradict its length or each other."""
    if len(blob) > limits.RPM_HEADER_BYTES:
        raise Malformed(f"a header of {len(blob)} bytes, more than the {limits.RPM_HEADER_BYTES} allowed")
    start = 8 if blob.startswith(_MAGIC) else 0  # package files have the magic, databases do not
    if len(blob) < start + 8:
        raise Malformed(f"a header of {len(blob)} bytes is too short to be one")
    count, length = struct.unpack_from(">II", blob, start)
    if not 0 < count <= limits.RPM_TAGS:
        raise Malformed(f"a header of {count} tags")
    data_at = start + 8 + 16 * count
    if data_at + length > len(blob):
        raise Malformed(f"a header of {count} tags and {length} bytes of data in a blob of {len(blob)} bytes")
    entries: dict[int, tuple[int, int, int]] = {}
    for tag, kind, offset, number in _ENTRY.iter_unpack(blob[start + 8 : data_at]):
        if tag in _WANTED:
            if offset >= length or number < 1:
                raise Malformed(f"tag {tag} lies at {offset} of {length} bytes of data, {number} times")
            # what was added after signing ("dribbles") follows the signed region and counts instead of it
            entries[tag] = (kind, offset, number)
    return Header(memoryview(blob)[data_at : data_at + length], entries)
