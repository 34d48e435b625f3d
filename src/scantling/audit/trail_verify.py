"""Reads an audit trail from its first record to its last and says whether each hangs on the one before."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError

from .chain import Head, Record, is_unfinished, parse

_HINT = "compare with a copy kept elsewhere; what follows the break proves nothing"


@dataclass(frozen=True, slots=True)
class Trail:
    """What a whole trail holds, from record ``start`` on. ``outcomes`` counts the records by outcome; ``recovered`` are
    the numbers of the records that state an unfinished line before them; ``unfinished`` are the bytes after the last
    record: what a writer left that was killed. ``backwards`` is the first record whose time lies before its
    predecessor's, 0 for none."""

    head: Head
    start: int = 1
    first: str = ""
    last: str = ""
    outcomes: Counter[str] = field(default_factory=Counter)
    recovered: tuple[int, ...] = ()
    unfinished: int = 0
    backwards: int = 0


def is_trail(path: Path) -> bool:
    """Whether ``path`` is to be read as a trail: everything that is no tar archive."""
    try:
        with path.open("rb") as file:
            return file.read(512)[257:262] != b"ustar"
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def verify(path: Path, expected: Head | None = None) -> Trail:
    """The trail at ``path``, if nothing in it was changed, removed, inserted or moved, and record ``expected`` (a head
    that was kept) is still in it. Raises ``Unscannable`` otherwise, naming the first line that is wrong."""
    trail = _verified(records(path), str(path), Head(), expected)
    if expected is not None and expected.sequence > trail.head.sequence:
        raise Unscannable(
            f"the trail ends at record {trail.head.sequence}, and record {expected.sequence} was in it: its end was "
            "cut off",
            where=str(path),
            hint=_HINT,
        )
    return trail


def verify_extract(data: bytes, where: str) -> Trail:
    """The same for what ``extract`` gave: a part of a trail, whatever came before it."""
    first = next((record for _, _, record in _parsed(BytesIO(data), where) if record is not None), None)
    start = Head(first.head.sequence - 1, first.previous) if first is not None else Head()
    return _verified(_parsed(BytesIO(data), where), where, start, None)


def _verified(
    found: Iterable[tuple[int, bytes, Record | None]], where: str, head: Head, expected: Head | None
) -> Trail:
    torn = b""
    first = last = ""
    outcomes: Counter[str] = Counter()
    recovered: list[int] = []
    backwards, start = 0, head.sequence + 1
    for number, text, record in found:
        if record is None:
            if text.strip() and not is_unfinished(text.rstrip(b"\n")):
                raise _broken(where, number, "it is not what its hash says: it was changed")
            torn += text
            if len(torn) > limits.TRAIL_TAIL_BYTES:
                raise _broken(where, number, "too much that is no record")
            continue
        _follows(where, number, record, head, torn)
        if torn:
            recovered.append(record.head.sequence)
        head, torn = record.head, b""
        time = str(record.body.get("time", ""))
        if last and time < last and not backwards:
            backwards = head.sequence
        first, last = first or time, time
        outcomes[str(record.body.get("outcome", ""))] += 1
        if expected is not None and head.sequence == expected.sequence and head.hash != expected.hash:
            raise _broken(where, number, f"record {head.sequence} is not the one whose head was kept")
    if head.sequence < start:
        raise Unscannable("no record: the file is no audit trail, or was emptied", where=where)
    return Trail(head, start, first, last, outcomes, tuple(recovered), len(torn), backwards)


def extract(path: Path, first: str, last: str) -> bytes:
    """The lines of the trail at ``path`` from the first record of a scan between ``first`` and ``last`` (ISO times) to
    the last such record, whatever stands between them; empty for none. Raises as ``verify`` does."""
    verify(path)
    begin = end = 0
    after = 1  # the line behind the last record: what a killed writer left belongs to the record that states it
    for number, _, record in records(path):
        if record is None:
            continue
        if _is_inside(record, first, last):
            begin, end = begin or after, number
        after = number + 1
    kept = bytearray()
    for number, text, _ in records(path) if end else ():
        if begin <= number <= end:
            kept += text
            if len(kept) > limits.TRAIL_PACKED_BYTES:
                hint = "make a pack for each shorter period"
                raise UsageError(
                    f"more than {limits.TRAIL_PACKED_BYTES} bytes of audit trail", where=str(path), hint=hint
                )
    return bytes(kept)


def _is_inside(record: Record, first: str, last: str) -> bool:
    # by the record's own clock or the report's: a record is made seconds after its report was begun
    return any(first <= str(record.body.get(name, "")) <= last for name in ("time", "created_at"))


def records(path: Path) -> Iterator[tuple[int, bytes, Record | None]]:
    """Each line with its number and its end, and the record in it (None: it holds none)."""
    try:
        with path.open("rb") as file:
            yield from _parsed(file, str(path))
    except OSError as error:
        raise UsageError(f"cannot read the audit trail: {error.strerror or error}", where=str(path)) from error


def _parsed(file: BinaryIO, where: str) -> Iterator[tuple[int, bytes, Record | None]]:
    for number, text in enumerate(_lines(file, where), 1):
        yield number, text, parse(text.removesuffix(b"\n"))


def _lines(file: BinaryIO, where: str) -> Iterator[bytes]:
    number = 0
    while text := file.readline(limits.TRAIL_LINE_BYTES + 1):
        number += 1
        if len(text) > limits.TRAIL_LINE_BYTES:
            raise _broken(where, number, "it is longer than any record")
        yield text


def _follows(where: str, number: int, record: Record, head: Head, torn: bytes) -> None:
    if record.previous != head.hash or record.head.sequence != head.sequence + 1:
        after = f"record {head.sequence}" if head.sequence else "the beginning"
        raise _broken(where, number, f"it does not follow on {after}: records were changed, removed, added or moved")
    stated = record.body.get("torn")
    found = {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()} if torn else None
    if stated != found:
        raise _broken(where, number, "what stands before it is not the unfinished line that it speaks of")


def _broken(where: str, number: int, why: str) -> Unscannable:
    return Unscannable(f"the audit trail is broken at line {number}: {why}", where=where, hint=_HINT)
