"""What a report shows beside its findings: the facts that an auditor wants to see with a control's outcome."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from scantling.model.compliance import Fact
from scantling.model.finding import SEVERITIES
from scantling.model.report import Report


def _user(report: Report) -> str:
    return report.target.config.user or "root (no USER is declared)"


def _base(report: Report) -> str:
    base = report.target.base
    if base is None:
        return "not known"
    return f"{base.name or 'unnamed'}:{base.tag or '?'} {base.digest} ({base.evidence})".strip()


def _vulnerabilities(report: Report) -> str:
    live = [one for one in report.findings if one.is_advised and one.suppressed is None]
    counts = Counter(finding.severity for finding in live)
    return ", ".join(f"{counts[word]} {word}" for word in SEVERITIES if counts[word]) or "none"


def inventory_digest(report: Report) -> str:
    """SHA-256 (hex) over the sorted purls with their places: equal for equal contents."""
    lines = sorted(
        f"{package.purl} {place.diff_id} {place.path}" for package in report.packages for place in package.locations
    )
    lines += sorted(package.purl for package in report.packages if not package.locations)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _binaries(report: Report) -> str:
    binaries = report.coverage.binaries
    return "not looked at" if binaries is None else f"{binaries.unowned} of {binaries.seen} belong to no package"


def _accepted(report: Report) -> str:
    silenced = [one for one in report.findings if one.suppressed is not None]
    return f"{len(silenced)} with who and why" if silenced else "none"


def _healthcheck(report: Report) -> str:
    return "declared" if report.target.config.healthcheck else "none"


def _support(report: Report) -> str:
    os = report.target.os
    if os is None:
        return "no distribution was found"
    ends = {None: "end of support not known", True: f"support ended {os.eol_date or ''}", False: "supported"}[os.eol]
    until = f" until {os.eol_date}" if os.eol is False and os.eol_date else ""
    return f"{os.pretty_name or os.id}: {ends.strip()}{until}"


def _gaps(report: Report) -> str:
    blocking = sorted({gap.what for gap in report.gaps if gap.blocks})
    return ", ".join(blocking) or "none that blocks"


_FACTS: Mapping[str, Callable[[Report], str]] = {
    "image": lambda report: report.target.reference,
    "image digest": lambda report: report.target.image_digest or "none (not from a registry or layout)",
    "layers": lambda report: str(len(report.target.layers)),
    "base image": _base,
    "runs as": _user,
    "exposed ports": lambda report: ", ".join(report.target.config.exposed_ports) or "none",
    "health check": _healthcheck,
    "distribution": _support,
    "packages": lambda report: str(len(report.packages)),
    "inventory digest": inventory_digest,
    "vulnerabilities": _vulnerabilities,
    "accepted findings": _accepted,
    "binaries": _binaries,
    "scanners": lambda report: ", ".join(report.scanners) or "none",
    "scanned at": lambda report: report.created_at,
    "scanned with": lambda report: f"{report.tool.name} {report.tool.version}",
    "gaps": _gaps,
    "database built": lambda report: report.database.built_at if report.database else "no database was asked",
    "database digest": lambda report: report.database.digest if report.database else "no database was asked",
    "database sources": lambda report: (
        ", ".join(s.name for s in report.database.sources) if report.database else "none"
    ),
}
NAMES = tuple(_FACTS)

_OF_CHECK: Mapping[str, tuple[str, ...]] = {
    "vulnerabilities": ("vulnerabilities", "accepted findings", "scanned at", "database built", "database digest"),
    "end-of-life": ("distribution",),
    "outdated": ("distribution",),
    "user": ("runs as",),
    "healthcheck": ("health check",),
    "ports": ("exposed ports",),
    "base-image": ("base image",),
    "base-behind": ("base image",),
    "packages": ("packages", "inventory digest"),
    "inventory": ("packages", "inventory digest"),
    "integrity": ("binaries",),
    "coverage": ("gaps", "binaries"),
    "database": ("database built", "database digest", "database sources"),
    "scan": ("scanned at", "scanned with"),
}


def evidence(report: Report, checks: Iterable[str], named: Iterable[str]) -> tuple[Fact, ...]:
    """The facts that go with ``checks`` and those ``named`` besides, each once."""
    wanted = dict.fromkeys([*(fact for check in checks for fact in _OF_CHECK.get(check, ("scanners",))), *named])
    return tuple(Fact(name, _FACTS[name](report)) for name in NAMES if name in wanted)
