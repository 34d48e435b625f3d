"""Trivy's JSON report, schema version 2, so that what reads Trivy's reports reads this one.

Field names are Trivy's. What Trivy has no field for stands in a top-level ``Scantling`` object and, for readers that
look at results alone, in results of class "custom": gaps, and findings of other kinds than vulnerabilities.
"""

from __future__ import annotations

from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.package import OS_TYPES
from scantling.model.report import Report, ReportPackage

from .identity import ranked
from .json import encode
from .links import advisory_url, safe_url
from .notices import Notice, notices
from .options import ReportOptions
from .trivy_names import FAMILIES, LANGUAGES, SEVERITIES, SOURCES, STATUSES, TARGETS

_DESCRIPTION_CHARS, _REFERENCES = 5_000, 50
_Place = tuple[str, str, str]  # Target, Class, Type of a result


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` in Trivy's schema. Silenced findings are under ``ExperimentalModifiedFindings``, as Trivy's own."""
    by_purl = {package.purl: package for package in report.packages}
    layers = {layer.diff_id: layer.digest for layer in report.target.layers}
    results: dict[_Place, dict[str, list[Any]]] = {}
    for package in report.packages:
        value = _package(package, layers, by_purl)
        results.setdefault(_place(report, package), {}).setdefault("Packages", []).append(value)
    for id_, finding in ranked(report.findings):
        found = by_purl.get(finding.package or "")
        if finding.kind == "misconfig" and report.target.kind == "config":
            _add_misconfiguration(results, finding)
            continue
        if finding.kind == "secret" and finding.path:
            _add_secret(results, finding, layers)
            continue
        if finding.kind == "license" and found is not None:
            _add_licence(results, report, finding, found)
            continue
        if not finding.is_advised or found is None:
            place = (printable(report.target.reference), "custom", f"scantling-{finding.kind}")
            results.setdefault(place, {}).setdefault("CustomResources", []).append(_custom(id_, finding, layers))
            continue
        value = vulnerability(id_, finding, found, layers)
        status = "not_affected" if finding.status == "not_affected" else "ignored"
        _add(results, _place(report, found), ("Vulnerabilities", "vulnerability"), value, finding, status)
    said = notices(report)
    if said:
        results[printable(report.target.reference), "custom", "scantling-gap"] = {
            "CustomResources": [_gap_resource(notice) for notice in said]
        }
    return encode(
        {
            "SchemaVersion": 2,
            "CreatedAt": report.created_at,
            "ArtifactName": printable(report.target.reference),
            "ArtifactType": "filesystem" if report.target.kind in {"dir", "config"} else "container_image",
            "Metadata": _metadata(report),
            "Results": [
                {"Target": place[0], "Class": place[1]} | ({"Type": place[2]} if place[2] else {}) | results[place]
                for place in sorted(results, key=lambda place: (_CLASSES.index(place[1]), place))
            ],
            "Scantling": {
                "Status": report.status,
                "Outcome": report.verdict.outcome,
                "Version": report.tool.version,
                "DatabaseDigest": report.database.digest if report.database is not None else "",
                "DatabaseBuiltAt": report.database.built_at if report.database is not None else "",
                "Notices": [{"ID": notice.id, "Level": notice.level, "Message": notice.text} for notice in said],
            },
        }
    )


_CLASSES = ("os-pkgs", "lang-pkgs", "config", "secret", "license", "custom")


def _place(report: Report, package: ReportPackage) -> _Place:
    os = report.target.os
    if package.type in OS_TYPES:
        family = FAMILIES.get(os.id, printable(os.id)) if os is not None else package.type
        name = printable(report.target.reference)
        return (f"{name} ({family} {printable(os.version_id)})" if os is not None else name), "os-pkgs", family
    type_ = LANGUAGES.get(package.type, package.type)
    target = TARGETS.get(type_)
    if target is None:
        target = package.locations[0].path if package.locations else package.type
    return printable(target), "lang-pkgs", type_


def _metadata(report: Report) -> dict[str, Any]:
    target = report.target
    os_name, _, architecture = target.platform.partition("/")
    name = target.reference
    metadata: dict[str, Any] = {
        "ImageID": target.config_digest,
        "DiffIDs": [layer.diff_id for layer in target.layers],
        "RepoTags": [printable(name)] if "@" not in name and target.kind in {"registry", "docker", "podman"} else [],
        "RepoDigests": [printable(f"{_repository(name)}@{target.image_digest}")] if target.image_digest else [],
        "ImageConfig": {
            "architecture": printable(architecture),
            "created": target.config.created,
            "os": printable(os_name),
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in target.layers]},
            "config": {},
        },
    }
    if target.os is not None:
        metadata["OS"] = {
            "Family": FAMILIES.get(target.os.id, printable(target.os.id)),
            "Name": printable(target.os.version_id),
            "EOSL": target.os.eol is True,
        }
    return metadata


def _repository(name: str) -> str:
    name = name.split("@", 1)[0]
    head, colon, tail = name.rpartition(":")
    return head if colon and "/" not in tail else name


def _package(package: ReportPackage, layers: dict[str, str], by_purl: dict[str, ReportPackage]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "ID": _package_id(package),
        "Name": printable(package.name),
        "Identifier": {"PURL": printable(package.purl)},
        "Version": printable(package.version),
        "Licenses": [printable(licence) for licence in package.licenses],
    }
    if package.direct is not None:
        value["Relationship"] = "direct" if package.direct else "indirect"
        value["Indirect"] = not package.direct
    needs = [_package_id(by_purl[purl]) for purl in package.depends_on or () if purl in by_purl]
    if needs:
        value["DependsOn"] = sorted(set(needs))
    if package.source is not None:
        value |= {"SrcName": printable(package.source.name), "SrcVersion": printable(package.source.version)}
    if package.locations:
        place = package.locations[0]
        value |= {"Layer": _layer(place.diff_id, layers), "FilePath": printable(place.path)}
    return value


def _package_id(package: ReportPackage) -> str:
    return printable(f"{package.name}@{package.version}")


def _layer(diff_id: str, layers: dict[str, str]) -> dict[str, str]:
    return {"Digest": layers.get(diff_id, ""), "DiffID": diff_id} if diff_id else {}


def vulnerability(id_: str, finding: Finding, package: ReportPackage, layers: dict[str, str]) -> dict[str, Any]:
    """Trivy's DetectedVulnerability. ``layers`` maps a diffID to the layer's digest."""
    feed = finding.match.feed if finding.match is not None else finding.severity_source
    return {
        "VulnerabilityID": printable(finding.id),
        "VendorIDs": [printable(alias) for alias in finding.aliases],
        "PkgID": _package_id(package),
        "PkgName": printable(package.name),
        "PkgPath": printable(finding.path) if package.type not in OS_TYPES else "",
        "PkgIdentifier": {"PURL": printable(package.purl)},
        "InstalledVersion": printable(finding.installed_version),
        "FixedVersion": ", ".join(printable(version) for version in finding.fixed_versions),
        "Status": STATUSES.get(finding.status, "unknown"),
        "Layer": _layer(finding.diff_id, layers),
        "SeveritySource": SOURCES.get(finding.severity_source, printable(finding.severity_source)),
        "PrimaryURL": advisory_url(finding.id, finding.references),
        "DataSource": {"ID": SOURCES.get(feed, printable(feed)), "Name": printable(feed), "URL": ""},
        "Fingerprint": id_,
        "Title": printable(finding.title),
        "Description": printable(finding.description, _DESCRIPTION_CHARS),
        "Severity": SEVERITIES[finding.severity],
        "CweIDs": [printable(cwe) for cwe in finding.cwes],
        "CVSS": _cvss(finding),
        "References": [url for url in map(safe_url, finding.references) if url][:_REFERENCES],
        "Custom": _more(id_, finding),
    }


def _cvss(finding: Finding) -> dict[str, dict[str, Any]]:
    scores: dict[str, dict[str, Any]] = {}
    for cvss in finding.cvss:
        prefix = {"2": "V2", "3": "V3", "4": "V40"}.get(cvss.version[:1])
        if prefix is not None:
            source = SOURCES.get(cvss.source, printable(cvss.source))
            scores.setdefault(source, {}).update(
                {f"{prefix}Vector": printable(cvss.vector), f"{prefix}Score": cvss.score}
            )
    return scores


def _more(id_: str, finding: Finding) -> dict[str, Any]:
    return {
        "FindingID": id_,
        "Severity": finding.severity,
        "Status": finding.status,
        "Priority": finding.priority.score,
        "KnownExploited": finding.kev is not None,
        "EPSS": finding.epss.score if finding.epss is not None else None,
        "Remediation": printable(finding.remediation),
    }


def _custom(id_: str, finding: Finding, layers: dict[str, str]) -> dict[str, Any]:
    data = _more(id_, finding) | {
        "ID": printable(finding.id),
        "Kind": finding.kind,
        "Title": printable(finding.title),
        "Package": printable(finding.package or ""),
        "Suppressed": printable(f"{finding.suppressed.by}: {finding.suppressed.reason}") if finding.suppressed else "",
    }
    return {
        "Type": f"scantling-{finding.kind}",
        "FilePath": printable(finding.path),
        "Layer": _layer(finding.diff_id, layers),
        "Data": data,
    }


def _add(
    results: dict[_Place, dict[str, list[Any]]],
    place: _Place,
    names: tuple[str, str],
    value: dict[str, Any],
    finding: Finding,
    status: str = "ignored",
) -> None:
    """Put ``value`` where Trivy has its like (``names``: the list, the type), or where it has what was suppressed."""
    result = results.setdefault(place, {})
    if finding.suppressed is None:
        result.setdefault(names[0], []).append(value)
        return
    modified = {
        "Type": names[1],
        "Status": status,
        "Statement": printable(finding.suppressed.reason),
        "Source": printable(finding.suppressed.by),
        "Finding": value,
    }
    result.setdefault("ExperimentalModifiedFindings", []).append(modified)


def _add_secret(results: dict[_Place, dict[str, list[Any]]], finding: Finding, layers: dict[str, str]) -> None:
    """Under ``Secrets`` of the file's result of class "secret", as Trivy has them, without the line that holds it."""
    place = (printable(f"/{finding.path.lstrip('/')}"), "secret", "")
    _add(results, place, ("Secrets", "secret"), secret(finding, layers), finding)


def secret(finding: Finding, layers: dict[str, str]) -> dict[str, Any]:
    """Trivy's DetectedSecret."""
    line = finding.line or 0
    return {
        "RuleID": printable(finding.id),
        "Category": "Scantling",
        "Severity": SEVERITIES[finding.severity],
        "Title": printable(finding.title),
        "StartLine": line,
        "EndLine": line,
        "Match": "",
        "Layer": _layer(finding.diff_id, layers),
    }


def _add_licence(
    results: dict[_Place, dict[str, list[Any]]], report: Report, finding: Finding, package: ReportPackage
) -> None:
    """Under ``Licenses`` of a result of class "license", as Trivy has them."""
    is_system = package.type in OS_TYPES
    target = "OS Packages" if is_system else _place(report, package)[0]
    value = {
        "Severity": SEVERITIES[finding.severity],
        "Category": finding.match.range if finding.match is not None else "",
        "PkgName": printable(package.name),
        "FilePath": "" if is_system else printable(finding.path),
        "Name": printable(finding.id),
        "Text": "",
        "Confidence": 1,
        "Link": finding.references[0] if finding.references else "",
    }
    _add(results, (target, "license", ""), ("Licenses", "license"), value, finding)


def _add_misconfiguration(results: dict[_Place, dict[str, list[Any]]], finding: Finding) -> None:
    """Under ``Misconfigurations`` of the file's result of class "config", as Trivy has them."""
    place = (printable(finding.path), "config", "yaml" if _is_yaml(finding) else "dockerfile")
    _add(results, place, ("Misconfigurations", "misconfiguration"), misconfiguration(finding), finding)


def misconfiguration(finding: Finding) -> dict[str, Any]:
    """Trivy's DetectedMisconfiguration."""
    return {
        "Type": "YAML" if _is_yaml(finding) else "Dockerfile",
        "ID": printable(finding.id),
        "AVDID": printable(finding.id),
        "Title": printable(finding.title),
        "Description": printable(finding.description),
        "Message": printable(finding.title),
        "Resolution": printable(finding.remediation),
        "Severity": SEVERITIES[finding.severity],
        "PrimaryURL": finding.references[0] if finding.references else "",
        "References": list(finding.references),
        "Status": "FAIL",
        "CauseMetadata": {"Provider": "Scantling"}
        | ({"StartLine": finding.line, "EndLine": finding.line} if finding.line else {}),
    }


def _is_yaml(finding: Finding) -> bool:
    return finding.path.lower().endswith((".yaml", ".yml"))


def _gap_resource(notice: Notice) -> dict[str, Any]:
    data = {"ID": notice.id, "Level": notice.level, "Message": notice.text}
    return {"Type": "scantling-gap", "FilePath": "", "Layer": {}, "Data": data}
