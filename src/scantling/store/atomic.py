"""Files that are whole or absent: written beside their place, synced, renamed over it, the directory synced.

A process killed at any point leaves the old content or the new one, and at most a temporary file that
``remove_stale`` finds by its name. Tests kill the process at each ``crash_point``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

CrashPoint = Callable[[str], None]
"""Called with the name of the step just done: "created", "written", "synced", "renamed", "directory-synced"."""

_SUFFIX = ".partial"


def no_crash(step: str) -> None:
    """The crash point of real runs."""


def partial_path(path: Path) -> Path:
    """A fresh name beside ``path`` for content that is not whole yet."""
    return path.with_name(f".{path.name}.{token_hex(8)}{_SUFFIX}")


def replace_file(
    path: Path, content: bytes | Callable[[BinaryIO], None], *, mode: int = 0o644, crash_point: CrashPoint = no_crash
) -> None:
    """Put ``content`` (bytes, or a function that writes them) at ``path``, whole or not at all.

    Raises ``OSError`` with the path in it; what was at ``path`` before is then untouched.
    """
    temporary = partial_path(path)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with open(descriptor, "wb") as out:  # noqa: PTH123 - opened exclusively above
            crash_point("created")
            if isinstance(content, bytes):
                out.write(content)
            else:
                content(out)
            crash_point("written")
        publish(temporary, path, crash_point=crash_point)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def publish(temporary: Path, path: Path, *, crash_point: CrashPoint = no_crash) -> None:
    """Move the finished file ``temporary`` (same directory) to ``path``, durably."""
    sync(temporary)
    crash_point("synced")
    temporary.replace(path)
    crash_point("renamed")
    sync(path.parent)
    crash_point("directory-synced")


def sync(path: Path) -> None:
    """Flush a file's or directory's content to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_stale(directory: Path, older_than: float) -> int:
    """Remove partial files in ``directory`` last written before ``older_than`` (seconds since 1970); how many."""
    removed = 0
    for path in sorted(directory.glob(f".*{_SUFFIX}*")):
        with suppress(OSError):
            if path.stat().st_mtime < older_than:
                path.unlink()
                removed += 1
    return removed
