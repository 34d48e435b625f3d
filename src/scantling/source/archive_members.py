"""The members of the tar file that an image was saved in: where each body lies. Layers have their own, fuller walk.

ustar, PAX (path, linkpath, size) and GNU long names (POSIX.1-2017 pax; tar(5)). Strict: what is cut short or has a
wrong checksum is ``Unscannable``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from scantling.guard import limits
from scantling.model.errors import Unscannable

from .store import read_up_to

BLOCK = 512
_ZEROS = bytes(BLOCK)
_REGULAR = (b"0", b"\0", b"7")
_META = (b"x", b"g", b"L", b"K")


class Forward(Protocol):
    """A stream that goes forward only; ``position`` counts what was read and skipped."""

    @property
    def position(self) -> int: ...

    def read(self, size: int, /) -> bytes: ...

    def skip(self, count: int) -> None: ...


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """``kind`` is "file", "symlink", "hardlink" or "other". ``offset`` is the body's, in the uncompressed archive."""

    name: str
    kind: str
    offset: int
    size: int
    link: str = ""


def members(stream: Forward, where: str) -> Iterator[ArchiveMember]:
    """Each member in turn, the stream standing at its body, of which the caller may read what it likes."""
    offset = count = 0
    extra: dict[str, str] = {}
    while True:
        header = read_up_to(stream, BLOCK)
        if not header or header == _ZEROS:
            return
        count += 1
        if len(header) < BLOCK:
            raise Unscannable("the archive ends inside a header", where=where, hint="save the image again")
        if count > limits.ARCHIVE_ENTRIES:
            raise Unscannable(f"an archive of more than {limits.ARCHIVE_ENTRIES} members", where=where)
        offset += BLOCK
        _check(header, where)
        kind = header[156:157]
        size = _number(header[124:136], where)
        if kind in _META:
            padded = -(-size // BLOCK) * BLOCK
            if size > limits.TAR_RECORD_BYTES:
                raise Unscannable("an archive member with an oversized name record", where=where)
            body = read_up_to(stream, padded)
            if len(body) < padded:
                raise Unscannable("the archive is cut short", where=where, hint="save the image again")
            offset += padded
            extra |= _extra(kind, body[:size], where)
            continue
        if "size" in extra:
            size = _decimal(extra["size"], where)
        if kind not in {*_REGULAR, b"S"}:
            size = 0 if kind in {b"1", b"2", b"3", b"4", b"5", b"6"} else size
        name = extra.get("path") or _path(header)
        link = extra.get("linkpath") or _text(header[157:257])
        extra = {}
        member = ArchiveMember(name, _kind(kind, name), offset, size, link)
        yield member
        offset += -(-size // BLOCK) * BLOCK
        stream.skip(offset - stream.position)


def clean(name: str) -> str:
    """The name as a path inside the archive, "" when it is absolute or would lead out of it."""
    if name.startswith("/") or "\0" in name:
        return ""
    parts = [part for part in name.split("/") if part not in {"", "."}]
    return "" if ".." in parts else "/".join(parts)


def _check(header: bytes, where: str) -> None:
    given = _number(header[148:156], where)
    if given != sum(header[:148]) + 8 * 32 + sum(header[156:]):
        raise Unscannable("not a tar archive, or a damaged one", where=where, hint="save the image again")


def _number(field: bytes, where: str) -> int:
    if field[0] == 0x80:
        value = int.from_bytes(field[1:], "big")
    else:
        digits = field.strip(b" \0")
        if digits.strip(b"01234567"):
            raise Unscannable("not a tar archive, or a damaged one", where=where, hint="save the image again")
        value = int(digits or b"0", 8)
    if value > limits.EXPANDED_BYTES:
        raise Unscannable("an archive member of impossible size", where=where)
    return value


def _decimal(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise Unscannable("an archive member of impossible size", where=where)
    return int(text)


def _extra(kind: bytes, body: bytes, where: str) -> dict[str, str]:
    if kind == b"g":
        return {}
    if kind in {b"L", b"K"}:
        return {"path" if kind == b"L" else "linkpath": _text(body)}
    found: dict[str, str] = {}
    while body:
        length, space, _ = body[:20].partition(b" ")
        end = int(length) if length.isdigit() and space else 0
        if end <= len(length) + 1 or end > len(body) or body[end - 1 : end] != b"\n":
            raise Unscannable("an archive member with a broken PAX record", where=where)
        key, equals, value = body[len(length) + 1 : end - 1].partition(b"=")
        if equals and key in {b"path", b"linkpath", b"size"}:
            found[key.decode()] = value.decode("utf-8", "surrogateescape")
        body = body[end:]
    return found


def _path(header: bytes) -> str:
    name = _text(header[:100])
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{name}" if prefix else name


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _kind(kind: bytes, name: str) -> str:
    if kind in _REGULAR:
        return "other" if name.endswith("/") else "file"
    return {b"1": "hardlink", b"2": "symlink"}.get(kind, "other")
