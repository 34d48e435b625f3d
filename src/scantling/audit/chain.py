"""One line of an audit trail, and how it hangs on the line before it.

A line is a JSON object whose first member is ``hash``: the SHA-256 of the same line without that member and without
the line's end. Its second is ``previous``, the hash of the record before (64 zeros for the first), its third
``sequence``, counted from 1. So ``sed 's/"hash":"[0-9a-f]*",//' | tr -d '\\n' | sha256sum`` of one line gives its hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed, UsageError

START = "0" * 64
_OPENING = re.compile(rb'\{"hash":"([0-9a-f]{64})",')
_HEAD = re.compile(r"([1-9][0-9]{0,14}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a trail has got to: its last record's number and hash. ``Head()`` is that of a trail without records."""

    sequence: int = 0
    hash: str = START

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was read; ``body`` is everything in it."""

    head: Head
    previous: str
    body: Mapping[str, Any]


def line(after: Head, body: Mapping[str, Any]) -> tuple[bytes, Head]:
    """``body`` as the line (with its end) that follows on ``after``, and the head it makes."""
    linked = {"previous": after.hash, "sequence": after.sequence + 1, **body}
    # ASCII, so that no tool between here and the auditor spells a character differently
    rest = json.dumps(linked, separators=(",", ":")).encode().removeprefix(b"{")
    digest = hashlib.sha256(b"{" + rest).hexdigest()
    return b'{"hash":"%s",%s\n' % (digest.encode(), rest), Head(after.sequence + 1, digest)


def parse(text: bytes) -> Record | None:
    """The record in a line (without its end); None for anything whose hash is not its own."""
    opening = _OPENING.match(text)
    if opening is None:
        return None
    stated = opening[1].decode()
    if hashlib.sha256(b"{" + text[opening.end() :]).hexdigest() != stated:
        return None
    body = _object(text)
    if body is None:
        return None
    sequence, previous = body.get("sequence"), body.get("previous")
    if not isinstance(sequence, int) or not isinstance(previous, str):
        return None
    return Record(Head(sequence, stated), previous, body)


def is_unfinished(text: bytes) -> bool:
    """Whether a line that is no record may be one that was never written to its end: it is no whole JSON object."""
    return _object(text) is None


def parse_head(text: str) -> Head:
    """What ``audit head`` printed. Raises ``UsageError``."""
    fits = _HEAD.fullmatch(text.strip())
    if fits is None:
        raise UsageError(
            "not the head of a trail", where="--expect-head", hint="NUMBER:HASH, as `audit head` prints it"
        )
    return Head(int(fits[1]), fits[2])


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        value = loads(text, max_bytes=limits.TRAIL_LINE_BYTES, where="trail")
    except Malformed:
        return None
    return value if isinstance(value, dict) else None
