"""One finding as Trivy's policies see it: the object that its report has for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.report import Report, ReportPackage

from .identity import ranked
from .trivy import misconfiguration, secret, vulnerability
from .trivy_names import SEVERITIES


def objects(report: Report) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """Each finding of a kind that Trivy has, with its object: vulnerabilities, misconfigurations, secrets, licences."""
    by_purl = {package.purl: package for package in report.packages}
    layers = {layer.diff_id: layer.digest for layer in report.target.layers}
    for id_, finding in ranked(report.findings):
        package = by_purl.get(finding.package or "")
        if finding.is_advised and package is not None:
            yield finding, vulnerability(id_, finding, package, layers)
        elif finding.kind == "misconfig":
            yield finding, misconfiguration(finding)
        elif finding.kind == "secret":
            yield finding, secret(finding, layers)
        elif finding.kind == "license":
            yield finding, _licence(finding, package)


def _licence(finding: Finding, package: ReportPackage | None) -> dict[str, Any]:
    """Trivy's DetectedLicense."""
    return {
        "Severity": SEVERITIES[finding.severity],
        "Category": "",
        "PkgName": printable(package.name) if package is not None else "",
        "FilePath": printable(finding.path),
        "Name": printable(finding.id),
        "Text": "",
        "Confidence": 1,
        "Link": finding.references[0] if finding.references else "",
    }
