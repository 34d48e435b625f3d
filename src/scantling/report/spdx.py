"""SPDX 2.3 JSON (the specification's chapter and annex numbers are cited): the packages of the image.

SPDX 2 has no vulnerabilities. Each finding of a package is a "SECURITY advisory" reference on it (annex F, K.1), every
other one an annotation on the image. What was not looked at is in the document's comment and annotations.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from typing import Any

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.report import Report, ReportPackage

from .identity import ranked
from .json import encode
from .licences import licence
from .links import advisory_url
from .notices import notices
from .options import ReportOptions

_DOCUMENT, _IMAGE, _OS = "SPDXRef-DOCUMENT", "SPDXRef-Image", "SPDXRef-OperatingSystem"
_PURL = re.compile(r"pkg:[!-~]{1,2000}")  # a locator is one word (7.21)
_OPERATOR = re.compile(r" (AND|OR|WITH) ")


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as an SPDX document. Its namespace is a hash of its content: same report, same one."""
    advisories: dict[str, list[tuple[str, Finding]]] = {}
    purls = {package.purl for package in report.packages}
    others = []
    for id_, finding in ranked(report.findings):
        if finding.is_advised and finding.package in purls:
            advisories.setdefault(finding.package or "", []).append((id_, finding))
        else:
            others.append((id_, finding))
    ids = _ids(report.packages)
    extracted: dict[str, str] = {}
    packages = [_image(report, others)] + ([_os(report)] if report.target.os is not None else [])
    packages += [
        _package(package, ids[index], advisories.get(package.purl, []), extracted)
        for index, package in enumerate(report.packages)
    ]
    said = notices(report)
    document: dict[str, Any] = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": _DOCUMENT,
        "name": printable(report.target.reference) or "image",
        "documentNamespace": "",
        "creationInfo": {"created": _time(report), "creators": ["Organization: Scantling", _tool(report)]},
        "comment": _comment(report),
        "packages": packages,
        "relationships": [
            _relation(_DOCUMENT, "DESCRIBES", _IMAGE),
            *(_relation(_IMAGE, "CONTAINS", package["SPDXID"]) for package in packages[1:]),
            *_dependencies(report, ids),
        ],
    }
    if extracted:
        document["hasExtractedLicensingInfos"] = [
            {"licenseId": ref, "name": extracted[ref], "extractedText": extracted[ref]} for ref in sorted(extracted)
        ]
    if said:
        document["annotations"] = [_annotation(report, f"{notice.id}: {notice.text}") for notice in said]
    digest = hashlib.sha256(encode(document)).digest()
    document["documentNamespace"] = f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=5)}"
    return encode(document)


def _time(report: Report) -> str:
    return report.created_at if report.created_at.endswith("Z") else "1970-01-01T00:00:00Z"


def _tool(report: Report) -> str:
    return f"Tool: scantling-{printable(report.tool.version)}"


def _comment(report: Report) -> str:
    database = report.database
    source = f"database {database.digest} of {database.built_at}" if database is not None else "no database was asked"
    return printable(f"Scan status: {report.status}; gate: {report.verdict.outcome}; {source}")


def _annotation(report: Report, text: str) -> dict[str, str]:
    return {
        "annotationDate": _time(report),
        "annotationType": "OTHER",
        "annotator": _tool(report),
        "comment": printable(text),
    }


def _relation(one: str, type_: str, other: str) -> dict[str, str]:
    return {"spdxElementId": one, "relationshipType": type_, "relatedSpdxElement": other}


def _dependencies(report: Report, ids: list[str]) -> Iterator[dict[str, str]]:
    by_purl: dict[str, list[str]] = {}
    for package, id_ in zip(report.packages, ids, strict=True):
        by_purl.setdefault(package.purl, []).append(id_)
    for package, id_ in zip(report.packages, ids, strict=True):
        for other in sorted({id_ for purl in package.depends_on or () for id_ in by_purl.get(purl, [])} - {id_}):
            yield _relation(id_, "DEPENDS_ON", other)


