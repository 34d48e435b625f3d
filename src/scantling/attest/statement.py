"""in-toto statements (in-toto attestation framework, spec v1, "Statement")."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed

TYPE = "https://in-toto.io/Statement/v1"
_TYPES = frozenset({TYPE, "https://in-toto.io/Statement/v0.1"})


@dataclass(frozen=True, slots=True)
class Statement:
    """``subjects`` are digests ("sha256:...") of what ``predicate`` speaks of."""

    predicate_type: str
    subjects: frozenset[str]
    predicate: Any


def make(name: str, digests: Sequence[str], predicate_type: str, predicate: Any) -> bytes:
    """A statement about the artifact ``name`` (an image's repository) with these digests, as JSON: same arguments, same
    bytes."""
    subject = []
    for digest in dict.fromkeys(digests):
        algorithm, _, hex_ = digest.partition(":")
        subject.append({"name": name, "digest": {algorithm: hex_}})
    document = {"_type": TYPE, "subject": subject, "predicateType": predicate_type, "predicate": predicate}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def parse(payload: bytes, where: str) -> Statement:
    """The statement in ``payload``. Raises ``Malformed``."""
    value = loads(payload, max_bytes=limits.ATTACHED_BYTES, where=where)
    try:
        if value["_type"] not in _TYPES or not isinstance(value["predicateType"], str):
            raise Malformed("not an in-toto statement", where=where)
        return Statement(
            value["predicateType"],
            frozenset(f"{kind}:{hex_}" for one in value["subject"] for kind, hex_ in one["digest"].items()),
            value["predicate"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise Malformed(f"not an in-toto statement: {type(error).__name__}", where=where) from None
