"""GitLab's container scanning report (security report schemas, version 15), for merge requests and dashboards.

An incomplete scan has the status "failure" and a message for each gap. GitLab's primary identifier is the
vulnerability's; the finding's own id is ``id`` and one more identifier.
"""

from __future__ import annotations

import re
from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.purl import without_version
from scantling.model.report import Report, ReportPackage

from .base_words import origin
from .identity import ranked
from .json import encode
from .links import advisory_url, safe_url
from .notices import notices
from .options import ReportOptions
from .sarif_rules import escape_markdown

VERSION = "15.0.7"
_SEVERITY = {
    "CRITICAL": "Critical", "HIGH": "High", "MEDIUM": "Medium", "LOW": "Low",
    "UNKNOWN": "Unknown", "NEGLIGIBLE": "Info",
}  # fmt: skip
_LEVEL = {"error": "fatal", "warning": "warn", "note": "info"}
_TRANSPORT = re.compile(r"(?:registry|docker|podman|containerd|oci|oci-archive|docker-archive|dir|sbom):")
# what the schema asks of location.image: a name, perhaps with a port, then one tag or digest
_IMAGE = re.compile(r"[^:]+(?::\d+[^:]*)?:[^:]+")
# the schema allows 255 and 7000; escaping may double the latter
_NAME_CHARS, _SOLUTION_CHARS, _DESCRIPTION_CHARS, _REFERENCES, _IDENTIFIERS = 250, 3_000, 5_000, 20, 20


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as ``gl-container-scanning-report.json``. Silenced findings are left out: the schema has no place."""
    by_purl = {package.purl: package for package in report.packages}
    os = report.target.os
    place = {
        "operating_system": printable(f"{os.id}:{os.version_id}" if os is not None else "") or "unknown",
        "image": image_name(report.target.reference, report.target.image_digest),
    }
    found = [
        vulnerability(id_, finding, by_purl.get(finding.package or ""), place)
        for id_, finding in ranked(report.findings)
        if finding.suppressed is None and finding.kind != "outdated"  # no vulnerability, and many
    ]
    return encode(document(report, "container_scanning", found))


def document(report: Report, kind: str, vulnerabilities: list[dict[str, Any]]) -> dict[str, Any]:
    """What every report of a ``kind`` ("container_scanning", "dependency_scanning") holds around its findings."""
    clock = report.created_at.removesuffix("Z")[:19]
    tool = {
        "id": "scantling",
        "name": "Scantling",
        "vendor": {"name": "Scantling"},
        "version": printable(report.tool.version) or "0",
    }
    messages = [{"level": _LEVEL[notice.level], "value": notice.text} for notice in notices(report)]
    silenced = sum(finding.suppressed is not None for finding in report.findings)
    if silenced:
        messages.append({"level": "info", "value": f"Silenced findings that are not in this report: {silenced}"})
    return {
        "version": VERSION,
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": kind,
            "start_time": clock,
            "end_time": clock,
            "status": "success" if report.status == "complete" else "failure",
            "messages": messages,
        },
        "vulnerabilities": vulnerabilities,
        "remediations": [],
    }


def image_name(reference: str, digest: str) -> str:
    """``reference`` as the schema wants it: a name and one tag or digest, without the transport."""
    name = printable(_TRANSPORT.sub("", reference, count=1)).strip("/")
    if not _IMAGE.fullmatch(name):
        stem = name.split("@", 1)[0].replace(":", "_") or "image"
        name = f"{stem}@{digest}" if re.fullmatch(r"sha256:[0-9a-f]{64}", digest) else f"{stem}:untagged"
    return name


def vulnerability(id_: str, finding: Finding, package: ReportPackage | None, place: dict[str, str]) -> dict[str, Any]:
    """``finding`` under ``id_``; ``place`` is what the schema wants to know of where it is, beside the package."""
    if package is not None:
        name = package.name
    else:
        name = without_version(finding.package) if finding.package else finding.path or "image"
    links = [url for url in map(safe_url, finding.references) if url][:_REFERENCES]
    title = f"{finding.id} in {name}" + (f" ({finding.title})" if finding.title else "")
    status = finding.status.replace("_", " ")
    no_fix = "" if finding.fixed_versions else f"No fixed version is known ({status})."
    details = [
        ("path", "Path", finding.path),
        ("layer", "Layer", finding.diff_id),
        ("created_by", "Created by", finding.created_by),
        ("origin", "Brought by", origin(finding.from_base)),
        ("status", "Status", status),
        ("fixed_versions", "Fixed in", ", ".join(finding.fixed_versions)),
        ("known_exploited", "Known to be exploited since", finding.kev.added if finding.kev is not None else ""),
    ]
    return {
        "id": id_,
        "name": printable(title)[:_NAME_CHARS],
        # shown as Markdown
        "description": escape_markdown(
            printable(finding.description or finding.title or finding.id, _DESCRIPTION_CHARS)
        ),
        "severity": _SEVERITY[finding.severity],
        "solution": escape_markdown(printable(finding.remediation or no_fix)[:_SOLUTION_CHARS]),
        "identifiers": _identifiers(finding),
        "links": [{"url": url} for url in links],
        "location": {
            "dependency": {
                "package": {"name": printable(name) or "unknown"},
                "version": printable(finding.installed_version) or "unknown",
            },
            **place,
        },
        "details": {
            key: {"type": "text", "name": label, "value": printable(value)} for key, label, value in details if value
        },
    }


def _identifiers(finding: Finding) -> list[dict[str, str]]:
    names = [finding.id, *finding.aliases]
    found = [
        {
            "type": _kind(name),
            "name": printable(name),
            "value": printable(name),
            "url": advisory_url(name, finding.references if not index else ()),
        }
        for index, name in enumerate(names)
    ]
    if not finding.is_advised:
        found = [{"type": finding.kind, "name": printable(finding.id), "value": printable(finding.id)}]
    fingerprint = printable(finding.fingerprint) or "unknown"
    ours = {"type": "scantling_finding", "name": f"Scantling {fingerprint[:12]}", "value": fingerprint}
    cwes = [
        {"type": "cwe", "name": cwe, "value": cwe.removeprefix("CWE-")}
        for cwe in finding.cwes
        if re.fullmatch(r"CWE-\d{1,6}", cwe)
    ]
    return [found[0], ours, *found[1:], *cwes][:_IDENTIFIERS]


def _kind(name: str) -> str:
    kind = name.partition("-")[0].lower()
    return kind if re.fullmatch(r"[a-z]{2,12}", kind) else "other"
