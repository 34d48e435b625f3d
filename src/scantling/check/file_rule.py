"""The contract of a rule about an image's files, and its findings."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place

from .check import Scene


@dataclass(frozen=True, slots=True)
class FileRule:
    """What is said of every place where it does not hold. ``cis``: items of section 4 of the CIS Docker Benchmark."""

    id: str
    title: str
    severity: str
    why: str
    fix: str
    cis: tuple[str, ...] = ()
    references: tuple[str, ...] = ("https://cwe.mitre.org/data/definitions/732.html",)


def found(scene: Scene, rule: FileRule, path: str, said: str, *, place: str = "", layer: int | None = None,
          severity: str = "") -> Finding:  # fmt: skip
    """``rule`` at ``path`` (without a leading slash), said of layer number ``layer``. ``place`` tells it from others of
    the same rule and path in every build of the image."""
    return Finding(
        fingerprint=fingerprint_of_place(rule.id, f"{path}|{place}", scene.info.repository, None),
        kind="misconfig",
        id=rule.id,
        title=f"{rule.title}: {said}",
        severity=severity or rule.severity,
        severity_source="scantling",
        path="/" + path,
        diff_id=scene.layers[layer].diff_id if layer is not None else "",
        remediation=rule.fix,
        references=rule.references,
        description=rule.why,
    )
