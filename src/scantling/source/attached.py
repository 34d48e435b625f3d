"""What is attached to an image where it lies, by its kind alone: nothing of it is verified here (``attest`` does that).

Kinds: image-spec v1.1 ``artifactType``; cosign's tags ``sha256-<hex>.sig|.sbom|.att`` and its bundle specification;
Notary Project's signature specification; BuildKit's attestation storage.
"""

from __future__ import annotations

from collections.abc import Iterator

from .artifact import BUNDLES, PREDICATE, PREDICATE_OF_LAYER, PREDICATE_OF_STATEMENT, parse_artifact
from .manifest import Descriptor
from .referrers import tag_of
from .shelf import Shelf

SIGNATURE, SBOM = "signature", "sbom"
_SIGNATURES = frozenset(
    {
        "application/vnd.cncf.notary.signature",
        "application/vnd.dev.cosign.artifact.sig.v1+json",
        "application/vnd.dev.cosign.simplesigning.v1+json",
    }
)
_SBOMS = ("application/spdx", "text/spdx", "application/vnd.cyclonedx", "application/vnd.syft")
_PREDICATES = {
    "https://sigstore.dev/cosign/sign/": SIGNATURE,
    "https://spdx.dev/": SBOM,
    "https://cyclonedx.org/": SBOM,
}
# how bundles, cosign's attestations and BuildKit's name a predicate's type beside what is signed
_NAMES_IT = (PREDICATE, PREDICATE_OF_LAYER, PREDICATE_OF_STATEMENT)


def attached(shelf: Shelf) -> tuple[str, ...]:
    """Which of ``SIGNATURE`` and ``SBOM`` there are, sorted. Raises ``Unscannable`` for what cannot be read: a list
    that nobody could read is not an empty one."""
    return tuple(sorted({kind for digest in shelf.digests for kind in _of(shelf, digest)}))


def _of(shelf: Shelf, digest: str) -> Iterator[str]:
    if shelf.tagged(tag_of(digest, ".sig")) is not None:
        yield SIGNATURE
    if shelf.tagged(tag_of(digest, ".sbom")) is not None:
        yield SBOM
    attestations = shelf.tagged(tag_of(digest, ".att"))
    if attestations is not None:
        for layer in parse_artifact(attestations, tag_of(digest, ".att")).layers:
            yield from _stated(layer)
    for entry in shelf.referrers(digest):
        yield from _referring(shelf, entry)


def _referring(shelf: Shelf, entry: Descriptor) -> tuple[str, ...]:
    kind = entry.artifact_type
    said = (*_of_kind(kind), *_stated(entry))
    if said or (kind and not kind.startswith(BUNDLES) and "in-toto" not in kind):
        return said
    artifact = parse_artifact(shelf.manifest(entry), entry.digest)  # the list does not say what it is
    return (*_of_kind(artifact.kind), *(one for layer in artifact.layers for one in _stated(layer)))


def _of_kind(kind: str) -> Iterator[str]:
    if kind in _SIGNATURES:
        yield SIGNATURE
    elif kind.startswith(_SBOMS):
        yield SBOM


def _stated(entry: Descriptor) -> Iterator[str]:
    for name in _NAMES_IT:
        predicate = entry.annotation(name)
        yield from (kind for prefix, kind in _PREDICATES.items() if predicate.startswith(prefix))
