"""What BuildKit wrote down of a build, where it lies in the image's index: the images that were used, from the SLSA
provenance (predicates v0.2 and v1) of an in-toto statement. It is a claim like an annotation: nobody signed it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scantling.guard import limits, strict_json
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed, Unscannable
from scantling.model.purl import parse as parse_purl

from .manifest import Descriptor, Index
from .reference import is_digest

Fetch = Callable[[Descriptor], bytes]
"""The bytes of a small blob or manifest, digest and size verified."""

_KIND, _OF = "vnd.docker.reference.type", "vnd.docker.reference.digest"
_STATEMENT, _PREDICATE, _SLSA = (
    "application/vnd.in-toto+json",
    "in-toto.io/predicate-type",
    "https://slsa.dev/provenance/",
)
_TOOLS = ("docker/dockerfile", "docker/buildkit-", "docker/dockerfile-upstream")  # what reads the recipe, not its FROM


def attestation_of(index: Index, image: str) -> Descriptor | None:
    """The manifest of the attestations about the image with the digest ``image``, None where there is none."""
    for entry in index.manifests:
        if entry.annotation(_KIND) == "attestation-manifest" and entry.annotation(_OF) == image:
            return entry
    return None


def materials(
    attestation: Descriptor | None, image: str, fetch_manifest: Fetch, fetch_blob: Fetch
) -> tuple[tuple[tuple[str, str], ...], tuple[Gap, ...]]:
    """Name with tag and digest of each image that was used to build ``image``, and a gap if that cannot be read."""
    if attestation is None:
        return (), ()
    try:
        for layer in _statements(_json(fetch_manifest(attestation), attestation.digest)):
            statement = _json(fetch_blob(layer), layer.digest)
            if _is_about(statement, image):
                return _images(statement), ()
    except (Malformed, Unscannable) as error:
        return (), (Gap("base-provenance", attestation.digest, f"the build's provenance: {error}", blocks=False),)
    return (), ()


def _json(data: bytes, where: str) -> dict[str, Any]:
    document = strict_json.loads(data, max_bytes=limits.CONFIG_BYTES, where=where)
    if not isinstance(document, dict):
        raise Malformed("not a JSON object", where=where)
    return document


def _statements(manifest: dict[str, Any]) -> list[Descriptor]:
    found = []
    for layer in _dicts(manifest.get("layers"))[: limits.INDEX_ENTRIES]:
        notes = layer.get("annotations")
        predicate = notes.get(_PREDICATE) if isinstance(notes, dict) else None
        if layer.get("mediaType") != _STATEMENT or not str(predicate).startswith(_SLSA):
            continue
        digest, size = layer.get("digest"), layer.get("size")
        if not isinstance(digest, str) or not is_digest(digest) or type(size) is not int:
            raise Malformed("a statement has no digest or size")
        if not 0 <= size <= limits.CONFIG_BYTES:
            raise Malformed(f"a statement of {size} bytes; at most {limits.CONFIG_BYTES} are read")
        found.append(Descriptor(_STATEMENT, digest, size))
    return found


def _is_about(statement: dict[str, Any], image: str) -> bool:
    algorithm, _, value = image.partition(":")
    return any(
        isinstance(subject.get("digest"), dict) and subject["digest"].get(algorithm) == value
        for subject in _dicts(statement.get("subject"))
    )


def _images(statement: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    predicate = _dict(statement.get("predicate"))
    used = predicate.get("materials") or _dict(predicate.get("buildDefinition")).get("resolvedDependencies")
    found: dict[tuple[str, str], None] = {}
    for material in _dicts(used)[: limits.INDEX_ENTRIES]:
        uri = material.get("uri")
        if not isinstance(uri, str) or not uri.startswith("pkg:docker/"):
            continue
        try:
            parsed = parse_purl(uri)
        except ValueError:
            continue
        name = f"{parsed.namespace}/{parsed.name}" if parsed.namespace else parsed.name
        if name.startswith(_TOOLS) or not parsed.version:
            continue
        value = _dict(material.get("digest")).get("sha256")
        digest = f"sha256:{value}"
        separator = "@" if is_digest(parsed.version) else ":"
        found[f"{name}{separator}{parsed.version}", digest if is_digest(digest) else ""] = None
    return tuple(found)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
