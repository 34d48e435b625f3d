"""One member of a layer: what it is called, what it is, and its bytes while the walk stands at it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    FILE = "file"
    DIR = "dir"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    CHAR = "char"
    BLOCK = "block"
    FIFO = "fifo"
    OTHER = "other"


class Body(Protocol):
    """Where an entry's bytes come from: the walk that yielded it."""

    def head(self, entry: Entry, size: int) -> bytes: ...
    def read(self, entry: Entry) -> bytes: ...
    def pieces(self, entry: Entry, size: int) -> Iterator[bytes]: ...


class Entry:
    """A member of a layer.

    ``path`` is normalised (``layers.names``). ``link`` is a symlink's raw target or a hard link's normalised path.
    ``size`` is the apparent size in bytes of a regular file. ``capabilities`` is the raw security.capability
    attribute. The bytes can be had only until the walk goes on.
    """

    __slots__ = (
        "_body", "capabilities", "gid", "kind", "link", "mode", "mtime", "path", "serial", "size", "uid",
    )  # fmt: skip

    def __init__(
        self,
        path: str,
        kind: Kind,
        mode: int = 0o644,
        uid: int = 0,
        gid: int = 0,
        size: int = 0,
        mtime: int = 0,
        link: str = "",
        capabilities: bytes = b"",
        body: Body | None = None,
        serial: int = 0,
    ) -> None:
        self.path = path
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.size = size
        self.mtime = mtime
        self.link = link
        self.capabilities = capabilities
        self._body = body
        self.serial = serial

    def head(self, size: int) -> bytes:
        """The first ``size`` bytes of a regular file (fewer if it is shorter), without consuming them."""
        return self._body.head(self, size) if self._body is not None else b""

    def read(self) -> bytes:
        """The whole body, once. The caller has looked at ``size`` before. Raises ``DamagedLayer`` where the layer
        ends early, ``Malformed`` for a sparse file too large to expand or a file that vanished."""
        return self._body.read(self) if self._body is not None else b""

    def pieces(self, size: int) -> Iterator[bytes]:
        """The whole body, once, in pieces of ``size`` bytes (the last may be shorter); raises as ``read`` does."""
        return self._body.pieces(self, size) if self._body is not None else iter(())

    def __repr__(self) -> str:
        return f"Entry({self.path!r}, {self.kind.value}, size={self.size})"
