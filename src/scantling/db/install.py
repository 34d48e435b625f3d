"""The installed database: files that never change, named by their SHA-256, and one small pointer to the current one.

A process killed at any step leaves the old pointer or the new one; what it was writing is a ``.partial`` file that the
next update removes. Readers of an older file go on with it: on POSIX it lives until they close it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.model.errors import DatabaseUnusable
from scantling.store.atomic import CrashPoint, no_crash, publish, replace_file

from .meta import DatabaseMeta

POINTER = "current.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Installed:
    """What the pointer says: the file, its SHA-256 (64 digits), when and from where it was built."""

    path: Path
    digest: str
    built_at: str
    mirror: str
    identity: tuple[int, ...]


def directory(cache_dir: Path) -> Path:
    """Where databases live under the cache directory."""
    return cache_dir / "db"


def current(cache_dir: Path) -> Path | None:
    """The installed database's file; None when none is installed."""
    installed = read_pointer(cache_dir)
    return installed.path if installed is not None else None


def read_pointer(cache_dir: Path) -> Installed | None:
    """The pointer, None when there is none. Raises ``DatabaseUnusable`` when it is damaged or points to nothing."""
    path = directory(cache_dir) / POINTER
    try:
        with path.open("rb") as file:
            data = file.read(limits.SETTINGS_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DatabaseUnusable(f"cannot read the installed database's record: {error}", where=str(path)) from error
    installed = _parse(data, path.parent)
    if installed is None:
        raise DatabaseUnusable(
            "the installed database's record is damaged", where=str(path), hint="run: scantling db update"
        )
    return installed


def install(
    built: Path, cache_dir: Path, *, built_at: str, mirror: str = "", crash_point: CrashPoint = no_crash
) -> Path:
    """Make the finished file ``built`` (in ``directory(cache_dir)``) the current one. The caller holds the lock."""
    from .open import sha256_of

    digest = sha256_of(built)
    path = directory(cache_dir) / f"{digest}.sqlite"
    publish(built, path, crash_point=lambda step: crash_point(f"file {step}"))
    pointer = {
        "format": _FORMAT, "sha256": digest, "built_at": built_at, "mirror": mirror,
        "identity": _identity(path.stat()),
    }  # fmt: skip
    replace_file(
        directory(cache_dir) / POINTER,
        json.dumps(pointer, sort_keys=True).encode(),
        crash_point=lambda step: crash_point(f"pointer {step}"),
    )
    prune(cache_dir, keep=path)
    crash_point("pruned")
    return path


def prune(cache_dir: Path, keep: Path) -> int:
    """Remove every installed database but ``keep``; how many."""
    removed = 0
    for path in sorted(directory(cache_dir).glob("*.sqlite")):
        if path.name != keep.name:
            with suppress(OSError):
                path.unlink()
                removed += 1
    return removed


def recorded_digest(path: Path, status: os.stat_result) -> str:
    """The SHA-256 recorded when ``path`` was installed, if inode, size and times are still the same; else ""."""
    try:
        with (path.parent / POINTER).open("rb") as file:
            installed = _parse(file.read(limits.SETTINGS_BYTES), path.parent)
    except OSError:
        return ""
    if installed is None or installed.path.name != path.name or installed.identity != tuple(_identity(status)):
        return ""
    return installed.digest


def verify(path: Path) -> DatabaseMeta:
    """Read every byte of the database at ``path`` and check it against every checksum. Raises ``DatabaseUnusable``."""
    from .verify import verify_file

    return verify_file(path)


def _identity(status: os.stat_result) -> list[int]:
    return [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def _parse(data: bytes, folder: Path) -> Installed | None:
    try:
        pointer: Any = json.loads(data)
        digest = pointer["sha256"]
        if pointer["format"] != _FORMAT or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            return None
        identity = tuple(int(number) for number in pointer["identity"])
        return Installed(
            folder / f"{digest}.sqlite", digest, str(pointer["built_at"]), str(pointer["mirror"]), identity
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
