"""What an auditor pack holds: every file of it, made from saved reports, policies and exceptions."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scantling.compliance.facts import inventory_digest
from scantling.exceptions.entry import Entry
from scantling.model.moment import iso, parse
from scantling.model.report import Report
from scantling.report import cyclonedx, html
from scantling.report.csv import cell
from scantling.report.json import encode
from scantling.report.options import ReportOptions

_OPTIONS = ReportOptions()
TRAIL = "trail.jsonl"
MATRIX = ("pack", "framework", "control", "title", "asks", "outcome", "checks", "findings", "evidence", "to attest",
          "source")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gathered:
    """``reports`` are of one image, oldest first; the last carries the outcome of the compliance packs. ``files``
    are (kind, name, bytes) of the policies, compliance packs and files of exceptions that were used. ``trail`` are the
    records of the audit trail in the period, as they stand there."""

    reports: tuple[Report, ...]
    entries: tuple[Entry, ...] = ()
    files: tuple[tuple[str, str, bytes], ...] = ()
    trail: bytes = b""


def members(gathered: Gathered) -> dict[str, bytes]:
    """Every file of the pack but its manifest, by name."""
    last = gathered.reports[-1]
    made = {
        "sbom.cdx.json": cyclonedx.render(last, _OPTIONS),
        "report.html": html.render(last, _OPTIONS),
        "decisions.json": encode([_decision(report) for report in gathered.reports]),
        "databases.json": encode([_database(report) for report in gathered.reports]),
        "configuration.json": encode(configuration(gathered)),
        "exceptions.json": encode(_exceptions(gathered)),
        "controls.json": encode(last.compliance),
        "controls.csv": _matrix(last),
    }
    for number, report in enumerate(gathered.reports, 1):
        made[f"reports/{number:04}.json"] = encode(report)
    for number, (kind, _, data) in enumerate(gathered.files, 1):
        made[f"inputs/{number:04}-{kind}"] = data
    if gathered.trail:
        made[TRAIL] = gathered.trail
    return made


def configuration(gathered: Gathered) -> dict[str, Any]:
    """What the reports were made and judged with; its digest is the configuration's checksum."""
    return {
        "tools": sorted({f"{report.tool.name} {report.tool.version}" for report in gathered.reports}),
        "scanners": sorted({" ".join(report.scanners) for report in gathered.reports}),
        "inputs": [
            {"member": f"inputs/{number:04}-{kind}", "kind": kind, "name": name, "sha256": sha256(data)}
            for number, (kind, name, data) in enumerate(gathered.files, 1)
        ],
        "packs": [{"pack": result.pack, "sha256": result.digest} for result in gathered.reports[-1].compliance],
    }


def sha256(data: bytes) -> str:
    """Hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def by_age(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Oldest first; those made at one time by their content."""
    return tuple(sorted(reports, key=lambda report: (moment(report), encode(report))))


def moment(report: Report) -> str:
    """When ``report`` was made, in one spelling."""
    made = parse(report.created_at)
    return iso(made) if made is not None else ""


def _decision(report: Report) -> dict[str, Any]:
    return {
        "scanned_at": report.created_at,
        "image": report.target.reference,
        "image_digest": report.target.image_digest,
        "inventory_digest": inventory_digest(report),
        "database_digest": report.database.digest if report.database is not None else "",
        "status": report.status,
        "outcome": report.verdict.outcome,
        "violations": report.verdict.violations,
        "warnings": report.verdict.warnings,
        "suppressed_count": report.verdict.suppressed_count,
        "gaps_that_block": [gap for gap in report.gaps if gap.blocks],
    }


def _database(report: Report) -> dict[str, Any]:
    return {"scanned_at": report.created_at, "database": report.database}


def _exceptions(gathered: Gathered) -> dict[str, Any]:
    suppressed = [
        {
            "scanned_at": report.created_at,
            "fingerprint": finding.fingerprint,
            "kind": finding.kind,
            "id": finding.id,
            "severity": finding.severity,
            "package": finding.package,
            "path": finding.path,
            "by": finding.suppressed.by,
            "reason": finding.suppressed.reason,
            "expires": finding.suppressed.expires,
        }
        for report in gathered.reports
        for finding in report.findings
        if finding.suppressed is not None
    ]
    granted = [
        {
            "id": entry.id,
            "package": entry.package,
            "path": entry.path,
            "image": entry.image,
            "owner": entry.owner,
            "reason": entry.reason,
            "expires": entry.expires.isoformat() if entry.expires is not None else None,
        }
        for entry in gathered.entries
    ]
    return {"granted": granted, "suppressed": suppressed}


def _matrix(report: Report) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(MATRIX)
    for result in report.compliance:
        for control in result.controls:
            checks = "; ".join(f"{check.check}: {check.outcome}: {check.message}" for check in control.checks)
            found = " ".join(sorted({mark for check in control.checks for mark in check.findings}))
            facts = "; ".join(f"{fact.name}: {fact.value}" for fact in control.evidence)
            row: Sequence[str] = (
                result.pack, result.framework, control.id, control.title, control.asks, control.outcome, checks, found,
                facts, control.attest, control.source_url,
            )  # fmt: skip
            writer.writerow([cell(value) for value in row])
    return text.getvalue().encode("utf-8", "replace")
