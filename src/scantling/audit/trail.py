"""Appends to an audit trail: one record after the other, whoever writes, whatever dies in between.

Nothing that stands in the file is ever changed, also not what a killed writer left: the next record closes the
unfinished line and states its length and digest (``torn``), so that verification can tell it from tampering. That
works on a file with the append-only attribute (``chattr +a``), too.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.model.errors import ScantlingError, UsageError
from scantling.store.atomic import CrashPoint, no_crash, sync
from scantling.store.lock import exclusive

from .chain import Head, is_unfinished, line, parse

_WAIT_S = 60.0
_OPENING = b'{"hash":"'
_VERIFY = "scantling audit verify FILE says what is wrong; go on in a new file, and keep this one"


def check(path: Path) -> None:
    """Raise ``UsageError`` if nothing could be appended to ``path``: better before a scan than after it."""
    where = str(path)
    if not path.exists():
        if not path.parent.is_dir():
            raise UsageError("the directory of the audit trail does not exist", where=where)
        if not os.access(path.parent, os.W_OK):
            raise UsageError("the audit trail cannot be made: permission denied", where=where)
        return
    if not path.is_file():
        raise UsageError("the audit trail is no regular file", where=where)
    try:
        descriptor = _open(path)
    except OSError as error:
        raise UsageError(f"the audit trail cannot be written: {error.strerror or error}", where=where) from error
    try:
        _end(descriptor, where)
    finally:
        os.close(descriptor)


def append(
    path: Path,
    body: Mapping[str, Any],
    *,
    on_wait: Callable[[str], None] = lambda _: None,
    crash_point: CrashPoint = no_crash,
) -> Head:
    """Add ``body`` as the next record of the trail at ``path`` (made when absent), durably; the trail's new head.

    Raises ``UsageError`` where the end of the file is no trail's, ``ScantlingError`` where it cannot be written."""
    where = str(path)
    lock = path.with_name(f".{path.name}.lock")
    try:
        with exclusive(lock, purpose="writing the audit trail", wait_s=_WAIT_S, on_wait=on_wait):
            fresh = not path.exists()
            descriptor = _open(path)
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise UsageError("the audit trail is no regular file", where=where)
                head = _write(descriptor, where, body, crash_point)
                os.fsync(descriptor)
                crash_point("synced")
            finally:
                os.close(descriptor)
            if fresh:
                sync(path.parent)
            return head
    except OSError as error:
        raise ScantlingError(f"cannot write the audit trail: {error.strerror or error}", where=where) from error


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o644)


def _write(descriptor: int, where: str, body: Mapping[str, Any], crash_point: CrashPoint) -> Head:
    head, torn, closed = _end(descriptor, where)
    start = b"" if closed else b"\n"
    if torn:
        left = torn + start
        body = {**body, "torn": {"bytes": len(left), "sha256": hashlib.sha256(left).hexdigest()}}
    data, head = line(head, body)
    if len(data) > limits.TRAIL_LINE_BYTES:
        raise UsageError(f"a record of more than {limits.TRAIL_LINE_BYTES} bytes", where=where)
    data = start + data
    while data:
        data = data[os.write(descriptor, data) :]
        crash_point("written")
    return head


def _end(descriptor: int, where: str) -> tuple[Head, bytes, bool]:
    """The head, what stands after the last record (unfinished lines), and whether the last line is closed."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - limits.TRAIL_TAIL_BYTES)
    tail = b""
    while piece := os.pread(descriptor, size - start - len(tail), start + len(tail)):
        tail += piece
    if not tail:
        return Head(), b"", True
    end = len(tail)
    while end > 0:
        begin = tail.rfind(b"\n", 0, end) + 1
        if begin == 0 and start > 0:
            break  # the line begins before what was read
        text = tail[begin:end]
        record = parse(text)
        if record is not None:
            after = end + 1 if end < len(tail) else end
            return record.head, tail[after:], end < len(tail) and tail.endswith(b"\n")
        if text and not is_unfinished(text):
            raise UsageError("the end of the file is no audit trail's, or was changed", where=where, hint=_VERIFY)
        end = begin - 1
    if start > 0 or not (tail.startswith(_OPENING) or _OPENING.startswith(tail)):
        raise UsageError("the file is no audit trail, or was damaged", where=where, hint=_VERIFY)
    return Head(), tail, tail.endswith(b"\n")
