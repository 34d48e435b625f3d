"""A content-addressed cache of small blobs: what was learned once from bytes that can never change.

An entry is a file named after its key, written whole (temporary name, then rename) with a digest of its content in
front. A damaged entry is a miss. Several processes may use one directory at the same time: readers never lock.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex

_MAGIC = b"SCNTL1\0\0"
_DIGEST_BYTES = 16
DEFAULT_MAX_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class LayerCache:
    """Facts of layers under ``directory``. ``fingerprint`` names the code that made them (analyzers' versions):
    entries of another fingerprint are never seen."""

    directory: Path
    fingerprint: str
    max_bytes: int = DEFAULT_MAX_BYTES

    def get(self, diff_id: str) -> bytes | None:
        """The blob stored under ``diff_id``, or None when there is none, or none that is whole."""
        try:
            raw = self._path(diff_id).read_bytes()
        except OSError:
            return None
        start = len(_MAGIC) + _DIGEST_BYTES
        body = memoryview(raw)[start:]
        if raw[: len(_MAGIC)] != _MAGIC or raw[len(_MAGIC) : start] != _digest(diff_id, body):
            return None
        return bytes(body)

    def put(self, diff_id: str, blob: bytes) -> None:
        """Store ``blob``. A full or read-only disk makes the next scan slower, not this one fail."""
        path = self._path(diff_id)
        temporary = path.with_name(f".{path.name}.{token_hex(6)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as out:
                out.write(_MAGIC + _digest(diff_id, memoryview(blob)))
                out.write(blob)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def prune(self) -> int:
        """Remove the least recently written entries until the cache is within ``max_bytes``; bytes removed."""
        entries: list[tuple[float, int, Path]] = []
        for path in self.directory.glob("*/*"):
            with suppress(OSError):
                stat = path.stat()
                entries.append((stat.st_mtime, stat.st_size, path))
        excess = sum(size for _, size, _ in entries) - self.max_bytes
        removed = 0
        for _, size, path in sorted(entries):
            if removed >= excess:
                break
            with suppress(OSError):
                path.unlink()
                removed += size
        return removed

    def _path(self, diff_id: str) -> Path:
        name = blake2b(f"{self.fingerprint}\0{diff_id}".encode(), digest_size=20).hexdigest()
        return self.directory / name[:2] / name[2:]


def _digest(key: str, body: memoryview) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES, key=key.encode()[:64]).digest()
