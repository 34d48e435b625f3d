"""SARIF 2.1.0 (OASIS standard, 27 March 2020), shaped for code scanning services.

One run: a rule for each vulnerability, a result for each finding. An incomplete scan has
``executionSuccessful: false`` and one notification for each gap, so that an empty result list is no all-clear.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from scantling.guard import limits
from scantling.guard.display import printable
from scantling.model.coverage import Gap
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.report import Report, ReportPackage

from .base_words import base_line, origin
from .json import encode
from .options import ReportOptions
from .relation_words import by_purl, path_words
from .sarif_rules import LEVELS, rule
from .sources import SourceLine, Sources

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "ROOTPATH"
_REPOSITORY = "%SRCROOT%"  # the name that services know the repository's root by: only they know where it is


def render(report: Report, options: ReportOptions) -> bytes:
    """``report`` as a SARIF log of at most ``limits.SARIF_RESULTS`` results and ``limits.SARIF_BYTES`` bytes.

    The most severe findings are kept; a notification says how many were cut.
    """
    ranked = sorted(report.findings, key=_rank)
    kept = min(len(ranked), limits.SARIF_RESULTS)
    while True:
        data = encode(_log(report, ranked[:kept], len(ranked) - kept, options.sources or Sources()))
        if len(data) <= limits.SARIF_BYTES or not kept:
            return data
        kept = min(kept - 1, kept * limits.SARIF_BYTES * 95 // (len(data) * 100))


def _rank(finding: Finding) -> tuple[bool, int, int, str, str, str]:
    return (
        finding.suppressed is not None,
        SEVERITIES.index(finding.severity),
        -finding.priority.score,
        finding.id,
        finding.package or "",
        finding.fingerprint,
    )


def _log(report: Report, findings: list[Finding], cut: int, sources: Sources) -> dict[str, Any]:
    by_id: dict[str, list[Finding]] = {}
    for finding in findings:
        by_id.setdefault(finding.id, []).append(finding)
    ids = sorted(by_id)
    index = {id_: position for position, id_ in enumerate(ids)}
    notices = [_gap_notice(gap) for gap in report.gaps]
    if cut:
        text = f"{cut} less severe findings are not in this file, which code scanning services limit in size"
        notices.append({"descriptor": {"id": "findings-cut"}, "level": "warning", "message": {"text": text}})
    for warning in report.verdict.warnings:
        if warning.rule == "filtered":
            notices.append({"descriptor": {"id": "filtered"}, "level": "note", "message": {"text": warning.message}})
    known = by_purl(report.packages)
    driver = {
        "name": "Scantling",
        "version": report.tool.version,
        "semanticVersion": report.tool.version,
        "rules": [rule(by_id[id_]) for id_ in ids],
        "notifications": [{"id": id_} for id_ in sorted({notice["descriptor"]["id"] for notice in notices})],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": _category(report)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"uri": "file:///", "description": {"text": _root(report)}},
            _REPOSITORY: {"description": {"text": "The root of the repository"}},
        },
        "invocations": [
            {
                "executionSuccessful": report.status == "complete",
                "startTimeUtc": report.created_at,
                "toolExecutionNotifications": notices,
            }
        ],
        "results": [_result(finding, index[finding.id], report, sources.of(finding), known) for finding in findings],
        "properties": _properties(report),
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(
    finding: Finding, rule_index: int, report: Report, source: SourceLine | None, known: dict[str, ReportPackage]
) -> dict[str, Any]:
    package = known.get(finding.package or "")
    path = path_words(package, known) if package is not None else ""
    fingerprint = printable(finding.fingerprint)
    result: dict[str, Any] = {
        "ruleId": printable(finding.id),
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding, path, is_elsewhere=source is not None)},
        "locations": [_location(finding, report, source)],
        # the second name is the one that GitHub knows a result by; its upload would make one of the file's lines
        "partialFingerprints": {"scantling/v1": fingerprint, "primaryLocationLineHash": fingerprint},
        "properties": {
            "severity": finding.severity,
            "status": finding.status,
            "installedVersion": printable(finding.installed_version),
            "fixedVersions": [printable(version) for version in finding.fixed_versions],
            "priority": finding.priority.score,
            "knownExploited": finding.kev is not None,
            "origin": origin(finding.from_base) or None,
        },
    }
    if source is not None:
        result["relatedLocations"] = [{"id": 1, **_location(finding, report, None)}]
    if finding.suppressed is not None:
        reason = printable(f"{finding.suppressed.by}: {finding.suppressed.reason}")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _message(finding: Finding, path: str, *, is_elsewhere: bool) -> str:
    package = printable(finding.package or "")
    lines = [f"{printable(finding.id)}: {printable(finding.title)}" if finding.title else printable(finding.id)]
    if package:
        lines.append(f"Package: {package}")
    if path:
        lines.append(f"Comes by: {path}")
    if is_elsewhere and finding.path:
        lines.append(f"In the image: {printable(finding.path)}")
    if finding.installed_version:
        lines.append(f"Installed: {printable(finding.installed_version)}")
    if finding.fixed_versions:
        lines.append("Fixed in: " + ", ".join(printable(version) for version in finding.fixed_versions))
    else:
        lines.append(f"Status: {finding.status.replace('_', ' ')}")
    if finding.remediation:
        lines.append(f"Do: {printable(finding.remediation)}")
    # section 3.11.6: an unescaped "[" could start a link of somebody else's making
    return "\n".join(lines).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _root(report: Report) -> str:
    return "The directory that was searched" if report.target.kind == "config" else "The root of the image"


def _location(finding: Finding, report: Report, source: SourceLine | None) -> dict[str, Any]:
    path, line = finding.path or report.target.reference, finding.line or 1
    artifact = {"uri": path_uri(path), "uriBaseId": _ROOT}
    if source is not None:
        path, line = source.path, source.line
        artifact = {"uri": path_uri(path), "uriBaseId": _REPOSITORY}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}},
        "message": {"text": printable(path)},
    }
    if finding.package:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(finding.package), "kind": "package"}]
    return location


def path_uri(path: str) -> str:
    """``path`` as a relative URI reference (RFC 3986); raw bytes of undecodable names come out percent-encoded."""
    raw = bytearray()
    for character in path.lstrip("/"):
        point = ord(character)
        if 0xF780 <= point <= 0xF7FF:
            raw.append(point - 0xF700)
        else:
            raw += character.encode("utf-8", "replace")
    # ":" is left out of the safe characters, since in a first segment it would make a scheme
    return quote(bytes(raw), safe="/@+~!$&'()*,;=") or "."


def _gap_notice(gap: Gap) -> dict[str, Any]:
    return {
        "descriptor": {"id": printable(gap.what)},
        "level": "error" if gap.blocks else "note",
        "message": {"text": printable(f"Not looked at: {gap.where}: {gap.reason}")},
    }


def _category(report: Report) -> str:
    # the tag and digest change with each build: without them, uploads of one image and platform replace each other
    name = report.target.reference.split("@", 1)[0]
    head, colon, tail = name.rpartition(":")
    if colon and "/" not in tail and head:
        name = head
    parts = (name.strip("/"), report.target.platform.replace("/", "-"))
    return "".join(f"{quote(part.encode('utf-8', 'replace'), safe='/:')}/" for part in ("scantling", *parts) if part)


def _properties(report: Report) -> dict[str, Any]:
    target, database = report.target, report.database
    return {
        "status": report.status,
        "outcome": report.verdict.outcome,
        "reference": printable(target.reference),
        "imageDigest": target.image_digest,
        "configDigest": target.config_digest,
        "platform": printable(target.platform),
        "base": printable(base_line(report)) or None,
        "os": printable(target.os.pretty_name) if target.os is not None else None,
        "packages": len(report.packages),
        "findings": len(report.findings),
        "databaseBuiltAt": database.built_at if database is not None else None,
        "databaseDigest": database.digest if database is not None else None,
        "databaseIsDemo": database.demo if database is not None else None,
        "suppressed": report.verdict.suppressed_count,
        "violations": [
            {"rule": violation.rule, "message": printable(violation.message)} for violation in report.verdict.violations
        ],
    }
