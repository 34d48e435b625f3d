"""Makes an auditor pack and verifies one. The manifest is an in-toto statement (v1) whose subjects are the members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.guard.user_file import read_bounded
from scantling.model.errors import Malformed, Unscannable, UsageError
from scantling.report.json import encode

from . import archive, envelope
from .contents import TRAIL, Gathered, configuration, members, moment, sha256
from .trail_verify import Trail, verify_extract

MANIFEST, SIGNATURE = "manifest.json", "manifest.dsse.json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "urn:scantling:auditor-pack:1"


@dataclass(frozen=True, slots=True)
class Verified:
    """``manifest`` is the statement's predicate; ``members`` are names and sizes of what it speaks for; ``trail`` is
    the part of the audit trail in it, None where there is none."""

    manifest: Mapping[str, Any]
    members: tuple[tuple[str, int], ...]
    key_id: str
    trail: Trail | None = None


def make(gathered: Gathered, period: tuple[str, str], key: Path) -> bytes:
    """The archive. Same reports, inputs, period and key: same bytes. Raises ``UsageError``."""
    held = members(gathered)
    statement = encode(_statement(gathered, period, held))
    data = archive.write({**held, MANIFEST: statement, SIGNATURE: envelope.sign(statement, key)})
    if len(data) > limits.AUDITOR_PACK_BYTES:  # nobody could verify it
        raise UsageError(f"the pack would be larger than {limits.AUDITOR_PACK_BYTES} bytes", hint="shorten --period")
    return data


def verify(path: Path, key: Path) -> Verified:
    """What the pack at ``path`` says of itself, if it is whole and signed with ``key``.

    Raises ``Unscannable`` if it is not, and ``UsageError`` for a key that cannot be used."""
    data = read_bounded(path, limits.AUDITOR_PACK_BYTES, "cannot read the pack")
    if len(data) > limits.AUDITOR_PACK_BYTES:
        raise Unscannable(f"the pack is larger than {limits.AUDITOR_PACK_BYTES} bytes", where=str(path))
    held = archive.read(data, str(path))
    for needed in (MANIFEST, SIGNATURE):
        if needed not in held:
            raise Unscannable(f"the pack has no {needed}", where=str(path))
    id_ = envelope.verify(held[SIGNATURE], held[MANIFEST], key)
    statement = _parsed(held[MANIFEST])
    stated = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
    found = {name: data for name, data in held.items() if name not in {MANIFEST, SIGNATURE}}
    for name in sorted(stated.keys() ^ found.keys()):
        raise Unscannable(f"{'missing' if name in stated else 'not in the manifest'}: {name}", where=str(path))
    for name, body in found.items():
        if sha256(body) != stated[name]:
            raise Unscannable(f"changed since it was signed: {name}", where=str(path))
    sizes = tuple((name, len(body)) for name, body in sorted(found.items()))
    trail = verify_extract(found[TRAIL], f"{path}: {TRAIL}") if TRAIL in found else None
    return Verified(statement["predicate"], sizes, id_, trail)


def _parsed(data: bytes) -> Any:
    try:
        statement = loads(data, max_bytes=limits.REPORT_BYTES, where=MANIFEST)
        if statement["_type"] == _STATEMENT and statement["predicateType"] == _PREDICATE:
            return statement
    except (Malformed, KeyError, TypeError):
        pass
    raise Unscannable("the manifest is not one of an auditor pack", where=MANIFEST)


def _statement(gathered: Gathered, period: tuple[str, str], held: Mapping[str, bytes]) -> dict[str, Any]:
    last = gathered.reports[-1]
    return {
        "_type": _STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": sha256(held[name])}} for name in sorted(held)],
        "predicateType": _PREDICATE,
        "predicate": {
            "note": "Evidence for controls, never compliance.",
            "image": last.target.reference,
            "image_digest": last.target.image_digest,
            "config_digest": last.target.config_digest,
            "period": {"from": period[0], "to": period[1]},
            "reports": len(gathered.reports),
            "last_scan": moment(last),
            "last_status": last.status,
            "last_outcome": last.verdict.outcome,
            "database": None
            if last.database is None
            else {"digest": last.database.digest, "built_at": last.database.built_at,
                  "age_hours": last.database.age_hours},
            "configuration_sha256": sha256(encode(configuration(gathered))),
            "compliance": [
                {"pack": result.pack, "passed": result.passed, "failed": result.failed,
                 "not_checkable": result.not_checkable}
                for result in last.compliance
            ],
        },
    }  # fmt: skip
