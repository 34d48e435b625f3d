"""dpkg's MD5 sums (deb-md5sums(5)) and diversions (``var/lib/dpkg/diversions``, dpkg-divert(1))."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Iterator

from scantling.guard import limits
from scantling.model.errors import Malformed

from .stated import Stated, is_system

_DIRECTORIES = ("var/lib/dpkg/info/", "var/lib/dpkg/status.d/")
_END = ".md5sums"
_DIGITS = 32


def wants(path: str) -> bool:
    """Whether ``path`` holds the sums of a package."""
    return path.endswith(_END) and path.startswith(_DIRECTORIES)


def read(path: str, data: bytes) -> Iterator[Stated]:
    """One package. Raises ``Malformed`` where a line is none of a digest, two blanks and a path."""
    owner = path[path.rfind("/") + 1 : -len(_END)].partition(":")[0]
    stated = Stated(path, "deb", owner, "md5")
    sums = stated.sums
    for number, line in enumerate(data.splitlines(), 1):
        if number > limits.DATABASE_LINES:
            raise Malformed(f"more than {limits.DATABASE_LINES} lines")
        digest, blank, name = line[:_DIGITS], line[_DIGITS : _DIGITS + 2], line[_DIGITS + 2 :]
        if not line:
            continue
        try:
            raw = unhexlify(digest)
        except ValueError:
            raw = b""
        if len(raw) != _DIGITS // 2 or blank not in (b"  ", b" *") or not name:
            raise Malformed(f"line {number} is no digest with a path")
        file = name[: limits.PATH_BYTES].decode("utf-8", "replace").lstrip("/").removeprefix("./")
        if is_system(file):
            sums[file] = raw
    yield stated


def diversions(data: bytes) -> tuple[tuple[str, str, str], ...]:
    """(path, where its package's file was moved, the package that asked; ":" is the administrator)."""
    lines = data[: limits.PARSED_FILE_BYTES].decode("utf-8", "replace").splitlines()
    rows = zip(lines[::3], lines[1::3], lines[2::3], strict=False)
    return tuple((path.lstrip("/"), moved.lstrip("/"), package) for path, moved, package in rows)
