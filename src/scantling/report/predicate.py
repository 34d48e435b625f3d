"""A report as what a signed statement says: in-toto's and cosign's records of a vulnerability scan, SBOMs, and the
report itself. Not output formats: ``attest`` signs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from scantling.model.errors import UsageError
from scantling.model.finding import Finding
from scantling.model.report import Report

from . import cyclonedx, spdx, trivy
from .json import encode
from .options import ReportOptions

_OPTIONS = ReportOptions()


def vuln(report: Report) -> dict[str, Any]:
    """https://in-toto.io/attestation/vulns/v0.2. Findings that are suppressed stay in it, with who and why: its readers
    know nothing of our exceptions, and are to decide by themselves. Raises ``UsageError`` without a database."""
    assert_scanned(report)
    scanner = _scanner(report)
    scanner["db"]["lastUpdate"] = report.database.built_at if report.database is not None else ""
    scanner["result"] = [_result(finding) for finding in report.findings if finding.is_advised]
    return {"scanner": scanner, "metadata": _metadata(report)}


def vuln_v1(report: Report) -> dict[str, Any]:
    """https://cosign.sigstore.dev/attestation/vuln/v1; the result is in Trivy's schema, as its readers know it. Raises
    ``UsageError`` without a database."""
    assert_scanned(report)
    return {
        "invocation": {"parameters": [], "uri": "", "event_id": "", "builder.id": ""},
        "scanner": {**_scanner(report), "result": json.loads(trivy.render(report, _OPTIONS))},
        "metadata": _metadata(report),
    }


def assert_scanned(report: Report) -> None:
    """Raise ``UsageError`` for a report that looked for no vulnerabilities: "none found" would be a lie."""
    if report.database is None:
        raise UsageError(
            "the report says nothing of vulnerabilities: it was made without a database",
            where=report.target.reference,
            hint="scan with --scanners vuln, or attest --type sbom",
        )


def _scanner(report: Report) -> dict[str, Any]:
    database = report.database
    version = database.digest if database is not None else ""
    return {
        "uri": f"pkg:pypi/{report.tool.name}@{report.tool.version}",
        "version": report.tool.version,
        "db": {"uri": "urn:scantling:database", "version": version},
    }


def _metadata(report: Report) -> dict[str, str]:
    # a report has one clock: what was known then is what counts for its age
    return {"scanStartedOn": report.created_at, "scanFinishedOn": report.created_at}


def _result(finding: Finding) -> dict[str, Any]:
    severity = [{"method": finding.severity_source or "scantling", "score": finding.severity}]
    severity += [{"method": f"cvss_{one.version}_{one.source}", "score": f"{one.score:.1f}"} for one in finding.cvss]
    notes = {
        "package": finding.package or "",
        "installed_version": finding.installed_version,
        "fixed_versions": " ".join(finding.fixed_versions),
        "status": finding.status,
        "fingerprint": finding.fingerprint,
    }
    if finding.suppressed is not None:
        notes |= {"suppressed_by": finding.suppressed.by, "suppressed_because": finding.suppressed.reason}
    return {
        "id": finding.id,
        "severity": severity,
        "annotations": [{key: value} for key, value in notes.items() if value],
    }


PREDICATES: Mapping[str, Callable[[Report], Any]] = {
    "report": lambda report: json.loads(encode(report)),
    "vuln": vuln,
    "vuln-v1": vuln_v1,
    "sbom": lambda report: json.loads(cyclonedx.render(report, _OPTIONS)),
    "spdx": lambda report: json.loads(spdx.render(report, _OPTIONS)),
}
"""By the word of ``attest --type``."""
