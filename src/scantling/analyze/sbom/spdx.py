"""SPDX 2.2 and 2.3, JSON and tag-value (spdx-spec v2.3, clauses 6 to 11 and annex on tag-value)."""

from __future__ import annotations

import re
from typing import Any

from scantling.analyze.os.text import Complaints
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import OsRelease
from scantling.source.json_shape import items, mapping, text, texts

from .document import Component, Document, best_place

VERSIONS = ("SPDX-2.2", "SPDX-2.3")
_NOTHING = frozenset({"", "NOASSERTION", "NONE"})
_SUPPLIER = re.compile(r"(?:Person|Organization): ([^()]{1,500})(?:\(([^()]{1,300})\))?")
# Scantling's sentence: "found in PATH in layer sha256:..., PATH ..."
_OURS = re.compile(r"found in ([^,]{1,4096}?)(?: in layer (sha256:[0-9a-f]{64}))?(?:,|;|$)")
# Syft's sentence: "acquired package info from DPKG DB: /a, /b"
_FOUND = ": /"
_TAGS = {
    "PackageVersion": "versionInfo", "PackageSupplier": "supplier", "PackageSourceInfo": "sourceInfo",
    "PackageLicenseDeclared": "licenseDeclared", "PrimaryPackagePurpose": "primaryPackagePurpose", "SPDXID": "SPDXID",
}  # fmt: skip


def read(bom: dict[str, Any], where: str) -> Document:
    """Raises ``Malformed`` for a version or a shape that this is not; single bad packages become complaints."""
    version = text(bom.get("spdxVersion"), "spdxVersion")
    if version not in VERSIONS:
        raise Malformed(f"{version[:20] or 'SPDX without spdxVersion'}; {' and '.join(VERSIONS)} are read")
    packages = items(bom.get("packages"), "packages")
    if len(packages) > limits.PACKAGES_PER_FILE:
        raise Malformed(f"more than {limits.PACKAGES_PER_FILE} packages")
    document = Document(version, text(bom.get("name"), "name"), [], Complaints(where))
    described = _described(bom)
    for index, raw in enumerate(packages):
        try:
            _take(mapping(raw, f"packages[{index}]"), document, described)
        except Malformed as error:
            document.complaints.add(f"package {index}: {error.what}")
    return document


def _described(bom: dict[str, Any]) -> frozenset[str]:
    """The packages that stand for what the document is about."""
    found = set(texts(bom.get("documentDescribes"), "documentDescribes"))
    for raw in items(bom.get("relationships"), "relationships"):
        entry = mapping(raw, "relationship")
        if entry.get("relationshipType") == "DESCRIBES":
            found.add(text(entry.get("relatedSpdxElement"), "relatedSpdxElement"))
    return frozenset(found)


def _take(package: dict[str, Any], document: Document, described: frozenset[str]) -> None:
    name, version = text(package.get("name"), "name"), _said(package, "versionInfo")
    purpose = text(package.get("primaryPackagePurpose"), "primaryPackagePurpose").upper().replace("_", "-")
    if purpose == "OPERATING-SYSTEM":
        document.os = document.os or OsRelease(name.lower(), version, "", _said(package, "description"))
        return
    purl = _purl(package)
    stands_for_all = text(package.get("SPDXID"), "SPDXID") in described
    if purpose in {"CONTAINER", "FILE"} or (stands_for_all and not purl):
        return
    licence = _said(package, "licenseDeclared")
    ours = _OURS.match(_said(package, "comment"))
    document.components.append(
        Component(
            name=name,
            version=version,
            purl=purl,
            path=ours[1] if ours else _path(_said(package, "sourceInfo")),
            layer=ours[2] or "" if ours else "",
            licenses=(licence[: limits.FIELD_CHARS],) if licence else (),
            supplier=_supplier(_said(package, "supplier")),
        )
    )


def _said(package: dict[str, Any], key: str) -> str:
    value = text(package.get(key), key)
    return "" if value in _NOTHING else value


def _purl(package: dict[str, Any]) -> str:
    for raw in items(package.get("externalRefs"), "externalRefs"):
        reference = mapping(raw, "externalRef")
        if reference.get("referenceType") == "purl":
            return text(reference.get("referenceLocator"), "referenceLocator")
    return ""


def _path(sentence: str) -> str:
    at = sentence.find(_FOUND)
    if not sentence.startswith("acquired package info from ") or at < 0:
        return ""
    paths = sentence[at + 2 : at + 2 + limits.LINE_BYTES].split(", ")
    return best_place([(path.lstrip("/"), "") for path in paths])[0]


def _supplier(words: str) -> str:
    found = _SUPPLIER.match(words)
    if found is None:
        return ""
    return f"{found[1].strip()} <{found[2]}>" if found[2] else found[1].strip()


def read_tag_value(data: bytes, where: str) -> Document:
    """The same from tag-value: only the lines that ``read`` has a use for are kept. Raises ``Malformed``."""
    bom: dict[str, Any] = {"packages": [], "relationships": []}
    at: dict[str, Any] | None = None
    inside = False  # of <text> that goes on over lines
    for raw in data.split(b"\n"):
        if inside:
            inside = b"</text>" not in raw
            continue
        tag, colon, rest = raw.partition(b":")
        if not colon or len(raw) > limits.LINE_BYTES or tag.startswith(b"#"):
            continue
        inside = b"<text>" in rest and b"</text>" not in rest
        key, value = tag.decode("utf-8", "replace"), rest.decode("utf-8", "replace").strip()
        if key == "PackageName":
            at = {"name": value, "externalRefs": []}
            bom["packages"].append(at)
        elif key in {"FileName", "SnippetSPDXID", "LicenseID"}:
            at = None
        elif key in {"SPDXVersion", "DocumentName"} and at is None:
            bom.setdefault("spdxVersion" if key == "SPDXVersion" else "name", value)
        elif key == "Relationship":
            left, _, right = value.partition(" DESCRIBES ")
            if right and left:
                bom["relationships"].append({"relationshipType": "DESCRIBES", "relatedSpdxElement": right.strip()})
        elif at is not None and key == "ExternalRef":
            words = value.split(None, 2)
            if len(words) == 3:
                at["externalRefs"].append({"referenceType": words[1], "referenceLocator": words[2]})
        elif at is not None and key in _TAGS:
            at.setdefault(_TAGS[key], value)
    return read(bom, where)
