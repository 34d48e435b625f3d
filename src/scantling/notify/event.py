"""What is told: a gate that failed, or findings that were not there before. Pure: reports in, an event out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from scantling.diff.changes import FindingChange, changes
from scantling.guard import limits
from scantling.guard.display import printable
from scantling.model.finding import SEVERITIES, Finding, by_severity
from scantling.model.report import Report

GATE, NEW = "gate", "new"
_TYPES = {GATE: "scantling.gate_failed", NEW: "scantling.new_findings"}
_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed since ``against`` (in words). ``removed`` and ``changed`` (each with the severity before) are None
    where only what is new can be told."""

    against: str
    added: tuple[Finding, ...]
    removed: tuple[Finding, ...] | None = None
    changed: tuple[tuple[Finding, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """``kind`` is ``GATE`` or ``NEW``; ``time`` ISO 8601. ``delta`` is None where nothing is known to compare with."""

    kind: str
    time: str
    report: Report
    exit_code: int
    delta: Delta | None

    @property
    def live(self) -> tuple[Finding, ...]:
        """The findings that count for somebody who is told."""
        return tuple(filter(counts, self.report.findings))


def counts(finding: Finding) -> bool:
    """Whether anybody is to be told of ``finding``: what is accepted or negligible is no news."""
    return finding.suppressed is None and finding.severity != "NEGLIGIBLE" and finding.kind != "outdated"


def against_report(old: Report, new: Report, name: str) -> Delta:
    """What changed from ``old``, called ``name``."""
    found = changes(old, new)
    return Delta(
        name,
        _told(found.new),
        _told((*found.fixed, *found.accepted)),
        tuple((change.finding, change.before.severity) for change in found.severity if change.before is not None),
    )


def against_history(report: Report, new: Collection[str]) -> Delta:
    """What of ``report`` is among the fingerprints that were never seen before here."""
    return Delta("history", tuple(one for one in report.findings if counts(one) and one.fingerprint in new))


def event(report: Report, code: int, delta: Delta | None, wanted: Collection[str], time: str) -> Event | None:
    """The event that a scan is, None where there is nothing to tell."""
    if GATE in wanted and report.verdict.outcome == "fail":
        return Event(GATE, time, report, code, delta)
    if NEW in wanted and delta is not None and delta.added:
        return Event(NEW, time, report, code, delta)
    return None


def payload(event: Event) -> dict[str, Any]:
    """The event as JSON, for programs. At most ``limits.NOTIFY_FINDINGS`` of each list; ``totals`` count all."""
    report, delta = event.report, event.delta
    return {
        "type": _TYPES[event.kind],
        "timestamp": event.time,
        "data": {
            "schema_version": _SCHEMA_VERSION,
            "target": {
                "reference": printable(report.target.reference),
                "image_digest": report.target.image_digest,
                "platform": printable(report.target.platform),
            },
            "created_at": report.created_at,
            "status": report.status,
            "outcome": report.verdict.outcome,
            "exit_code": event.exit_code,
            "database": report.database.digest if report.database is not None else None,
            "violations": [
                {"rule": printable(one.rule), "message": printable(one.message)}
                for one in report.verdict.violations[: limits.NOTIFY_FINDINGS]
            ],
            "findings": by_severity(finding.severity for finding in event.live),
            "changes": None if delta is None else _changes(delta),
        },
    }


def _changes(delta: Delta) -> dict[str, Any]:
    lists: dict[str, Sequence[Any] | None] = {
        "added": [_finding(one) for one in ranked(delta.added)],
        "removed": None if delta.removed is None else [_finding(one) for one in ranked(delta.removed)],
        "changed": None
        if delta.changed is None
        else [{**_finding(one), "severity_before": before} for one, before in delta.changed],
    }
    return {
        "against": printable(delta.against),
        **{name: None if found is None else found[: limits.NOTIFY_FINDINGS] for name, found in lists.items()},
        "totals": {name: None if found is None else len(found) for name, found in lists.items()},
    }


def ranked(findings: Sequence[Finding]) -> list[Finding]:
    """The most severe first."""
    return sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), -one.priority.score, one.id, one.path))


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "kind": finding.kind,
        "id": printable(finding.id),
        "severity": finding.severity,
        "title": printable(finding.title, 300),
        "package": printable(finding.package) if finding.package else None,
        "installed_version": printable(finding.installed_version),
        "fixed_versions": [printable(version) for version in finding.fixed_versions[:10]],
        "path": printable(finding.path),
    }


def _told(found: Sequence[FindingChange]) -> tuple[Finding, ...]:
    return tuple(
        one
        for change in found
        if (one := change.before if change.after is None or change.after.suppressed else change.after) is not None
        and counts(one)
    )
