"""The files of a bundle in a tar archive, plain or compressed: bounded, in memory, and nothing outside its top."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.guard import limits
from scantling.layers.decompress import chunks
from scantling.layers.entry import Kind
from scantling.layers.reader import BytesReader
from scantling.layers.tar import walk
from scantling.model.coverage import Gap
from scantling.model.errors import DamagedLayer, UsageError

from . import data, manifest
from .gather import File, is_wanted


def files_of(content: bytes, where: str) -> list[File]:
    """The files that may be part of a bundle. Raises ``UsageError``. A name that leads out of the archive stays inside,
    as in a root directory."""
    if len(content) > limits.REGO_ARCHIVE_BYTES:
        raise UsageError(f"a bundle of more than {limits.REGO_ARCHIVE_BYTES} bytes", where=where)
    files: dict[tuple[str, ...], File] = {}
    entries = 0
    try:
        for entry in walk(_Expanded(content, where)):
            entries += 1
            if entries > limits.REGO_ENTRIES:
                raise UsageError(f"a bundle of more than {limits.REGO_ENTRIES} entries", where=where)
            if isinstance(entry, Gap):
                continue
            path = tuple(entry.path.split("/"))
            if entry.kind is not Kind.FILE or not is_wanted(path):
                continue
            most = limits.REGO_DATA_BYTES if path[-1].endswith(data.SUFFIXES) else limits.REGO_FILE_BYTES
            if entry.size > most and path[-1] != manifest.NAME:
                raise UsageError(f"a file of more than {most} bytes in the bundle", where=f"{where}:{entry.path}")
            files[path] = File(path, f"{where}:{entry.path}", entry.read())
    except DamagedLayer as error:
        raise UsageError(f"the bundle cannot be read: {error.what}", where=where) from None
    return list(files.values())


class _Expanded:
    """The archive's uncompressed bytes, as ``layers.tar`` reads them; refused where they are too many."""

    def __init__(self, content: bytes, where: str) -> None:
        self._pieces: Iterator[bytes] = chunks(_Peekable(content), where)
        self._pending = b""
        self._given = 0
        self._where = where

    def read(self, size: int, /) -> bytes:
        if not self._pending:
            self._pending = next(self._pieces, b"")
            self._given += len(self._pending)
            if self._given > limits.REGO_EXPANDED_BYTES:
                raise UsageError(
                    f"a bundle of more than {limits.REGO_EXPANDED_BYTES} bytes unpacked", where=self._where
                )
        piece, self._pending = self._pending[:size], self._pending[size:]
        return piece


class _Peekable(BytesReader):
    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._content = content

    def peek(self, size: int) -> bytes:
        return self._content[:size]
