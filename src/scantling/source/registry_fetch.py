"""Manifests and small blobs from a registry: whole, bounded, and their digests verified before anyone parses them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from scantling.guard import limits
from scantling.model.errors import Unscannable
from scantling.net.client import ConnectionFailed, Response
from scantling.net.retry import Attempts

from .reference import is_digest
from .registry_session import Session

ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
_NOT_JSON = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


@dataclass(frozen=True, slots=True)
class FetchedManifest:
    """``media_type`` is the Content-Type without parameters, lower case ("" when absent); ``digest`` is computed."""

    media_type: str
    digest: str
    body: bytes


def fetch_manifest(session: Session, reference: str, subject: str) -> FetchedManifest:
    """The manifest or index under ``reference``, a tag or a digest. A digest is verified; so is the one that the
    registry claims for a tag. Raises ``Unscannable``."""
    found = find_manifest(session, reference, subject, absent=frozenset())
    assert found is not None  # nothing may be absent
    return found


def find_manifest(
    session: Session, reference: str, subject: str, absent: frozenset[int] = frozenset({404})
) -> FetchedManifest | None:
    """The same; None where the registry answers with one of the statuses ``absent``."""
    where = f"{session.base.netloc}/{session.repository}"
    attempts = Attempts(session.client.timing)
    url = session.url(f"manifests/{reference}")
    while True:
        response = session.send("GET", url, {"accept": ACCEPT}, subject, accepted=frozenset({200, 206}) | absent)
        if response.status in absent:
            response.discard()
            return None
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        claimed = response.headers.get("docker-content-digest", "").strip()
        try:
            with response:
                _check_kind(response, media_type, where)
                body = response.body(limits.MANIFEST_BYTES)
            break
        except ConnectionFailed:
            if not attempts.again():
                raise
    if is_digest(reference):
        if digest_of(body, reference) != reference:
            raise Unscannable(
                f"digest mismatch: the registry's answer for {subject} is not what was asked for", where=where
            )
        return FetchedManifest(media_type, reference, body)
    if is_digest(claimed) and digest_of(body, claimed) != claimed:
        raise Unscannable(f"digest mismatch: {subject} is not what the registry says it is", where=where)
    return FetchedManifest(media_type, claimed if is_digest(claimed) else digest_of(body, "sha256:"), body)


def fetch_blob(session: Session, digest: str, size: int, max_bytes: int, subject: str) -> bytes:
    """A small blob (the configuration), verified. ``size`` is the declared one. Raises ``Unscannable``."""
    where = f"{session.base.netloc}/{session.repository}"
    if size > max_bytes:
        raise Unscannable(f"{subject} is larger than {max_bytes} bytes", where=digest)
    attempts = Attempts(session.client.timing)
    while True:
        try:
            with session.get(f"blobs/{digest}", {}, subject) as response:
                body = response.body(max_bytes)
            break
        except ConnectionFailed:
            if not attempts.again():
                raise
    if len(body) != size:
        raise Unscannable(f"{subject} has {len(body)} bytes, not the {size} that the manifest declares", where=where)
    if digest_of(body, digest) != digest:
        raise Unscannable(f"digest mismatch: {subject} is not {digest}", where=where)
    return body


def digest_of(body: bytes, like: str) -> str:
    """The digest of ``body`` under the algorithm of ``like`` ("sha256:..." or "sha512:...")."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def _check_kind(response: Response, media_type: str, where: str) -> None:
    if media_type in _NOT_JSON:
        raise Unscannable(
            "this is not a registry: it answers with a web page",
            where=where,
            hint="check the registry's host and port; a login page of a proxy or portal may stand in between",
        )
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise Unscannable("the registry compressed its answer although asked not to", where=where)
