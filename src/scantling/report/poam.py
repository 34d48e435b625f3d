"""CSV for a plan of action and milestones, in the columns of FedRAMP's template: one row for each unique weakness of
the image, open or closed by deviation. The image's repository and digest are the asset.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

from scantling.model.advisory import Cvss
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.moment import parse
from scantling.model.report import Report

from .csv import cell
from .links import advisory_url
from .options import ReportOptions

COLUMNS = (
    "POAM ID", "Controls", "Weakness Name", "Weakness Description", "Weakness Detector Source",
    "Weakness Source Identifier", "Asset Identifier", "Point of Contact", "Resources Required",
    "Overall Remediation Plan", "Original Detection Date", "Scheduled Completion Date", "Planned Milestones",
    "Milestone Changes", "Status Date", "Vendor Dependency", "Last Vendor Check-in Date",
    "Vendor Dependent Product Name", "Original Risk Rating", "Adjusted Risk Rating", "Risk Adjustment",
    "False Positive", "Operational Requirement", "Deviation Rationale", "Supporting Documents", "Comments",
    "Auto-Approve", "Binding Operational Directive 22-01 tracking", "Binding Operational Directive 22-01 Due Date",
    "CVE", "Service Name",
)  # fmt: skip
_DAYS = {"High": 30, "Moderate": 90, "Low": 180}  # FedRAMP's times to remedy, from detection
_OF_SEVERITY = {"CRITICAL": "High", "HIGH": "High", "MEDIUM": "Moderate", "LOW": "Low", "NEGLIGIBLE": "Low"}
_CONTROLS = {
    "vulnerability": "RA-5", "outdated": "SI-2", "eol": "SA-22", "secret": "IA-5(7)", "misconfig": "CM-6",
    "malware": "SI-3", "integrity": "SI-7", "license": "CM-10", "runtime": "SI-4",
}  # fmt: skip


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as UTF-8 CSV with a header line, sorted by risk. What was not looked at is a row too: an open
    weakness of the scan itself."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        if finding.status != "not_affected" or finding.suppressed is not None:
            groups.setdefault((finding.kind, finding.id), []).append(finding)
    rows = [_row(report, findings) for findings in groups.values()]
    order = {word: index for index, word in enumerate(_DAYS)}
    rows.sort(key=lambda row: (order[row["Original Risk Rating"]], row["Controls"], row["Weakness Source Identifier"]))
    for row in [*_gap_rows(report), *rows]:
        writer.writerow({name: cell(value) for name, value in row.items()})
    return text.getvalue().encode("utf-8", "replace")


def original_risk(findings: Sequence[Finding]) -> tuple[str, str]:
    """FedRAMP's rating (High, Moderate, Low) and where it comes from: NVD's CVSS 3 base score, then NVD's CVSS 2, then
    the severity that the report gives, the worst of ``findings``. A severity that nobody knows counts as High."""
    scores = [score for finding in findings for score in finding.cvss if score.source.lower().startswith("nvd")]
    for major in ("3", "2"):
        rated = [score for score in scores if score.version.startswith(major)]
        if rated:
            best = max(rated, key=lambda score: score.score)
            return _of_score(best), f"NVD CVSS {best.version} {best.score} {best.vector}".strip()
    worst = min((finding.severity for finding in findings), key=SEVERITIES.index)
    return _OF_SEVERITY.get(worst, "High"), f"severity {worst}"


def _of_score(cvss: Cvss) -> str:
    # qualitative scale of CVSS: high from 7.0, medium from 4.0, in both versions
    return "High" if cvss.score >= 7.0 else "Moderate" if cvss.score >= 4.0 else "Low"


def _row(report: Report, findings: Sequence[Finding]) -> dict[str, str]:
    first = findings[0]
    risk, source = original_risk(findings)
    detected = parse(report.created_at)
    day = detected.date().isoformat() if detected is not None else ""
    due = (detected + timedelta(days=_DAYS[risk])).date().isoformat() if detected is not None else ""
    kev = next((finding.kev for finding in findings if finding.kev is not None), None)
    names = {one.path if one.kind == "integrity" else one.package or one.path or one.created_by for one in findings}
    places = sorted(names - {""})
    fixed = any(finding.fixed_versions for finding in findings)
    silenced = [finding.suppressed for finding in findings if finding.suppressed is not None]
    all_silenced = len(silenced) == len(findings)
    by_vex = all_silenced and all(one.by.startswith("VEX") for one in silenced)
    return {
        "POAM ID": first.fingerprint,
        "Controls": _CONTROLS.get(first.kind, "CM-6"),
        "Weakness Name": first.title or first.id,
        "Weakness Description": first.description or first.title,
        "Weakness Detector Source": f"{report.tool.name} {report.tool.version}",
        "Weakness Source Identifier": first.id,
        "Asset Identifier": _asset(report),
        "Overall Remediation Plan": next((one.remediation for one in findings if one.remediation), _plan(findings)),
        "Original Detection Date": day,
        "Scheduled Completion Date": min(due, kev.due[:10]) if kev is not None and kev.due and due else due,
        "Status Date": day,
        "Vendor Dependency": "No" if fixed or first.kind != "vulnerability" else "Yes",
        "Vendor Dependent Product Name": "" if fixed or first.kind != "vulnerability" else ", ".join(places),
        "Original Risk Rating": risk,
        "Adjusted Risk Rating": "N/A",
        "Risk Adjustment": "No",
        "False Positive": "Pending" if by_vex else "No",
        "Operational Requirement": "Pending" if all_silenced and not by_vex else "No",
        "Deviation Rationale": "; ".join(sorted({f"{one.by}: {one.reason}" for one in silenced})),
        "Supporting Documents": advisory_url(first.id, first.references) or "" if first.is_advised else "",
        "Comments": f"{source}; {len(findings)} place(s): {', '.join(places)}",
        "Auto-Approve": "No",
        "Binding Operational Directive 22-01 tracking": "Yes" if kev is not None else "No",
        "Binding Operational Directive 22-01 Due Date": kev.due[:10] if kev is not None else "",
        "CVE": " ".join(name for name in (first.id, *first.aliases) if name.startswith("CVE-")),
        "Service Name": report.target.repository,
    }


def _plan(findings: Sequence[Finding]) -> str:
    fixed = sorted({f"{one.package or one.path} to {' / '.join(one.fixed_versions)}" for one in findings
                    if one.fixed_versions})  # fmt: skip
    return f"Upgrade {'; '.join(fixed)}" if fixed else "Wait for the vendor's fix, or remove what is affected"


def _gap_rows(report: Report) -> list[dict[str, str]]:
    blocking = [gap for gap in report.gaps if gap.blocks]
    if not blocking:
        return []
    told = "; ".join(f"{gap.what} ({gap.where}): {gap.reason}" for gap in blocking)
    return [
        {
            "POAM ID": "incomplete-scan",
            "Controls": "RA-5",
            "Weakness Name": "The scan is incomplete: findings may be missing from this plan",
            "Weakness Description": told,
            "Weakness Detector Source": f"{report.tool.name} {report.tool.version}",
            "Weakness Source Identifier": "incomplete",
            "Asset Identifier": _asset(report),
            "Overall Remediation Plan": "Close what was not looked at, and scan again",
            "Original Detection Date": report.created_at[:10],
            "Status Date": report.created_at[:10],
            "Original Risk Rating": "High",
            "Service Name": report.target.repository,
        }
    ]


def _asset(report: Report) -> str:
    name = report.target.repository or report.target.reference
    return f"{name}@{report.target.image_digest}" if report.target.image_digest else name
