"""Builds tar layers byte by byte, honest ones and hostile ones. Shares no code with the walker under test."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BLOCK = 512
TYPES = {
    "file": b"0", "hardlink": b"1", "symlink": b"2", "char": b"3", "block": b"4", "dir": b"5", "fifo": b"6",
    "pax": b"x", "pax_global": b"g", "gnu_name": b"L", "gnu_link": b"K", "gnu_sparse": b"S",
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One member. The fields from ``type_flag`` on override what an honest writer would put into the header."""

    name: str | bytes
    data: bytes = b""
    kind: str = "file"
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    link: str | bytes = ""
    pax: dict[str, str | bytes] | None = None
    type_flag: bytes | None = None
    size_field: bytes | None = None
    checksum_field: bytes | None = None
    magic: bytes = b"ustar\x0000"
    prefix: bytes = b""
    raw_pax: bytes | None = None
    tail: bytes = b""
    padding: bool = True


def tar(members: Iterable[Member], *, end_blocks: int = 2) -> bytes:
    """The archive of ``members``. Names over 100 bytes become PAX records, as GNU tar --format=posix writes them."""
    return b"".join(map(member_bytes, members)) + b"\0" * (BLOCK * end_blocks)


def member_bytes(member: Member) -> bytes:
    """One member: its PAX records if any, header, body, padding."""
    name, link = _raw(member.name), _raw(member.link)
    records: dict[str, str | bytes] = dict(member.pax or {})
    if len(name) > 100 and "path" not in records:
        records["path"] = name
    if len(link) > 100 and "linkpath" not in records:
        records["linkpath"] = link
    out = b""
    body = member.raw_pax if member.raw_pax is not None else pax_records(records)
    if body:
        out += header(b"PaxHeaders/x", size=len(body), type_flag=b"x") + padded(body)
    out += header(
        name,
        size=len(member.data),
        type_flag=member.type_flag or TYPES[member.kind],
        mode=member.mode,
        uid=member.uid,
        gid=member.gid,
        mtime=member.mtime,
        link=link,
        size_field=member.size_field,
        checksum_field=member.checksum_field,
        magic=member.magic,
        prefix=member.prefix,
        tail=member.tail,
    )
    return out + (padded(member.data) if member.padding else member.data)


def header(
    name: bytes,
    *,
    size: int = 0,
    type_flag: bytes = b"0",
    mode: int = 0o644,
    uid: int = 0,
    gid: int = 0,
    mtime: int = 0,
    link: bytes = b"",
    size_field: bytes | None = None,
    checksum_field: bytes | None = None,
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
    tail: bytes = b"",
) -> bytes:
    """One 512-byte header. ``tail`` replaces the bytes from offset 345 on (GNU sparse maps live there)."""
    block = bytearray(BLOCK)
    block[0:100] = name[:100].ljust(100, b"\0")
    block[100:108] = number(mode, 8)
    block[108:116] = number(uid, 8)
    block[116:124] = number(gid, 8)
    block[124:136] = (size_field if size_field is not None else number(size, 12)).ljust(12, b"\0")[:12]
    block[136:148] = number(mtime, 12)
    block[148:156] = b" " * 8
    block[156:157] = type_flag
    block[157:257] = link[:100].ljust(100, b"\0")
    block[257:265] = magic.ljust(8, b"\0")
    block[345:500] = prefix.ljust(155, b"\0")
    if tail:
        block[345 : 345 + len(tail)] = tail
    block[148:156] = checksum_field if checksum_field is not None else b"%06o\0 " % sum(block)
    return bytes(block)


def number(value: int, width: int) -> bytes:
    """Octal where it fits, else GNU's base-256."""
    if 0 <= value < 8 ** (width - 1):
        return b"%0*o\0" % (width - 1, value)
    raw = bytearray(value.to_bytes(width, "big", signed=True))
    raw[0] |= 0x80
    return bytes(raw)


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % BLOCK)


def pax_records(records: Mapping[str, str | bytes]) -> bytes:
    return b"".join(pax_record(key.encode(), _raw(value)) for key, value in records.items())


def pax_record(key: bytes, value: bytes) -> bytes:
    """``LENGTH KEY=VALUE\\n`` where LENGTH counts itself (POSIX.1-2001 pax)."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest)
    while len(rest) + len(str(length)) != length:
        length = len(rest) + len(str(length))
    return str(length).encode() + rest


def gzip_bytes(data: bytes, level: int = 6) -> bytes:
    return gzip.compress(data, level, mtime=0)


def zstd_bytes(data: bytes, level: int = 3) -> bytes:
    """One frame with content size and checksum, as containers/image and buildkit write them."""
    import zstandard

    return zstandard.ZstdCompressor(level=level, write_checksum=True).compress(data)


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _raw(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
