"""Advisories and vulnerabilities as msgpack arrays: no field names in the file, and half the decoding time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from scantling.model.advisory import Advisory, Cvss, EolCycle, Range, Vulnerability

from .schema import Damaged

_DEFAULTS: tuple[Any, ...] = ("affected", "", "", (), "", "")  # Advisory's last six fields
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def pack(value: object) -> bytes:
    """``value`` (tuples, texts, numbers) as msgpack."""
    return _encode(value)


def unpack(data: bytes) -> Any:
    """Raises ``Damaged``."""
    try:
        return _decode(data)
    except msgspec.MsgspecError as error:
        raise Damaged(str(error)) from error


def advisory_row(advisory: Advisory) -> tuple[object, ...]:
    """``advisory`` without its trailing defaults."""
    row: list[object] = [
        advisory.id,
        advisory.feed,
        advisory.scheme,
        [_short((found.introduced, found.fixed, found.last_affected)) for found in advisory.ranges],
        advisory.versions,
        advisory.status,
        advisory.severity,
        advisory.module,
        advisory.arches,
        advisory.note,
        advisory.stream,
    ]
    while row[-1] in ("", ()):
        row.pop()
    return tuple(row)


def _short(row: Sequence[str]) -> Sequence[str]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def read_advisories(payload: bytes) -> tuple[Advisory, ...]:
    """Raises ``Damaged``."""
    try:
        return tuple(_advisory(*row) for row in unpack(payload))
    except TypeError as error:
        raise Damaged(str(error)) from error


def _advisory(
    identity: str, feed: str, scheme: str, ranges: list[list[str]], versions: Sequence[str] = (), *rest: Any
) -> Advisory:
    found = tuple(Range(*bounds) for bounds in ranges)
    status, severity, module, arches, note, stream = (*rest, *_DEFAULTS[len(rest) :])
    return Advisory(
        identity, feed, scheme, found, tuple(versions), status, severity, module, tuple(arches), note, stream
    )


def vulnerability_row(found: Vulnerability) -> tuple[object, ...]:
    cvss = tuple((score.source, score.version, score.vector, score.score) for score in found.cvss)
    return (
        found.id,
        found.aliases,
        found.title,
        found.description,
        found.severity,
        found.severity_source,
        cvss,
        found.cwes,
        found.references,
        found.published,
    )


def read_vulnerability(payload: bytes) -> Vulnerability:
    """Raises ``Damaged``."""
    try:
        identity, aliases, title, text, severity, source, cvss, cwes, references, published = unpack(payload)
        return Vulnerability(
            identity, tuple(aliases), title, text, severity, source,
            tuple(Cvss(*score) for score in cvss), tuple(cwes), tuple(references), published,
        )  # fmt: skip
    except (TypeError, ValueError) as error:
        raise Damaged(str(error)) from error


def eol_row(cycle: EolCycle) -> tuple[object, ...]:
    return (cycle.product, cycle.cycle, cycle.codename, cycle.eol, cycle.extended, cycle.is_eol, cycle.latest)


def read_eol(payload: bytes) -> tuple[EolCycle, ...]:
    """Raises ``Damaged``."""
    try:
        return tuple(EolCycle(*row) for row in unpack(payload))
    except TypeError as error:
        raise Damaged(str(error)) from error
