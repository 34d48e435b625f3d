"""A file in the user's cache that costs time to make again; used only if it is whole: its digest stands before it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from .atomic import replace_file

_DIGEST_BYTES = 32


def recall(path: Path) -> bytes | None:
    """What ``keep`` wrote to ``path``, None where there is nothing or it is damaged."""
    try:
        blob = path.read_bytes()
    except OSError:
        return None
    body = blob[_DIGEST_BYTES:]
    return body if hashlib.sha256(body).digest() == blob[:_DIGEST_BYTES] else None


def keep(path: Path, body: bytes) -> None:
    """Write ``body``, readable by the user alone. A cache that cannot be written only costs time."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, hashlib.sha256(body).digest() + body, mode=0o600)
