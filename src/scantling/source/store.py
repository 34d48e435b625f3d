"""Where the files of a local image lie: a directory, or an archive. Both hand out regular files by name, bounded."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from scantling.model.errors import Unscannable

from .open_image import Reader


class Store(Protocol):
    """``name`` is relative, with "/"; it never leads out of the store. All raise ``Unscannable``."""

    def holds(self, name: str) -> bool: ...

    def size(self, name: str) -> int: ...

    def open(self, name: str) -> AbstractContextManager[Reader]: ...


def read_file(store: Store, name: str, max_bytes: int) -> bytes:
    """The whole file. Raises ``Unscannable`` when it is larger than ``max_bytes`` or ends early."""
    size = store.size(name)
    if size > max_bytes:
        raise Unscannable(f"{name} has {size} bytes; at most {max_bytes} are read", where=name)
    with store.open(name) as reader:
        data = read_up_to(reader, size)
    if len(data) != size:
        raise Unscannable(f"{name} ends early", where=name)
    return data


def read_up_to(reader: Reader, size: int) -> bytes:
    """``size`` bytes, or fewer when the reader ends before."""
    parts: list[bytes] = []
    while size > 0 and (part := reader.read(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class DirectoryStore:
    """Files below ``root``. No symlink below it is followed, nothing but regular files is opened."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def holds(self, name: str) -> bool:
        return os.path.lexists(self._root / name)

    def size(self, name: str) -> int:
        with self._directory(name) as (folder, last):
            return self._regular(folder, last, name).st_size

    @contextmanager
    def open(self, name: str) -> Iterator[Reader]:
        with self._directory(name) as (folder, last):
            self._regular(folder, last, name)
            # should it be swapped for a FIFO or a symlink just now, O_NONBLOCK and O_NOFOLLOW keep us safe
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            try:
                handle = os.open(last, flags, dir_fd=folder)
            except OSError as error:
                raise self._unreadable(name, error) from None
        with os.fdopen(handle, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unscannable(f"{name} is not a regular file", where=str(self._root))
            yield file

    def _regular(self, folder: int, last: str, name: str) -> os.stat_result:
        try:
            status = os.stat(last, dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            raise self._unreadable(name, error) from None
        if not stat.S_ISREG(status.st_mode):
            raise Unscannable(f"{name} is not a regular file", where=str(self._root), hint="copy the image again")
        return status

    @contextmanager
    def _directory(self, name: str) -> Iterator[tuple[int, str]]:
        *folders, last = name.split("/")
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        handle = -1
        try:
            handle = os.open(self._root, flags)
            for folder in folders:
                inner = os.open(folder, flags | os.O_NOFOLLOW, dir_fd=handle)
                os.close(handle)
                handle = inner
        except OSError as error:
            if handle >= 0:
                os.close(handle)
            raise self._unreadable(name, error) from None
        try:
            yield handle, last
        finally:
            os.close(handle)

    def _unreadable(self, name: str, error: OSError) -> Unscannable:
        if isinstance(error, FileNotFoundError):
            return Unscannable(
                f"{name} is missing", where=str(self._root), hint="the image is incomplete: copy it again"
            )
        return Unscannable(f"cannot read {name}: {error.strerror}", where=str(self._root))
