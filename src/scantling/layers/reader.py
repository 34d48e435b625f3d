"""Bytes that can be read once: what every source hands out and every stage of this package takes."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol


class Reader(Protocol):
    """``read(size)`` gives at most ``size`` bytes; fewer does not mean the end, only ``b""`` does."""

    def read(self, size: int, /) -> bytes: ...


class BytesReader:
    """A ``Reader`` over bytes in memory."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def read(self, size: int, /) -> bytes:
        start = self._position
        piece = self._data[start : start + size]
        self._position = start + len(piece)
        return piece


class FileReader:
    """A ``Reader`` over one file, or over ``length`` bytes of it from ``offset``; a context manager."""

    def __init__(self, path: Path, offset: int = 0, length: int = -1) -> None:
        self._file = path.open("rb", buffering=0)
        self._file.seek(offset)
        self._left = length

    def read(self, size: int, /) -> bytes:
        if self._left >= 0:
            size = min(size, self._left)
        piece = self._file.read(size) or b""
        if self._left >= 0:
            self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> FileReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
