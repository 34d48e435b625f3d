"""A snapshot for GitHub's dependency graph (REST API, "Create a snapshot of dependencies for a repository").

Carries packages, not findings: GitHub looks them up itself and raises Dependabot alerts.
"""

from __future__ import annotations

from typing import Any

from scantling.guard.display import clip, printable
from scantling.model.report import Report, ReportPackage

from .build import Build
from .json import encode
from .options import ReportOptions
from .sources import Sources

_HOME = "pkg:pypi/scantling"  # the API asks for a URI that names the detector
_VALUE_CHARS, _GAPS = 500, 20


def render(report: Report, options: ReportOptions) -> bytes:
    """``report`` as the body of the request. Which commit it is about comes from ``options.build``."""
    build = options.build or Build()
    target = report.target
    name = printable(target.repository or target.reference, _VALUE_CHARS)
    sources = options.sources or Sources()
    manifests: dict[str, dict[str, Any]] = {}
    for package in report.packages:
        place = sources.of_package(package.purl) if not package.from_base else None
        key = place.path if place is not None else f"{name} ({printable(package.type)})"
        manifest = manifests.setdefault(key, {"name": key, "resolved": {}})
        if place is not None:
            manifest["file"] = {"source_location": place.path}
        purl = printable(package.purl)
        manifest["resolved"][purl] = _resolved(purl, package)
    # at most eight, of scalars
    gaps = [gap for gap in report.gaps if gap.blocks][:_GAPS]
    metadata = {
        "image": name,
        "digest": printable(target.image_digest),
        "platform": printable(target.platform),
        "status": report.status,
        "not_looked_at": sum(gap.blocks for gap in report.gaps),
        "gaps": clip("; ".join(printable(f"{gap.what}: {gap.where}: {gap.reason}") for gap in gaps), _VALUE_CHARS),
    }
    # one snapshot replaces the one before it with the same correlator: each image and platform has its own
    correlator = "_".join(part for part in (build.job, name, printable(target.platform)) if part)
    job = {"id": build.run or "0", "correlator": correlator}
    return encode(
        {
            "version": 0,
            "sha": build.commit,
            "ref": build.ref,
            "job": job | ({"html_url": build.url} if build.url else {}),
            "detector": {"name": "scantling", "version": printable(report.tool.version) or "0", "url": _HOME},
            "scanned": report.created_at,
            "metadata": metadata,
            "manifests": {key: manifests[key] for key in sorted(manifests)},
        }
    )


def _resolved(purl: str, package: ReportPackage) -> dict[str, Any]:
    one: dict[str, Any] = {"package_url": purl, "scope": "development" if package.is_dev else "runtime"}
    if package.direct is not None:
        one["relationship"] = "direct" if package.direct else "indirect"
    return one
