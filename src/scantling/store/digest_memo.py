"""SHA-256 of large files that are read again and again, remembered for as long as the file is certainly the same.

The same means: device, inode, size, time of modification and time of change, to the nanosecond. Nobody without
administrator's rights can set the time of change back, so that a file that was written to, replaced or restored is
hashed again. A file that changed within the last seconds is not remembered: a write in the same tick of the clock would
leave no trace (git's "racily clean" entries).
"""

from __future__ import annotations

import json
import os
import time
from hashlib import file_digest
from pathlib import Path

from .atomic import replace_file

_RACY_NS = 2_000_000_000
_ENTRIES = 64
_MEMO_BYTES = 64 * 1024


def sha256_of(path: Path, memo: Path | None = None) -> str:
    """The digest (hex) of the file at ``path``; ``memo`` is the file that remembers, None to hash in any case. A memo
    that cannot be read or written costs time and nothing else. Raises ``OSError`` for ``path`` itself."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        stamp = [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        known = {} if memo is None else _read(memo)
        name = os.path.realpath(path)
        entry = known.get(name)
        if entry is not None and entry[:-1] == stamp:
            return str(entry[-1])
        digest = file_digest(file, "sha256").hexdigest()
    if memo is not None and time.time_ns() - status.st_ctime_ns > _RACY_NS:
        known.pop(name, None)
        kept = dict(list(known.items())[-(_ENTRIES - 1) :]) | {name: [*stamp, digest]}
        try:
            memo.parent.mkdir(parents=True, exist_ok=True)
            replace_file(memo, json.dumps(kept).encode())
        except OSError:
            return digest
    return digest


def _read(memo: Path) -> dict[str, list[int | str]]:
    try:
        with memo.open("rb") as file:
            found = json.loads(file.read(_MEMO_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: entry
        for name, entry in found.items()
        if isinstance(entry, list) and len(entry) == 6 and isinstance(entry[-1], str) and len(entry[-1]) == 64
    }
