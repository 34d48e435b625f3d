"""CycloneDX JSON, 1.2 to 1.6 (ECMA-424; schema ``bom-1.6.schema.json``), with what Syft, Trivy and Scantling put in
properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scantling.analyze.os.text import Complaints
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import OsRelease
from scantling.source.json_shape import items, mapping, text, texts

from .document import Component, Document, best_place

VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6")
_PACKAGES = frozenset({"library", "application", "framework", "platform", "firmware", "device-driver"})
_TRIVY, _OURS = "aquasecurity:trivy:", "scantling:"


def read(bom: dict[str, Any], where: str) -> Document:
    """Raises ``Malformed`` for a version or a shape that this is not; single bad components become complaints."""
    version = text(bom.get("specVersion"), "specVersion")
    if version not in VERSIONS:
        raise Malformed(f"CycloneDX {version[:20] or 'without specVersion'}; {VERSIONS[0]} to {VERSIONS[-1]} are read")
    subject = mapping(mapping(bom.get("metadata"), "metadata").get("component"), "metadata.component")
    document = Document(f"CycloneDX {version}", text(subject.get("name"), "name"), [], Complaints(where))
    names, depends = {}, _depends(bom)
    flat = []
    for position, raw in enumerate(_walk(bom)):
        try:
            component = mapping(raw, "component")
            names[text(component.get("bom-ref"), "bom-ref")] = text(component.get("name"), "name")
            flat.append((position, component))
        except Malformed as error:
            document.complaints.add(f"component {position}: {error.what}")
    for position, component in flat:
        try:
            _take(component, document, names, depends)
        except Malformed as error:
            document.complaints.add(f"component {position}: {error.what}")
    return document


def _walk(bom: dict[str, Any]) -> Iterator[Any]:
    """Every component, those inside others included, in the document's order."""
    pending = list(reversed(items(bom.get("components"), "components")))
    count = 0
    while pending:
        raw = pending.pop()
        count += 1
        if count > limits.PACKAGES_PER_FILE:
            raise Malformed(f"more than {limits.PACKAGES_PER_FILE} components")
        yield raw
        if isinstance(raw, dict) and isinstance(raw.get("components"), list):
            pending.extend(reversed(raw["components"]))


def _depends(bom: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {}
    for index, raw in enumerate(items(bom.get("dependencies"), "dependencies")):
        entry = mapping(raw, f"dependencies[{index}]")
        found[text(entry.get("ref"), "ref")] = texts(entry.get("dependsOn"), "dependsOn")
    return found


def _take(
    component: dict[str, Any], document: Document, names: dict[str, str], depends: dict[str, tuple[str, ...]]
) -> None:
    kind = text(component.get("type"), "type")
    properties = _properties(component)
    if kind == "operating-system":
        document.os = document.os or _os(component, properties)
        return
    purl = text(component.get("purl"), "purl")
    if kind not in _PACKAGES or (not purl and f"{_TRIVY}Type" in properties):  # Trivy's entry for a lock file
        return
    group, name = text(component.get("group"), "group"), text(component.get("name"), "name")
    path, layer = _place(properties)
    wanted = depends.get(text(component.get("bom-ref"), "bom-ref"), ())
    version = properties.get(f"{_TRIVY}SrcVersion", "")
    if version and (release := properties.get(f"{_TRIVY}SrcRelease")):
        version += f"-{release}"
    if version and (epoch := properties.get(f"{_TRIVY}SrcEpoch")):
        version = f"{epoch}:{version}"
    document.components.append(
        Component(
            name=f"{group}{':' if purl.startswith('pkg:maven/') else '/'}{name}" if group else name,
            version=text(component.get("version"), "version"),
            purl=purl,
            path=path or _occurrence(component),
            layer=layer,
            licenses=_licenses(component),
            supplier=_supplier(component),
            source_name=properties.get(f"{_TRIVY}SrcName") or properties.get(f"{_OURS}source:name", ""),
            source_version=version or properties.get(f"{_OURS}source:version", ""),
            module=properties.get(f"{_TRIVY}Modularitylabel", ""),
            owns=(path,) if path and properties.get(f"{_OURS}package:osOwned") == "true" else (),
            depends=tuple(sorted({names[ref] for ref in wanted if ref in names}))[: limits.DEPENDS_PER_PACKAGE],
        )
    )


def _properties(component: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw in items(component.get("properties"), "properties"):
        entry = mapping(raw, "property")
        found.setdefault(text(entry.get("name"), "property name"), text(entry.get("value"), "property value"))
    return found


def _place(properties: dict[str, str]) -> tuple[str, str]:
    """Path and layer, from Syft's numbered locations or from Trivy's."""
    places = []
    for key, value in properties.items():
        if key.startswith("syft:location:") and key.endswith(":path"):
            number = key[len("syft:location:") : -len(":path")]
            places.append((number, value.lstrip("/"), properties.get(f"syft:location:{number}:layerID", "")))
    places.sort(key=lambda place: (len(place[0]), place[0]))
    if places:
        return best_place([place[1:] for place in places])
    path = properties.get(f"{_OURS}path") or properties.get(f"{_TRIVY}FilePath", "")
    return path.lstrip("/"), properties.get(f"{_OURS}layer:diffID") or properties.get(f"{_TRIVY}LayerDiffID", "")


def _occurrence(component: dict[str, Any]) -> str:
    """CycloneDX's own field for a place (1.5 and later), which few producers fill."""
    evidence = mapping(component.get("evidence"), "evidence")
    places = items(evidence.get("occurrences"), "occurrences")
    return text(mapping(places[0], "occurrence").get("location"), "location").lstrip("/") if places else ""


def _os(component: dict[str, Any], properties: dict[str, str]) -> OsRelease:
    return OsRelease(
        id=properties.get("syft:distro:id") or text(component.get("name"), "name").lower(),
        version_id=properties.get("syft:distro:versionID") or text(component.get("version"), "version"),
        codename=properties.get("syft:distro:versionCodename", ""),
        pretty_name=properties.get("syft:distro:prettyName") or text(component.get("description"), "description"),
    )


def _licenses(component: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for raw in items(component.get("licenses"), "licenses"):
        choice = mapping(raw, "license choice")
        one = mapping(choice.get("license"), "license")
        found.append(text(choice.get("expression"), "expression") or text(one.get("id") or one.get("name"), "license"))
    return tuple(sorted({licence[: limits.FIELD_CHARS] for licence in found if licence}))


def _supplier(component: dict[str, Any]) -> str:
    supplier = mapping(component.get("supplier"), "supplier").get("name")
    return text(component.get("publisher") or supplier or component.get("author"), "publisher")[: limits.FIELD_CHARS]
