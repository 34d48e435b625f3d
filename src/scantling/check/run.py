"""Runs the checks that were asked for over one image."""

from __future__ import annotations

from scantling.model.coverage import Gap
from scantling.model.finding import Finding

from .catalog import checks
from .check import Scene


def run(scene: Scene, scanners: frozenset[str]) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """All findings, and the gaps of the inspectors as well as of the checks, sorted."""
    findings: list[Finding] = []
    gaps = {gap for layer in scene.layers for evidence in layer.evidence for gap in evidence.gaps}
    for check in checks(scanners, scene.info.kind == "sbom"):
        for result in check.run(scene):
            if isinstance(result, Gap):
                gaps.add(result)
            else:
                findings.append(result)
    return tuple(sorted(findings, key=lambda f: (f.kind, f.id, f.path, f.fingerprint))), tuple(sorted(gaps))
