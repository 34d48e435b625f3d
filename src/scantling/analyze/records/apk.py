"""The checksums of apk's database of installed packages: ``Z:`` lines, "Q1" and a SHA-1 in base 64 (apk-v2(5))."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from io import BytesIO

from scantling.guard import limits
from scantling.model.errors import Malformed

from .stated import Stated, is_system

_PATHS = frozenset({"lib/apk/db/installed", "usr/lib/apk/db/installed"})
_KINDS = {b"Q1": ("sha1", 20), b"Q2": ("sha256", 32)}


def wants(path: str) -> bool:
    """Whether ``path`` is the database."""
    return path in _PATHS


def read(path: str, data: bytes) -> Iterator[Stated]:
    """Each package with the digests of its files, one ``Stated`` for each algorithm that it uses."""
    owner, directory, file = "", "", ""
    by_algorithm: dict[str, Stated] = {}
    for number, line in enumerate(BytesIO(data), 1):
        if number > limits.DATABASE_LINES:
            raise Malformed(f"more than {limits.DATABASE_LINES} lines")
        key, text = line[:2], line[2:].strip()
        if key == b"P:":
            yield from by_algorithm.values()
            by_algorithm = {}
            owner = text[: limits.PACKAGE_NAME_CHARS].decode("utf-8", "replace")
        elif key == b"F:":
            directory = text[: limits.PATH_BYTES].decode("utf-8", "replace")
        elif key == b"R:":
            name = text[: limits.PATH_BYTES].decode("utf-8", "replace")
            file = f"{directory}/{name}" if directory else name
        elif key == b"Z:" and file:
            algorithm, digest = _digest(text)
            if digest and is_system(file):
                stated = by_algorithm.setdefault(algorithm, Stated(path, "apk", owner, algorithm))
                stated.sums[file] = digest
            file = ""
    yield from by_algorithm.values()


def _digest(text: bytes) -> tuple[str, bytes]:
    algorithm, length = _KINDS.get(text[:2], ("", 0))
    try:
        raw = b64decode(text[2:], validate=True)
    except (Error, ValueError):
        return "", b""
    return (algorithm, raw) if length and len(raw) == length else ("", b"")
