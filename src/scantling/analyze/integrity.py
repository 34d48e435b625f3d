"""Digests of the files that packages own, beside what the packages' records say (``integrity_reading``)."""

from __future__ import annotations

from scantling.model.evidence_integrity import IntegrityFacts

from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings


def inspector(_: InspectorSettings) -> Inspector:
    # to begin loads what reads records: once, before forking
    return Inspector("integrity", "integrity", "2", _begin, IntegrityFacts, _begin)


def _begin() -> Inspecting:
    from .integrity_reading import begin

    return begin()
