"""What the secret inspector found in one layer: never a value, only its first characters and a keyed hash."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SecretFact:
    """``line`` counts from 1, 0 in a program or where the file itself is the finding. ``shown`` is what may be seen of
    the value, ``value_hash`` what tells it from others. The rule's words are with it, since rules may come and go."""

    path: str
    line: int
    rule: str
    value_hash: str
    shown: str
    title: str
    severity: str
    remediation: str


@dataclass(frozen=True, slots=True)
class SecretFacts:
    """All of one layer, sorted."""

    found: tuple[SecretFact, ...] = ()
