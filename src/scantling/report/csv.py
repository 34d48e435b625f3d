"""CSV (RFC 4180): a line for each finding and for each gap, for spreadsheets.

A spreadsheet runs a cell that begins with "=" and its like as a formula; such a cell gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.report import Report

from .base_words import origin
from .identity import finding_ids
from .links import advisory_url
from .notices import notices
from .options import ReportOptions

COLUMNS = (
    "record", "finding_id", "kind", "id", "severity", "status", "package", "installed_version", "fixed_versions",
    "title", "priority", "known_exploited", "epss", "cvss", "path", "line", "layer", "created_by", "origin", "aliases",
    "cwes", "remediation", "url", "suppressed", "image", "image_digest", "scan_status",
)  # fmt: skip
# full-width forms too: spreadsheets of some locales read them as the ASCII ones
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as UTF-8 CSV with a header line. ``record`` is "finding" or "gap" (also what the whole scan lacks)."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    image = {
        "image": report.target.reference,
        "image_digest": report.target.image_digest,
        "scan_status": report.status,
    }
    for notice in notices(report):
        writer.writerow(_cells(image | {"record": "gap", "kind": notice.level, "id": notice.id, "title": notice.text}))
    for id_, finding in zip(finding_ids(report.findings), report.findings, strict=True):
        writer.writerow(_cells(image | _row(id_, finding)))
    return text.getvalue().encode("utf-8", "replace")


def _row(id_: str, finding: Finding) -> dict[str, Any]:
    silenced = finding.suppressed
    return {
        "record": "finding",
        "finding_id": id_,
        "kind": finding.kind,
        "id": finding.id,
        "severity": finding.severity,
        "status": finding.status,
        "package": finding.package or "",
        "installed_version": finding.installed_version,
        "fixed_versions": " ".join(finding.fixed_versions),
        "title": finding.title,
        "priority": finding.priority.score,
        "known_exploited": "yes" if finding.kev is not None else "no",
        "epss": finding.epss.score if finding.epss is not None else "",
        "cvss": max((cvss.score for cvss in finding.cvss), default=""),
        "path": finding.path,
        "line": finding.line or "",
        "layer": finding.diff_id,
        "created_by": finding.created_by,
        "origin": origin(finding.from_base),
        "aliases": " ".join(finding.aliases),
        "cwes": " ".join(finding.cwes),
        "remediation": finding.remediation,
        "url": advisory_url(finding.id, finding.references) if finding.is_advised else "",
        "suppressed": f"{silenced.by}: {silenced.reason}" if silenced is not None else "",
    }


def _cells(row: dict[str, Any]) -> dict[str, str]:
    return {key: cell(str(value)) for key, value in row.items()}


def cell(text: str) -> str:
    """``text`` on one line that no spreadsheet takes for a formula."""
    shown = printable(text)
    return "'" + shown if shown.lstrip().startswith(_FORMULA) else shown
