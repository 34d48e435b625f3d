"""Walks a tar archive once and accounts for every byte of it: ustar, PAX, GNU and v7 members out of one buffer.

The standard library's reader ends quietly at the first damaged header; this one never does. What two unpackers would
read differently is said in a ``Gap``; what none could read is ``DamagedLayer``. Sources: POSIX.1-2001 pax, GNU tar
manual ("Tar Internals"), and Go's archive/tar, which container runtimes unpack with.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from zlib import adler32

from scantling.guard.limits import EXPANDED_BYTES, MIB, SPARSE_ENTRIES, TAR_ENTRIES, TAR_RECORD_BYTES
from scantling.model.coverage import Gap
from scantling.model.errors import DamagedLayer

from . import sparse
from .entry import Entry, Kind
from .names import NameTooLong, decode_name, normalise
from .numbers import parse_decimal, parse_number, parse_time
from .pax import CAPABILITY, BadRecord, parse_records
from .reader import Reader

_BLOCK = 512
_ZEROS = bytes(_BLOCK)
_BLANK = b" " * 8
_HEADER = struct.Struct("100s8s8s8s12s12s8sc100s8s")
_KINDS = {
    b"0": Kind.FILE, b"\0": Kind.FILE, b"7": Kind.FILE, b"S": Kind.FILE, b"1": Kind.HARDLINK, b"2": Kind.SYMLINK,
    b"3": Kind.CHAR, b"4": Kind.BLOCK, b"5": Kind.DIR, b"6": Kind.FIFO,
}  # fmt: skip
_BODIED = frozenset({Kind.FILE, Kind.OTHER})
_CACHED_NUMBERS = 4_096
_HEADER_MAX = 8**11  # sizes from here on do not fit the octal field


def walk(reader: Reader) -> Iterator[Entry | Gap]:
    """The members of an uncompressed layer, in archive order, and gaps for what was dropped or is ambiguous.

    Raises ``DamagedLayer`` for a bad checksum, a short header, a body past the end, or malformed records.
    """
    return _Walk(reader).members()


class _Extended:
    """What PAX and GNU records say about the member that follows them."""

    __slots__ = ("gnu_link", "gnu_name", "records", "repeated")

    def __init__(self) -> None:
        self.records: dict[bytes, bytes] | None = None
        self.repeated: list[tuple[bytes, bytes]] = []
        self.gnu_name: bytes | None = None
        self.gnu_link: bytes | None = None


class _Walk:
    """The buffer and the place in it; ``_left`` bytes of the current member's body are not yet passed."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._buffer = b""
        self._position = 0
        self._before = 0  # bytes of the archive before the buffer
        self._left = 0
        self._serial = 0
        self._map: sparse.Map | None = None
        self._last = ""

    def members(self) -> Iterator[Entry | Gap]:
        numbers: dict[bytes, int] = {}
        extended: _Extended | None = None
        unpack, kinds, bodied = _HEADER.unpack_from, _KINDS, _BODIED
        FILE, DIR, SYMLINK, HARDLINK = Kind.FILE, Kind.DIR, Kind.SYMLINK, Kind.HARDLINK  # noqa: N806
        count = 0
        while True:
            start = self._position
            block = self._buffer[start : start + _BLOCK]
            if len(block) < _BLOCK:
                if not self._fill(_BLOCK):
                    if len(self._buffer) > self._position:
                        raise self._damage("a header is cut short")
                    if extended is not None:
                        raise self._damage("the archive ends after an extended header")
                    yield Gap("tar-end", "", "the archive has no end-of-archive blocks; it may have been cut short")
                    return
                start = self._position
                block = self._buffer[start : start + _BLOCK]
            self._position = start + _BLOCK
            raw_name, mode, uid, gid, size_field, mtime, checksum, flag, raw_link, magic = unpack(block)
            # the low half of adler32 is 1 + the sum of all bytes, modulo 65521; exact while every byte is below 128
            try:
                want = numbers.get(checksum)
                if want is None:
                    want = parse_number(checksum)
            except ValueError:
                want = -1
            low = adler32(block[156:], adler32(_BLANK, adler32(block[:148]))) & 0xFFFF
            if (low != want + 1 or not block.isascii()) and not _is_sum(block, want):
                if block == _ZEROS:
                    if extended is not None:
                        raise self._damage("the archive ends after an extended header")
                    yield from self._end()
                    return
                raise self._damage("a header's checksum is wrong")
            try:
                size = numbers[size_field] if size_field in numbers else _learn(numbers, size_field)
                if size < 0 or size > EXPANDED_BYTES:
                    raise ValueError
                if flag in b"xgLKX":
                    extended = yield from self._extend(flag, size, extended)
                    continue
                mode_value = numbers[mode] if mode in numbers else _learn(numbers, mode)
                uid_value = numbers[uid] if uid in numbers else _learn(numbers, uid)
                gid_value = numbers[gid] if gid in numbers else _learn(numbers, gid)
                mtime_value = numbers[mtime] if mtime in numbers else _learn(numbers, mtime)
            except ValueError:
                raise self._damage("a header holds an impossible number") from None
            count += 1
            if count > TAR_ENTRIES:
                yield Gap("limit-reached", "", f"the layer has more than {TAR_ENTRIES} entries; the rest was not read")
                return
            name = raw_name.partition(b"\0")[0]
            if block[345] and magic == b"ustar\x0000":
                width = 131 if block[508:512] == b"tar\0" else 155
                name = block[345 : 345 + width].partition(b"\0")[0] + b"/" + name
            link_name = raw_link.partition(b"\0")[0]
            kind = kinds.get(flag, Kind.OTHER)
            capabilities = b""
            apparent = size
            self._map = None
            if extended is not None:
                current, extended = extended, None
                records = current.records
                if records is not None:
                    name = records.get(b"path") or name
                    link_name = records.get(b"linkpath") or link_name
                    capabilities = records.get(CAPABILITY, b"")
                    try:
                        if records.get(b"size"):
                            declared = parse_decimal(records[b"size"])
                            if declared > EXPANDED_BYTES:
                                raise ValueError
                            if declared != size and declared < _HEADER_MAX:
                                where = decode_name(name[:4096])
                                yield Gap("ambiguous-tar", where, f"two sizes: {size} in the header, {declared} in PAX")
                            size = apparent = declared
                        if records.get(b"uid"):
                            uid_value = parse_decimal(records[b"uid"])
                        if records.get(b"gid"):
                            gid_value = parse_decimal(records[b"gid"])
                        if records.get(b"mtime"):
                            mtime_value = parse_time(records[b"mtime"])
                        if kind is FILE and any(key.startswith(b"GNU.sparse.") for key in records):
                            name, size, apparent = self._pax_sparse(current, name, size)
                    except ValueError as error:
                        raise self._damage(f"a malformed extended header: {error or 'an impossible number'}") from None
                for given, by_pax in ((current.gnu_name, b"path"), (current.gnu_link, b"linkpath")):
                    if given is not None and records and records.get(by_pax, given) != given:
                        yield Gap("ambiguous-tar", decode_name(given[:4096]), "GNU and PAX records name it differently")
                name = current.gnu_name or name
                link_name = current.gnu_link or link_name
            if flag == b"S":
                try:
                    apparent = self._old_sparse(block, size)
                except ValueError as error:
                    raise self._damage(f"a malformed sparse map: {error or 'an impossible number'}") from None
            elif kind is FILE and name.endswith(b"/") and not size:
                kind = DIR  # v7 has no other way to write one
            if kind not in bodied:
                if size and kind is not HARDLINK:  # archivers of old note a hard link's size without writing its body
                    where = decode_name(name[:4096])
                    yield Gap("ambiguous-tar", where, f"a {kind.value} that declares {size} bytes of content")
                size = apparent = 0
            self._left = size
            try:
                path = normalise(name)
                if kind is HARDLINK:
                    link = normalise(link_name)
                else:
                    link = decode_name(link_name) if kind is SYMLINK else ""
            except NameTooLong as error:
                yield Gap("dropped-entry", decode_name(name[:256]), f"{error}; the entry was dropped")
                path, link = None, ""
            else:
                if path is None:
                    if kind is not DIR:
                        yield Gap("dropped-entry", decode_name(name[:256]), f"a {kind.value} in the place of the root")
                elif link is None:
                    yield Gap("dropped-entry", path, "a hard link to the root")
                    path = None
            if path is not None:
                self._last = path
                self._serial += 1
                yield Entry(
                    path, kind, mode_value & 0o7777, uid_value, gid_value, apparent, mtime_value, link or "",
                    capabilities, self if apparent else None, self._serial,
                )  # fmt: skip
            left = self._left
            if left or size:
                left += -size % _BLOCK
                if self._position + left <= len(self._buffer):
                    self._position += left
                else:
                    self._skip(left)

    # --- bodies, asked for by the entry that was yielded last ---

    def head(self, entry: Entry, size: int) -> bytes:
        self._check(entry)
        if self._map is not None:
            size = min(size, entry.size)
            out = bytearray(size)
            position = self._position
            for offset, length in self._map:
                if offset >= size:
                    break
                take = min(length, size - offset)
                need = position - self._position + take
                if not self._fill(need):
                    raise self._damage("a file's content is cut short")
                position = self._position + need - take  # the buffer may have moved
                out[offset : offset + take] = self._buffer[position : position + take]
                position += take
            return bytes(out)
        size = min(size, self._left)
        if len(self._buffer) - self._position < size and not self._fill(size):
            raise self._damage("a file's content is cut short")
        return self._buffer[self._position : self._position + size]

    def read(self, entry: Entry) -> bytes:
        self._check(entry)
        parts = self._map
        if parts is not None:
            sparse.check_expandable(entry.path, entry.size)
        data = self._take(self._left)
        self._left = 0
        entry.serial = -1
        return data if parts is None else sparse.expand(data, parts, entry.size)

    def pieces(self, entry: Entry, size: int) -> Iterator[bytes]:
        if self._map is not None:  # rare, and small enough to expand or refused
            data = self.read(entry)
            yield from (data[start : start + size] for start in range(0, len(data), size))
            return
        self._check(entry)
        entry.serial = -1
        while self._left:
            take = min(size, self._left)
            self._left -= take
            yield self._take(take)

    def _check(self, entry: Entry) -> None:
        if entry.serial != self._serial:
            raise ValueError(f"{entry.path}: read already, or the walk has gone on")

    # --- headers that describe the next member ---

    def _extend(self, flag: bytes, size: int, extended: _Extended | None) -> Generator[Gap, None, _Extended | None]:
        if size > TAR_RECORD_BYTES:
            raise self._damage(f"an extended header of {size} bytes, more than {TAR_RECORD_BYTES}")
        data = self._take(size)
        self._skip(-size % _BLOCK)
        if flag == b"g":
            try:
                records, _ = parse_records(data)
            except BadRecord as error:
                raise self._damage(f"a malformed extended header: {error}") from None
            meant = sorted(key for key in records if key in (b"path", b"linkpath", b"size") or b"sparse" in key)
            if meant:  # container runtimes ignore global headers, other unpackers obey them
                keys = ", ".join(map(decode_name, meant))
                yield Gap("ambiguous-tar", self._last, f"a global header sets {keys}; ignored, as runtimes do")
            return extended
        if extended is None:
            extended = _Extended()
        if flag in b"xX":
            if extended.records is not None:
                raise self._damage("two extended headers for one entry")
            try:
                extended.records, extended.repeated = parse_records(data)
            except BadRecord as error:
                raise self._damage(f"a malformed extended header: {error}") from None
            return extended
        text = data.partition(b"\0")[0]
        if (extended.gnu_name if flag == b"L" else extended.gnu_link) is not None:
            raise self._damage("two long names for one entry")
        if flag == b"L":
            extended.gnu_name = text
        else:
            extended.gnu_link = text
        return extended

    def _old_sparse(self, block: bytes, size: int) -> int:
        parts, more, apparent = sparse.header_map(block)
        while more:
            extension = self._take(_BLOCK)
            added, more = sparse.extension_map(extension)
            parts += added
            if len(parts) > SPARSE_ENTRIES:
                break
        sparse.check(parts, apparent, size)
        self._map = parts
        return apparent

    def _pax_sparse(self, extended: _Extended, name: bytes, size: int) -> tuple[bytes, int, int]:
        """The real name, the stored bytes without the map, and the apparent size."""
        records = extended.records or {}
        name = records.get(b"GNU.sparse.name") or name
        apparent = parse_decimal(records.get(b"GNU.sparse.realsize") or records.get(b"GNU.sparse.size") or b"")
        if records.get(b"GNU.sparse.major", b"0") == b"1":
            parts, used = self._map_in_body(size)
            size -= used
        else:
            parts = sparse.pax_map(records, extended.repeated)
        sparse.check(parts, apparent, size)
        self._map = parts
        return name, size, apparent

    def _map_in_body(self, size: int) -> tuple[sparse.Map, int]:
        """Format 1.0: decimal lines at the start of the body, padded to a block."""
        data = b""
        wanted = 1
        numbers: list[int] = []
        while len(numbers) < wanted:
            used = len(data)
            if used + _BLOCK > size:
                raise sparse.BadMap("the map is longer than the body")
            data += self._take(_BLOCK)
            lines = data.split(b"\n")
            if wanted == 1 and len(lines) > 1:
                wanted = 1 + 2 * parse_decimal(lines[0])
                if wanted > 2 * SPARSE_ENTRIES + 1:
                    raise sparse.BadMap(f"more than {SPARSE_ENTRIES} parts")
            elif wanted == 1:
                raise sparse.BadMap("no count of parts")
            if len(lines) > wanted:
                numbers = [parse_decimal(line) for line in lines[:wanted]]
        return list(zip(numbers[1::2], numbers[2::2], strict=True)), len(data)

    # --- the buffer ---

    def _fill(self, size: int) -> bool:
        """Have ``size`` bytes in the buffer from the current place on; false if the archive ends before."""
        have = len(self._buffer) - self._position
        if have >= size:
            return True
        pieces = [self._buffer[self._position :]]
        self._before += self._position
        while have < size:
            piece = self._reader.read(MIB)
            if not piece:
                break
            pieces.append(piece)
            have += len(piece)
        self._buffer = b"".join(pieces) if len(pieces) != 2 or pieces[0] else pieces[1]
        self._position = 0
        return have >= size

    def _take(self, size: int) -> bytes:
        """The next ``size`` bytes, out of the buffer where they are in it."""
        start = self._position
        piece = self._buffer[start : start + size]
        missing = size - len(piece)
        self._position = start + len(piece)
        if not missing:
            return piece
        pieces = [piece]
        while missing:
            self._next()
            piece = self._buffer[:missing]
            if not piece:
                raise self._damage("the content is cut short")
            self._position = len(piece)
            missing -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def _skip(self, size: int) -> None:
        while True:
            have = len(self._buffer) - self._position
            if have >= size:
                self._position += size
                return
            size -= have
            self._next()
            if not self._buffer:
                raise self._damage("a file's content is cut short")

    def _next(self) -> None:
        self._before += len(self._buffer)
        self._buffer = self._reader.read(MIB)
        self._position = 0

    def _end(self) -> Iterator[Gap]:
        """After the first zero block: a second one, then nothing but zeros."""
        if not self._fill(_BLOCK):
            yield Gap("tar-end", "", "the archive ends with a lone zero block; it may have been cut short")
            return
        if self._buffer[self._position : self._position + _BLOCK] != _ZEROS:
            raise self._damage("a lone zero block stands between entries")
        rest = self._buffer[self._position :]
        extra = False
        while rest:
            extra = extra or rest.count(0) != len(rest)
            self._next()
            rest = self._buffer
        if extra:
            yield Gap("tar-end", "", "there is data after the end of the archive; it was not looked at")

    def _damage(self, what: str) -> DamagedLayer:
        offset = self._before + self._position
        after = f", after {self._last}" if self._last else ""
        return DamagedLayer(
            f"the layer's tar archive is damaged: {what}",
            where=f"byte {offset}{after}",
            hint="pull or save the image again; if it repeats, the stored copy is damaged",
        )


def _learn(numbers: dict[bytes, int], field: bytes) -> int:
    value = parse_number(field)
    if len(numbers) < _CACHED_NUMBERS:  # modes, owners and small sizes repeat
        numbers[field] = value
    return value


def _is_sum(block: bytes, want: int) -> bool:
    """The exact test: the sum of unsigned bytes, or of signed ones as some old archivers wrote it."""
    rest = block[:148] + _BLANK + block[156:]
    total = sum(rest)
    return want in (total, total - 256 * sum(byte > 127 for byte in rest))
