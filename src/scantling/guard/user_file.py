"""Files that a user names by hand: read with a bound, refused in a sentence."""

from __future__ import annotations

from pathlib import Path

from scantling.model.errors import UsageError


def read_bounded(path: Path, max_bytes: int, unreadable: str, hint: str = "") -> bytes:
    """At most ``max_bytes + 1`` bytes of the file at ``path``: one more than it may have, so that whoever refuses a
    longer one can tell. Raises ``UsageError`` ("``unreadable``: no such file")."""
    try:
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except OSError as error:
        raise UsageError(f"{unreadable}: {error.strerror or error}", where=str(path), hint=hint) from error