def _places(finding: Finding) -> list[str]:
    return [place for place in (finding.package, finding.path) if place]


def _image(report: Report, others: list[tuple[str, Finding]]) -> dict[str, Any]:
    target = report.target
    image = _bare(_IMAGE, target.reference or "image", target.image_digest, "CONTAINER")
    algorithm, _, value = target.image_digest.partition(":")
    if algorithm == "sha256" and re.fullmatch(r"[0-9a-f]{64}", value):
        image["checksums"] = [{"algorithm": "SHA256", "checksumValue": value}]
    layers = ", ".join(layer.diff_id for layer in target.layers)
    image["comment"] = printable(f"platform {target.platform}; config {target.config_digest}; layers {layers}", 20_000)
    if others:
        image["annotations"] = [
            _annotation(report, "; ".join((f"finding {id_}: {_about(finding)}", finding.kind, *_places(finding))))
            for id_, finding in others
        ]
    return image


def _os(report: Report) -> dict[str, Any]:
    os = report.target.os
    assert os is not None
    package = _bare(_OS, os.id or "unknown", os.version_id, "OPERATING-SYSTEM")
    return package | {"description": printable(os.pretty_name)}


def _package(
    package: ReportPackage, id_: str, found: list[tuple[str, Finding]], extracted: dict[str, str]
) -> dict[str, Any]:
    entry = _bare(id_, package.name or "unknown", package.version, "LIBRARY")
    entry["licenseDeclared"] = _declared(package, extracted)
    if package.source is not None:
        entry["sourceInfo"] = printable(f"built from {package.source.name} {package.source.version}")
    places = [f"{place.path} in layer {place.diff_id}" for place in package.locations if place.path]
    if places:
        entry["comment"] = printable("found in " + "; ".join(places), 10_000)
    references = []
    if _PURL.fullmatch(package.purl):
        locator = package.purl
        references.append(
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": locator}
        )
    for finding_id, finding in found:
        references.append(
            {
                "referenceCategory": "SECURITY",
                "referenceType": "advisory",
                "referenceLocator": advisory_url(finding.id, finding.references),
                "comment": printable(f"finding {finding_id}: {_about(finding)}"),
            }
        )
    if references:
        entry["externalRefs"] = references
    return entry


def _bare(id_: str, name: str, version: str, purpose: str) -> dict[str, Any]:
    entry = {
        "SPDXID": id_,
        "name": printable(name),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "primaryPackagePurpose": purpose,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }
    return entry | ({"versionInfo": printable(version)} if version else {})


def _about(finding: Finding) -> str:
    fixed = f"fixed in {', '.join(finding.fixed_versions)}" if finding.fixed_versions else finding.status
    silenced = f"; silenced by {finding.suppressed.by}: {finding.suppressed.reason}" if finding.suppressed else ""
    return f"{finding.id} {finding.severity}, {fixed}{silenced}"


def _declared(package: ReportPackage, extracted: dict[str, str]) -> str:
    parts = []
    for text in sorted({text for text in package.licenses if text.strip()}):
        found = licence(text)
        if found.kind == "name":
            # a licence that is not on the SPDX list is referred to, and its text given (10.1, annex D.2)
            ref = "LicenseRef-" + hashlib.sha256(found.text.encode()).hexdigest()[:16]
            extracted[ref] = found.text
            parts.append(ref)
        else:
            parts.append(found.text)
    if len(parts) > 1:
        parts = [f"({part})" if _OPERATOR.search(part) else part for part in parts]
    return " AND ".join(parts) or "NOASSERTION"


def _ids(packages: tuple[ReportPackage, ...]) -> list[str]:
    seen: dict[str, int] = {}
    ids = []
    for package in packages:
        key = hashlib.sha256(package.purl.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        seen[key] = seen.get(key, 0) + 1
        ids.append(f"SPDXRef-Package-{key}" + (f"-{seen[key]}" if seen[key] > 1 else ""))
    return ids
