"""Manifests of what is no image: artifacts that refer to one (OCI image-spec v1.1 manifest.md, ``subject``)."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed, Unscannable

from . import json_shape as shape
from .manifest import Descriptor, read_descriptor

BUNDLES = "application/vnd.dev.sigstore.bundle"
"""What the media types of sigstore bundles begin with, of every version."""
PREDICATE, PREDICATE_OF_LAYER = "dev.sigstore.bundle.predicateType", "predicateType"
"""Annotations that say of which type a signed statement is: a bundle's, and those of cosign's layers."""
PREDICATE_OF_STATEMENT = "in-toto.io/predicate-type"
"""The same of a statement that lies there without a signature, as BuildKit's do."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """``kind`` is its ``artifactType``, else its configuration's media type; ``subject`` the digest that it refers to,
    "" for none."""

    kind: str
    layers: tuple[Descriptor, ...]
    subject: str = ""
    annotations: tuple[tuple[str, str], ...] = ()


def parse_artifact(data: bytes, where: str) -> Artifact:
    """The artifact whose manifest is ``data``. Raises ``Unscannable``."""
    try:
        document = shape.mapping(strict_json.loads(data, max_bytes=limits.MANIFEST_BYTES, where=where), "the manifest")
        entries = shape.items(document.get("layers"), "layers")
        if len(entries) > limits.ARTIFACT_LAYERS:
            raise Malformed(f"{len(entries)} layers; at most {limits.ARTIFACT_LAYERS} are read")
        config = document.get("config")
        subject = document.get("subject")
        return Artifact(
            kind=shape.text(document.get("artifactType"), "artifactType")
            or (read_descriptor(config, "config").media_type if config is not None else ""),
            layers=tuple(read_descriptor(entry, f"layers[{number}]") for number, entry in enumerate(entries)),
            subject=read_descriptor(subject, "subject").digest if subject is not None else "",
            annotations=shape.pairs(document.get("annotations"), "annotations"),
        )
    except Malformed as error:
        raise Unscannable(f"what is attached has no valid manifest: {error.what}", where=where) from None
