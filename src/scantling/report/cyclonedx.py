"""CycloneDX 1.6 JSON (ECMA-424): the packages as components, the findings as vulnerabilities of them.

An incomplete scan has a composition with the aggregate "incomplete"; each gap, and each finding that is no
vulnerability, is an annotation of the image.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.report import Report, ReportPackage

from .cyclonedx_vulnerability import properties, vulnerability
from .identity import ranked
from .json import encode
from .licences import licence
from .notices import notices
from .options import ReportOptions

IMAGE_REF, OS_REF = "image", "os"
_NAME_CHARS, _LICENCES = 500, 50


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as a CycloneDX bill of materials. Its serial number is a hash of its content."""
    refs = component_refs(report.packages)
    findings = ranked(report.findings)
    by_purl: dict[str, list[str]] = {}
    for package, ref in zip(report.packages, refs, strict=True):
        by_purl.setdefault(package.purl, []).append(ref)
    vulnerabilities, others = [], []
    for id_, finding in findings:
        if finding.is_advised:
            vulnerabilities.append(vulnerability(id_, finding, by_purl.get(finding.package or "", [IMAGE_REF])))
        else:
            others.append((id_, finding))
    components = [_os(report)] if report.target.os is not None else []
    components += [_component(package, ref) for package, ref in zip(report.packages, refs, strict=True)]
    bom: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "",
        "version": 1,
        "metadata": _metadata(report),
        "components": components,
        "dependencies": _dependencies(report, components, by_purl),
        "compositions": [
            {"bom-ref": "contents", "aggregate": _aggregate(report), "assemblies": [IMAGE_REF]},
            # not every package database tells which package needs which: a component without an entry in
            # ``dependencies`` may need anything
            {"bom-ref": "relations", "aggregate": "unknown", "dependencies": [IMAGE_REF]},
        ],
        "vulnerabilities": vulnerabilities,
    }
    annotations = _annotations(report, others)
    if annotations:
        bom["annotations"] = annotations
    digest = hashlib.sha256(encode(bom)).digest()
    bom["serialNumber"] = f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=5)}"
    return encode(bom)


def _dependencies(
    report: Report, components: list[dict[str, Any]], by_purl: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """The image needs all but what came with another component; each package whose needs are known has its own."""
    refs = component_refs(report.packages)
    brought = {
        ref
        for package, ref in zip(report.packages, refs, strict=True)
        if package.direct is False and len(package.dependency_path) > 1
    }
    top = [component["bom-ref"] for component in components if component["bom-ref"] not in brought]
    return [
        {"ref": IMAGE_REF, "dependsOn": top},
        *(
            {"ref": ref, "dependsOn": needs} if needs else {"ref": ref}
            for package, ref in zip(report.packages, refs, strict=True)
            if package.depends_on is not None
            for needs in [sorted({need for purl in package.depends_on for need in by_purl.get(purl, [])} - {ref})]
        ),
    ]


def component_refs(packages: tuple[ReportPackage, ...]) -> list[str]:
    """The bom-ref of each package: its purl, with "#2" ... after it where one comes again."""
    seen: dict[str, int] = {}
    refs = []
    for package in packages:
        purl = printable(package.purl) or "package"
        seen[purl] = seen.get(purl, 0) + 1
        refs.append(purl if seen[purl] == 1 else f"{purl}#{seen[purl]}")
    return refs


def _aggregate(report: Report) -> str:
    if report.status != "complete":
        return "incomplete"
    binaries = report.coverage.binaries
    # nothing went wrong, yet there are programs that nothing names
    return "complete" if binaries is not None and not binaries.unowned else "unknown"


def _metadata(report: Report) -> dict[str, Any]:
    target, database = report.target, report.database
    image: dict[str, Any] = {
        "type": "container",
        "bom-ref": IMAGE_REF,
        "name": printable(target.reference, _NAME_CHARS) or "image",
        "properties": properties(
            ("image:digest", target.image_digest),
            ("image:configDigest", target.config_digest),
            ("image:platform", target.platform),
            ("image:kind", target.kind),
            *((f"image:layer:{index}:diffID", layer.diff_id) for index, layer in enumerate(target.layers)),
        ),
    }
    if target.image_digest:
        image["version"] = printable(target.image_digest)
    return {
        "timestamp": report.created_at,
        "lifecycles": [{"phase": "post-build"}],
        "tools": {"components": [_tool(report)]},
        "component": image,
        "properties": properties(
            ("status", report.status),
            ("outcome", report.verdict.outcome),
            ("database:builtAt", database.built_at if database is not None else ""),
            ("database:digest", database.digest if database is not None else ""),
            ("database:demo", "true" if database is not None and database.demo else ""),
        ),
    }


def _tool(report: Report) -> dict[str, Any]:
    return {"type": "application", "name": "scantling", "version": printable(report.tool.version)}


def _os(report: Report) -> dict[str, Any]:
    os = report.target.os
    assert os is not None
    return {
        "type": "operating-system",
        "bom-ref": OS_REF,
        "name": printable(os.id) or "unknown",
        "version": printable(os.version_id),
        "description": printable(os.pretty_name),
        "properties": properties(
            ("os:endOfLife", "" if os.eol is None else str(os.eol).lower()), ("os:endOfLifeDate", os.eol_date or "")
        ),
    }


def _component(package: ReportPackage, ref: str) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": ref,
        "name": printable(package.name, _NAME_CHARS) or "unknown",
        "version": printable(package.version),
        "purl": printable(package.purl),
    }
    licences = _licences(package)
    if licences:
        component["licenses"] = licences
    if package.is_dev:
        component["scope"] = "excluded"
    source = package.source
    component["properties"] = properties(
        ("package:type", package.type),
        ("source:name", source.name if source is not None else ""),
        ("source:version", source.version if source is not None else ""),
        *(pair for place in package.locations for pair in (("path", place.path), ("layer:diffID", place.diff_id))),
    )
    places = sorted({printable(place.path) for place in package.locations if place.path})
    if places:
        component["evidence"] = {"occurrences": [{"location": place} for place in places]}
    return component


def _licences(package: ReportPackage) -> list[dict[str, Any]]:
    found = [licence(text) for text in package.licenses[:_LICENCES] if text.strip()]
    if len(found) == 1 and found[0].kind == "expression":
        return [{"expression": found[0].text}]
    # an expression beside other licences is not allowed: it stands there as a name
    names = sorted({("id" if one.kind == "id" else "name", one.text) for one in found})
    return [{"license": {key: text}} for key, text in names]


def _annotations(report: Report, others: list[tuple[str, Finding]]) -> list[dict[str, Any]]:
    texts = [(f"notice-{index}", notice.text) for index, notice in enumerate(notices(report), 1)]
    for id_, finding in others:
        words = [finding.severity, finding.id, finding.title, finding.package, finding.path, finding.remediation]
        silenced = f" (silenced by {finding.suppressed.by}: {finding.suppressed.reason})" if finding.suppressed else ""
        texts.append((id_, printable(f"{finding.kind}: {' | '.join(word for word in words if word)}{silenced}")))
    return [
        {
            "bom-ref": f"annotation-{id_}",
            "subjects": [IMAGE_REF],
            "annotator": {"component": _tool(report)},
            "timestamp": report.created_at,
            "text": text,
        }
        for id_, text in texts
    ]
