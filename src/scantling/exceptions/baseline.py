"""``--baseline``: what an earlier report has already is not what this change brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scantling.model.finding import BASELINE, Finding, Suppression
from scantling.model.report import Report


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints of an earlier report with the severity each had, its ``name`` and when it was made."""

    name: str
    created_at: str
    severities: Mapping[str, str]


def baseline_of(report: Report, name: str) -> Baseline:
    """``report`` as a baseline; what was suppressed in it counts as known too."""
    return Baseline(name, report.created_at, {finding.fingerprint: finding.severity for finding in report.findings})


def apply(findings: Iterable[Finding], baseline: Baseline) -> tuple[Finding, ...]:
    """``findings`` with those suppressed that the baseline has, unless they have become more severe since."""
    return tuple(_judged(finding, baseline) for finding in findings)


def lifted(report: Report) -> Report:
    """``report`` with what only a baseline suppresses live again: being known already is nobody's acceptance."""
    found = tuple(
        replace(one, suppressed=None) if one.suppressed and one.suppressed.by.startswith(BASELINE) else one
        for one in report.findings
    )
    return replace(report, findings=found)


def _judged(finding: Finding, baseline: Baseline) -> Finding:
    known = baseline.severities.get(finding.fingerprint)
    if finding.suppressed is not None or known is None or _worse(finding.severity, known):
        return finding
    reason = f"known before: in the baseline of {baseline.created_at[:10]}"
    return replace(finding, suppressed=Suppression(f"{BASELINE}{baseline.name}", reason))


def _worse(now: str, before: str) -> bool:
    # an unknown severity that has become known is news only where it is high
    order = ("NEGLIGIBLE", "LOW", "UNKNOWN", "MEDIUM", "HIGH", "CRITICAL")
    return order.index(now) > order.index(before)
