"""The upgrades that clear the most: what a failed gate tells people to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scantling.model.finding import Finding
from scantling.model.report import ReportPackage


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Taking the package ``name`` to ``version`` clears ``clears`` findings."""

    name: str
    version: str
    clears: int


def upgrades(packages: Iterable[ReportPackage], findings: Iterable[Finding]) -> tuple[Upgrade, ...]:
    """One upgrade for each source package and version with fixes, those that clear most first."""
    from scantling.versions.upgrade import smallest_upgrade

    by_purl = {package.purl: package for package in packages}
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        package = by_purl.get(finding.package or "")
        if package is not None and finding.fixed_versions:
            name = package.source.name if package.source is not None else package.name
            groups.setdefault((package.type, name, package.version), []).append(finding)
    steps = []
    for (type_, name, version), members in groups.items():
        target = smallest_upgrade(type_, version, [member.fixed_versions for member in members])
        steps.append(Upgrade(name, target or _all(members), len(members)))
    return tuple(sorted(steps, key=lambda step: (-step.clears, step.name, step.version)))


def _all(findings: Sequence[Finding]) -> str:
    return " / ".join(sorted({version for finding in findings for version in finding.fixed_versions}))
