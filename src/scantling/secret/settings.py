"""What users may set about secrets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_SALT = "scantling"


@dataclass(frozen=True, slots=True)
class SecretSettings:
    """``config`` is a file of rules and allow lists, None for those of the package alone. ``salt`` is mixed into the
    hashes that stand for values: who keeps it to themselves keeps others from trying likely passwords on a report.
    ``cache_dir`` holds the compiled rules; None compiles them every time."""

    config: Path | None = None
    salt: str = field(default=DEFAULT_SALT, repr=False)
    cache_dir: Path | None = None


def value_hash(value: bytes, salt: str) -> str:
    """What stands for a secret wherever equal ones must be told from others: 16 hex digits of keyed BLAKE2b."""
    key = hashlib.sha256(salt.encode("utf-8", "surrogatepass")).digest()
    return hashlib.blake2b(value, key=key, digest_size=8).hexdigest()


def masked(value: bytes) -> str:
    """The first characters, four at most and never more than a quarter of the value; the rest is a word."""
    shown = value[: min(4, len(value) // 4)].decode("ascii", "replace")
    safe = "".join(char if char.isascii() and char.isprintable() else "?" for char in shown)
    return f"{safe}***"
