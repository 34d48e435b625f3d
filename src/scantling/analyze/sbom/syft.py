"""Syft's own JSON (schema 11 and later): the only format of the three that keeps the OS packages' file lists."""

from __future__ import annotations

from typing import Any

from scantling.analyze.os.ownership import claimable
from scantling.analyze.os.text import Complaints
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import OsRelease
from scantling.model.package import OS_TYPES
from scantling.source.json_shape import items, mapping, text

from .document import Component, Document, best_place

_OLDEST = 11


def read(bom: dict[str, Any], where: str) -> Document:
    """Raises ``Malformed`` for a version or a shape that this is not; single bad artifacts become complaints."""
    version = text(mapping(bom.get("schema"), "schema").get("version"), "schema.version")
    major = version.partition(".")[0]
    if not (major.isascii() and major.isdigit() and len(major) < 4 and int(major) >= _OLDEST):
        raise Malformed(f"Syft's schema {version[:20]!r}; {_OLDEST} and later are read")
    artifacts = items(bom.get("artifacts"), "artifacts")
    if len(artifacts) > limits.PACKAGES_PER_FILE:
        raise Malformed(f"more than {limits.PACKAGES_PER_FILE} artifacts")
    source = mapping(bom.get("source"), "source")
    document = Document(
        f"Syft {version}", text(source.get("name"), "source.name"), [], Complaints(where), _os(bom), _layers(source)
    )
    for index, raw in enumerate(artifacts):
        try:
            document.components.append(_component(mapping(raw, f"artifacts[{index}]")))
        except Malformed as error:
            document.complaints.add(f"artifact {index}: {error.what}")
    return document


def _layers(source: dict[str, Any]) -> tuple[str, ...]:
    metadata = source.get("metadata")
    layers = items(metadata.get("layers"), "layers") if isinstance(metadata, dict) else []
    return tuple(text(mapping(layer, "layer").get("digest"), "layer.digest") for layer in layers[: limits.LAYERS])


def _os(bom: dict[str, Any]) -> OsRelease | None:
    distro = mapping(bom.get("distro"), "distro")
    if not distro.get("id"):
        return None
    like = distro.get("idLike")
    return OsRelease(
        id=text(distro["id"], "distro.id").lower(),
        version_id=text(distro.get("versionID"), "distro.versionID"),
        codename=text(distro.get("versionCodename"), "distro.versionCodename"),
        pretty_name=text(distro.get("prettyName"), "distro.prettyName"),
        variant_id=text(distro.get("variantID"), "distro.variantID"),
        like=tuple(text(item, "distro.idLike") for item in like) if isinstance(like, list) else (),
    )


def _component(artifact: dict[str, Any]) -> Component:
    metadata = artifact.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    is_os = text(artifact.get("type"), "type") in OS_TYPES
    path, layer = _place(artifact)
    licenses = [mapping(raw, "license").get("value") for raw in items(artifact.get("licenses"), "licenses")]
    return Component(
        name=text(artifact.get("name"), "name"),
        version=text(artifact.get("version"), "version"),
        purl=text(artifact.get("purl"), "purl"),
        path=path,
        layer=layer,
        licenses=tuple(sorted({text(value, "license")[: limits.FIELD_CHARS] for value in licenses if value})),
        supplier=text(metadata.get("maintainer") or metadata.get("vendor"), "maintainer") if is_os else "",
        source_name=text(metadata.get("source") or metadata.get("originPackage"), "source") if is_os else "",
        source_version=text(metadata.get("sourceVersion"), "sourceVersion") if is_os else "",
        module=text(metadata.get("modularityLabel"), "modularityLabel"),
        owns=_owns(metadata) if is_os else (),
    )


def _place(artifact: dict[str, Any]) -> tuple[str, str]:
    places = [mapping(raw, "location") for raw in items(artifact.get("locations"), "locations")]
    primary = [
        place for place in places if mapping(place.get("annotations"), "annotations").get("evidence") == "primary"
    ]
    found = [(text(p.get("path"), "path").lstrip("/"), text(p.get("layerID"), "layerID")) for p in primary + places]
    return best_place(found) if found else ("", "")


def _owns(metadata: dict[str, Any]) -> tuple[str, ...]:
    files = items(metadata.get("files"), "files")[: limits.OWNED_PER_FILE]
    paths = (text(mapping(file, "file").get("path"), "path").lstrip("/") for file in files)
    return tuple(sorted({path for path in paths if claimable(path)}))
