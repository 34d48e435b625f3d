"""Digests of the files that packages own, beside what the packages' records say (``integrity_reading``)."""

from __future__ import annotations

from scantling.model.evidence_integrity import IntegrityFacts

from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings


def inspector(_: InspectorSettings) -> Inspector:
    return Inspector("integrity", "integrity", "2", _begin, IntegrityFacts, _prepare)


def _prepare() -> None:
    pass  # before forking


def _begin() -> Inspecting:
    from . import integrity_reading

    return integrity_reading.begin()
