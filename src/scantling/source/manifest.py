"""Image manifests and indexes, read strictly (OCI image-spec v1.1 manifest.md, image-index.md; docker's schema 2).

The same bytes must not mean an index to one reader and an image to another: the declared media type, the document's
own ``mediaType`` and its shape have to agree. Absent types are allowed where the specification allows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed, Unscannable

from . import json_shape as shape
from .platform import Platform, parse_entry
from .reference import is_digest

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
INDEX_TYPES = frozenset({OCI_INDEX, DOCKER_LIST})
MANIFEST_TYPES = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})

_CONFIG_TYPES = frozenset({OCI_CONFIG, DOCKER_CONFIG})
_LAYER_PREFIXES = ("application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.")
_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"
_UNTYPED = frozenset({"", "application/json", "application/octet-stream"})
# keys which some readers match whatever their case
_KEYS = ("schemaVersion", "mediaType", "config", "layers", "manifests", "fsLayers", "artifactType")
_FOLDED = {key.lower(): key for key in _KEYS}
_KNOWN_ARTIFACTS = (
    ("application/vnd.cncf.helm.", "a Helm chart"),
    ("application/vnd.dev.cosign.", "a cosign signature or attestation"),
    ("application/vnd.dev.sigstore.", "a sigstore bundle"),
    ("application/vnd.in-toto", "an in-toto attestation"),
    ("application/vnd.buildkit.cacheconfig", "a BuildKit cache"),
    ("application/vnd.wasm.", "a WebAssembly module"),
    ("application/vnd.docker.plugin", "a docker plugin"),
    ("application/vnd.oci.empty", "an artifact"),
)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A reference to content: its digest (checked for form), length in bytes, and what it is said to be."""

    media_type: str
    digest: str
    size: int
    platform: Platform | None = None
    annotations: tuple[tuple[str, str], ...] = ()
    artifact_type: str = ""

    def annotation(self, key: str) -> str:
        """The annotation's value, "" when absent."""
        return dict(self.annotations).get(key, "")


@dataclass(frozen=True, slots=True)
class Index:
    """An image index or manifest list."""

    manifests: tuple[Descriptor, ...]
    annotations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """One image: its configuration and its layers, lowest first."""

    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: tuple[tuple[str, str], ...] = ()


def parse(data: bytes, *, declared: str = "", where: str) -> Index | Manifest:
    """The document in ``data``. ``declared`` is the media type that a descriptor or Content-Type gives, "" for none.

    Raises ``Unscannable`` for everything that is not one image or an index of images.
    """
    try:
        document = strict_json.loads(data, max_bytes=limits.MANIFEST_BYTES, where=where)
        if not isinstance(document, dict):
            raise Malformed("the manifest is not a JSON object", where=where)
        return _document(document, declared, where)
    except Malformed as error:
        raise Unscannable(
            f"not a valid image manifest: {error.what}",
            where=where,
            hint="check that this names an image; build or pull it again",
        ) from None


def _document(document: dict[str, Any], declared: str, where: str) -> Index | Manifest:
    for key in document:
        if key not in _KEYS and _FOLDED.get(key.lower()):
            raise Malformed(f"the key {key!r} differs from {_FOLDED[key.lower()]!r} in case alone")
    media_type = shape.text(document.get("mediaType"), "mediaType")
    if document.get("schemaVersion") == 1 or "fsLayers" in document or declared.startswith(_SCHEMA_1):
        raise Unscannable(
            "not an image: a docker schema 1 manifest", where=where, hint="push the image again with a current docker"
        )
    if type(document.get("schemaVersion")) is not int or document["schemaVersion"] != 2:
        raise Malformed("schemaVersion is not 2")
    if "layers" in document and "manifests" in document:
        raise Malformed("it has both layers and manifests")
    if declared not in _UNTYPED and media_type and declared != media_type:
        raise Malformed(f"it was declared as {declared[:120]} but calls itself {media_type[:120]}")
    kind = media_type or ("" if declared in _UNTYPED else declared)
    if kind and kind not in INDEX_TYPES | MANIFEST_TYPES:
        raise _not_an_image(kind, where)
    if "manifests" in document and kind not in MANIFEST_TYPES:
        return _index(document)
    if "layers" in document and "config" in document and kind not in INDEX_TYPES:
        return _manifest(document, where)
    raise Malformed(f"it has not the shape of {kind}" if kind else "it is neither an image manifest nor an index")


def _index(document: dict[str, Any]) -> Index:
    entries = shape.items(document["manifests"], "manifests")
    if len(entries) > limits.INDEX_ENTRIES:
        raise Malformed(f"an index of {len(entries)} entries; at most {limits.INDEX_ENTRIES} are read")
    return Index(
        tuple(read_descriptor(entry, f"manifests[{number}]") for number, entry in enumerate(entries)),
        shape.pairs(document.get("annotations"), "annotations"),
    )


def _manifest(document: dict[str, Any], where: str) -> Manifest:
    config = read_descriptor(document["config"], "config")
    artifact = shape.text(document.get("artifactType"), "artifactType")
    if config.media_type not in _CONFIG_TYPES:
        raise _not_an_image(artifact or config.media_type, where)
    entries = shape.items(document["layers"], "layers")
    if len(entries) > limits.LAYERS:
        raise Malformed(f"{len(entries)} layers; at most {limits.LAYERS} are read")
    layers = tuple(read_descriptor(entry, f"layers[{number}]") for number, entry in enumerate(entries))
    for layer in layers:
        if not layer.media_type.startswith(_LAYER_PREFIXES):
            raise _not_an_image(layer.media_type, where)
        if layer.size > limits.BLOB_BYTES:
            raise Malformed(f"a layer of {layer.size} bytes; at most {limits.BLOB_BYTES} are read")
    if sum(layer.size for layer in layers) > limits.IMAGE_BYTES:
        raise Malformed(f"layers of more than {limits.IMAGE_BYTES} bytes together")
    if config.size > limits.CONFIG_BYTES:
        raise Malformed(f"a configuration of {config.size} bytes; at most {limits.CONFIG_BYTES} are read")
    return Manifest(config, layers, shape.pairs(document.get("annotations"), "annotations"))


def read_descriptor(value: object, name: str) -> Descriptor:
    """``value``, called ``name`` in messages. Raises ``Malformed``."""
    if not isinstance(value, dict):
        raise Malformed(f"{name} is not a descriptor")
    digest = value.get("digest")
    if not isinstance(digest, str) or not is_digest(digest):
        raise Malformed(f"{name}.digest is not sha256: or sha512: and lower-case hex")
    return Descriptor(
        media_type=shape.text(value.get("mediaType"), f"{name}.mediaType"),
        digest=digest,
        size=shape.size(value.get("size"), f"{name}.size"),
        platform=parse_entry(value.get("platform"), f"{name}.platform"),
        annotations=shape.pairs(value.get("annotations"), f"{name}.annotations"),
        artifact_type=shape.text(value.get("artifactType"), f"{name}.artifactType"),
    )


def _not_an_image(media_type: str, where: str) -> Unscannable:
    known = next((words for prefix, words in _KNOWN_ARTIFACTS if media_type.startswith(prefix)), "")
    what = known or (f"an artifact of type {media_type[:120]}" if media_type else "an artifact of no type")
    return Unscannable(f"not an image: {what}", where=where, hint="name a container image")
