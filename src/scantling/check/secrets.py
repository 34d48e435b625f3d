"""Secrets in the files of all layers, with the layer that holds each and whether a container still shows it."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.model.evidence_secret import SecretFact, SecretFacts
from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place

from .check import Check, Scene
from .sighting import sightings


def _run(scene: Scene) -> Iterator[Finding]:
    """One finding for each value in each file."""
    layers = (() if facts is None else facts.found for facts in scene.evidence("secret", SecretFacts))
    for seen in sightings(scene, layers, _identity):
        fact = seen.fact
        what = f"Begins with {fact.shown.removesuffix('***')!r}. " if fact.shown not in {"", "***"} else ""
        value = f"Hash of the value: {fact.value_hash}." if fact.shown else ""
        yield Finding(
            fingerprint=fingerprint_of_place(fact.rule, f"{fact.path}#{fact.value_hash}", scene.info.repository, None),
            kind="secret",
            id=fact.rule,
            title=seen.title(fact.title),
            severity=fact.severity,
            severity_source="scantling",
            path=fact.path,
            line=fact.line or None,
            diff_id=scene.layers[seen.layer].diff_id,
            remediation=fact.remediation,
            description=seen.description(f"{what}{value}"),
        )


def _identity(fact: SecretFact) -> tuple[str, str, str]:
    return fact.rule, fact.path, fact.value_hash


CHECK = Check("secrets", "secret", _run)
