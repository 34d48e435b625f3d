"""The signed statements that are attached to an image, in both of the forms that ``publish`` and cosign leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scantling.guard import limits
from scantling.model.errors import Malformed, Unscannable
from scantling.source.artifact import (
    BUNDLES,
    PREDICATE,
    PREDICATE_OF_LAYER,
    PREDICATE_OF_STATEMENT,
    parse_artifact,
)
from scantling.source.manifest import Descriptor
from scantling.source.referrers import tag_of
from scantling.source.shelf import Shelf

from . import dsse
from .predicates import word_of
from .publish import ATT

_CREATED = "org.opencontainers.image.created"
_ENVELOPES = frozenset({dsse.MEDIA_TYPE, dsse.PAYLOAD_TYPE})
# what manifests of statements without an envelope call themselves (BuildKit's attestation storage); "" says nothing
_UNSIGNED = frozenset({"", dsse.PAYLOAD_TYPE, "application/vnd.docker.attestation.manifest.v1+json"})


@dataclass(frozen=True, slots=True)
class Found:
    """``envelope`` is not to be believed before it is verified; ``where`` is the digest of the blob that holds it."""

    envelope: dsse.Envelope
    where: str


@dataclass(frozen=True, slots=True)
class _Blob:
    entry: Descriptor
    created: str


def envelopes(shelf: Shelf, words: Sequence[str], unsigned: bool = False) -> tuple[Found, ...]:
    """Every envelope that may hold a statement of one of the kinds ``words``, each once. What it says of its kind
    beside the signature only spares a download. ``unsigned``: statements without an envelope too, as BuildKit and
    Docker Scout leave them; they come in one without a signature.

    Raises ``Unscannable`` when anything that may be one cannot be read: what is not known must not pass."""
    blobs: dict[str, _Blob] = {}
    for blob in _blobs(shelf, frozenset(words), unsigned):
        blobs.setdefault(blob.entry.digest, blob)
    # times that nobody signed decide what is read first, never what counts; who forges them can only hide, and what is
    # hidden does not pass
    newest = sorted(blobs.values(), key=lambda blob: (blob.created, blob.entry.digest), reverse=True)
    found: dict[dsse.Envelope, Found] = {}
    total = 0
    for blob in newest[: limits.ATTESTATIONS_READ]:
        total += blob.entry.size
        if total > limits.ATTACHED_TOTAL_BYTES:
            raise Unscannable(
                f"the attestations are more than {limits.ATTACHED_TOTAL_BYTES} bytes",
                where=blob.entry.digest,
                hint="remove old ones in the registry",
            )
        try:
            data = shelf.blob(blob.entry)
            is_bare = blob.entry.media_type == dsse.PAYLOAD_TYPE
            envelope = dsse.Envelope(data, ()) if is_bare else dsse.parse(data, blob.entry.digest)
        except Malformed as error:
            raise Unscannable(f"an attestation cannot be read: {error.what}", where=blob.entry.digest) from None
        found.setdefault(envelope, Found(envelope, blob.entry.digest))
    return tuple(found.values())


def _blobs(shelf: Shelf, words: frozenset[str], unsigned: bool) -> Iterator[_Blob]:
    for digest in shelf.digests:
        manifest = shelf.tagged(tag_of(digest, ATT))
        if manifest is not None:
            for layer in parse_artifact(manifest, tag_of(digest, ATT)).layers:
                if layer.media_type == dsse.MEDIA_TYPE and _may_be(layer.annotation(PREDICATE_OF_LAYER), words):
                    yield _Blob(layer, layer.annotation(_CREATED))
        for entry in shelf.referrers(digest):
            signed = _holds_envelopes(entry.artifact_type) and _may_be(entry.annotation(PREDICATE), words)
            if not signed and not (unsigned and entry.artifact_type in _UNSIGNED):
                continue
            artifact = parse_artifact(shelf.manifest(entry), entry.digest)
            created = dict(artifact.annotations).get(_CREATED, "") or entry.annotation(_CREATED)
            for layer in artifact.layers:
                if layer.media_type == dsse.PAYLOAD_TYPE:
                    if unsigned and word_of(layer.annotation(PREDICATE_OF_STATEMENT)) in words:
                        yield _Blob(layer, created)
                elif signed and _holds_envelopes(layer.media_type):
                    yield _Blob(layer, created)


def _holds_envelopes(kind: str) -> bool:
    return kind.startswith(BUNDLES) or kind in _ENVELOPES


def _may_be(predicate_type: str, words: frozenset[str]) -> bool:
    return not predicate_type or word_of(predicate_type) in words
