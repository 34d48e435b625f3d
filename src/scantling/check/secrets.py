"""Secrets in the files of all layers, with the layer that holds each and whether a container still shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scantling.model.evidence_secret import SecretFact, SecretFacts
from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place

from .check import Check, Scene

HIDDEN = (
    "A later layer deletes or replaces the file: a running container does not show it, but whoever has the image"
    " can read it."
)


def _run(scene: Scene) -> Iterable[Finding]:
    """One finding for each value in each file, in the layer that a container shows or else the lowest."""
    best: dict[tuple[str, str, str], tuple[bool, int, SecretFact]] = {}
    for index, facts in enumerate(scene.evidence("secret", SecretFacts)):
        for fact in facts.found if facts is not None else ():
            live = scene.is_live(index, fact.path)
            key = (fact.rule, fact.path, fact.value_hash)
            if key not in best or (live and not best[key][0]):
                best[key] = (live, index, fact)
    return _findings(scene, best.values())


def _findings(scene: Scene, found: Iterable[tuple[bool, int, SecretFact]]) -> Iterator[Finding]:
    for live, index, fact in found:
        what = f"Begins with {fact.shown.removesuffix('***')!r}. " if fact.shown not in {"", "***"} else ""
        value = f"Hash of the value: {fact.value_hash}." if fact.shown else ""
        yield Finding(
            fingerprint=fingerprint_of_place(fact.rule, f"{fact.path}#{fact.value_hash}", scene.info.repository, None),
            kind="secret",
            id=fact.rule,
            title=fact.title if live else f"{fact.title} (deleted or overwritten later)",
            severity=fact.severity,
            severity_source="scantling",
            path=fact.path,
            line=fact.line or None,
            diff_id=scene.layers[index].diff_id,
            remediation=fact.remediation,
            description=" ".join(part for part in ("" if live else HIDDEN, f"{what}{value}") if part),
        )


CHECK = Check("secrets", "secret", _run)
