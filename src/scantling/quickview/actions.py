"""The three things that help most, in the order in which they should be done."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.report import Report
from scantling.policy.advice import upgrades

MOST = 3
_URGENT = frozenset({"CRITICAL", "HIGH"})


def actions(report: Report) -> tuple[str, ...]:
    """At most three sentences without a full stop: what cannot wait first, then what clears most."""
    found = dict.fromkeys(_all(report))
    return tuple(found)[:MOST]


def _all(report: Report) -> Iterator[str]:
    live = [finding for finding in report.findings if finding.suppressed is None]
    for kind, words in (("malware", "Remove what is malicious, and find out how it came in"), ("secret", "Revoke")):
        of_kind = [finding for finding in live if finding.kind == kind]
        if of_kind:
            more = f" and {len(of_kind) - 1} more" if len(of_kind) > 1 else ""
            where = of_kind[0].path or of_kind[0].package or "configuration"
            what = f"{printable(of_kind[0].title)} ({printable(where)}){more}"
            yield f"{words}: {what}" if kind == "malware" else f"{words}, and build without, {what}"
    for finding in live:
        if finding.kind == "eol" and not finding.package:
            yield printable(finding.remediation or finding.title)
    urgent = [finding for finding in live if finding.severity in _URGENT and finding.kind == "vulnerability"]
    for step in upgrades(report.packages, urgent)[:MOST]:
        clears = f"clears {step.clears} critical or high finding{'s' if step.clears != 1 else ''}"
        yield f"Upgrade {printable(step.name)} to {printable(step.version)}: {clears}"
    if report.status != "complete":
        gap = next(gap for gap in report.gaps if gap.blocks)
        yield f"Close the gap: {printable(gap.reason)} ({printable(gap.where)})"
    for finding in _by_severity(live):
        if finding.kind in {"misconfig", "eol"} and finding.remediation:
            yield printable(finding.remediation)
    for step in upgrades(report.packages, live)[:MOST]:
        yield f"Upgrade {printable(step.name)} to {printable(step.version)}: clears {step.clears}"


def _by_severity(findings: list[Finding]) -> list[Finding]:
    from scantling.model.finding import SEVERITIES

    return sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.id))
