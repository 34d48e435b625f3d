"""One process at a time: an advisory lock on a file, held with ``flock`` and dropped by the kernel when its owner dies.

The lock file says who holds it and why, so that a process that waits can say so. It is never removed: removing it
would let two processes lock two different files of one name.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scantling.model.errors import ScantlingError

_NOTE_BYTES = 512
_POLL_S = 0.1


class Locked(ScantlingError):
    """Another process holds the lock, and did not let go of it in time; or the file system knows no locks."""


def _silent(message: str) -> None:
    """For callers that do not tell anyone that they wait."""


@contextmanager
def exclusive(path: Path, *, purpose: str, wait_s: float, on_wait: Callable[[str], None] = _silent) -> Iterator[None]:
    """Hold the lock at ``path`` (made when absent) for the ``with`` block.

    ``purpose`` is what the others are told ("updating the vulnerability database"). When the lock is taken,
    ``on_wait`` is called once with a sentence for the user. Raises ``Locked`` after ``wait_s`` seconds, and at once
    where the file system has no locks; ``OSError`` when the file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        _acquire(descriptor, path, wait_s, on_wait)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}, {purpose}\n".encode()[:_NOTE_BYTES], 0)
        yield
    finally:
        os.close(descriptor)  # closing lets go of the lock


def _acquire(descriptor: int, path: Path, wait_s: float, on_wait: Callable[[str], None]) -> None:
    deadline = time.monotonic() + wait_s
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL):
                raise Locked(
                    "this file system has no file locks",
                    where=str(path),
                    hint="choose a local directory with --cache-dir or SCANTLING_CACHE_DIR",
                ) from error
            raise
        else:
            return
        owner = os.pread(descriptor, _NOTE_BYTES, 0).decode("utf-8", "replace").strip() or "another process"
        if time.monotonic() >= deadline:
            raise Locked(
                f"still locked after {wait_s:g} s by {owner}", where=str(path), hint="wait for it, or end that process"
            )
        if not told:
            on_wait(f"waiting for {owner}")
            told = True
        time.sleep(_POLL_S)
