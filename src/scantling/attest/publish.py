"""Attaches a signed statement to an image in its registry, in both forms that are in use: a sigstore bundle that refers
to the image (cosign's bundle specification, cosign 3 and later), and a layer of the artifact under ``sha256-<hex>.att``
(cosign 1 and 2, Kyverno, the policy controller)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scantling.guard import limits
from scantling.model.errors import Unscannable
from scantling.source.artifact import BUNDLES, PREDICATE, PREDICATE_OF_LAYER, parse_artifact
from scantling.source.manifest import OCI_CONFIG, OCI_MANIFEST, Descriptor
from scantling.source.referrers import tag_of
from scantling.source.registry_fetch import find_manifest
from scantling.source.registry_push import (
    SLOT,
    Content,
    Entries,
    add_to,
    attach,
    push_blob,
    push_manifest,
    sha256,
    to_json,
)
from scantling.source.registry_session import Session

from . import dsse

BUNDLE = f"{BUNDLES}.v0.3+json"
ATT = ".att"
_SUBJECT = "the attestation"


@dataclass(frozen=True, slots=True)
class Signed:
    """An envelope of ``dsse.sign``, by the key ``key_id``. ``moment`` (ISO 8601) is when what it says was so, ``image``
    the digest of the one image that it is about, whatever it is attached to."""

    envelope: dict[str, Any]
    predicate_type: str
    moment: str
    image: str
    key_id: str

    @property
    def slot(self) -> str:
        """Equal for statements of which only the newest counts: same key, kind and image."""
        return hashlib.sha256(f"{self.key_id} {self.predicate_type} {self.image}".encode()).hexdigest()[:32]


def publish(session: Session, image: Descriptor, signed: Signed) -> str:
    """Attach ``signed`` to ``image`` (a manifest or an index); the digest of the artifact that refers to it. Done again
    it changes nothing. Raises ``Unscannable``."""
    _add_layer(session, image.digest, signed)
    data = bundle(signed)
    title = f"{sha256(data).replace(':', '-')}.sigstore.json"
    annotations = {
        "dev.sigstore.bundle.content": "dsse-envelope",
        PREDICATE: signed.predicate_type,
        "org.opencontainers.image.created": signed.moment,
        SLOT: signed.slot,
    }
    layer = Content(BUNDLE, data, (("org.opencontainers.image.title", title),))
    return attach(session, image, BUNDLE, layer, annotations, _SUBJECT)


def bundle(signed: Signed) -> bytes:
    """A sigstore bundle (v0.3) of an envelope that a key pair signed."""
    hint = base64.b64encode(bytes.fromhex(signed.key_id)).decode()
    return to_json(
        {"mediaType": BUNDLE, "verificationMaterial": {"publicKey": {"hint": hint}}, "dsseEnvelope": signed.envelope}
    )


def _add_layer(session: Session, digest: str, signed: Signed) -> None:
    data = dsse.to_json(signed.envelope)
    annotations = (
        ("dev.cosignproject.cosign/signature", ""),
        (PREDICATE_OF_LAYER, signed.predicate_type),
        (SLOT, signed.slot),
    )
    layer = Content(dsse.MEDIA_TYPE, data, annotations).descriptor()
    push_blob(session, data, _SUBJECT)
    tag = tag_of(digest, ATT)

    def write(layers: Entries) -> None:
        if len(layers) > limits.ARTIFACT_LAYERS:
            raise Unscannable(
                f"more than {limits.ARTIFACT_LAYERS} attestations under the tag for them",
                where=tag,
                hint="remove old ones: cosign clean --type attestation IMAGE",
            )
        config = _config([one["digest"] for one in layers])
        push_blob(session, config, _SUBJECT)
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": Content(OCI_CONFIG, config).descriptor(),
            "layers": layers,
        }
        push_manifest(session, tag, to_json(manifest), OCI_MANIFEST, _SUBJECT)

    if not add_to(lambda: _layers(session, tag), write, layer):
        raise Unscannable("the attestations are being changed by others", where=tag, hint="try again")


def _layers(session: Session, tag: str) -> Entries:
    found = find_manifest(session, tag, _SUBJECT)
    if found is None:
        return []
    parse_artifact(found.body, tag)  # it is well-formed, then
    layers: Entries = json.loads(found.body).get("layers") or []
    return layers


def _config(digests: Sequence[str]) -> bytes:
    """What an image of these layers would be configured with: readers of images look for one layer for each."""
    nothing = "0001-01-01T00:00:00Z"
    return to_json(
        {
            "architecture": "",
            "created": nothing,
            "history": [{"created": nothing} for _ in digests],
            "os": "",
            "rootfs": {"type": "layers", "diff_ids": list(digests)},
            "config": {},
        }
    )
