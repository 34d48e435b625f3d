"""What earlier scans learned of layers: the packages' facts and each inspector's evidence, every part on its own.

A part is named by "" (the packages) or an inspector's id. So a new rule, or a scanner that is asked for the first
time, reads a layer again for its own part alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scantling.analyze import codec
from scantling.analyze.failure import TRANSIENT
from scantling.analyze.inspector import Inspector
from scantling.guard import limits
from scantling.model.evidence import LayerEvidence
from scantling.model.facts import LayerFacts
from scantling.store.cache import LayerCache

PACKAGES = ""
Part = LayerFacts | LayerEvidence


@dataclass(frozen=True, slots=True)
class Remembered:
    """``cache`` is None when caching is off. Its fingerprint is that of the packages."""

    cache: LayerCache | None
    inspectors: tuple[Inspector, ...] = ()

    def parts(self) -> tuple[str, ...]:
        """Every part that a layer's facts are made of."""
        return (PACKAGES, *(inspector.id for inspector in self.inspectors))

    def recall(self, diff_id: str) -> dict[str, Part]:
        """The parts of the layer that are known."""
        known: dict[str, Part] = {}
        if self.cache is None:
            return known
        for name in self.parts():
            blob = self._cache_of(name, self.cache).get(diff_id)
            if blob is not None and (part := decode(name, blob)) is not None:
                known[name] = part
        return known

    def keep(self, diff_id: str, part: Part, blob: bytes) -> None:
        """Remember ``part``, unless one of its gaps is about this run, not about the bytes."""
        if self.cache is not None and not any(gap.what in TRANSIENT for gap in part.gaps):
            self._cache_of(name_of(part), self.cache).put(diff_id, blob)

    def _cache_of(self, name: str, packages: LayerCache) -> LayerCache:
        if name == PACKAGES:
            return packages
        version = next(inspector.version for inspector in self.inspectors if inspector.id == name)
        return replace(packages, fingerprint=f"{name}={version}")


def name_of(part: Part) -> str:
    """The name of the part that ``part`` is."""
    return part.inspector if isinstance(part, LayerEvidence) else PACKAGES


def encode(facts: LayerFacts, wanted: Iterable[str]) -> bytes:
    """The ``wanted`` parts of freshly read ``facts``, to be sent out of a worker."""
    evidence = {item.inspector: item for item in facts.evidence}
    bare = replace(facts, evidence=())
    return codec.join(codec.encode(bare if name == PACKAGES else evidence[name]) for name in wanted)


def received(answer: bytes, wanted: Sequence[str]) -> dict[str, tuple[Part, bytes]] | None:
    """What ``encode`` sent, each part beside its bytes; None when the answer is damaged."""
    blobs = codec.split(answer)
    parts = {}
    for name, blob in zip(wanted, blobs, strict=False):
        if (part := decode(name, blob)) is not None:
            parts[name] = (part, blob)
    return parts if len(parts) == len(wanted) == len(blobs) else None


def decode(name: str, blob: bytes) -> Part | None:
    """The part called ``name`` from its bytes, None for damaged ones."""
    bound = limits.DATABASE_FILE_BYTES
    if name == PACKAGES:
        return codec.decode(blob, bound)
    evidence = codec.decode_evidence(blob, bound)
    return evidence if evidence is not None and evidence.inspector == name else None


def whole(parts: Mapping[str, Part], order: Sequence[str]) -> LayerFacts:
    """One layer's facts from all of its parts."""
    facts = parts[PACKAGES]
    assert isinstance(facts, LayerFacts)
    evidence = [part for name in order if isinstance(part := parts[name], LayerEvidence)]
    return replace(facts, evidence=tuple(evidence))
