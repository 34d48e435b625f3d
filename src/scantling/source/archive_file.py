"""A tar file on disk, plain or gzipped, as a store of its members. Nothing is extracted."""

from __future__ import annotations

import os
import posixpath
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from scantling.guard import limits
from scantling.model.errors import Unscannable

from .archive_members import ArchiveMember, clean, members
from .open_image import Reader

_CHUNK = 1 << 18
_GZIP = b"\x1f\x8b"
_HINT = "save the image again"


class ArchiveFile:
    """Indexes the archive once, on creation; ``open`` opens the file anew each time. A symlink in the archive is
    followed inside the archive alone. A gzipped archive is decompressed up to the member asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._members: dict[str, ArchiveMember] = {}
        with self._stream() as stream:
            for member in members(stream, str(path)):
                name = clean(member.name)
                if name and member.kind != "other":
                    if name in self._members and name in {"manifest.json", "index.json", "oci-layout"}:
                        raise Unscannable(f"the archive holds {name} twice", where=str(path), hint=_HINT)
                    self._members[name] = member
        if not self._members:
            raise Unscannable("the archive is empty", where=str(path), hint=_HINT)

    def holds(self, name: str) -> bool:
        return name in self._members

    def size(self, name: str) -> int:
        return self._find(name).size

    def member(self, name: str) -> ArchiveMember:
        """The regular file that ``name`` leads to. Raises ``Unscannable``."""
        return self._find(name)

    @contextmanager
    def open(self, name: str) -> Iterator[Reader]:
        member = self._find(name)
        with self._stream() as stream:
            stream.skip(member.offset)
            yield Bounded(stream, member.size)

    def _find(self, name: str) -> ArchiveMember:
        at = clean(name)
        for _ in range(limits.SYMLINK_HOPS):
            member = self._members.get(at)
            if not at or member is None:
                break
            if member.kind == "file":
                return member
            above = "" if member.kind == "hardlink" else posixpath.dirname(at)
            joined = posixpath.normpath(posixpath.join(above, member.link))
            at = "" if member.link.startswith("/") or joined.startswith("..") else clean(joined)
        if not clean(name) or (name in self._members and self._members[name].kind == "symlink"):
            raise Unscannable(f"{name} leads out of the archive", where=str(self._path), hint=_HINT)
        raise Unscannable(f"{name} is missing", where=str(self._path), hint=f"the archive is incomplete: {_HINT}")

    @contextmanager
    def _stream(self) -> Iterator[_PlainStream | _GzipStream]:
        with open_regular(self._path) as file:
            gzipped = file.read(2) == _GZIP
            file.seek(0)
            yield _GzipStream(file, self._path) if gzipped else _PlainStream(file, self._path)


def open_regular(path: Path) -> BinaryIO:
    """The user's own file (a symlink to it is fine). Raises ``Unscannable`` for anything but a regular one."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unscannable("not a regular file", where=str(path))
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0)
    except OSError as error:
        raise Unscannable(f"cannot open the file: {error.strerror}", where=str(path), hint="check the path") from None
    return file


class Bounded:
    """The next ``size`` bytes of a stream."""

    def __init__(self, stream: Reader, size: int) -> None:
        self._stream = stream
        self.left = size

    def read(self, size: int, /) -> bytes:
        if size <= 0 or not self.left:
            return b""
        data = self._stream.read(min(size, self.left))
        self.left -= len(data)
        return data


class _PlainStream:
    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._where = str(path)
        self._size = os.fstat(file.fileno()).st_size

    @property
    def position(self) -> int:
        return self._file.tell()

    def read(self, size: int, /) -> bytes:
        return self._file.read(size)

    def skip(self, count: int) -> None:
        if self._file.seek(count, os.SEEK_CUR) > self._size:
            raise Unscannable("the archive is cut short", where=self._where, hint=_HINT)


class _GzipStream:
    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._where = str(path)
        self._inflate = zlib.decompressobj(31)
        self._pending = b""
        self._given = 0

    @property
    def position(self) -> int:
        return self._given

    def read(self, size: int, /) -> bytes:
        while size > 0:
            if self._inflate.eof:
                self._pending = self._inflate.unused_data or self._file.read(_CHUNK)
                if not self._pending.strip(b"\0"):
                    return b""
                self._inflate = zlib.decompressobj(31)
            data = self._pending or self._file.read(_CHUNK)
            if not data:
                raise Unscannable("the compressed archive is cut short", where=self._where, hint=_HINT)
            try:
                out = self._inflate.decompress(data, size)
            except zlib.error:
                raise Unscannable("the compressed archive is damaged", where=self._where, hint=_HINT) from None
            self._pending = self._inflate.unconsumed_tail
            self._given += len(out)
            if self._given > max(limits.RATIO_AFTER, limits.RATIO_MAX * self._file.tell()):
                raise Unscannable("the archive expands beyond any honest ratio", where=self._where)
            if out:
                return out
        return b""

    def skip(self, count: int) -> None:
        while count:
            data = self.read(min(count, _CHUNK))
            if not data:
                raise Unscannable("the archive is cut short", where=self._where, hint=_HINT)
            count -= len(data)
