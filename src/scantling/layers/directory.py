"""Walks an unpacked root file system as if it were a layer. Never follows a link, never leaves the root."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from scantling.model.coverage import Gap
from scantling.model.errors import Malformed, Unscannable

from .entry import Entry, Kind
from .names import NameTooLong, decode_name, normalise

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY  # never waits for a fifo's writer
_KINDS = {
    stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.DIR, stat.S_IFLNK: Kind.SYMLINK, stat.S_IFCHR: Kind.CHAR,
    stat.S_IFBLK: Kind.BLOCK, stat.S_IFIFO: Kind.FIFO,
}  # fmt: skip
_KERNEL = frozenset({b"proc", b"sys", b"dev"})


def walk(root: Path, *, skip_kernel: bool = True) -> Iterator[Entry | Gap]:
    """Every entry below ``root``, parents first, names in byte order; gaps for what could not be read.

    ``skip_kernel`` leaves out ``proc``, ``sys`` and ``dev`` at the top where the kernel has mounted them. Raises
    ``Unscannable`` where ``root`` itself is not a readable directory.
    """
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise Unscannable(f"cannot read the directory: {error.strerror}", where=str(root)) from None
    try:
        device = os.fstat(top).st_dev
        pending: list[bytes] = [b""]
        while pending:
            directory = pending.pop()
            where = decode_name(directory)
            if skip_kernel and directory in _KERNEL and _device(top, directory) != device:
                yield Gap("skipped-mount", where, "a file system of the kernel, not of the image", blocks=False)
                continue
            try:
                held = _open_directory(top, directory)
            except OSError as error:
                yield Gap("unreadable-file", where, f"directory: {error.strerror}")
                continue
            try:
                below: list[bytes] = []
                yield from _entries(held, directory, below)
                pending.extend(reversed(below))
            finally:
                os.close(held)
    finally:
        os.close(top)


def _device(top: int, name: bytes) -> int:
    try:
        return os.stat(name, dir_fd=top, follow_symlinks=False).st_dev
    except OSError:
        return -1


def _open_directory(top: int, path: bytes) -> int:
    """Component by component, so that no link is followed even if the tree changes under the walk."""
    held = os.dup(top)
    for component in path.split(b"/") if path else ():
        try:
            below = os.open(component, _DIRECTORY, dir_fd=held)
        finally:
            os.close(held)
        held = below
    return held


def _entries(held: int, directory: bytes, below: list[bytes]) -> Iterator[Entry | Gap]:
    where = decode_name(directory)
    try:
        names = sorted(map(os.fsencode, os.listdir(held)))
    except OSError as error:
        yield Gap("unreadable-file", where, f"directory: {error.strerror}")
        return
    for name in names:
        raw = directory + b"/" + name if directory else name
        try:
            path = normalise(raw)
            if path is None:
                continue
            status = os.stat(name, dir_fd=held, follow_symlinks=False)
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), Kind.OTHER)
            link = decode_name(os.readlink(name, dir_fd=held)) if kind is Kind.SYMLINK else ""
        except NameTooLong as error:
            yield Gap("dropped-entry", decode_name(raw[:256]), f"{error}; the entry was dropped")
            continue
        except OSError as error:
            yield Gap("unreadable-file", decode_name(raw), error.strerror or "cannot be read")
            continue
        if kind is Kind.DIR:
            below.append(raw)
        size = status.st_size if kind is Kind.FILE else 0
        body = _File(held, name) if kind is Kind.FILE else None
        unopened = Entry(
            path, kind, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, size, int(status.st_mtime), link,
            _capabilities(held, name, status) if kind is Kind.FILE else b"", body,
        )  # fmt: skip
        yield unopened
        if body is not None:
            body.close()
            if body.failure:
                yield Gap("unreadable-file", path, body.failure)


def _capabilities(held: int, name: bytes, status: os.stat_result) -> bytes:
    if not status.st_mode & 0o111 or not hasattr(os, "getxattr"):
        return b""
    try:
        return os.getxattr(f"/proc/self/fd/{held}/".encode() + name, "security.capability", follow_symlinks=False)
    except OSError:  # ENODATA for nearly every file; file systems without attributes have no capabilities either
        return b""


class _File:
    """Opened when the first byte is asked for; an unreadable file has no bytes, and a gap after it."""

    def __init__(self, directory: int, name: bytes) -> None:
        self._directory = directory
        self._name = name
        self._file = -1
        self._over = False
        self.failure = ""

    def head(self, entry: Entry, size: int) -> bytes:
        return os.pread(self._file, min(size, entry.size), 0) if self._open() else b""

    def read(self, entry: Entry) -> bytes:
        return self._range(entry, 0, entry.size)

    def pieces(self, entry: Entry, size: int) -> Iterator[bytes]:
        for start in range(0, entry.size, size):
            yield self._range(entry, start, min(size, entry.size - start))

    def _range(self, entry: Entry, start: int, size: int) -> bytes:
        if not self._open():
            raise Malformed(self.failure, where=entry.path)
        pieces: list[bytes] = []
        missing = size
        while missing:  # a file that grows meanwhile is read up to the size that the caller has seen
            piece = os.pread(self._file, missing, start)
            if not piece:
                raise Malformed("the file became shorter while it was read", where=entry.path)
            pieces.append(piece)
            start += len(piece)
            missing -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _open(self) -> bool:
        if self._over:
            raise ValueError("the walk has gone on")
        if self._file < 0 and not self.failure:
            try:
                self._file = os.open(self._name, _FILE, dir_fd=self._directory)
                if not stat.S_ISREG(os.fstat(self._file).st_mode):
                    self.failure = "changed its kind while it was read"
            except OSError as error:
                self.failure = error.strerror or "cannot be opened"
        return not self.failure

    def close(self) -> None:
        self._over = True
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
